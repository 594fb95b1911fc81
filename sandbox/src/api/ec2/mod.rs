//! EC2's actions for networks (API version 2016-11-15).
//!
//! Translates members to rules of the world and back; decides nothing itself. No instances, images or volumes.

mod interfaces;
mod listing;
mod permissions;
mod read;
mod security_groups;
mod subnets;
mod vpcs;
mod zones;

use serde_json::{Map, Value, json};

use super::args::Args;
use super::unknown_action;
use crate::world::{Refusal, Ruled, World};

pub(super) use interfaces::interface_json;
pub(super) use security_groups::group_json;
pub(super) use subnets::subnet_json;
pub(super) use vpcs::vpc_json;

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "InvalidParameterValue");
    if ACTIONS.contains(&action) && read::flag(args, "DryRun")? == Some(true) {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(Refusal::new("DryRunOperation", message).with_status(412));
    }
    answer(world, action, args).unwrap_or_else(|| Err(unknown_action(action, "2016-11-15")))
}

answers! { |world, args| {
    "DescribeAccountAttributes" => Ok(json!({ "accountAttributeSet": [{
        "attributeName": "supported-platforms",
        "attributeValueSet": [{ "attributeValue": "VPC" }],
    }] })),
    "DescribeAvailabilityZones" => Ok(zones::describe(world)),
    "DescribeVpcs" => vpcs::describe(world, args),
    "DescribeSubnets" => subnets::describe(world, args),
    "DescribeSecurityGroups" => security_groups::describe(world, args),
    "DescribeNetworkInterfaces" => interfaces::describe(world, args),
} }

/// `tagSet` of a thing.
fn tag_set(world: &World, id: &str) -> Value {
    let tags = world.tags.get(id).into_iter().flatten();
    tags.map(|(key, value)| json!({ "key": key, "value": value }))
        .collect()
}
