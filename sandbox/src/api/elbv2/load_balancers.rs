//! Load balancer actions.
//!
//! What only one kind has is absent from the picture of the others.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use crate::world::elbv2::{Kind, LoadBalancer, NewLoadBalancer};
use crate::world::{Refusal, Ruled, World};

/// ARNs or names in one DescribeLoadBalancers.
const MOST_ARNS: usize = 20;

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = world.create_load_balancer(NewLoadBalancer {
        name: args.required("Name")?.to_owned(),
        kind: args.text("Type")?.map_or(Ok(Kind::Application), Kind::parse)?,
        scheme: args.owned("Scheme")?,
        ip_address_type: args.owned("IpAddressType")?,
        subnets: subnets(args)?,
        allocations: allocations(args)?,
        security_groups: args.texts("SecurityGroups")?,
        tags: super::tags(args)?,
    })?;
    let created = world.load_balancer(&arn)?;
    Ok(json!({ "LoadBalancers": [load_balancer_json(world, created)] }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let (arns, names) = (args.texts("LoadBalancerArns")?, args.texts("Names")?);
    if MOST_ARNS < arns.len() + names.len() {
        return Err(Refusal::validation(format!(
            "Cannot describe more than {MOST_ARNS} load balancers by name or ARN"
        )));
    }
    let mut found: Vec<&LoadBalancer> = Vec::new();
    for arn in &arns {
        found.push(world.load_balancer(arn)?);
    }
    for name in &names {
        let of_name = world.elbv2.load_balancers.values().find(|lb| lb.name == *name);
        found.push(of_name.ok_or_else(|| {
            Refusal::new(
                "LoadBalancerNotFound",
                format!("Load balancers '[{name}]' not found"),
            )
        })?);
    }
    if arns.is_empty() && names.is_empty() {
        found = world.elbv2.load_balancers.values().collect();
    }
    let (page, next) = page::by_marker(args, found)?;
    let page: Vec<Value> = page.into_iter().map(|lb| load_balancer_json(world, lb)).collect();
    Ok(json!({ "LoadBalancers": page, "NextMarker": next }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_load_balancer(args.required("LoadBalancerArn")?)?;
    Ok(json!({}))
}

pub fn attributes(world: &World, args: &Args<'_>) -> Ruled<Value> {
    Ok(super::attributes_json(
        &world.load_balancer(args.required("LoadBalancerArn")?)?.attributes,
    ))
}

pub fn set_attributes(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let changes = super::attribute_changes(args)?;
    let balancer = world.set_load_balancer_attributes(args.required("LoadBalancerArn")?, changes)?;
    Ok(super::attributes_json(&balancer.attributes))
}

pub fn set_security_groups(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let groups = args.texts("SecurityGroups")?;
    let arn = args.required("LoadBalancerArn")?;
    let subnets = world.load_balancer(arn)?.subnets.clone();
    if groups.is_empty() {
        return Err(args.missing("securityGroups"));
    }
    world.check_balancer_groups(&subnets, &groups)?;
    let balancer = world.load_balancer_mut(arn)?;
    balancer.security_groups.clone_from(&groups);
    world.settle_load_balancer(arn)?;
    Ok(json!({ "SecurityGroupIds": groups }))
}

pub fn set_subnets(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let subnets = subnets(args)?;
    let arn = args.required("LoadBalancerArn")?;
    let kind = world.load_balancer(arn)?.kind;
    world.check_subnets(kind, &subnets)?;
    world.load_balancer_mut(arn)?.subnets = subnets;
    world.settle_load_balancer(arn)?;
    let balancer = world.load_balancer(arn)?;
    Ok(json!({ "AvailabilityZones": zones(world, balancer), "IpAddressType": balancer.ip_address_type }))
}

pub fn set_ip_address_type(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let wanted = args.required("IpAddressType")?;
    if !["ipv4", "dualstack", "dualstack-without-public-ipv4"].contains(&wanted) {
        return Err(Refusal::validation(format!(
            "IP address type '{wanted}' is not valid"
        )));
    }
    world
        .load_balancer_mut(args.required("LoadBalancerArn")?)?
        .ip_address_type = wanted.to_owned();
    Ok(json!({ "IpAddressType": wanted }))
}

pub fn capacity(world: &World, args: &Args<'_>) -> Ruled<Value> {
    world.load_balancer(args.required("LoadBalancerArn")?)?;
    Ok(json!({ "CapacityReservationState": [] }))
}

/// AWS's picture of a load balancer.
pub fn load_balancer_json(world: &World, balancer: &LoadBalancer) -> Value {
    // Without groups a network load balancer shows none; an application load balancer always has some.
    let groups =
        Some(&balancer.security_groups).filter(|it| balancer.kind == Kind::Application || !it.is_empty());
    let state = if balancer.active { "active" } else { "provisioning" };
    json!({
        "LoadBalancerArn": balancer.arn,
        "LoadBalancerName": balancer.name,
        "DNSName": dns_name(world, balancer),
        "CanonicalHostedZoneId": zone_id(balancer.kind),
        "CreatedTime": balancer.created.to_string(),
        "Scheme": (balancer.kind != Kind::Gateway).then_some(&balancer.scheme),
        "VpcId": balancer.vpc_id,
        "State": { "Code": state },
        "Type": balancer.kind.name(),
        "AvailabilityZones": zones(world, balancer),
        "SecurityGroups": groups,
        "IpAddressType": balancer.ip_address_type,
    })
}

fn dns_name(world: &World, balancer: &LoadBalancer) -> String {
    let (name, region) = (&balancer.name, world.ids.region());
    match balancer.kind {
        Kind::Application => format!("{name}-{}.{region}.elb.amazonaws.com", &balancer.id[..10]),
        Kind::Network | Kind::Gateway => format!("{name}-{}.elb.{region}.amazonaws.com", balancer.id),
    }
}

/// Of eu-central-1; a Gateway Load Balancer has none.
fn zone_id(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Application => Some("Z215JYRZR1TBD5"),
        Kind::Network => Some("Z3F0SRJ5LGBH90"),
        Kind::Gateway => None,
    }
}

fn zones(world: &World, balancer: &LoadBalancer) -> Vec<Value> {
    let zones = balancer.subnets.iter().map(|subnet| {
        let zone = world.zone_of_subnet(subnet).unwrap_or_default();
        json!({ "SubnetId": subnet, "ZoneName": zone, "LoadBalancerAddresses": [] })
    });
    zones.collect()
}

/// Elastic addresses that are mapped to subnets.
fn allocations(args: &Args<'_>) -> Ruled<BTreeMap<String, String>> {
    let mut allocations = BTreeMap::new();
    for mapping in args.structures("SubnetMappings")? {
        if let Some(allocation) = mapping.owned("AllocationId")? {
            allocations.insert(mapping.required("SubnetId")?.to_owned(), allocation);
        }
    }
    Ok(allocations)
}

fn subnets(args: &Args<'_>) -> Ruled<Vec<String>> {
    let mut subnets = args.texts("Subnets")?;
    for mapping in args.structures("SubnetMappings")? {
        subnets.push(mapping.required("SubnetId")?.to_owned());
    }
    Ok(subnets)
}
