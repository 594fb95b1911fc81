//! Service actions.
//!
//! What the sandbox does not act on (addresses, placement) is kept and echoed as given.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use crate::world::ecs::{
    Deployment, DeploymentConfig, NewService, Service, ServiceChange, ServiceLoadBalancer, ServiceStatus,
};
use crate::world::{Refusal, Ruled, World};

/// Echoed; a change starts a new deployment.
const REDEPLOYING: &[&str] = &[
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
];
/// Echoed; a change does not.
const EXTRA: &[&str] = &[
    "capacityProviderStrategy",
    "deploymentController",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "launchType",
    "placementConstraints",
    "placementStrategy",
    "propagateTags",
    "roleArn",
    "schedulingStrategy",
];

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    if args.text("schedulingStrategy")? == Some("DAEMON") {
        return Err(Refusal::parameter(
            "The daemon scheduling strategy needs container instances.",
        ));
    }
    let controller = args.structure("deploymentController")?;
    if let Some(kind) = controller.map(|it| it.text("type")).transpose()?.flatten()
        && kind != "ECS"
    {
        return Err(Refusal::parameter(format!(
            "The deployment controller {kind} is not supported here."
        )));
    }
    let mut extra = args.only(EXTRA);
    extra.extend(args.only(REDEPLOYING));
    let key = world.create_service(NewService {
        cluster: args.owned("cluster")?,
        name: args.required("serviceName")?.to_owned(),
        task_definition: args.required("taskDefinition")?.to_owned(),
        desired: args.count("desiredCount")?.ok_or_else(|| {
            Refusal::parameter("The desired count must be specified for the REPLICA strategy.")
        })?,
        load_balancers: balancers(args)?,
        config: config(args, DeploymentConfig::default())?,
        grace: args.count("healthCheckGracePeriodSeconds")?,
        extra,
        tags: super::tags(args)?,
    })?;
    answer(world, &key.cluster, &key.name)
}

pub fn update(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (cluster, name) = (args.text("cluster")?, args.required("service")?);
    let current = world.service(cluster, name)?.config;
    let change = ServiceChange {
        task_definition: args.owned("taskDefinition")?,
        desired: args.count("desiredCount")?,
        force_new_deployment: args.boolean("forceNewDeployment")?.unwrap_or(false),
        load_balancers: args.value("loadBalancers").map(|_| balancers(args)).transpose()?,
        config: args
            .value("deploymentConfiguration")
            .map(|_| config(args, current))
            .transpose()?,
        grace: args.count("healthCheckGracePeriodSeconds")?,
        redeploying: args.only(REDEPLOYING),
        extra: args.only(EXTRA),
    };
    let key = world.update_service(cluster, name, change)?;
    answer(world, &key.cluster, &key.name)
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (cluster, name) = (args.text("cluster")?, args.required("service")?);
    let key = world.delete_service(cluster, name, args.boolean("force")?.unwrap_or(false))?;
    answer(world, &key.cluster, &key.name)
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let cluster = args.text("cluster")?;
    let names = args.texts("services")?;
    if names.is_empty() {
        return Err(Refusal::parameter("Services cannot be empty."));
    }
    if 10 < names.len() {
        return Err(Refusal::parameter("Services cannot have more than 10 elements."));
    }
    let in_cluster = world.cluster(cluster)?.name.clone();
    let tags = super::wants_tags(args)?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        match world.service(cluster, &name) {
            Ok(service) => {
                let mut shown = service_json(world, service);
                if tags {
                    shown["tags"] = super::tags_json(world, &service.arn);
                }
                found.push(shown);
            }
            Err(_) => {
                let short = name.rsplit('/').next().unwrap_or(&name);
                failures.push(super::missing(
                    &world.ids.ecs_arn(&format!("service/{in_cluster}/{short}")),
                ));
            }
        }
    }
    Ok(json!({ "services": found, "failures": failures }))
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let cluster = world.cluster(args.text("cluster")?)?.name.clone();
    let of_cluster = |it: &&Service| it.key.cluster == cluster && it.status != ServiceStatus::Inactive;
    let arns: Vec<&str> = world
        .ecs
        .services
        .values()
        .filter(of_cluster)
        .map(|it| it.arn.as_str())
        .collect();
    let (page, next) = page::by_token(args, arns, 10)?;
    Ok(json!({ "serviceArns": page, "nextToken": next }))
}

fn answer(world: &World, cluster: &str, name: &str) -> Ruled<Value> {
    let service = world.service(Some(cluster), name)?;
    let mut shown = service_json(world, service);
    shown["tags"] = super::tags_json(world, &service.arn);
    Ok(json!({ "service": shown }))
}

