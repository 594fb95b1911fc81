//! Task definition actions.
//!
//! A definition comes back as it was registered, with ECS's defaults filled in.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use crate::world::ecs::TaskDefinition;
use crate::world::{Refusal, Ruled, World};

const BODY: &[&str] = &[
    "containerDefinitions",
    "cpu",
    "ephemeralStorage",
    "executionRoleArn",
    "inferenceAccelerators",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
];

pub fn register(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (family, tags) = (args.required("family")?, super::tags(args)?);
    let definition = world.register_task_definition(family, args.only(BODY))?;
    let (arn, shown) = (definition.arn.clone(), task_definition_json(definition));
    world.set_tags(&arn, tags);
    Ok(json!({ "taskDefinition": shown, "tags": super::tags_json(world, &arn) }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let found = world.find_task_definition(args.required("taskDefinition")?);
    let found = found.ok_or_else(|| Refusal::client("Unable to describe task definition."))?;
    let mut shown = json!({ "taskDefinition": task_definition_json(found) });
    if super::wants_tags(args)? {
        shown["tags"] = super::tags_json(world, &found.arn);
    }
    Ok(shown)
}

pub fn deregister(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let definition = world.deregister_task_definition(args.required("taskDefinition")?)?;
    Ok(json!({ "taskDefinition": task_definition_json(definition) }))
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let family = args.text("familyPrefix")?;
    let active = args.text("status")?.unwrap_or("ACTIVE") == "ACTIVE";
    let families = world.ecs.task_definitions.iter();
    let mut arns: Vec<&str> = families
        .filter(|(name, _)| family.is_none_or(|family| family == name.as_str()))
        .flat_map(|(_, revisions)| revisions)
        .filter(|definition| definition.active == active)
        .map(|definition| definition.arn.as_str())
        .collect();
    if args.text("sort")? == Some("DESC") {
        arns.reverse();
    }
    let (page, next) = page::by_token(args, arns, 100)?;
    Ok(json!({ "taskDefinitionArns": page, "nextToken": next }))
}

/// AWS's picture of a task definition.
pub fn task_definition_json(definition: &TaskDefinition) -> Value {
    let mut fields = definition.body.clone();
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    put("taskDefinitionArn", json!(definition.arn));
    put("family", json!(definition.family));
    put("revision", json!(definition.revision));
    put(
        "status",
        json!(if definition.active { "ACTIVE" } else { "INACTIVE" }),
    );
    put("compatibilities", json!(["EC2", "FARGATE"]));
    put("registeredAt", super::seconds(definition.registered));
    if let Some(at) = definition.deregistered {
        put("deregisteredAt", super::seconds(at));
    }
    Value::Object(fields)
}
