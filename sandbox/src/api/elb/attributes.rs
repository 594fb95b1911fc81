//! Attributes: structures here, where newer load balancers have keys and values.
//!
//! Of the additional attributes it knows the one that AWS has.

use serde_json::{Value, json};

use super::super::args::Args;
use crate::world::elb::{AccessLog, AttributeChanges, Attributes};
use crate::world::{Refusal, Ruled, World};

const DESYNC: &str = "elb.http.desyncmitigationmode";

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let balancer = world.classic(args.required("LoadBalancerName")?)?;
    Ok(json!({ "LoadBalancerAttributes": attributes_json(&balancer.attributes) }))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let name = args.required("LoadBalancerName")?;
    let given = args
        .structure("LoadBalancerAttributes")?
        .ok_or_else(|| args.missing("LoadBalancerAttributes"))?;
    let enabled = |of: &Args<'_>| of.boolean("Enabled")?.ok_or_else(|| of.missing("Enabled"));
    let mut changes = AttributeChanges::default();
    if let Some(zones) = given.structure("CrossZoneLoadBalancing")? {
        changes.cross_zone = Some(enabled(&zones)?);
    }
    if let Some(log) = given.structure("AccessLog")? {
        changes.access_log = Some(AccessLog {
            enabled: enabled(&log)?,
            bucket: log.owned("S3BucketName")?.filter(|it| !it.is_empty()),
            prefix: log.owned("S3BucketPrefix")?.filter(|it| !it.is_empty()),
            emit_interval: log.count("EmitInterval")?,
        });
    }
    if let Some(draining) = given.structure("ConnectionDraining")? {
        changes.draining = Some(enabled(&draining)?);
        changes.draining_timeout = draining.count("Timeout")?;
    }
    if let Some(settings) = given.structure("ConnectionSettings")? {
        changes.idle_timeout = settings.count("IdleTimeout")?;
    }
    for (key, value) in given.pairs("AdditionalAttributes", "Key", "Value")? {
        if key != DESYNC {
            return Err(Refusal::new(
                "LoadBalancerAttributeNotFound",
                format!("There is no attribute '{key}'"),
            ));
        }
        changes.desync_mitigation = Some(value);
    }
    let balancer = world.set_classic_attributes(name, changes)?;
    Ok(json!({
        "LoadBalancerName": balancer.name,
        "LoadBalancerAttributes": attributes_json(&balancer.attributes),
    }))
}

fn attributes_json(it: &Attributes) -> Value {
    json!({
        "CrossZoneLoadBalancing": { "Enabled": it.cross_zone },
        "AccessLog": {
            "Enabled": it.access_log.enabled, "S3BucketName": it.access_log.bucket,
            "S3BucketPrefix": it.access_log.prefix, "EmitInterval": it.access_log.emit_interval,
        },
        "ConnectionDraining": { "Enabled": it.draining, "Timeout": it.draining_timeout },
        "ConnectionSettings": { "IdleTimeout": it.idle_timeout },
        "AdditionalAttributes": [{ "Key": DESYNC, "Value": it.desync_mitigation }],
    })
}
