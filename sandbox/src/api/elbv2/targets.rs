//! Target actions.
//!
//! A target is an IP address and a port; the port defaults to the group's.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::super::args::Args;
use crate::world::elbv2::parse_target;
use crate::world::{Refusal, Ruled, World};

pub fn register(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = args.required("TargetGroupArn")?;
    let targets = targets(world, arn, args)?;
    if targets.is_empty() {
        return Err(args.missing("targets"));
    }
    if world.target_group(arn)?.target_type != "ip" {
        return Err(Refusal::new(
            "InvalidTarget",
            "The following targets are not in a running state and cannot be registered: there are no instances here",
        ));
    }
    world.register_targets(arn, &targets)?;
    Ok(json!({}))
}

pub fn deregister(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let arn = args.required("TargetGroupArn")?;
    let targets = targets(world, arn, args)?;
    if targets.is_empty() {
        return Err(args.missing("targets"));
    }
    world.deregister_targets(arn, &targets)?;
    Ok(json!({}))
}

pub fn health(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arn = args.required("TargetGroupArn")?;
    let group = world.target_group(arn)?;
    let asked = targets(world, arn, args)?;
    let of = |health: crate::world::elbv2::TargetHealth| {
        let mut state = json!({ "State": health.state });
        if !health.reason.is_empty() {
            // The part behind the code is detail for the description.
            state["Reason"] = json!(health.reason.split(' ').next());
            state["Description"] = json!(health.description);
        }
        let port = match group.health.port.parse::<u16>() {
            Ok(port) => port,
            Err(_) => health.addr.port(),
        };
        json!({
            "Target": {
                "Id": health.addr.ip().to_string(),
                "Port": health.addr.port(),
                "AvailabilityZone": format!("{}a", world.ids.region()),
            },
            "HealthCheckPort": port.to_string(),
            "TargetHealth": state,
        })
    };
    let all: Vec<Value> = world.target_health(arn, &asked)?.into_iter().map(of).collect();
    Ok(json!({ "TargetHealthDescriptions": all }))
}

fn targets(world: &World, arn: &str, args: &Args<'_>) -> Ruled<Vec<SocketAddr>> {
    let default = world.target_group(arn)?.port;
    let targets = args.structures("Targets")?;
    targets
        .iter()
        .map(|it| parse_target(it.required("Id")?, it.port("Port")?.unwrap_or(default)))
        .collect()
}
