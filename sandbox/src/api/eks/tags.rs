//! Tags of clusters and node groups, by ARN.
//!
//! EKS's tags are a map, where other services have lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::args::Args;
use super::tag_limits;
use crate::world::{Refusal, Ruled, World};

pub fn tag(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = arn(world, args)?;
    let tags = checked(args, "BadRequestException")?;
    let mut after = world.tags.get(&arn).cloned().unwrap_or_default();
    after.extend(tags.clone());
    if tag_limits::MOST < after.len() {
        return Err(Refusal::new(
            "BadRequestException",
            "A resource has at most 50 tags",
        ));
    }
    world.set_tags(&arn, tags);
    Ok(json!({}))
}

pub fn untag(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = arn(world, args)?;
    let keys = match args.value("tagKeys") {
        Some(Value::String(key)) => vec![key.clone()],
        _ => args.texts("tagKeys")?,
    };
    if let Some(tags) = world.tags.get_mut(&arn) {
        tags.retain(|key, _| !keys.contains(key));
    }
    Ok(json!({}))
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arn = arn(world, args)?;
    Ok(json!({ "tags": world.tags.get(&arn).cloned().unwrap_or_default() }))
}

/// `tags` of a creating call.
pub fn given(args: &Args<'_>) -> Ruled<BTreeMap<String, String>> {
    checked(args, "InvalidParameterException")
}

fn checked(args: &Args<'_>, code: &'static str) -> Ruled<BTreeMap<String, String>> {
    let tags = args.map("tags")?;
    if tag_limits::MOST < tags.len() {
        return Err(Refusal::new(code, "A resource has at most 50 tags"));
    }
    tag_limits::fault(&tags).map_or(Ok(tags), |fault| Err(Refusal::new(code, fault)))
}

/// The ARN that is asked about, if anything has it.
fn arn(world: &World, args: &Args<'_>) -> Ruled<String> {
    let arn = args.required("resourceArn")?;
    let known = world
        .eks
        .clusters
        .values()
        .any(|cluster| cluster.arn == arn || cluster.node_groups.values().any(|group| group.arn == arn));
    if known {
        return Ok(arn.to_owned());
    }
    Err(Refusal::new("NotFoundException", format!("The resource '{arn}' was not found")).with_status(404))
}
