//! The rules themselves: each compares the world before and after one call and returns sentences.
//!
//! Compares states, not the names of calls, wherever it can: a share that grew has grown, whichever call did it.

use super::call::{list, text};
use super::replay::{Forward, Replay, place};
use super::{Rule, Service, Side};
use serde_json::Value;

const SERVICE: &str = "bluegreen:service";
const RESOURCE: &str = "bluegreen:resource";

/// One call, with the world around it.
pub struct Moment<'a> {
    pub before: &'a Replay,
    pub after: &'a Replay,
    /// The world when the apply began.
    pub proven: &'a Replay,
    /// May this call take traffic back to where the apply began?
    pub undo: bool,
    pub event: &'a Value,
}

pub fn judge(moment: &Moment<'_>, services: &[Service]) -> Vec<(Rule, String)> {
    if moment.event["mutating"] != true {
        return vec![];
    }
    let mut found: Vec<(Rule, String)> = foreign(moment, services)
        .into_iter()
        .map(|it| (Rule::Foreign, it))
        .collect();
    if moment.event["applied"] == true {
        found.extend(twice(moment).into_iter().map(|it| (Rule::Twice, it)));
        for service in services {
            found.extend(pair(moment, service).into_iter().map(|it| (Rule::Pair, it)));
            found.extend(
                precedence(moment, service)
                    .into_iter()
                    .map(|it| (Rule::Precedence, it)),
            );
            for (side, other) in [(&service.blue, &service.green), (&service.green, &service.blue)] {
                found.extend(
                    raise(moment, service, side, other)
                        .into_iter()
                        .map(|it| (Rule::Raise, it)),
                );
                found.extend(capacity(moment, service, side));
            }
        }
    }
    found
}

/// Healthy targets that a growing share needs: at least what was declared, and at least as many as the group with the
/// larger share has right now. That is a lower bound of the tasks that run for it: a task need not be healthy to run.
fn required(moment: &Moment<'_>, service: &Service) -> usize {
    let groups = service
        .sides()
        .map(|side| moment.before.group(&side.target_group).unwrap_or_default());
    let main = |group: &str| {
        let ours = moment
            .before
            .forwards
            .iter()
            .filter(|(arn, _)| is_main(moment.before, arn, service));
        ours.filter_map(|(_, forward)| forward.shares.get(group))
            .copied()
            .fold(0.0, f64::max)
    };
    let live = if main(groups[0]) < main(groups[1]) {
        groups[1]
    } else {
        groups[0]
    };
    let declared = usize::try_from(service.required).unwrap_or(usize::MAX);
    declared.max(moment.before.healthy(live))
}

fn raise(moment: &Moment<'_>, service: &Service, side: &Side, other: &Side) -> Vec<String> {
    let Some(group) = moment.after.group(&side.target_group) else {
        return vec![];
    };
    let twin = moment.after.group(&other.target_group).unwrap_or_default();
    let names = |forward: &Forward| forward.shares.contains_key(group) || forward.shares.contains_key(twin);
    if !moment.before.forwards.values().any(names) {
        // The first rule of a service: a group that no rule names cannot have a healthy target.
        return vec![];
    }
    let share = |world: &Replay, arn: &str| {
        world
            .forwards
            .get(arn)
            .and_then(|forward| forward.shares.get(group))
            .copied()
            .unwrap_or(0.0)
    };
    let healthy = moment.after.healthy(group);
    let mut found = Vec::new();
    for arn in moment.after.forwards.keys() {
        let (before, after) = (share(moment.before, arn), share(moment.after, arn));
        if after <= before {
            continue;
        }
        let goes_back = moment.undo && after <= share(moment.proven, arn);
        let needed = if goes_back { 1 } else { required(moment, service) };
        if healthy < needed {
            let back = if goes_back { ", even to go back" } else { "" };
            found.push(format!(
                "the share of {} in {arn} grew from {before}% to {after}% with {healthy} healthy targets where {needed} \
                 are needed{back}",
                side.target_group
            ));
        }
    }
    found
}

