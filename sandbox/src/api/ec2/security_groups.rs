//! Security group actions.
//!
//! Groups of VPCs only: EC2-Classic is gone.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::permissions::together;
use super::read::{missing, need, tags};
use super::tag_set;
use crate::world::ec2::{Direction, GroupRule, Kind, Peer, SecurityGroup};
use crate::world::{Ruled, World};

/// Without a VPC in the default one.
pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "security-group")?;
    let default = world.ec2.vpcs.values().find(|it| it.is_default);
    let vpc = match args.owned("VpcId")? {
        Some(vpc) => vpc,
        None => default.map(|it| it.id.clone()).ok_or_else(|| missing("VpcId"))?,
    };
    let description = need(args, "GroupDescription")?;
    let id = world.create_security_group(&vpc, need(args, "GroupName")?, description)?;
    world.set_tags(&id, tags);
    let arn = arn(world, world.ec2.security_group(&id)?);
    Ok(json!({ "groupId": id, "securityGroupArn": arn, "tagSet": tag_set(world, &id) }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = need(args, "GroupId")?;
    world.delete_security_group(id)?;
    Ok(json!({ "return": true, "groupId": id }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.security_groups,
        kind: Kind::SecurityGroup,
        ids: "GroupId",
        set: "securityGroupInfo",
        filters: &[
            "description",
            "egress.ip-permission.cidr",
            "egress.ip-permission.from-port",
            "egress.ip-permission.group-id",
            "egress.ip-permission.protocol",
            "egress.ip-permission.to-port",
            "group-id",
            "group-name",
            "ip-permission.cidr",
            "ip-permission.from-port",
            "ip-permission.group-id",
            "ip-permission.protocol",
            "ip-permission.to-port",
            "owner-id",
            "vpc-id",
        ],
        most: 1000,
        values,
        json: group_json,
    };
    listing.answer(world, args)
}

fn values(world: &World, group: &SecurityGroup, filter: &str) -> Vec<String> {
    let (direction, of_rule) = match filter.strip_prefix("egress.") {
        Some(rest) => (Direction::Egress, rest),
        None => (Direction::Ingress, filter),
    };
    if let Some(of_rule) = of_rule.strip_prefix("ip-permission.") {
        let rules = rules_of(world, &group.id);
        let rules = rules.into_iter().filter(|it| it.direction == direction);
        return rules.filter_map(|rule| rule_value(rule, of_rule)).collect();
    }
    let value = match filter {
        "description" => &group.description,
        "group-name" => &group.name,
        "owner-id" => &group.owner,
        "vpc-id" => &group.vpc,
        _ => &group.id,
    };
    vec![value.clone()]
}

fn rule_value(rule: &GroupRule, filter: &str) -> Option<String> {
    let it = &rule.permission;
    match (filter, &it.peer) {
        ("cidr", Peer::Ipv4(cidr)) => Some(cidr.clone()),
        ("group-id", Peer::Group { id, .. }) => Some(id.clone()),
        ("from-port", _) => it.ports.map(|ports| ports.0.to_string()),
        ("to-port", _) => it.ports.map(|ports| ports.1.to_string()),
        ("protocol", _) => Some(it.protocol.clone()),
        _ => None,
    }
}

fn rules_of<'a>(world: &'a World, group: &str) -> Vec<&'a GroupRule> {
    let rules = world.ec2.rules.values();
    rules.filter(|it| it.group == group).collect()
}

fn arn(world: &World, group: &SecurityGroup) -> String {
    let rest = format!("security-group/{}", group.id);
    world.ids.ec2_arn(&group.owner, &rest)
}

/// AWS's picture of a security group.
pub fn group_json(world: &World, group: &SecurityGroup) -> Value {
    let rules = rules_of(world, &group.id);
    json!({
        "groupId": group.id, "groupName": group.name, "groupDescription": group.description,
        "ownerId": group.owner, "vpcId": group.vpc, "tagSet": tag_set(world, &group.id),
        "securityGroupArn": arn(world, group),
        "ipPermissions": together(&rules, Direction::Ingress),
        "ipPermissionsEgress": together(&rules, Direction::Egress),
    })
}
