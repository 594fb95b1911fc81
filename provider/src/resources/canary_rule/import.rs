//! Import of a `bluegreen_canary_rule`: finds the rule that the id names, and those that bluegreen has made beside it
//! for the same audience. What they match is kept as it is; what is right only the configuration can say.

use super::place::resource_tag;
use crate::adapters::Elbv2;
use crate::adapters::alb::{self, Condition, RESOURCE_TAG, Slot, Tagged};
use crate::model::matching;
use crate::resources::service::Id;
use tfplugin::Value;

const FORMS: &str = "Give one of:\n  <rule ARN>                           of a canary rule that bluegreen has made\n  <service name>@<rule ARN>            of any rule that forwards to one target group";

/// Returns a state that tells where the rules stand; a read fills in the rest.
///
/// # Errors
/// A sentence for the operator.
pub async fn look(client: &Elbv2, id: &str) -> Result<Value, String> {
    let id = Id::parse_as(id, FORMS)?;
    if id.slot != Slot::Rule {
        return Err(format!(
            "{} is a listener's ARN, not a rule's.\n\n{FORMS}",
            id.arn
        ));
    }
    let listener_arn = id.listener_arn();
    let rules = id.rules(client).await?;
    let Some(rule) = rules.iter().find(|rule| rule.arn == id.arn) else {
        return Err(format!("Listener {listener_arn} has no rule {}.", id.arn));
    };
    let Some(first) = rule.priority else {
        return Err(format!(
            "{} is the default rule of its listener, which matches everybody.",
            id.arn
        ));
    };
    let tag = rule.tags.get(RESOURCE_TAG);
    let made_for = tag.and_then(|tag| tag.strip_prefix("canary/"));
    if tag.is_some() && made_for.is_none() {
        return Err(format!(
            "Rule {} is service {:?}'s own, not a canary rule.",
            id.arn,
            rule.service().unwrap_or_default()
        ));
    }
    if !rule.only_forwards() || rule.weights.len() != 1 {
        return Err(format!(
            "Rule {} does not forward to exactly one target group, so it is not an audience's.",
            id.arn
        ));
    }
    let service = match (&id.service, rule.service()) {
        (Some(given), Some(owner)) if given != owner => {
            return Err(format!(
                "Rule {} belongs to service {owner:?}, not to {given:?}: its tags say so.",
                id.arn
            ));
        }
        (Some(given), _) => given.clone(),
        (None, Some(owner)) => owner.to_owned(),
        (None, None) => {
            return Err(format!(
                "Rule {} carries no tags of bluegreen, so the id has to say whose it is: <service name>@{}.",
                id.arn, id.arn
            ));
        }
    };
    let priority = made_for.and_then(|text| text.parse().ok()).unwrap_or(first);
    let beside = |other: &&Tagged| other.arn == id.arn || other.is(&service, &resource_tag(priority));
    let own: Vec<&Tagged> = rules.iter().filter(beside).collect();
    Ok(state(&service, &listener_arn, priority, &own))
}

/// The audience as the rules have it, so that the first plan shows what the configuration asks beyond it.
fn state(service: &str, listener_arn: &str, priority: u32, own: &[&Tagged]) -> Value {
    let route = Value::object([
        ("service", Value::from(service)),
        ("listener_arn", listener_arn.into()),
    ]);
    let rules = own.iter().map(|rule| {
        super::plan::as_value(
            rule.priority.unwrap_or_default(),
            rule.conditions.lines(),
            rule.groups().join(",").into(),
            rule.arn.as_str().into(),
        )
    });
    let mut all: Vec<Condition> = Vec::new();
    for condition in own.iter().flat_map(|rule| &rule.conditions.0) {
        if !all.iter_mut().any(|known| joins(known, condition)) {
            all.push(condition.clone());
        }
    }
    let seen = matching::seen(&Value::object([("headers", Value::Null)]), &alb::Conditions(all));
    let kinds = ["path_patterns", "headers", "query_strings", "source_ips"];
    let mut state = Value::object(kinds.map(|kind| (kind, seen.get(kind).clone())));
    state.set("id", format!("{service}/{priority}").into());
    state.set("route", route);
    state.set("priority", i64::from(priority).into());
    state.set("rules", Value::list(rules));
    state.set("active", true.into());
    state
}

/// Adds the values of a condition to those of one of its kind in another rule.
fn joins(known: &mut Condition, other: &Condition) -> bool {
    fn add<T: Clone + PartialEq>(to: &mut Vec<T>, from: &[T]) {
        for value in from {
            if !to.contains(value) {
                to.push(value.clone());
            }
        }
    }
    match (known, other) {
        (Condition::Host(to), Condition::Host(from))
        | (Condition::Path(to), Condition::Path(from))
        | (Condition::Method(to), Condition::Method(from))
        | (Condition::SourceIp(to), Condition::SourceIp(from)) => add(to, from),
        (Condition::Query(to), Condition::Query(from)) => add(to, from),
        (
            Condition::Header { name, values },
            Condition::Header {
                name: other,
                values: from,
            },
        ) if name.eq_ignore_ascii_case(other) => add(values, from),
        _ => return false,
    }
    true
}