/// Shrinking and deploying: what happens to one color's ECS service.
fn capacity(moment: &Moment<'_>, service: &Service, side: &Side) -> Vec<(Rule, String)> {
    let Some(ecs) = &side.ecs_service else {
        return vec![];
    };
    let key = (service.cluster.clone(), ecs.clone());
    let Some(old) = moment.before.services.get(&key) else {
        return vec![];
    };
    let new = moment.after.services.get(&key);
    let group = moment.before.group(&side.target_group).unwrap_or_default();
    let share = moment.before.share(group);
    let event = moment.event;
    let mut found = Vec::new();

    let desired = new.map_or(0, |new| new.desired);
    let stops = text(&event["action"]) == "StopTask"
        && moment
            .before
            .tasks
            .get(text(&event["input"]["task"]))
            .is_some_and(|task| *task == key);
    let shrinks = desired < old.desired || new.is_none() || stops;
    if shrinks {
        let what = if stops {
            "lost a task".to_owned()
        } else {
            format!("shrank from {} to {desired}", old.desired)
        };
        if 0.0 < share {
            found.push((
                Rule::Shrink,
                format!("{ecs} {what} while {} has a share of {share}%", side.target_group),
            ));
        } else if let Some(since) = moment.before.idle_since.get(group) {
            let idle = event["at_ms"].as_f64().unwrap_or(0.0) - since;
            let drain = service.drain.as_secs_f64() * 1000.0;
            if idle < drain {
                let sentence =
                    format!("{ecs} {what} {idle:.0} ms after its share fell to 0, drain is {drain:.0} ms");
                found.push((Rule::Drain, sentence));
            }
        }
    }

    let forced = place(&event["input"]) == key && event["input"]["forceNewDeployment"] == true;
    if forced || new.is_some_and(|new| new.task_definition != old.task_definition) {
        let canary = |(arn, forward): (&String, &Forward)| {
            is_canary(moment.before, arn) && forward.shares.contains_key(group)
        };
        if 0.0 < share {
            let sentence = format!(
                "{ecs} was deployed to while {} has a share of {share}%",
                side.target_group
            );
            found.push((Rule::Deploy, sentence));
        } else if moment.before.forwards.iter().any(canary) {
            let sentence = format!(
                "{ecs} was deployed to while a canary rule names {}",
                side.target_group
            );
            found.push((Rule::Deploy, sentence));
        }
    }
    found
}

/// Judged even if AWS refused: the attempt is wrong.
fn foreign(moment: &Moment<'_>, services: &[Service]) -> Vec<String> {
    let (event, before) = (moment.event, moment.before);
    let (input, action) = (&event["input"], text(&event["action"]));
    let ours = |arn: &str| {
        before
            .tag(arn, SERVICE)
            .is_some_and(|name| services.iter().any(|service| service.name == name))
    };
    // A rule that is gone has no tags left; asking to remove it again touches nothing.
    let rule = |arn: &str| ours(arn) || (!before.forwards.contains_key(arn) && event["applied"] != true);
    let refuse = |arn: &str| format!("{action} of {arn}, which is not ours");
    match (text(&event["service"]), action) {
        ("elbv2", "CreateRule") => {
            let tags = super::call::tags(&input["Tags"]);
            let named = tags
                .get(SERVICE)
                .is_some_and(|name| services.iter().any(|service| service.name == *name));
            if named && tags.contains_key(RESOURCE) {
                vec![]
            } else {
                vec!["CreateRule without our tags".to_owned()]
            }
        }
        ("elbv2", "ModifyRule" | "DeleteRule") => {
            let arn = text(&input["RuleArn"]);
            if rule(arn) { vec![] } else { vec![refuse(arn)] }
        }
        ("elbv2", "SetRulePriorities") => {
            let arns = list(&input["RulePriorities"])
                .iter()
                .map(|pair| text(&pair["RuleArn"]));
            arns.filter(|arn| !rule(arn)).map(refuse).collect()
        }
        ("elbv2", "ModifyListener") => {
            let arn = text(&input["ListenerArn"]);
            if ours(arn) { vec![] } else { vec![refuse(arn)] }
        }
        ("elbv2", "AddTags" | "RemoveTags") => {
            // A listener is claimed by tagging it; a rule has to be ours already.
            let claim = |arn: &str| before.forwards.get(arn).is_some_and(|it| it.priority.is_none());
            let arns = list(&input["ResourceArns"]).iter().map(text);
            arns.filter(|arn| !rule(arn) && !claim(arn)).map(refuse).collect()
        }
        ("ecs", "UpdateService") => {
            let (cluster, name) = place(input);
            let known = services.iter().any(|service| {
                service.cluster == cluster
                    && service
                        .sides()
                        .iter()
                        .any(|side| side.ecs_service.as_deref() == Some(name.as_str()))
            });
            if known { vec![] } else { vec![refuse(&name)] }
        }
        (service, _) => vec![format!("{service} {action}: a release has no business with it")],
    }
}

