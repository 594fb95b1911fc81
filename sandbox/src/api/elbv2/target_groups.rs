//! Target group actions.
//!
//! Health check members mean the same when creating and when modifying: what is absent keeps its value.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use crate::world::elbv2::{HealthCheckChange, NewTargetGroup, TargetGroup};
use crate::world::{Refusal, Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = world.create_target_group(NewTargetGroup {
        name: args.required("Name")?.to_owned(),
        protocol: args.owned("Protocol")?,
        protocol_version: args.owned("ProtocolVersion")?,
        port: args.port("Port")?,
        vpc_id: args.owned("VpcId")?,
        target_type: args.owned("TargetType")?,
        health: health(args)?,
        tags: super::tags(args)?,
    })?;
    Ok(json!({ "TargetGroups": [target_group_json(world, world.target_group(&arn)?)] }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let (arns, names) = (args.texts("TargetGroupArns")?, args.texts("Names")?);
    let balancer = args.text("LoadBalancerArn")?;
    let mut found: Vec<&TargetGroup> = Vec::new();
    for arn in &arns {
        found.push(world.target_group(arn)?);
    }
    for name in &names {
        let of_name = world
            .elbv2
            .target_groups
            .values()
            .find(|group| group.name == *name);
        found.push(
            of_name
                .ok_or_else(|| Refusal::new("TargetGroupNotFound", "One or more target groups not found"))?,
        );
    }
    if let Some(arn) = balancer {
        world.load_balancer(arn)?;
        let of_balancer =
            |group: &&TargetGroup| world.elbv2.balancers_of(&group.arn).iter().any(|it| it == arn);
        found.extend(world.elbv2.target_groups.values().filter(of_balancer));
    } else if arns.is_empty() && names.is_empty() {
        found = world.elbv2.target_groups.values().collect();
    }
    let (page, next) = page::by_marker(args, found)?;
    let page: Vec<Value> = page
        .into_iter()
        .map(|group| target_group_json(world, group))
        .collect();
    Ok(json!({ "TargetGroups": page, "NextMarker": next }))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = args.required("TargetGroupArn")?;
    world.modify_target_group(arn, health(args)?)?;
    Ok(json!({ "TargetGroups": [target_group_json(world, world.target_group(arn)?)] }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_target_group(args.required("TargetGroupArn")?)?;
    Ok(json!({}))
}

pub fn attributes(world: &World, args: &Args<'_>) -> Ruled<Value> {
    Ok(super::attributes_json(
        &world.target_group(args.required("TargetGroupArn")?)?.attributes,
    ))
}

pub fn set_attributes(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let changes = super::attribute_changes(args)?;
    let group = world.set_target_group_attributes(args.required("TargetGroupArn")?, changes)?;
    Ok(super::attributes_json(&group.attributes))
}

/// AWS's picture of a target group.
pub fn target_group_json(world: &World, group: &TargetGroup) -> Value {
    json!({
        "TargetGroupArn": group.arn,
        "TargetGroupName": group.name,
        "Protocol": group.protocol,
        "ProtocolVersion": group.protocol.starts_with("HTTP").then_some(&group.protocol_version),
        "Port": group.port,
        "VpcId": group.vpc_id,
        "TargetType": group.target_type,
        "IpAddressType": "ipv4",
        "HealthCheckProtocol": group.health.protocol,
        "HealthCheckPort": group.health.port,
        "HealthCheckPath": (!group.health.is_tcp()).then_some(&group.health.path),
        "HealthCheckEnabled": group.health.enabled,
        "HealthCheckIntervalSeconds": group.health.interval,
        "HealthCheckTimeoutSeconds": group.health.timeout,
        "HealthyThresholdCount": group.health.healthy,
        "UnhealthyThresholdCount": group.health.unhealthy,
        "Matcher": (!group.health.is_tcp()).then(|| json!({ "HttpCode": group.health.matcher })),
        "LoadBalancerArns": world.elbv2.balancers_of(&group.arn),
    })
}

fn health(args: &Args<'_>) -> Ruled<HealthCheckChange> {
    let matcher = match args.structure("Matcher")? {
        Some(matcher) => matcher.owned("HttpCode")?,
        None => None,
    };
    Ok(HealthCheckChange {
        protocol: args.owned("HealthCheckProtocol")?,
        port: args.owned("HealthCheckPort")?,
        path: args.owned("HealthCheckPath")?,
        interval: args.count("HealthCheckIntervalSeconds")?,
        timeout: args.count("HealthCheckTimeoutSeconds")?,
        healthy: args.count("HealthyThresholdCount")?,
        unhealthy: args.count("UnhealthyThresholdCount")?,
        matcher,
        enabled: args.boolean("HealthCheckEnabled")?,
    })
}
