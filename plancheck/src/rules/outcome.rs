//! Plans that don't say what will be: unknown values, and plans of a part.

use super::{Case, Found};
use crate::model::{Canary, Changed, Color, Service};
use crate::movement::Movement;

/// Values that hide what will serve.
pub fn unknown(case: Case<'_>) -> Found {
    let mut found = Found::new();
    if case.plan.errored {
        let message = "Terraform could not finish this plan, so it does not show what would be applied";
        found.push(("the plan".to_owned(), message.to_owned()));
    }
    if case.plan.complete == Some(true) {
        for address in &case.plan.omitted {
            let message = "it is in the state, and the plan says that it is whole and says nothing of it: the plan was edited";
            found.push((address.clone(), message.to_owned()));
        }
    }
    for service in &case.plan.services {
        let Some(after) = &service.after else { continue };
        let hidden = hidden_of(service, after);
        if !hidden.is_empty() {
            found.push((service.address.clone(), sentence(&hidden)));
        }
    }
    for canary in &case.plan.canaries {
        let Some(after) = &canary.after else { continue };
        let hidden = audience(canary, after);
        if !hidden.is_empty() {
            found.push((canary.address.clone(), sentence(&hidden)));
        }
    }
    found
}

fn sentence(hidden: &[&str]) -> String {
    format!(
        "{} known only after apply, so this plan does not show what it does",
        are(hidden)
    )
}

/// `a is`, `a and b are`.
fn are(names: &[&str]) -> String {
    match names {
        [one] => format!("{one} is"),
        [first @ .., last] => format!("{} and {last} are", first.join(", ")),
        [] => String::new(),
    }
}

fn hidden_of(service: &Changed<Service>, after: &Service) -> Vec<&'static str> {
    let mut hidden = Vec::new();
    // The first plan after an import moves nothing, and leaves it to apply to see how far the release has come.
    let recorded = service.movement != Movement::TakeOver;
    for (name, unknown) in [
        ("name", after.name.is_unknown()),
        ("release", after.release.is_unknown()),
        ("enable_canary", after.enable_canary.is_unknown()),
        ("activate_canary", after.activate_canary.is_unknown()),
        ("promote_to_all", after.promote_to_all.is_unknown()),
        ("phase", recorded && after.phase.is_unknown()),
        ("live_color", after.live.is_unknown()),
        (
            "traffic",
            Color::BOTH
                .into_iter()
                .any(|color| after.traffic[color].is_unknown()),
        ),
        ("cycle.stable_color", after.stable.is_unknown()),
    ] {
        if unknown {
            hidden.push(name);
        }
    }
    if let Some(ecs) = &after.ecs {
        let names = Color::BOTH
            .into_iter()
            .any(|color| ecs.services[color].is_unknown());
        if names {
            hidden.push("the name of an ECS service");
        }
        // Until the first apply nobody has looked; later on a count that is unknown was asked for as one.
        let looked = service.before.as_ref().is_some_and(|before| before.ecs.is_some());
        if looked
            && Color::BOTH
                .into_iter()
                .any(|color| after.capacity[color].is_unknown())
        {
            hidden.push("capacity");
        }
    }
    // A service that exists stays where it is, or the plan says where it goes.
    if service.before.is_some() {
        if after.listener.is_unknown() {
            hidden.push("alb.listener_arn");
        }
        for color in Color::BOTH {
            if after.groups[color].is_unknown() {
                hidden.push(match color {
                    Color::Blue => "alb.blue_target_group_arn",
                    Color::Green => "alb.green_target_group_arn",
                });
            }
        }
    }
    hidden
}

fn audience(canary: &Changed<Canary>, after: &Canary) -> Vec<&'static str> {
    if canary.movement == Movement::Nothing {
        return Vec::new();
    }
    let kinds = [
        ("active", after.active.is_unknown()),
        ("priority", after.priority.is_unknown()),
        ("source_ips", after.source_ips.is_unknown()),
        ("path_patterns", after.path_patterns.is_unknown()),
        ("headers", after.headers.is_unknown()),
        ("cookies", after.cookies.is_unknown()),
        ("query_strings", after.query_strings.is_unknown()),
    ];
    kinds
        .into_iter()
        .filter(|(_, unknown)| *unknown)
        .map(|(name, _)| name)
        .collect()
}

/// Plans of a part.
pub fn partial(case: Case<'_>) -> Found {
    let plan = case.plan;
    let mut found = Found::new();
    if 0 < plan.deferred {
        let message = format!("Terraform put {} off to a later plan", changes(plan.deferred));
        found.push(("the plan".to_owned(), message));
    } else if plan.complete == Some(false) && !plan.errored {
        let message = "Terraform says that more will have to be planned after it, as with -target";
        found.push(("the plan".to_owned(), message.to_owned()));
    }
    for address in plan.omitted.iter().filter(|_| plan.complete != Some(true)) {
        found.push((
            address.clone(),
            "it is in the state, and the plan says nothing of it".to_owned(),
        ));
    }
    found
}

fn changes(count: usize) -> String {
    match count {
        1 => "1 change".to_owned(),
        count => format!("{count} changes"),
    }
}