fn pair(moment: &Moment<'_>, service: &Service) -> Vec<String> {
    let main = moment.after.forwards.iter().filter(|(arn, forward)| {
        is_main(moment.after, arn, service) && moment.before.forwards.get(*arn) != Some(forward)
    });
    let lacks = |forward: &Forward, side: &Side| {
        !moment
            .after
            .group(&side.target_group)
            .is_some_and(|group| forward.shares.contains_key(group))
    };
    main.flat_map(|(arn, forward)| {
        let missing = service.sides().into_iter().filter(|side| lacks(forward, side));
        missing
            .map(|side| format!("{arn} does not name {}", side.target_group))
            .collect::<Vec<_>>()
    })
    .collect()
}

fn twice(moment: &Moment<'_>) -> Vec<String> {
    let twins = |world: &Replay| {
        let mut found = Vec::new();
        let rules: Vec<_> = world.forwards.iter().collect();
        for (index, (left, one)) in rules.iter().enumerate() {
            for (right, two) in &rules[index + 1..] {
                let tag = |key| {
                    world
                        .tag(left, key)
                        .filter(|tag| world.tag(right, key) == Some(tag))
                };
                let same = one.listener == two.listener && one.conditions == two.conditions;
                if same && tag(SERVICE).is_some() && tag(RESOURCE).is_some() {
                    found.push(format!("{left} and {right} are the same rule twice"));
                }
            }
        }
        found
    };
    let old = twins(moment.before);
    twins(moment.after)
        .into_iter()
        .filter(|found| !old.contains(found))
        .collect()
}

fn precedence(moment: &Moment<'_>, service: &Service) -> Vec<String> {
    let late = |world: &Replay| {
        let mut found = Vec::new();
        let of_service = |arn: &str| world.tag(arn, SERVICE) == Some(service.name.as_str());
        let mains: Vec<_> = world
            .forwards
            .iter()
            .filter(|(arn, _)| is_main(world, arn, service))
            .collect();
        for (arn, canary) in world
            .forwards
            .iter()
            .filter(|(arn, _)| of_service(arn) && is_canary(world, arn))
        {
            for (main, rule) in &mains {
                // A default action comes last whatever happens.
                let Some(priority) = rule.priority else { continue };
                if canary.listener == rule.listener && canary.priority.is_none_or(|canary| priority <= canary)
                {
                    found.push(format!(
                        "the canary rule {arn} comes after {main}: nobody reaches it"
                    ));
                }
            }
        }
        found
    };
    let old = late(moment.before);
    late(moment.after)
        .into_iter()
        .filter(|found| !old.contains(found))
        .collect()
}

/// Is this the rule, or the claimed listener, that carries a service's traffic?
fn is_main(world: &Replay, arn: &str, service: &Service) -> bool {
    world.tag(arn, SERVICE) == Some(service.name.as_str()) && !is_canary(world, arn)
}

fn is_canary(world: &Replay, arn: &str) -> bool {
    world
        .tag(arn, RESOURCE)
        .is_some_and(|resource| resource.starts_with("canary"))
}
