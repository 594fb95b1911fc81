//! Rule actions.
//!
//! A priority is a number in requests and text in answers, as ELBv2 has it.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::actions::{actions_json, parse_actions};
use super::conditions::{conditions_json, parse_conditions};
use crate::world::elbv2::Rule;
use crate::world::{Refusal, Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    check_untransformed(args)?;
    let listener = args.required("ListenerArn")?;
    let priority = args
        .integer("Priority")?
        .ok_or_else(|| args.missing("priority"))?;
    let (conditions, actions) = (parse_conditions(args)?, parse_actions(args, "Actions")?);
    let arn = world.create_rule(listener, priority, conditions, actions, super::tags(args)?)?;
    Ok(json!({ "Rules": [rule_json(world.rule(&arn)?)] }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arns = args.texts("RuleArns")?;
    let listener = args.text("ListenerArn")?;
    let found: Vec<&Rule> = match (listener, arns.is_empty()) {
        (Some(listener), true) => {
            world.listener(listener)?;
            world.elbv2.rules_of(listener)
        }
        (None, false) => arns
            .iter()
            .map(|arn| {
                world
                    .rule(arn)
                    .map_err(|_| Refusal::new("RuleNotFound", "One or more rules not found"))
            })
            .collect::<Ruled<_>>()?,
        _ => {
            return Err(Refusal::validation(
                "You must specify either listener ARN or rule ARNs",
            ));
        }
    };
    let (page, next) = page::by_marker(args, found)?;
    Ok(json!({ "Rules": page.into_iter().map(rule_json).collect::<Vec<_>>(), "NextMarker": next }))
}

/// Routing by a rewritten host or path, which is not modelled, must not pass for routing by the given one.
fn check_untransformed(args: &Args<'_>) -> Ruled<()> {
    if args.structures("Transforms")?.is_empty() {
        return Ok(());
    }
    Err(Refusal::validation("Transforms are not supported here"))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    check_untransformed(args)?;
    let arn = args.required("RuleArn")?;
    let (conditions, actions) = (parse_conditions(args)?, parse_actions(args, "Actions")?);
    world.modify_rule(arn, conditions, actions)?;
    Ok(json!({ "Rules": [rule_json(world.rule(arn)?)] }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_rule(args.required("RuleArn")?)?;
    Ok(json!({}))
}

pub fn set_priorities(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let mut pairs = Vec::new();
    for pair in args.structures("RulePriorities")? {
        let priority = pair
            .integer("Priority")?
            .ok_or_else(|| args.missing("priority"))?;
        pairs.push((pair.required("RuleArn")?.to_owned(), priority));
    }
    if pairs.is_empty() {
        return Err(args.missing("rulePriorities"));
    }
    world.set_rule_priorities(&pairs)?;
    let rules: Vec<Value> = pairs
        .iter()
        .filter_map(|(arn, _)| Some(rule_json(world.rule(arn).ok()?)))
        .collect();
    Ok(json!({ "Rules": rules }))
}

/// AWS's picture of a rule.
pub fn rule_json(rule: &Rule) -> Value {
    json!({
        "RuleArn": rule.arn,
        "Priority": rule.priority.map_or_else(|| "default".to_owned(), |priority| priority.to_string()),
        "Conditions": conditions_json(&rule.conditions),
        "Actions": actions_json(&rule.actions),
        "IsDefault": rule.priority.is_none(),
    })
}
