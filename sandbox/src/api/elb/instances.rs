//! Instances and the health check that judges them.
//!
//! Says of a failing instance what AWS says of one that was just registered: here no other reason occurs.

use serde_json::{Value, json};

use super::super::args::Args;
use crate::world::elb::HealthCheck;
use crate::world::{Ruled, World};

pub fn configure_health_check(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let given = args
        .structure("HealthCheck")?
        .ok_or_else(|| args.missing("HealthCheck"))?;
    let count = |name: &str| given.count(name)?.ok_or_else(|| given.missing(name));
    let check = HealthCheck {
        target: given.required("Target")?.to_owned(),
        interval: count("Interval")?,
        timeout: count("Timeout")?,
        unhealthy: count("UnhealthyThreshold")?,
        healthy: count("HealthyThreshold")?,
    };
    let shown = check_json(&check);
    world.set_classic_health_check(args.required("LoadBalancerName")?, check)?;
    Ok(json!({ "HealthCheck": shown }))
}

pub fn register(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let wanted = instances(args)?;
    let now = world.register_classic_instances(args.required("LoadBalancerName")?, &wanted)?;
    Ok(json!({ "Instances": list(now.iter()) }))
}

pub fn deregister(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let unwanted = instances(args)?;
    let now = world.deregister_classic_instances(args.required("LoadBalancerName")?, &unwanted)?;
    Ok(json!({ "Instances": list(now.iter()) }))
}

pub fn health(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let asked = instances(args)?;
    let states = world.classic_instance_health(args.required("LoadBalancerName")?, &asked)?;
    let states = states.into_iter().map(|it| {
        let (state, reason, description) = if it.in_service {
            ("InService", "N/A", "N/A")
        } else {
            (
                "OutOfService",
                "ELB",
                "Instance registration is still in progress.",
            )
        };
        json!({
            "InstanceId": it.instance, "State": state, "ReasonCode": reason, "Description": description,
        })
    });
    Ok(json!({ "InstanceStates": states.collect::<Vec<_>>() }))
}

pub fn list<'a>(ids: impl Iterator<Item = &'a String>) -> Value {
    ids.map(|id| json!({ "InstanceId": id })).collect()
}

pub fn check_json(check: &HealthCheck) -> Value {
    json!({
        "Target": check.target, "Interval": check.interval, "Timeout": check.timeout,
        "UnhealthyThreshold": check.unhealthy, "HealthyThreshold": check.healthy,
    })
}

fn instances(args: &Args<'_>) -> Ruled<Vec<String>> {
    let given = args.structures("Instances")?;
    given
        .iter()
        .map(|it| Ok(it.required("InstanceId")?.to_owned()))
        .collect()
}
