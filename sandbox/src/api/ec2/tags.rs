//! Tags of everything that EC2 knows here.
//!
//! At most 50 on one thing; what another account owns can be tagged all the same, as in AWS, where tags are the caller's.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::done;
use super::listing::Filters;
use super::read::{check_tags, missing, need};
use crate::world::ec2::Kind;
use crate::world::{Refusal, Ruled, World};

/// Kinds by prefix, with the name that `ResourceType` has for them.
const KINDS: [(Kind, &str); 12] = [
    (Kind::Vpc, "vpc"),
    (Kind::Subnet, "subnet"),
    (Kind::InternetGateway, "internet-gateway"),
    (Kind::RouteTable, "route-table"),
    (Kind::NetworkAcl, "network-acl"),
    (Kind::SecurityGroup, "security-group"),
    (Kind::SecurityGroupRule, "security-group-rule"),
    (Kind::Interface, "network-interface"),
    (Kind::Address, "elastic-ip"),
    (Kind::NatGateway, "natgateway"),
    (Kind::Endpoint, "vpc-endpoint"),
    (Kind::EndpointService, "vpc-endpoint-service"),
];

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = args.pairs("Tag", "Key", "Value")?;
    let ids = resources(world, args)?;
    for id in &ids {
        let mut after = world.tags.get(id).cloned().unwrap_or_default();
        after.extend(tags.clone());
        check_tags(&after)?;
    }
    for id in &ids {
        world.set_tags(id, tags.clone());
    }
    Ok(done())
}

/// Without tags all of them go, except AWS's own; with a value only a tag that has it.
pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let mut wanted = Vec::new();
    for tag in args.structures("Tag")? {
        wanted.push((need(&tag, "Key")?.to_owned(), tag.owned("Value")?));
    }
    for id in resources(world, args)? {
        let Some(tags) = world.tags.get_mut(&id) else {
            continue;
        };
        tags.retain(|key, value| {
            let fits = |(name, wanted): &(String, Option<String>)| {
                name == key && wanted.as_ref().is_none_or(|wanted| wanted == value)
            };
            let goes = wanted.is_empty() || wanted.iter().any(fits);
            !goes || key.starts_with("aws:")
        });
        if tags.is_empty() {
            world.tags.remove(&id);
        }
    }
    Ok(done())
}

/// One entry for each tag of each thing.
pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let filters = Filters::read(args, &["key", "resource-id", "resource-type", "value"])?;
    let mut found = Vec::new();
    for (id, tags) in &world.tags {
        let Some(kind) = kind_of(id) else { continue };
        for (key, value) in tags {
            let fits = filters.fit(world, id, |name| {
                let value = match name {
                    "key" => key,
                    "value" => value,
                    "resource-type" => kind,
                    _ => id,
                };
                vec![value.to_owned()]
            });
            if fits {
                found.push(json!({ "resourceId": id, "resourceType": kind, "key": key, "value": value }));
            }
        }
    }
    let (page, next) = page::by_next_token(args, found, 1000)?;
    Ok(json!({ "tagSet": page, "nextToken": next }))
}

/// `None` for an ARN: other services keep their tags under one.
fn kind_of(id: &str) -> Option<&'static str> {
    let (prefix, _) = id.rsplit_once('-').filter(|_| !id.starts_with("arn:"))?;
    let found = KINDS.iter().find(|(kind, _)| kind.prefix() == prefix);
    found.map(|(_, name)| *name)
}

fn resources(world: &World, args: &Args<'_>) -> Ruled<Vec<String>> {
    let ids = args.texts("ResourceId")?;
    if ids.is_empty() {
        return Err(missing("resourceIdSet"));
    }
    for id in &ids {
        let ec2 = &world.ec2;
        let there = ec2.vpcs.contains_key(id)
            || ec2.subnets.contains_key(id)
            || ec2.internet_gateways.contains_key(id)
            || ec2.route_tables.contains_key(id)
            || ec2.network_acls.contains_key(id)
            || ec2.security_groups.contains_key(id)
            || ec2.rules.contains_key(id)
            || ec2.interfaces.contains_key(id)
            || ec2.addresses.contains_key(id)
            || ec2.nat_gateways.contains_key(id)
            || ec2.endpoints.contains_key(id)
            || ec2.endpoint_services.contains_key(id);
        if !there {
            let kind = KINDS.iter().find(|(_, name)| Some(*name) == kind_of(id));
            return Err(match kind {
                Some((kind, _)) => kind.missing(id),
                None => Refusal::new("InvalidID", format!("The ID '{id}' is not valid")),
            });
        }
    }
    Ok(ids)
}
