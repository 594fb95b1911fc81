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

/// Every Region has three zones here.
const ZONES: [char; 3] = ['a', 'b', 'c'];
/// Addresses of a /24, less the five that AWS keeps in each subnet.
const ADDRESSES: u32 = 251;

/// A subnet lies in one zone for ever: the last digit of its id says in which.
pub(super) fn zone_of(world: &World, subnet: &str) -> String {
    format!("{}{}", world.ids.region(), ZONES[index(subnet)])
}

fn index(subnet: &str) -> usize {
    let digit = subnet
        .chars()
        .last()
        .and_then(|last| last.to_digit(16))
        .unwrap_or(0);
    (digit as usize + ZONES.len() - 1) % ZONES.len()
}

/// `euc1-az1` for the first zone of eu-central-1.
fn zone_id(world: &World, index: usize) -> String {
    let mut short = world.ids.region().to_owned();
    for word in ["north", "south", "east", "west", "central"] {
        short = short.replace(word, &word[..1]);
    }
    format!("{}-az{}", short.replace('-', ""), index + 1)
}

fn zones(world: &World) -> Value {
    let region = world.ids.region();
    let zones = ZONES.into_iter().enumerate().map(|(index, zone)| {
        json!({
            "zoneName": format!("{region}{zone}"), "zoneId": zone_id(world, index), "zoneState": "available",
            "zoneType": "availability-zone", "regionName": region, "groupName": region,
            "networkBorderGroup": region, "optInStatus": "opt-in-not-required", "messageSet": [],
        })
    });
    json!({ "availabilityZoneInfo": zones.collect::<Vec<_>>() })
}

fn vpcs(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let owner = world.ids.account();
    let vpcs = args.texts("VpcId")?.into_iter().map(|id| {
        json!({
            "vpcId": id, "state": "available", "cidrBlock": "10.0.0.0/16", "ownerId": owner, "isDefault": false,
            "dhcpOptionsId": "default", "instanceTenancy": "default", "tagSet": [],
            "cidrBlockAssociationSet": [{
                "associationId": id.replacen("vpc-", "vpc-cidr-assoc-", 1), "cidrBlock": "10.0.0.0/16",
                "cidrBlockState": { "state": "associated" },
            }],
        })
    });
    Ok(json!({ "vpcSet": vpcs.collect::<Vec<_>>() }))
}

fn subnets(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let (region, owner) = (world.ids.region(), world.ids.account());
    let subnets = args.texts("SubnetId")?.into_iter().map(|id| {
        json!({
            "subnetId": id, "state": "available", "vpcId": "vpc-0b1ae6f0c0ffee000", "ownerId": owner,
            "subnetArn": format!("arn:aws:ec2:{region}:{owner}:subnet/{id}"),
            "cidrBlock": format!("10.0.{}.0/24", index(&id)), "availableIpAddressCount": ADDRESSES,
            "availabilityZone": zone_of(world, &id), "availabilityZoneId": zone_id(world, index(&id)),
            "defaultForAz": false, "mapPublicIpOnLaunch": false, "assignIpv6AddressOnCreation": false,
            "ipv6Native": false, "ipv6CidrBlockAssociationSet": [], "tagSet": [],
            "privateDnsNameOptionsOnLaunch": {
                "hostnameType": "ip-name", "enableResourceNameDnsARecord": false,
                "enableResourceNameDnsAAAARecord": false,
            },
        })
    });
    Ok(json!({ "subnetSet": subnets.collect::<Vec<_>>() }))
}
