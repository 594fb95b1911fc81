//! Task actions.
//!
//! Tasks of services only: nothing runs or stops a task by hand here.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use crate::world::ecs::Task;
use crate::world::{Refusal, Ruled, World};

pub fn list(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let cluster = world.cluster(args.text("cluster")?)?.name.clone();
    let service = match args.text("serviceName")? {
        Some(reference) => Some(world.service(Some(&cluster), reference)?.key.name.clone()),
        None => None,
    };
    let family = args.text("family")?;
    let stopped = args.text("desiredStatus")? == Some("STOPPED");
    let wanted = |task: &&Task| {
        task.service.cluster == cluster
            && service.as_ref().is_none_or(|name| task.service.name == *name)
            && family.is_none_or(|family| family_of(task) == family)
            && task.state.wanted() != stopped
    };
    let arns: Vec<&str> = world
        .ecs
        .tasks
        .values()
        .filter(wanted)
        .map(|task| task.arn.as_str())
        .collect();
    let (page, next) = page::by_token(args, arns, 100)?;
    Ok(json!({ "taskArns": page, "nextToken": next }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let cluster = world.cluster(args.text("cluster")?)?.name.clone();
    let names = args.texts("tasks")?;
    if names.is_empty() {
        return Err(Refusal::parameter("Tasks cannot be empty."));
    }
    if 100 < names.len() {
        return Err(Refusal::parameter("Tasks cannot have more than 100 elements."));
    }
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in names {
        let id = name.rsplit('/').next().unwrap_or(&name);
        let arn = world.ids.ecs_arn(&format!("task/{cluster}/{id}"));
        match world.ecs.tasks.get(&arn) {
            Some(task) => found.push(task_json(world, task)),
            None => failures.push(super::missing(&arn)),
        }
    }
    Ok(json!({ "tasks": found, "failures": failures }))
}

fn family_of(task: &Task) -> &str {
    let name = task.task_definition.rsplit('/').next().unwrap_or_default();
    name.split(':').next().unwrap_or_default()
}

/// AWS's picture of a task.
pub fn task_json(world: &World, task: &Task) -> Value {
    let details = task.address.map(|addr| {
        json!([
            { "name": "privateIPv4Address", "value": addr.ip().to_string() },
            { "name": "subnetId", "value": "subnet-sandbox" },
        ])
    });
    let attachment = details.map(|details| {
        json!([{ "id": task.arn, "type": "ElasticNetworkInterface", "status": "ATTACHED", "details": details }])
    });
    let mut shown = json!({
        "taskArn": task.arn,
        "clusterArn": world.ids.ecs_arn(&format!("cluster/{}", task.service.cluster)),
        "taskDefinitionArn": task.task_definition,
        "group": format!("service:{}", task.service.name),
        "startedBy": task.deployment,
        "lastStatus": task.state.name(),
        "desiredStatus": if task.state.wanted() { "RUNNING" } else { "STOPPED" },
        "launchType": "FARGATE",
        "healthStatus": "UNKNOWN",
        "attachments": attachment.unwrap_or_else(|| json!([])),
        "containers": [],
        "createdAt": super::seconds(task.created),
        "version": 1,
    });
    for (name, at) in [
        ("startedAt", task.started),
        ("stoppingAt", task.stopping),
        ("stoppedAt", task.stopped),
    ] {
        if let Some(at) = at {
            shown[name] = super::seconds(at);
        }
    }
    if let Some(reason) = &task.stop_reason {
        shown["stoppedReason"] = json!(reason);
        shown["stopCode"] = json!("ServiceSchedulerInitiated");
    }
    shown
}
