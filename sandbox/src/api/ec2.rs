//! EC2: the little that Terraform's AWS provider asks around a load balancer.
//!
//! Holds no networks: a described VPC or subnet exists because it was asked for.

use serde_json::{Map, Value, json};

use super::args::Args;
use super::unknown_action;
use crate::world::{Ruled, World};

pub fn apply(world: &World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = Args::new(input, "InvalidParameterValue");
    let owner = world.ids.account();
    match action {
        // Load balancers own no interfaces here, so none outlives them.
        "DescribeNetworkInterfaces" => Ok(json!({ "networkInterfaceSet": [] })),
        "DescribeAccountAttributes" => Ok(json!({ "accountAttributeSet": [{
            "attributeName": "supported-platforms",
            "attributeValueSet": [{ "attributeValue": "VPC" }],
        }] })),
        "DescribeAvailabilityZones" => {
            let region = world.ids.region();
            let zones = ["a", "b", "c"].map(|zone| {
                json!({ "zoneName": format!("{region}{zone}"), "zoneState": "available", "regionName": region })
            });
            Ok(json!({ "availabilityZoneInfo": zones }))
        }
        "DescribeVpcs" => {
            let vpcs = args.texts("VpcId")?.into_iter().map(|id| {
                json!({ "vpcId": id, "state": "available", "cidrBlock": "10.0.0.0/16", "ownerId": owner, "isDefault": false })
            });
            Ok(json!({ "vpcSet": vpcs.collect::<Vec<_>>() }))
        }
        "DescribeSubnets" => {
            let region = world.ids.region();
            let subnets = args.texts("SubnetId")?.into_iter().enumerate().map(|(index, id)| {
                let zone = ["a", "b", "c"][index % 3];
                json!({
                    "subnetId": id, "state": "available", "vpcId": "vpc-0b1ae6f0c0ffee000", "ownerId": owner,
                    "cidrBlock": format!("10.0.{index}.0/24"), "availabilityZone": format!("{region}{zone}"),
                })
            });
            Ok(json!({ "subnetSet": subnets.collect::<Vec<_>>() }))
        }
        other => Err(unknown_action(other, "2016-11-15")),
    }
}
