//! The sandbox driven over HTTP as an SDK would: refusals, lifecycles, faults, events, seeds.
//!
//! Looks at answers and at the event log, never into the world.

mod autoscaling;
mod balancer_interfaces;
mod client;
mod ecs;
mod eks;
mod elb;
mod elbv2;
mod faults;
mod health;
mod kubernetes;
mod network_load_balancers;
mod networks;
mod plumbing;
mod propagation;
mod rate_limits;
mod rollout;
mod seeds;
mod wire;

use std::time::Duration;

use serde_json::json;

use self::client::Api;
use crate::{Options, Sandbox, Seed};

/// Fifty AWS seconds in one.
async fn sandbox() -> (Sandbox, Api) {
    let options = Options {
        time_scale: 0.02,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.expect("a sandbox starts");
    let api = Api::new(sandbox.endpoint());
    (sandbox, api)
}

/// How many targets of a group are healthy.
fn healthy(sandbox: &Sandbox, group: &str) -> usize {
    let dump = sandbox.dump();
    let groups = dump["target_groups"].as_array().expect("a list");
    let found = groups.iter().find(|it| it["TargetGroupName"] == group);
    let targets = found.expect("the group")["Targets"].as_array();
    targets.map_or(0, |all| all.iter().filter(|it| it["state"] == "healthy").count())
}

/// Two colors behind one listener, blue with two tasks, green with none.
fn two_colors() -> Seed {
    let group = |name: &str| {
        json!({
            "name": name, "port": 8080, "load_balancer": "web", "deregistration_delay_seconds": 4,
            "health_check": { "path": "/health", "interval_seconds": 2, "timeout_seconds": 1,
                              "healthy_threshold": 2, "unhealthy_threshold": 2 },
        })
    };
    let service = |name: &str, count: u32| {
        json!({ "cluster": "main", "name": name, "task_definition": "web:1", "desired_count": count,
                "target_group": name, "port": 8080 })
    };
    let revision = |version: &str, broken: bool| json!({ "port": 8080, "env": { "COLOR": "blue", "VERSION": version, "FORCE_ERROR": broken.to_string() } });
    let seed = json!({
        "load_balancers": [{ "name": "web" }],
        "listeners": [{ "load_balancer": "web", "port": 80, "default": { "fixed_response": { "status": 404 } } }],
        "target_groups": [group("blue"), group("green")],
        "clusters": ["main"],
        "task_definitions": [{
            "family": "web", "revisions": [revision("1", false), revision("2", false), revision("3", true)],
        }],
        "services": [service("blue", 2), service("green", 0)],
    });
    serde_json::from_value(seed).expect("a valid seed")
}

/// Waits until `look` returns something; shows the world if it never does.
async fn eventually<T>(sandbox: &Sandbox, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut every = tokio::time::interval(Duration::from_millis(10));
    for _ in 0..2000 {
        every.tick().await;
        if let Some(found) = look().await {
            return found;
        }
    }
    panic!("never happened: {what}\n{:#}", sandbox.dump());
}
