//! Fields of an `aws_ecs_service` that the release owns, changed behind its back.

use super::{Case, Found};
use crate::model::{Action, Changed, Color, Ecs, Facts, Neighbour, NeighbourKind, Service};
use crate::view::Known;

pub fn fields(case: Case<'_>) -> Found {
    let mut found = Found::new();
    let touched = case.plan.neighbours.iter().filter(|neighbour| {
        neighbour.kind == NeighbourKind::EcsService
            && !matches!(neighbour.action, Action::Nothing | Action::Create)
    });
    for neighbour in touched {
        let Some(before) = &neighbour.before else { continue };
        for (owner, color) in owners(case, before) {
            if let Some(message) = against(neighbour, before, owner, color) {
                found.push((neighbour.address.clone(), message));
            }
        }
    }
    found
}

/// Services that name this ECS service, before or after, and stay.
fn owners<'a>(case: Case<'a>, facts: &Facts) -> Vec<(&'a str, Color)> {
    let mut owners = Vec::new();
    let stays = |service: &Changed<Service>| service.after.is_some();
    let sides = case
        .plan
        .services
        .iter()
        .filter(|service| stays(service))
        .flat_map(|service| {
            let both = [&service.before, &service.after].into_iter().flatten();
            both.map(|side| (service.address.as_str(), side))
        });
    let unlisted = case
        .plan
        .unlisted
        .iter()
        .map(|(address, side)| (address.as_str(), side));
    for (address, side) in sides.chain(unlisted) {
        for color in Color::BOTH {
            let owner = (address, color);
            if side.ecs.as_ref().is_some_and(|ecs| names(ecs, color, facts)) && !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    owners
}

/// Whether `ecs` names this ECS service as that of `color`. A cluster is told by its name, however it is written; one
/// that is unknown may be the one.
pub fn names(ecs: &Ecs, color: Color, facts: &Facts) -> bool {
    let same_name = ecs.services[color]
        .text()
        .is_some_and(|name| facts.name.text() == Some(name));
    let same_cluster = match (&ecs.cluster, &facts.cluster) {
        (Known::Is(one), Known::Is(other)) => last(one) == last(other),
        // Without a cluster it runs in the account's default one.
        (Known::Is(one), Known::Null) => last(one) == "default",
        _ => true,
    };
    same_name && same_cluster
}

fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn against(neighbour: &Neighbour, before: &Facts, owner: &str, color: Color) -> Option<String> {
    let whose = format!("{owner} owns it as {color}");
    if neighbour.action != Action::Update {
        return Some(format!("it is {}, and {whose}", neighbour.action.done()));
    }
    let after = neighbour.after.as_ref()?;
    let mut changed = Vec::new();
    for (name, before, after) in [
        ("desired_count", &before.desired_count, &after.desired_count),
        ("task_definition", &before.task_definition, &after.task_definition),
    ] {
        if before != after {
            changed.push(format!("{name} {} → {}", shown(before), shown(after)));
        }
    }
    match changed.is_empty() {
        true => None,
        false => Some(format!("{} is planned, and {whose}", changed.join(" and "))),
    }
}

fn shown(value: &Known<serde_json::Value>) -> String {
    match value {
        Known::Null => "nothing".to_owned(),
        Known::Unknown => "known after apply".to_owned(),
        Known::Is(serde_json::Value::String(text)) => last(text).to_owned(),
        Known::Is(value) => value.to_string(),
    }
}
