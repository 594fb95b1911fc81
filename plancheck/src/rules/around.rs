//! What else happens in the plan: other changes beside a promotion, and what has drifted.

use super::{Case, Found};
use crate::model::{Changed, Changing, Service};
use crate::movement::Movement;

/// How many names a sentence lists.
const NAMED: usize = 5;

/// Nothing else changes while a release is promoted.
pub fn promotion_alone(case: Case<'_>) -> Found {
    let beside = &case.policy.rules.promotion_alone.beside;
    let allowed = |changing: &Changing| {
        changing.kind.starts_with("bluegreen_")
            || beside.iter().any(|pattern| matches(pattern, &changing.kind))
    };
    let others: Vec<String> = case
        .plan
        .changing
        .iter()
        .filter(|changing| !allowed(changing))
        .map(|changing| format!("{} is {}", changing.address, changing.action.done()))
        .collect();
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let mut found = Found::new();
    for service in case
        .plan
        .services
        .iter()
        .filter(|service| service.movement.promotes())
    {
        if !others.is_empty() {
            let message = format!("{} beside other changes: {}", service.movement, listed(&others));
            found.push((service.address.clone(), message));
        }
        if let Some(what) = moved(service) {
            let message = format!("{} while {what} changes in the same plan", service.movement);
            found.push((service.address.clone(), message));
        }
    }
    found
}

/// What else changes of the service itself: where it stands, and what it is made of.
fn moved(service: &Changed<Service>) -> Option<&'static str> {
    let (before, after) = (service.before.as_ref()?, service.after.as_ref()?);
    let names = |side: &Service| {
        side.ecs
            .as_ref()
            .map(|ecs| (ecs.cluster.clone(), ecs.services.clone()))
    };
    if before.listener != after.listener || before.priority != after.priority {
        Some("its place on the listener")
    } else if before.groups != after.groups {
        Some("a target group of it")
    } else if names(before) != names(after) {
        Some("an ECS service of it")
    } else {
        None
    }
}

/// `*` stands for anything; all else for itself.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((head, rest)) => text.strip_prefix(head).is_some_and(|tail| {
            (0..=tail.len()).any(|at| tail.is_char_boundary(at) && matches(rest, &tail[at..]))
        }),
    }
}

/// The first few, and how many more.
pub fn listed(names: &[&str]) -> String {
    let first = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// What was applied last is no longer true.
pub fn drift(case: Case<'_>) -> Found {
    let plan = case.plan;
    let mut found = Found::new();
    for service in plan
        .services
        .iter()
        .filter(|service| service.movement == Movement::Drift)
    {
        let seen = plan
            .drifted
            .iter()
            .find(|drifted| drifted.address == service.address);
        let attributes: Vec<&str> = seen
            .map(|drifted| drifted.attributes.iter().map(String::as_str).collect())
            .unwrap_or_default();
        let outside = match attributes.is_empty() {
            true => String::new(),
            false => format!(" (changed outside of Terraform: {})", listed(&attributes)),
        };
        let change = service.after.as_ref().and_then(|after| after.change.text());
        let change = change.unwrap_or("it is put back");
        found.push((
            service.address.clone(),
            format!("nothing new is asked for, and it differs from what was applied{outside}: {change}"),
        ));
    }
    found
}

#[test]
fn patterns_match_by_star() {
    for (pattern, text, expected) in [
        ("aws_ecs_task_definition", "aws_ecs_task_definition", true),
        ("aws_ecs_task_definition", "aws_ecs_task", false),
        ("aws_cloudwatch_*", "aws_cloudwatch_log_group", true),
        ("*_group", "aws_cloudwatch_log_group", true),
        ("aws_*_group", "aws_group", false),
        ("*", "anything", true),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
}
