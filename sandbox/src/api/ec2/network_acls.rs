//! Network ACL actions.
//!
//! Protocols are asked for by number, as AWS has them.

use ipnet::IpNet;
use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::read::{flag, invalid, missing, need, number, tags};
use super::{done, tag_set};
use crate::world::ec2::{AclEntry, Kind, LAST_ACL_ENTRY, NetworkAcl, Verdict};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "network-acl")?;
    let id = world.create_network_acl(need(args, "VpcId")?)?;
    world.set_tags(&id, tags);
    Ok(json!({ "networkAcl": acl_json(world, world.ec2.network_acl(&id)?) }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_network_acl(need(args, "NetworkAclId")?)?;
    Ok(done())
}

pub fn create_entry(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.create_acl_entry(need(args, "NetworkAclId")?, entry(args)?)?;
    Ok(done())
}

pub fn replace_entry(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.replace_acl_entry(need(args, "NetworkAclId")?, entry(args)?)?;
    Ok(done())
}

pub fn delete_entry(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_acl_entry(need(args, "NetworkAclId")?, rule_number(args)?, egress(args)?)?;
    Ok(done())
}

pub fn replace_association(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = world.replace_acl_association(need(args, "AssociationId")?, need(args, "NetworkAclId")?)?;
    Ok(json!({ "newAssociationId": id }))
}

fn egress(args: &Args<'_>) -> Ruled<bool> {
    flag(args, "Egress")?.ok_or_else(|| missing("egress"))
}

fn rule_number(args: &Args<'_>) -> Ruled<u32> {
    let number = number(args, "RuleNumber")?.ok_or_else(|| missing("ruleNumber"))?;
    u32::try_from(number).map_err(|_| invalid(&number.to_string(), "ruleNumber"))
}

fn entry(args: &Args<'_>) -> Ruled<AclEntry> {
    let cidr = args.text("CidrBlock")?.or(args.text("Ipv6CidrBlock")?);
    let cidr = cidr.ok_or_else(|| missing("cidrBlock"))?;
    let network: IpNet = cidr.parse().map_err(|_| invalid(cidr, "cidrBlock"))?;
    let pair = |name: &str, first: &str, second: &str| -> Ruled<Option<(i64, i64)>> {
        let Some(inner) = args.structure(name)? else {
            return Ok(None);
        };
        Ok(number(&inner, first)?.zip(number(&inner, second)?))
    };
    Ok(AclEntry {
        egress: egress(args)?,
        number: rule_number(args)?,
        protocol: number(args, "Protocol")?.ok_or_else(|| missing("protocol"))?,
        verdict: match need(args, "RuleAction")? {
            "allow" => Verdict::Allow,
            "deny" => Verdict::Deny,
            other => return Err(invalid(other, "ruleAction")),
        },
        network: network.trunc(),
        ports: pair("PortRange", "From", "To")?,
        icmp: pair("Icmp", "Type", "Code")?,
    })
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.network_acls,
        kind: Kind::NetworkAcl,
        ids: "NetworkAclId",
        set: "networkAclSet",
        filters: &[
            "association.association-id",
            "association.network-acl-id",
            "association.subnet-id",
            "default",
            "entry.cidr",
            "entry.egress",
            "entry.protocol",
            "entry.rule-action",
            "entry.rule-number",
            "network-acl-id",
            "owner-id",
            "vpc-id",
        ],
        most: 1000,
        values,
        json: acl_json,
    };
    listing.answer(world, args)
}

fn values(_world: &World, acl: &NetworkAcl, filter: &str) -> Vec<String> {
    let associations = acl.associations.iter();
    let entries = acl.entries.iter();
    match filter {
        "association.association-id" => associations.map(|it| it.0.clone()).collect(),
        "association.network-acl-id" => associations.map(|_| acl.id.clone()).collect(),
        "association.subnet-id" => associations.map(|it| it.1.clone()).collect(),
        "default" => vec![acl.is_default.to_string()],
        "entry.cidr" => entries.map(|it| it.network.to_string()).collect(),
        "entry.egress" => entries.map(|it| it.egress.to_string()).collect(),
        "entry.protocol" => entries.map(|it| it.protocol.to_string()).collect(),
        "entry.rule-action" => entries.map(|it| it.verdict.name().to_owned()).collect(),
        "entry.rule-number" => entries.map(|it| it.number.to_string()).collect(),
        "owner-id" => vec![acl.owner.clone()],
        "vpc-id" => vec![acl.vpc.clone()],
        _ => vec![acl.id.clone()],
    }
}

/// AWS's picture of a network ACL: it ends with what denies everything that no entry names.
pub fn acl_json(world: &World, acl: &NetworkAcl) -> Value {
    let associations = acl.associations.iter().map(
        |(id, subnet)| json!({ "networkAclAssociationId": id, "networkAclId": acl.id, "subnetId": subnet }),
    );
    let last = |egress: bool| {
        json!({
            "ruleNumber": LAST_ACL_ENTRY, "protocol": "-1", "ruleAction": "deny", "egress": egress,
            "cidrBlock": "0.0.0.0/0",
        })
    };
    let entries = [true, false].into_iter().flat_map(|egress| {
        let entries = acl.entries.iter().filter(move |it| it.egress == egress);
        entries.map(entry_json).chain([last(egress)])
    });
    json!({
        "networkAclId": acl.id, "vpcId": acl.vpc, "ownerId": acl.owner, "default": acl.is_default,
        "tagSet": tag_set(world, &acl.id), "entrySet": entries.collect::<Vec<_>>(),
        "associationSet": associations.collect::<Vec<_>>(),
    })
}

fn entry_json(entry: &AclEntry) -> Value {
    let network = match entry.network {
        IpNet::V4(_) => "cidrBlock",
        IpNet::V6(_) => "ipv6CidrBlock",
    };
    json!({
        "ruleNumber": entry.number, "protocol": entry.protocol.to_string(), "ruleAction": entry.verdict.name(),
        "egress": entry.egress, network: entry.network.to_string(),
        "portRange": entry.ports.map(|(from, to)| json!({ "from": from, "to": to })),
        "icmpTypeCode": entry.icmp.map(|(kind, code)| json!({ "type": kind, "code": code })),
    })
}
