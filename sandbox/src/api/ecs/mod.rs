//! ECS's actions (AmazonEC2ContainerServiceV20141113).
//!
//! Translates members to rules of the world and back; decides nothing itself.

mod clusters;
mod services;
mod tags;
mod task_definitions;
mod tasks;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::args::Args;
use super::tag_limits;
use crate::world::{Refusal, Ruled, World};

pub(super) use clusters::cluster_json;
pub(super) use services::service_json;
pub(super) use task_definitions::task_definition_json;
pub(super) use tasks::task_json;

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "InvalidParameterException");
    answer(world, action, args).unwrap_or_else(|| {
        Err(Refusal::new(
            "UnknownOperationException",
            format!("Unknown operation {action}"),
        ))
    })
}

answers! { |world, args| {
    "CreateCluster" => clusters::create(world, args),
    "DescribeClusters" => clusters::describe(world, args),
    "ListClusters" => clusters::list(world, args),
    "DeleteCluster" => clusters::delete(world, args),
    "PutClusterCapacityProviders" | "UpdateCluster" | "UpdateClusterSettings" => {
        clusters::update(world, args)
    },
    "RegisterTaskDefinition" => task_definitions::register(world, args),
    "DescribeTaskDefinition" => task_definitions::describe(world, args),
    "DeregisterTaskDefinition" => task_definitions::deregister(world, args),
    "ListTaskDefinitions" => task_definitions::list(world, args),
    "CreateService" => services::create(world, args),
    "DescribeServices" => services::describe(world, args),
    "UpdateService" => services::update(world, args),
    "DeleteService" => services::delete(world, args),
    "ListServices" => services::list(world, args),
    "ListTasks" => tasks::list(world, args),
    "DescribeTasks" => tasks::describe(world, args),
    "TagResource" => tags::tag(world, args),
    "UntagResource" => tags::untag(world, args),
    "ListTagsForResource" => tags::list(world, args),
} }

fn tags(args: &Args<'_>) -> Ruled<BTreeMap<String, String>> {
    let given = args.structures("tags")?.len();
    let tags = args.pairs("tags", "key", "value")?;
    if tags.len() < given {
        return Err(Refusal::parameter("Tags cannot contain duplicate keys."));
    }
    match tag_limits::fault(&tags) {
        Some(fault) => Err(Refusal::parameter(fault)),
        None => check_tag_count(tags.len()).map(|()| tags),
    }
}

fn check_tag_count(count: usize) -> Ruled<()> {
    if tag_limits::MOST < count {
        return Err(Refusal::parameter(format!(
            "The maximum number of tags per resource is {}.",
            tag_limits::MOST
        )));
    }
    Ok(())
}

fn tags_json(world: &World, arn: &str) -> Value {
    let tags = world.tags.get(arn).into_iter().flatten();
    tags.map(|(key, value)| json!({ "key": key, "value": value }))
        .collect()
}

/// Seconds since 1970, as ECS writes time.
fn seconds(at: Timestamp) -> Value {
    json!(at.as_millisecond() as f64 / 1000.0)
}

fn missing(arn: &str) -> Value {
    json!({ "arn": arn, "reason": "MISSING" })
}

/// Whether the caller asked for `TAGS`.
fn wants_tags(args: &Args<'_>) -> Ruled<bool> {
    Ok(args.texts("include")?.iter().any(|it| it == "TAGS"))
}
