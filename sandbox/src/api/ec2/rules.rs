//! Actions on rules of security groups.
//!
//! Rules are named by id, or by what they say.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::permissions::permission;
use super::read::{missing, need, number, tags};
use super::{done, tag_set};
use crate::world::ec2::{Direction, GroupRule, Kind, Peer, Permission};
use crate::world::{Ruled, World};

pub fn authorize(world: &mut World, args: &Args<'_>, direction: Direction) -> Ruled<Value> {
    let tags = tags(args, "security-group-rule")?;
    let ids = world.authorize(need(args, "GroupId")?, direction, wanted(world, args)?)?;
    for id in &ids {
        world.set_tags(id, tags.clone());
    }
    let rules = ids.iter().filter_map(|id| world.ec2.rules.get(id));
    let rules: Vec<Value> = rules.map(|rule| rule_json(world, rule)).collect();
    Ok(json!({ "return": true, "securityGroupRuleSet": rules }))
}

pub fn revoke(world: &mut World, args: &Args<'_>, direction: Direction) -> Ruled<Value> {
    let group = need(args, "GroupId")?;
    let ids = args.texts("SecurityGroupRuleId")?;
    let (revoked, unknown) = if ids.is_empty() {
        world.revoke(group, direction, wanted(world, args)?)?
    } else {
        (world.revoke_ids(group, direction, &ids)?, Vec::new())
    };
    let revoked: Vec<Value> = revoked.iter().map(revoked_json).collect();
    let unknown: Vec<Value> = unknown.iter().map(|it| permission(&[it])).collect();
    Ok(json!({ "return": true, "revokedSecurityGroupRuleSet": revoked, "unknownIpPermissionSet": unknown }))
}

pub fn update(world: &mut World, args: &Args<'_>, direction: Direction) -> Ruled<Value> {
    let group = need(args, "GroupId")?;
    let mut descriptions = Vec::new();
    for it in args.structures("SecurityGroupRuleDescription")? {
        descriptions.push((
            need(&it, "SecurityGroupRuleId")?.to_owned(),
            it.owned("Description")?,
        ));
    }
    if descriptions.is_empty() {
        for it in wanted(world, args)? {
            descriptions.push((world.find_rule(group, direction, &it)?, it.description));
        }
    }
    world.describe_rules(group, direction, descriptions)?;
    Ok(done())
}

/// The rules of a request: `IpPermissions`, or one rule in members of its own.
fn wanted(world: &World, args: &Args<'_>) -> Ruled<Vec<Permission>> {
    let mut rules = Vec::new();
    for it in args.structures("IpPermissions")? {
        let protocol = protocol(need(&it, "IpProtocol")?);
        let ports = ports(&it, &protocol)?;
        let mut add = |peer: Peer, description: Option<String>| {
            rules.push(Permission {
                protocol: protocol.clone(),
                ports,
                peer,
                description,
            });
        };
        for range in it.structures("IpRanges")? {
            add(
                Peer::Ipv4(need(&range, "CidrIp")?.to_owned()),
                range.owned("Description")?,
            );
        }
        for range in it.structures("Ipv6Ranges")? {
            add(
                Peer::Ipv6(need(&range, "CidrIpv6")?.to_owned()),
                range.owned("Description")?,
            );
        }
        for list in it.structures("PrefixListIds")? {
            let id = need(&list, "PrefixListId")?.to_owned();
            add(Peer::PrefixList(id), list.owned("Description")?);
        }
        for group in it.structures("Groups")? {
            add(
                peer_group(world, need(&group, "GroupId")?),
                group.owned("Description")?,
            );
        }
    }
    if let Some(cidr) = args.owned("CidrIp")? {
        let protocol = protocol(need(args, "IpProtocol")?);
        rules.push(Permission {
            ports: ports(args, &protocol)?,
            protocol,
            peer: Peer::Ipv4(cidr),
            description: None,
        });
    }
    if rules.is_empty() {
        return Err(missing("ipPermissions"));
    }
    Ok(rules)
}

/// A group of which account is the group's own affair; an unknown one is refused by the world.
fn peer_group(world: &World, id: &str) -> Peer {
    let group = world.ec2.security_groups.get(id);
    let owner = group.map_or_else(|| world.ids.account().to_owned(), |it| it.owner.clone());
    Peer::Group {
        id: id.to_owned(),
        owner,
    }
}

/// AWS knows four protocols by name, however they are asked for.
fn protocol(text: &str) -> String {
    match text {
        "6" => "tcp",
        "17" => "udp",
        "1" => "icmp",
        "58" => "icmpv6",
        "all" => "-1",
        other => other,
    }
    .to_lowercase()
}

fn ports(args: &Args<'_>, protocol: &str) -> Ruled<Option<(i64, i64)>> {
    if !["tcp", "udp", "icmp", "icmpv6"].contains(&protocol) {
        return Ok(None);
    }
    let (from, to) = (number(args, "FromPort")?, number(args, "ToPort")?);
    Ok(from.zip(to))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.rules,
        kind: Kind::SecurityGroupRule,
        ids: "SecurityGroupRuleId",
        set: "securityGroupRuleSet",
        filters: &["group-id", "security-group-rule-id"],
        most: 1000,
        values: |_, rule, filter| {
            vec![if filter == "group-id" {
                rule.group.clone()
            } else {
                rule.id.clone()
            }]
        },
        json: rule_json,
    };
    listing.answer(world, args)
}

/// AWS's picture of one rule.
pub fn rule_json(world: &World, rule: &GroupRule) -> Value {
    let owner = world.ec2.security_groups.get(&rule.group);
    let owner = owner.map_or_else(|| world.ids.account().to_owned(), |it| it.owner.clone());
    let mut shown = shared_json(rule);
    shown["securityGroupRuleArn"] = json!(
        world
            .ids
            .ec2_arn(&owner, &format!("security-group-rule/{}", rule.id))
    );
    shown["groupOwnerId"] = json!(owner);
    shown["tagSet"] = tag_set(world, &rule.id);
    if let Peer::Group { id, owner } = &rule.permission.peer {
        shown["referencedGroupInfo"] = json!({ "groupId": id, "userId": owner });
    }
    shown
}

/// A rule that is no more: the group that it named is told by its id alone.
fn revoked_json(rule: &GroupRule) -> Value {
    let mut shown = shared_json(rule);
    if let Peer::Group { id, .. } = &rule.permission.peer {
        shown["referencedGroupId"] = json!(id);
    }
    shown
}

fn shared_json(rule: &GroupRule) -> Value {
    let it = &rule.permission;
    let mut shown = json!({
        "securityGroupRuleId": rule.id, "groupId": rule.group, "isEgress": rule.direction == Direction::Egress,
        "ipProtocol": it.protocol, "fromPort": it.ports.map_or(-1, |ports| ports.0),
        "toPort": it.ports.map_or(-1, |ports| ports.1), "description": it.description,
    });
    match &it.peer {
        Peer::Ipv4(cidr) => shown["cidrIpv4"] = json!(cidr),
        Peer::Ipv6(cidr) => shown["cidrIpv6"] = json!(cidr),
        Peer::PrefixList(id) => shown["prefixListId"] = json!(id),
        Peer::Group { .. } => {}
    }
    shown
}
