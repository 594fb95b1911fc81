//! Subnet actions.
//!
//! IPv4 only.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::read::{inner_flag, missing, need, tags};
use super::{done, tag_set};
use crate::world::ec2::{Kind, Subnet, zone_id};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "subnet")?;
    let zone = args.text("AvailabilityZone")?;
    let id = world.create_subnet(need(args, "VpcId")?, need(args, "CidrBlock")?, zone)?;
    world.set_tags(&id, tags);
    Ok(json!({ "subnet": subnet_json(world, world.ec2.subnet(&id)?) }))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let on = inner_flag(args, "MapPublicIpOnLaunch")?;
    world.modify_subnet(
        need(args, "SubnetId")?,
        on.ok_or_else(|| missing("MapPublicIpOnLaunch"))?,
    )?;
    Ok(done())
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_subnet(need(args, "SubnetId")?)?;
    Ok(done())
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.subnets,
        kind: Kind::Subnet,
        ids: "SubnetId",
        set: "subnetSet",
        filters: &[
            "availability-zone",
            "availabilityZone",
            "availability-zone-id",
            "cidr",
            "cidr-block",
            "default-for-az",
            "defaultForAz",
            "map-public-ip-on-launch",
            "owner-id",
            "state",
            "subnet-arn",
            "subnet-id",
            "vpc-id",
        ],
        most: 1000,
        values,
        json: subnet_json,
    };
    listing.answer(world, args)
}

fn values(world: &World, subnet: &Subnet, filter: &str) -> Vec<String> {
    let value = match filter {
        "availability-zone" | "availabilityZone" => subnet.zone.clone(),
        "availability-zone-id" => zone_id(&subnet.zone),
        "cidr" | "cidr-block" => subnet.cidr.to_string(),
        "default-for-az" | "defaultForAz" => subnet.default_for_zone.to_string(),
        "map-public-ip-on-launch" => subnet.public_on_launch.to_string(),
        "owner-id" => subnet.owner.clone(),
        "state" => "available".to_owned(),
        "subnet-arn" => arn(world, subnet),
        "vpc-id" => subnet.vpc.clone(),
        _ => subnet.id.clone(),
    };
    vec![value]
}

fn arn(world: &World, subnet: &Subnet) -> String {
    world.ids.ec2_arn(&subnet.owner, &format!("subnet/{}", subnet.id))
}

/// AWS's picture of a subnet.
pub fn subnet_json(world: &World, subnet: &Subnet) -> Value {
    json!({
        "subnetId": subnet.id, "state": "available", "vpcId": subnet.vpc, "ownerId": subnet.owner,
        "subnetArn": arn(world, subnet), "cidrBlock": subnet.cidr.to_string(),
        "availableIpAddressCount": world.free_addresses(subnet), "availabilityZone": subnet.zone,
        "availabilityZoneId": zone_id(&subnet.zone), "defaultForAz": subnet.default_for_zone,
        "mapPublicIpOnLaunch": subnet.public_on_launch, "assignIpv6AddressOnCreation": false,
        "ipv6Native": false, "ipv6CidrBlockAssociationSet": [], "tagSet": tag_set(world, &subnet.id),
        "privateDnsNameOptionsOnLaunch": {
            "hostnameType": "ip-name", "enableResourceNameDnsARecord": false,
            "enableResourceNameDnsAAAARecord": false,
        },
    })
}
