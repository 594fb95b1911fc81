//! Tag actions, for every kind of ECS resource.
//!
//! Refuses tags on what does not exist.

use serde_json::{Value, json};

use super::super::args::Args;
use crate::world::{Refusal, Ruled, World};

pub fn tag(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arn, tags) = (resource(world, args)?, super::tags(args)?);
    let mut after = world.tags.get(&arn).cloned().unwrap_or_default();
    after.extend(tags.clone());
    super::check_tag_count(after.len())?;
    world.set_tags(&arn, tags);
    Ok(json!({}))
}

pub fn untag(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arn, keys) = (resource(world, args)?, args.texts("tagKeys")?);
    if let Some(tags) = world.tags.get_mut(&arn) {
        tags.retain(|key, _| !keys.contains(key));
    }
    Ok(json!({}))
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arn = resource(world, args)?;
    Ok(json!({ "tags": super::tags_json(world, &arn) }))
}

fn resource(world: &World, args: &Args<'_>) -> Ruled<String> {
    let arn = args.required("resourceArn")?;
    let (kind, rest) = arn
        .split(':')
        .nth(5)
        .unwrap_or_default()
        .split_once('/')
        .unwrap_or_default();
    let exists = match kind {
        "cluster" => world.ecs.clusters.contains_key(rest),
        "service" => world.ecs.services.values().any(|it| it.arn == arn),
        "task" => world.ecs.tasks.contains_key(arn),
        "task-definition" => world.find_task_definition(arn).is_some(),
        _ => return Err(Refusal::parameter("Invalid ARN.")),
    };
    if !exists {
        return Err(Refusal::parameter(
            "The specified resource is not found. Specify a valid resource and try again.",
        ));
    }
    Ok(arn.to_owned())
}
