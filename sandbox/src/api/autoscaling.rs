//! Application Auto Scaling, for ECS services: scalable targets and their tags.
//!
//! Holds no policies and no scheduled actions: a call for one is an unknown operation.

use serde_json::{Map, Value, json};

use super::args::Args;
use super::page;
use crate::world::ecs::{ScalableChange, ScalableTarget, ServiceKey, Suspended};
use crate::world::{Refusal, Ruled, World};

const NAMESPACE: &str = "ecs";
const DIMENSION: &str = "ecs:service:DesiredCount";

pub fn apply(world: &mut World, action: &str, input: &Map<String, Value>) -> Ruled<Value> {
    let args = &Args::new(input, "ValidationException");
    answer(world, action, args).unwrap_or_else(|| {
        Err(Refusal::new(
            "UnknownOperationException",
            format!("Unknown operation {action}"),
        ))
    })
}

answers! { |world, args| {
    "RegisterScalableTarget" => register(world, args),
    "DescribeScalableTargets" => describe(world, args),
    "DeregisterScalableTarget" => deregister(world, args),
    "ListTagsForResource" => list_tags(world, args),
    "TagResource" => tag(world, args),
    "UntagResource" => untag(world, args),
} }

fn deregister(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.deregister_scalable_target(&key(args)?)?;
    Ok(json!({}))
}

fn list_tags(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arn = resource(world, args)?;
    Ok(json!({ "Tags": world.tags.get(&arn).cloned().unwrap_or_default() }))
}

fn tag(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arn, tags) = (resource(world, args)?, args.map("Tags")?);
    world.set_tags(&arn, tags);
    Ok(json!({}))
}

fn untag(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (arn, keys) = (resource(world, args)?, args.texts("TagKeys")?);
    if let Some(tags) = world.tags.get_mut(&arn) {
        tags.retain(|key, _| !keys.contains(key));
    }
    Ok(json!({}))
}

fn register(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let key = key(args)?;
    let suspended = match args.structure("SuspendedState")? {
        None => None,
        Some(state) => Some(Suspended {
            scale_in: state.boolean("DynamicScalingInSuspended")?.unwrap_or(false),
            scale_out: state.boolean("DynamicScalingOutSuspended")?.unwrap_or(false),
            scheduled: state.boolean("ScheduledScalingSuspended")?.unwrap_or(false),
        }),
    };
    let tags = args.map("Tags")?;
    let change = ScalableChange {
        min: args.count("MinCapacity")?,
        max: args.count("MaxCapacity")?,
        suspended,
    };
    world.register_scalable_target(&key, change)?;
    let arn = world.ecs.scalable.get(&key).map(|target| target.arn.clone());
    if let Some(arn) = &arn {
        world.set_tags(arn, tags);
    }
    Ok(json!({ "ScalableTargetARN": arn }))
}

fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    check_namespace(args)?;
    let ids = args.texts("ResourceIds")?;
    if let Some(dimension) = args.text("ScalableDimension")? {
        check_dimension(dimension)?;
    }
    let found: Vec<Value> = world
        .ecs
        .scalable
        .iter()
        .filter(|(key, _)| ids.is_empty() || ids.contains(&resource_id(key)))
        .map(|(key, target)| target_json(world, key, target))
        .collect();
    let (page, next) = page::by_capital_token(args, found)?;
    Ok(json!({ "ScalableTargets": page, "NextToken": next }))
}

/// AWS's picture of a scalable target.
pub fn target_json(world: &World, key: &ServiceKey, target: &ScalableTarget) -> Value {
    let account = world.ids.account();
    json!({
        "ServiceNamespace": NAMESPACE,
        "ResourceId": resource_id(key),
        "ScalableDimension": DIMENSION,
        "MinCapacity": target.min,
        "MaxCapacity": target.max,
        "RoleARN": format!(
            "arn:aws:iam::{account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/\
             AWSServiceRoleForApplicationAutoScaling_ECSService"
        ),
        "CreationTime": target.created.as_millisecond() as f64 / 1000.0,
        "SuspendedState": {
            "DynamicScalingInSuspended": target.suspended.scale_in,
            "DynamicScalingOutSuspended": target.suspended.scale_out,
            "ScheduledScalingSuspended": target.suspended.scheduled,
        },
        "ScalableTargetARN": target.arn,
    })
}

fn resource_id(key: &ServiceKey) -> String {
    format!("service/{}/{}", key.cluster, key.name)
}

fn key(args: &Args<'_>) -> Ruled<ServiceKey> {
    check_namespace(args)?;
    check_dimension(args.required("ScalableDimension")?)?;
    let id = args.required("ResourceId")?;
    let parts = id.strip_prefix("service/").and_then(|rest| rest.split_once('/'));
    let (cluster, name) = parts.ok_or_else(|| {
        Refusal::new(
            "ValidationException",
            format!("Unsupported service namespace, resource type or scalable dimension: {id}"),
        )
    })?;
    Ok(ServiceKey {
        cluster: cluster.to_owned(),
        name: name.to_owned(),
    })
}

fn check_namespace(args: &Args<'_>) -> Ruled<()> {
    match args.required("ServiceNamespace")? {
        NAMESPACE => Ok(()),
        other => Err(Refusal::new(
            "ValidationException",
            format!("The service namespace '{other}' is not supported here: only ecs is"),
        )),
    }
}

fn check_dimension(dimension: &str) -> Ruled<()> {
    if dimension == DIMENSION {
        return Ok(());
    }
    Err(Refusal::new(
        "ValidationException",
        format!("Unsupported service namespace, resource type or scalable dimension: {dimension}"),
    ))
}

fn resource(world: &World, args: &Args<'_>) -> Ruled<String> {
    let arn = args.required("ResourceARN")?;
    if world.ecs.scalable.values().any(|target| target.arn == arn) {
        return Ok(arn.to_owned());
    }
    Err(Refusal::new(
        "ResourceNotFoundException",
        format!("The resource {arn} doesn't exist."),
    ))
}
