//! VPC actions.
//!
//! One IPv4 network each; no IPv6, no DHCP options of one's own.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::read::{inner_flag, invalid, missing, need, tags};
use super::{done, tag_set};
use crate::world::ec2::{Kind, Vpc, VpcAttribute};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "vpc")?;
    let tenancy = args.text("InstanceTenancy")?.unwrap_or("default");
    if !["default", "dedicated"].contains(&tenancy) {
        return Err(invalid(tenancy, "instanceTenancy"));
    }
    let id = world.create_vpc(need(args, "CidrBlock")?, tenancy)?;
    world.set_tags(&id, tags);
    Ok(json!({ "vpc": vpc_json(world, world.ec2.vpc(&id)?) }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_vpc(need(args, "VpcId")?)?;
    Ok(done())
}

pub fn attribute(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let vpc = world.ec2.vpc(need(args, "VpcId")?)?;
    let name = need(args, "Attribute")?;
    let on = match name {
        "enableDnsSupport" => vpc.dns_support,
        "enableDnsHostnames" => vpc.dns_hostnames,
        "enableNetworkAddressUsageMetrics" => false,
        other => return Err(invalid(other, "attribute")),
    };
    Ok(json!({ "vpcId": vpc.id, name: { "value": on } }))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = need(args, "VpcId")?;
    let support = inner_flag(args, "EnableDnsSupport")?.map(VpcAttribute::DnsSupport);
    let hostnames = inner_flag(args, "EnableDnsHostnames")?.map(VpcAttribute::DnsHostnames);
    let change = support.or(hostnames).ok_or_else(|| missing("Attribute"))?;
    world.modify_vpc(id, change)?;
    Ok(done())
}

/// EC2-Classic is gone, so nothing is linked to it.
pub fn classic_link(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let mut links = Vec::new();
    for id in args.texts("VpcId")? {
        let vpc = world.ec2.vpc(&id)?;
        links
            .push(json!({ "vpcId": vpc.id, "classicLinkEnabled": false, "tagSet": tag_set(world, &vpc.id) }));
    }
    Ok(json!({ "vpcSet": links }))
}

pub fn classic_link_dns(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let mut links = Vec::new();
    for id in args.texts("VpcIds")? {
        let vpc = world.ec2.vpc(&id)?;
        links.push(json!({ "vpcId": vpc.id, "classicLinkDnsSupported": false }));
    }
    Ok(json!({ "vpcs": links }))
}

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
