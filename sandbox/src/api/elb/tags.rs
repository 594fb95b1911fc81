//! Tags of classic load balancers, which are named, not numbered.
//!
//! One name without a load balancer fails the whole call, as AWS does: nothing is said of the others.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::elbv2;
use super::tag_limits;
use crate::world::{Refusal, Ruled, World};

/// Names in one DescribeTags.
const MOST_NAMES: usize = 20;

pub fn add(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arns, tags) = (arns(world, args)?, given(args)?);
    for (_, arn) in &arns {
        let mut after = world.tags.get(arn).cloned().unwrap_or_default();
        after.extend(tags.clone());
        if tag_limits::MOST < after.len() {
            return Err(too_many());
        }
    }
    for (_, arn) in &arns {
        world.set_tags(arn, tags.clone());
    }
    Ok(json!({}))
}

pub fn remove(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arns = arns(world, args)?;
    let keys: Vec<&str> = args
        .structures("Tags")?
        .iter()
        .map(|it| it.required("Key"))
        .collect::<Ruled<_>>()?;
    for (_, arn) in arns {
        if let Some(tags) = world.tags.get_mut(&arn) {
            tags.retain(|key, _| !keys.contains(&key.as_str()));
        }
    }
    Ok(json!({}))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    if MOST_NAMES < args.list("LoadBalancerNames")?.len() {
        return Err(Refusal::validation(format!(
            "Cannot have more than {MOST_NAMES} load balancers described"
        )));
    }
    let described = arns(world, args)?.into_iter().map(|(name, arn)| {
        let tags = world.tags.get(&arn).into_iter().flatten();
        let tags: Vec<Value> = tags
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        json!({ "LoadBalancerName": name, "Tags": tags })
    });
    Ok(json!({ "TagDescriptions": described.collect::<Vec<_>>() }))
}

/// `Tags` of a creating call.
pub fn given(args: &Args<'_>) -> Ruled<BTreeMap<String, String>> {
    elbv2::given_tags(args, too_many)
}

/// Name and key of the tags of each load balancer that is named.
fn arns(world: &World, args: &Args<'_>) -> Ruled<Vec<(String, String)>> {
    let names = args.texts("LoadBalancerNames")?;
    if names.is_empty() {
        return Err(args.missing("loadBalancerNames"));
    }
    let found = names
        .into_iter()
        .map(|name| Ok((world.classic(&name)?.arn.clone(), name)));
    found
        .map(|it: Ruled<(String, String)>| it.map(|(arn, name)| (name, arn)))
        .collect()
}

fn too_many() -> Refusal {
    let most = tag_limits::MOST;
    Refusal::new(
        "TooManyTags",
        format!("The quota of {most} tags per load balancer is reached"),
    )
}
