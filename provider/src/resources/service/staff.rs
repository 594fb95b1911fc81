//! Whether what runs is what the configuration says runs behind each color. Compares what was looked at; never looks
//! itself and never changes anything.

use super::decide::Decision;
use super::wired::Wired;
use crate::adapters::ecs::short;
use crate::model::{Record, Service};
use crate::ports::Crew;
use rollout::{Color, Observed, PerColor, Step, Version};

/// Why a color's ECS service can't be the one behind its target group, if it can't. A service that is not there yet is
/// nobody's wrong one.
pub fn miswired(wired: &Wired, crews: &PerColor<Option<Crew>>) -> Option<String> {
    Color::BOTH.into_iter().find_map(|color| {
        let crew = crews[color].as_ref()?;
        let group = &wired.alb.groups[color];
        if crew.targets.contains(group) {
            return None;
        }
        let its = match crew.targets.as_slice() {
            [] => "no target group".to_owned(),
            some => some.join(" and "),
        };
        Some(format!(
            "{} registers its tasks in {its}, not in {color}'s target group {group}: its tasks are not who serves {color}, and may be somebody else's. Set ecs.{color}_service to the service whose load_balancer block names that group, or alb.{color}_target_group_arn to the group it registers in.",
            wired.crew_name(color)
        ))
    })
}

/// Why sending everybody to `live` is no first apply, if it is none: what runs says that somebody else serves, or that
/// it is another version. No service at all is what a first apply finds: they are made after it.
pub fn no_first(
    wired: &Wired,
    service: &Service,
    live: Color,
    crews: &PerColor<Option<Crew>>,
) -> Option<String> {
    let (other, name) = (live.other(), wired.crew_name(live));
    let requested = |color: Color| crews[color].as_ref().map(|crew| crew.requested);
    if requested(live).unwrap_or(0) == 0
        && let Some(tasks) = requested(other).filter(|tasks| 0 < *tasks)
    {
        let lacks = match requested(live) {
            Some(_) => "has no tasks",
            None => "does not exist",
        };
        return Some(format!(
            "A first apply would send everybody to {live}, but {name} {lacks}, while {} runs {tasks}. If {other} is who serves, set initial_color = {:?}, with the release and task_definition that it runs; else give {live} its tasks first.",
            wired.crew_name(other),
            other.name()
        ));
    }
    let crew = crews[live].as_ref()?;
    let Some(Version::Known(asked)) = service.ecs.as_ref().map(|ecs| &ecs.version) else {
        return None;
    };
    (short(asked) != crew.version).then(|| {
        let release = service.release.as_deref().map(|release| format!(" ({release})"));
        format!(
            "A first apply deploys nothing and would send everybody to {live}, but {name} runs {}, not {}{}. Set task_definition and release to what it runs and apply, then release the new one with enable_canary = true.",
            crew.version,
            short(asked),
            release.unwrap_or_default()
        )
    })
}

/// Why the plan was made for other capacities than there are now, if that adds a step that nobody was told of.
/// Steps that fell away are somebody's help, and autoscaling of what serves adds none.
pub fn restaffed(
    service: &Service,
    decision: &Decision,
    record: &Record,
    observed: &Observed,
) -> Option<String> {
    let touched = |observed: &Observed| {
        let candidate = decision.intent.cycle.candidate();
        // What a deployment adds does not depend on capacity.
        let plan = rollout::plan(
            observed,
            &decision.desired,
            None,
            candidate,
            &service.ramp,
            service.final_bake,
            service.floor(),
        );
        let steps = plan.advance.into_iter().chain(plan.settle);
        let scaled = steps.filter_map(|step| match step {
            Step::Scale { color, from, to } => Some((color, from < to)),
            _ => None,
        });
        scaled.collect::<Vec<_>>()
    };
    let told = Observed {
        // What was not there, or not looked at, was nobody's number to plan by.
        requested: PerColor::from_fn(|color| record.capacity[color].or(observed.requested[color])),
        ..observed.clone()
    };
    let told = touched(&told);
    let (color, _) = touched(observed).into_iter().find(|step| !told.contains(step))?;
    let count = |tasks: Option<u32>| tasks.map_or("no".to_owned(), |tasks| tasks.to_string());
    Some(format!(
        "{color} has {} tasks requested, but the plan was made when it had {}: somebody scaled it in between. Plan again.",
        count(observed.requested[color]),
        count(record.capacity[color])
    ))
}
