//! EC2: the little that Terraform's AWS provider asks around a load balancer.
//!
//! Holds no networks: a described VPC or subnet exists because it was asked for.

use serde_json::{Map, Value, json};

use super::args::Args;
use super::unknown_action;
use crate::world::{Ruled, World};

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "InvalidParameterValue");
    answer(world, action, args).unwrap_or_else(|| Err(unknown_action(action, "2016-11-15")))
}

answers! { |world, args| {
    // Load balancers own no interfaces here, so none outlives them.
    "DescribeNetworkInterfaces" => Ok(json!({ "networkInterfaceSet": [] })),
    "DescribeAccountAttributes" => Ok(json!({ "accountAttributeSet": [{
        "attributeName": "supported-platforms",
        "attributeValueSet": [{ "attributeValue": "VPC" }],
    }] })),
    "DescribeAvailabilityZones" => Ok(zones(world)),
    "DescribeVpcs" => vpcs(world, args),
    "DescribeSubnets" => subnets(world, args),
} }

fn zones(world: &World) -> Value {
    let region = world.ids.region();
    let zones = ["a", "b", "c"].map(|zone| {
        json!({ "zoneName": format!("{region}{zone}"), "zoneState": "available", "regionName": region })
    });
    json!({ "availabilityZoneInfo": zones })
}

fn vpcs(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let owner = world.ids.account();
    let vpcs = args.texts("VpcId")?.into_iter().map(|id| {
        json!({ "vpcId": id, "state": "available", "cidrBlock": "10.0.0.0/16", "ownerId": owner, "isDefault": false })
    });
    Ok(json!({ "vpcSet": vpcs.collect::<Vec<_>>() }))
}

fn subnets(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let (region, owner) = (world.ids.region(), world.ids.account());
    let subnets = args
        .texts("SubnetId")?
        .into_iter()
        .enumerate()
        .map(|(index, id)| {
            let zone = ["a", "b", "c"][index % 3];
            json!({
                "subnetId": id, "state": "available", "vpcId": "vpc-0b1ae6f0c0ffee000", "ownerId": owner,
                "cidrBlock": format!("10.0.{index}.0/24"), "availabilityZone": format!("{region}{zone}"),
            })
        });
    Ok(json!({ "subnetSet": subnets.collect::<Vec<_>>() }))
}
