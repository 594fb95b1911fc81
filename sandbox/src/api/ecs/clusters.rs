//! Cluster actions.
//!
//! Capacity providers and settings are kept and echoed; they place nothing.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use crate::world::ecs::{Cluster, ServiceStatus, TaskState};
use crate::world::{Refusal, Ruled, World};

const EXTRA: &[&str] = &[
    "settings",
    "configuration",
    "capacityProviders",
    "defaultCapacityProviderStrategy",
    "serviceConnectDefaults",
];

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let name = args.text("clusterName")?.unwrap_or("default");
    let tags = super::tags(args)?;
    let cluster = world.create_cluster(name, args.only(EXTRA))?.clone();
    world.set_tags(&cluster.arn, tags);
    Ok(json!({ "cluster": cluster_json(world, &cluster, true) }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let mut names = args.texts("clusters")?;
    if names.is_empty() {
        names.push("default".into());
    }
    if 100 < names.len() {
        return Err(Refusal::parameter("Clusters cannot have more than 100 elements."));
    }
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    let tags = super::wants_tags(args)?;
    for name in names {
        let short = name.rsplit("cluster/").next().unwrap_or(&name);
        match world.ecs.clusters.get(short) {
            Some(cluster) => found.push(cluster_json(world, cluster, tags)),
            None => failures.push(super::missing(&world.ids.ecs_arn(&format!("cluster/{short}")))),
        }
    }
    Ok(json!({ "clusters": found, "failures": failures }))
}

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let arns: Vec<&str> = world
        .ecs
        .clusters
        .values()
        .filter(|it| it.active)
        .map(|it| it.arn.as_str())
        .collect();
    let (page, next) = page::by_token(args, arns, 100)?;
    Ok(json!({ "clusterArns": page, "nextToken": next }))
}

pub fn update(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let reference = args.required("cluster")?;
    let cluster = world.cluster_mut(Some(reference))?;
    cluster.extra.extend(args.only(EXTRA));
    let cluster = cluster.clone();
    Ok(json!({ "cluster": cluster_json(world, &cluster, true) }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let cluster = world.delete_cluster(args.required("cluster")?)?;
    Ok(json!({ "cluster": cluster_json(world, &cluster, true) }))
}

/// AWS's picture of a cluster.
pub fn cluster_json(world: &World, cluster: &Cluster, tags: bool) -> Value {
    let tasks = world
        .ecs
        .tasks
        .values()
        .filter(|task| task.service.cluster == cluster.name);
    let (mut running, mut pending) = (0, 0);
    for task in tasks {
        match task.state {
            TaskState::Running => running += 1,
            state if state < TaskState::Running => pending += 1,
            _ => {}
        }
    }
    let services = world.ecs.services.values();
    let services = services.filter(|it| it.key.cluster == cluster.name && it.status == ServiceStatus::Active);
    let mut shown = json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": if cluster.active { "ACTIVE" } else { "INACTIVE" },
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": running,
        "pendingTasksCount": pending,
        "activeServicesCount": services.count(),
        "statistics": [],
        "settings": [{ "name": "containerInsights", "value": "disabled" }],
        "capacityProviders": [],
        "defaultCapacityProviderStrategy": [],
        "tags": if tags { super::tags_json(world, &cluster.arn) } else { json!([]) },
    });
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(cluster.extra.clone());
    }
    shown
}
