//! Tag actions, for every kind of ELBv2 resource.
//!
//! Refuses tags on what does not exist.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::tag_limits;
use crate::world::{Refusal, Ruled, World};

/// Resources of one DescribeTags.
const MOST_RESOURCES: usize = 20;

pub fn add(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arns, tags) = (arns(world, args)?, super::tags(args)?);
    for arn in &arns {
        let mut after = world.tags.get(arn).cloned().unwrap_or_default();
        after.extend(tags.clone());
        if tag_limits::MOST < after.len() {
            return Err(super::too_many_tags());
        }
    }
    for arn in &arns {
        world.set_tags(arn, tags.clone());
    }
    Ok(json!({}))
}

pub fn remove(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arns, keys) = (arns(world, args)?, args.texts("TagKeys")?);
    for arn in arns {
        if let Some(tags) = world.tags.get_mut(&arn) {
            tags.retain(|key, _| !keys.contains(key));
        }
    }
    Ok(json!({}))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let of = |arn: String| {
        let tags = world.tags.get(&arn).into_iter().flatten();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        json!({ "ResourceArn": arn, "Tags": tags })
    };
    if MOST_RESOURCES < args.list("ResourceArns")?.len() {
        return Err(Refusal::validation(format!(
            "Cannot have more than {MOST_RESOURCES} resources described"
        )));
    }
    Ok(json!({ "TagDescriptions": arns(world, args)?.into_iter().map(of).collect::<Vec<_>>() }))
}

fn arns(world: &World, args: &Args<'_>) -> Ruled<Vec<String>> {
    let arns = args.texts("ResourceArns")?;
    if arns.is_empty() {
        return Err(args.missing("resourceArns"));
    }
    for arn in &arns {
        let kind = arn
            .split(':')
            .nth(5)
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_default();
        match kind {
            "loadbalancer" => {
                world.load_balancer(arn)?;
            }
            "targetgroup" => {
                world.target_group(arn)?;
            }
            "listener" => {
                world.listener(arn)?;
            }
            "listener-rule" => {
                world.rule(arn)?;
            }
            _ => return Err(Refusal::validation(format!("'{arn}' is not a valid ARN"))),
        }
    }
    Ok(arns)
}
