//! VPC actions.
//!
//! One IPv4 network each; no IPv6, no DHCP options of one's own.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::tag_set;
use crate::world::ec2::{Kind, Vpc};
use crate::world::{Ruled, World};

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.vpcs,
        kind: Kind::Vpc,
        ids: "VpcId",
        set: "vpcSet",
        filters: &[
            "cidr",
            "cidr-block",
            "cidr-block-association.cidr-block",
            "dhcp-options-id",
            "is-default",
            "isDefault",
            "owner-id",
            "state",
            "vpc-id",
        ],
        most: 1000,
        values,
        json: vpc_json,
    };
    listing.answer(world, args)
}

fn values(_world: &World, vpc: &Vpc, filter: &str) -> Vec<String> {
    let value = match filter {
        "cidr" | "cidr-block" | "cidr-block-association.cidr-block" => vpc.cidr.to_string(),
        "dhcp-options-id" => "default".to_owned(),
        "is-default" | "isDefault" => vpc.is_default.to_string(),
        "owner-id" => vpc.owner.clone(),
        "state" => "available".to_owned(),
        _ => vpc.id.clone(),
    };
    vec![value]
}

/// AWS's picture of a VPC.
pub fn vpc_json(world: &World, vpc: &Vpc) -> Value {
    json!({
        "vpcId": vpc.id, "state": "available", "cidrBlock": vpc.cidr.to_string(), "ownerId": vpc.owner,
        "isDefault": vpc.is_default, "dhcpOptionsId": "default", "instanceTenancy": vpc.tenancy,
        "tagSet": tag_set(world, &vpc.id), "ipv6CidrBlockAssociationSet": [],
        "cidrBlockAssociationSet": [{
            "associationId": vpc.id.replacen("vpc-", "vpc-cidr-assoc-", 1), "cidrBlock": vpc.cidr.to_string(),
            "cidrBlockState": { "state": "associated" },
        }],
    })
}