/// AWS's picture of a service.
pub fn service_json(world: &World, service: &Service) -> Value {
    let (running, pending) = world.ecs.counts(&service.key, None);
    let deployments = service.deployments.iter().enumerate();
    let deployments: Vec<Value> = deployments
        .map(|(index, it)| deployment_json(world, service, it, index == 0))
        .collect();
    let balancers = service.load_balancers.iter().map(|it| {
        json!({ "targetGroupArn": it.target_group, "containerName": it.container, "containerPort": it.port })
    });
    let events = service.events.iter();
    let events =
        events.map(|it| json!({ "id": it.id, "createdAt": super::seconds(it.at), "message": it.message }));
    let mut shown = json!({
        "serviceArn": service.arn,
        "serviceName": service.key.name,
        "clusterArn": world.ids.ecs_arn(&format!("cluster/{}", service.key.cluster)),
        "status": service.status.name(),
        "desiredCount": service.desired,
        "runningCount": running,
        "pendingCount": pending,
        "taskDefinition": service.task_definition,
        "loadBalancers": balancers.collect::<Vec<_>>(),
        "serviceRegistries": [],
        "deploymentConfiguration": config_json(&service.config),
        "deployments": deployments,
        "events": events.collect::<Vec<_>>(),
        "createdAt": super::seconds(service.created),
        "placementConstraints": [],
        "placementStrategy": [],
        "schedulingStrategy": "REPLICA",
        "deploymentController": { "type": "ECS" },
        "launchType": "EC2",
        "enableECSManagedTags": false,
        "enableExecuteCommand": false,
        "propagateTags": "NONE",
    });
    if !service.load_balancers.is_empty() || service.grace.is_some() {
        shown["healthCheckGracePeriodSeconds"] = json!(service.grace.unwrap_or(0));
    }
    if let Some(fields) = shown.as_object_mut() {
        if service.extra.contains_key("capacityProviderStrategy") {
            fields.remove("launchType");
        }
        fields.extend(service.extra.clone());
    }
    shown
}

fn deployment_json(world: &World, service: &Service, deployment: &Deployment, primary: bool) -> Value {
    let (running, pending) = world.ecs.counts(&service.key, Some(&deployment.id));
    let launch_type = service.extra.get("launchType").cloned().unwrap_or(json!("EC2"));
    let mut shown = json!({
        "id": deployment.id,
        "status": if primary { "PRIMARY" } else { "ACTIVE" },
        "taskDefinition": deployment.task_definition,
        // An older deployment wants nothing any more.
        "desiredCount": if primary { service.desired } else { 0 },
        "runningCount": running,
        "pendingCount": pending,
        "failedTasks": deployment.failed,
        "createdAt": super::seconds(deployment.created),
        "updatedAt": super::seconds(deployment.updated),
        "launchType": launch_type,
        "rolloutState": deployment.state.name(),
        "rolloutStateReason": deployment.reason,
    });
    if let Some(network) = &deployment.network {
        shown["networkConfiguration"] = network.clone();
    }
    if launch_type == "FARGATE" {
        shown["platformFamily"] = json!("Linux");
    }
    shown
}

fn config_json(config: &DeploymentConfig) -> Value {
    json!({
        "deploymentCircuitBreaker": { "enable": config.circuit_breaker, "rollback": config.rollback },
        "maximumPercent": config.maximum_percent,
        "minimumHealthyPercent": config.minimum_healthy_percent,
    })
}

fn config(args: &Args<'_>, current: DeploymentConfig) -> Ruled<DeploymentConfig> {
    let Some(wanted) = args.structure("deploymentConfiguration")? else {
        return Ok(current);
    };
    check_modelled(&wanted)?;
    let mut config = DeploymentConfig {
        minimum_healthy_percent: wanted
            .count("minimumHealthyPercent")?
            .unwrap_or(current.minimum_healthy_percent),
        maximum_percent: wanted.count("maximumPercent")?.unwrap_or(current.maximum_percent),
        ..current
    };
    if let Some(breaker) = wanted.structure("deploymentCircuitBreaker")? {
        config.circuit_breaker = breaker.boolean("enable")?.unwrap_or(false);
        config.rollback = breaker.boolean("rollback")?.unwrap_or(false);
    }
    Ok(config)
}

/// Refuses, instead of ignoring, what would make ECS deploy in another way.
fn check_modelled(wanted: &Args<'_>) -> Ruled<()> {
    let not_here = |what: &str| Err(Refusal::parameter(format!("{what} is not supported here.")));
    if let Some(strategy) = wanted.text("strategy")?.filter(|it| *it != "ROLLING") {
        return not_here(&format!("The deployment strategy {strategy}"));
    }
    if !wanted.structures("lifecycleHooks")?.is_empty() {
        return not_here("A deployment lifecycle hook");
    }
    if let Some(alarms) = wanted.structure("alarms")?
        && alarms.boolean("enable")? == Some(true)
    {
        return not_here("A deployment alarm");
    }
    if let Some(breaker) = wanted.structure("deploymentCircuitBreaker")?
        && (breaker.value("thresholdConfiguration").is_some()
            || breaker.boolean("resetOnHealthyTask")? == Some(false))
    {
        return not_here("A circuit breaker with a threshold of its own");
    }
    Ok(())
}

fn balancers(args: &Args<'_>) -> Ruled<Vec<ServiceLoadBalancer>> {
    let balancers = args.structures("loadBalancers")?;
    balancers
        .iter()
        .map(|it| {
            Ok(ServiceLoadBalancer {
                target_group: it.required("targetGroupArn")?.to_owned(),
                container: it.required("containerName")?.to_owned(),
                port: it
                    .port("containerPort")?
                    .ok_or_else(|| it.missing("containerPort"))?,
            })
        })
        .collect()
}
