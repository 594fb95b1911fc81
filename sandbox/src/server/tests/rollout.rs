//! Rolling deployments, scaling and the circuit breaker, told by the event log.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client::Api;
use super::{eventually, healthy, sandbox, two_colors};
use crate::Sandbox;

async fn steady() -> (Sandbox, Api) {
    let (sandbox, api) = sandbox().await;
    sandbox.seed(&two_colors()).expect("the seed applies");
    steadily(&sandbox, &api, "blue", 2).await;
    (sandbox, api)
}

async fn service(api: &Api, name: &str) -> Value {
    let body = json!({ "cluster": "main", "services": [name] });
    api.ecs_ok("DescribeServices", body).await["services"][0].clone()
}

/// One COMPLETED deployment with `count` running tasks, all healthy.
async fn steadily(sandbox: &Sandbox, api: &Api, name: &str, count: usize) -> Value {
    eventually(sandbox, &format!("{name} is steady at {count}"), async || {
        let found = service(api, name).await;
        let deployments = found["deployments"].as_array()?;
        let done = deployments.len() == 1 && deployments[0]["rolloutState"] == "COMPLETED";
        (done && found["runningCount"] == count && healthy(sandbox, name) == count).then_some(found)
    })
    .await
}

async fn update(api: &Api, name: &str, change: Value) -> Value {
    let mut body = json!({ "cluster": "main", "service": name });
    for (member, value) in change.as_object().expect("an object") {
        body[member] = value.clone();
    }
    api.ecs_ok("UpdateService", body).await["service"].clone()
}

#[tokio::test]
async fn a_new_revision_rolls_without_ever_falling_below_the_desired_count() {
    let (sandbox, api) = steady().await;
    let before = sandbox.events().len();
    let updated = update(&api, "blue", json!({ "taskDefinition": "web:2" })).await;
    let primary = updated["deployments"][0].clone();
    assert_eq!(
        (&primary["status"], &primary["rolloutState"]),
        (&json!("PRIMARY"), &json!("IN_PROGRESS"))
    );
    assert_eq!(updated["deployments"][1]["status"], "ACTIVE");
    let done = steadily(&sandbox, &api, "blue", 2).await;
    assert_eq!(
        done["deployments"][0]["id"], primary["id"],
        "the deployment that was started is the one that is done"
    );
    assert!(
        done["taskDefinition"]
            .as_str()
            .is_some_and(|arn| arn.ends_with("web:2"))
    );

    let mut states: BTreeMap<String, String> = BTreeMap::new();
    for (index, event) in sandbox
        .events()
        .iter()
        .enumerate()
        .filter(|(_, it)| it.json["event"] == "target")
    {
        let target = event.json["target"].as_str().unwrap_or_default().to_owned();
        states.insert(
            target,
            event.json["state"].as_str().unwrap_or_default().to_owned(),
        );
        let healthy = states.values().filter(|state| *state == "healthy").count();
        assert!(
            index < before || 2 <= healthy,
            "after event {index} only {healthy} are healthy"
        );
    }
}

#[tokio::test]
async fn scaling_starts_no_deployment_and_to_zero_drains_before_it_stops() {
    let (sandbox, api) = steady().await;
    let id = service(&api, "blue").await["deployments"][0]["id"].clone();
    update(&api, "blue", json!({ "desiredCount": 3 })).await;
    assert_eq!(
        steadily(&sandbox, &api, "blue", 3).await["deployments"][0]["id"],
        id
    );
    update(&api, "blue", json!({ "desiredCount": 0 })).await;
    eventually(&sandbox, "everything stopped", async || {
        let events = sandbox.events();
        let stopped = events
            .iter()
            .filter(|it| it.json["event"] == "task" && it.json["state"] == "STOPPED")
            .count();
        (stopped == 3).then_some(())
    })
    .await;
    let events = sandbox.events();
    for stopping in events
        .iter()
        .filter(|it| it.json["event"] == "task" && it.json["state"] == "STOPPING")
    {
        let gone = events
            .iter()
            .find(|it| it.json["target"] == stopping.json["address"] && it.json["state"] == "gone");
        let gone = gone.expect("its target went").json["seq"].as_u64();
        assert!(
            gone < stopping.json["seq"].as_u64(),
            "a task stops only after its target has drained"
        );
    }
    assert_eq!(service(&api, "blue").await["deployments"][0]["id"], id);
}

#[tokio::test]
async fn the_circuit_breaker_fails_the_deployment_and_rolls_back() {
    let (sandbox, api) = steady().await;
    let breaker = json!({ "deploymentCircuitBreaker": { "enable": true, "rollback": true },
                          "maximumPercent": 200, "minimumHealthyPercent": 100 });
    let change = json!({ "taskDefinition": "web:3", "deploymentConfiguration": breaker });
    let failing = update(&api, "blue", change).await["deployments"][0]["id"].clone();
    let done = eventually(&sandbox, "it rolled back", async || {
        let found = service(&api, "blue").await;
        let deployments = found["deployments"].as_array()?;
        let back = deployments.len() == 1 && deployments[0]["rolloutState"] == "COMPLETED";
        (back && deployments[0]["id"] != failing).then_some(found)
    })
    .await;
    assert!(
        done["taskDefinition"]
            .as_str()
            .is_some_and(|arn| arn.ends_with("web:1")),
        "{done}"
    );
    let events = done["events"].to_string();
    assert!(
        events.contains("deployment failed: tasks failed to start."),
        "{events}"
    );
    assert!(events.contains("rolling back to deployment"), "{events}");
    let launched = sandbox.events();
    let broken = launched.iter().filter(|it| {
        let definition = it.json["task_definition"].as_str().unwrap_or_default();
        it.json["state"] == "PROVISIONING" && definition.ends_with("web:3")
    });
    assert!(3 <= broken.count(), "at least three failures trip it");
}

#[tokio::test]
async fn without_the_breaker_failing_tasks_are_replaced_and_the_old_ones_serve_on() {
    let (sandbox, api) = steady().await;
    update(&api, "blue", json!({ "taskDefinition": "web:3" })).await;
    eventually(&sandbox, "five broken tasks were tried", async || {
        let events = sandbox.events();
        let stopped = events.iter().filter(|it| {
            let definition = it.json["task_definition"].as_str().unwrap_or_default();
            it.json["state"] == "STOPPED" && definition.ends_with("web:3")
        });
        (5 <= stopped.count()).then_some(())
    })
    .await;
    let found = service(&api, "blue").await;
    assert_eq!(found["deployments"][0]["rolloutState"], "IN_PROGRESS");
    assert!(
        2 <= found["deployments"][0]["failedTasks"].as_u64().unwrap_or(0),
        "{found}"
    );
    assert_eq!(healthy(&sandbox, "blue"), 2);
}

#[tokio::test]
async fn unhealthy_tasks_are_forgiven_during_the_grace_period() {
    let (sandbox, api) = steady().await;
    let change = json!({ "taskDefinition": "web:3", "healthCheckGracePeriodSeconds": 3000 });
    update(&api, "blue", change).await;
    eventually(&sandbox, "the broken ones are unhealthy", async || {
        let events = sandbox.events();
        let unhealthy = events.iter().filter(|it| it.json["state"] == "unhealthy").count();
        (unhealthy == 2).then_some(())
    })
    .await;
    let broken_stopped = sandbox
        .events()
        .iter()
        .any(|it| it.json["state"] == "DEACTIVATING");
    assert!(!broken_stopped, "nothing is stopped before the grace is over");
}
