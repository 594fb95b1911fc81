//! The sandbox's own routes under `/_sandbox/`, for people and for tests in other languages.
//!
//! No AWS service answers here, and nothing here is logged as a call.

use std::collections::BTreeMap;
use std::time::Duration;

use hyper::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, respond};
use super::shared::Shared;
use crate::faults::FaultRule;
use crate::seed::Seed;

/// What `POST /_sandbox/faults` takes besides rules: told from them by its one field, so that a mistake in either is
/// named. (An untagged enum says only that nothing matched, and can't hold a fraction where another crate of the build
/// switches on serde_json's arbitrary precision.)
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gap {
    data_plane_gap_ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Slow {
    slow_health: SlowHealth,
}

/// Health checks of one target group, late by so many AWS seconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlowHealth {
    target_group: String,
    seconds: f64,
}

/// What `POST /_sandbox/scale` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scale {
    cluster: String,
    service: String,
    desired_count: u32,
}

/// A day of AWS time.
const LONGEST_DELAY: f64 = 86_400.0;

pub(super) fn answer(method: &Method, path: &str, body: &[u8], shared: &Shared) -> Answer {
    let outcome = match (method, path) {
        (&Method::GET, "world") => Ok(shared.look(crate::api::dump)),
        (&Method::GET, "events") => Ok(shared.look(|world| {
            world
                .log
                .events()
                .iter()
                .map(|event| event.json.clone())
                .collect()
        })),
        (&Method::GET, "calls") => Ok(calls()),
        (&Method::GET, "listeners") => Ok(listeners(shared)),
        (&Method::POST, "seed") => seed(body, shared),
        (&Method::GET, "seed") => Ok(json!(shared.as_seed())),
        (&Method::POST, "scale") => scale(body, shared),
        (&Method::GET, "kubernetes") => Ok(json!(shared.kubernetes_changes())),
        (&Method::POST, "kubernetes") => kubernetes(body, shared),
        (&Method::POST, "faults") => faults(body, shared),
        (&Method::DELETE, "faults") => {
            shared.faults.clear();
            Ok(json!({}))
        }
        _ => {
            return write(
                StatusCode::NOT_FOUND,
                &json!({ "error": format!("no route {method} {path}") }),
            );
        }
    };
    match outcome {
        Ok(value) => write(StatusCode::OK, &value),
        Err(error) => write(StatusCode::BAD_REQUEST, &json!({ "error": format!("{error:#}") })),
    }
}

fn calls() -> Value {
    let mut by_service: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (service, action) in crate::api::calls() {
        by_service.entry(service).or_default().push(action);
    }
    json!(by_service)
}

fn listeners(shared: &Shared) -> Value {
    let arns: Vec<String> = shared.look(|world| world.elbv2.listeners.keys().cloned().collect());
    let dataplane = shared.faults.dataplane();
    let addresses: BTreeMap<String, Option<String>> = arns
        .into_iter()
        .map(|arn| {
            let addr = dataplane.as_ref().and_then(|it| it.listener_addr(&arn));
            (arn, addr.map(|addr| addr.to_string()))
        })
        .collect();
    json!(addresses)
}

fn seed(body: &[u8], shared: &Shared) -> anyhow::Result<Value> {
    shared.seed(&Seed::from_json(body)?)?;
    Ok(json!({}))
}

fn kubernetes(body: &[u8], shared: &Shared) -> anyhow::Result<Value> {
    shared.kubernetes(serde_json::from_slice(body)?)?;
    Ok(json!({}))
}

fn scale(body: &[u8], shared: &Shared) -> anyhow::Result<Value> {
    let Scale {
        cluster,
        service,
        desired_count,
    } = serde_json::from_slice(body)?;
    Ok(json!({ "desired_count": shared.scale(&cluster, &service, desired_count)? }))
}

fn faults(body: &[u8], shared: &Shared) -> anyhow::Result<Value> {
    let asked: Value = serde_json::from_slice(body)?;
    if asked.get("data_plane_gap_ms").is_some() {
        let Gap { data_plane_gap_ms } = serde_json::from_value(asked)?;
        let gap = Duration::from_millis(data_plane_gap_ms);
        shared.faults.data_plane_gap(gap);
    } else if asked.get("slow_health").is_some() {
        let Slow { slow_health } = serde_json::from_value(asked)?;
        let delay = Duration::from_secs_f64(slow_health.seconds.clamp(0.0, LONGEST_DELAY));
        shared.faults.slow_health(&slow_health.target_group, delay);
    } else {
        let rules: Vec<FaultRule> = match asked {
            Value::Array(rules) => serde_json::from_value(Value::Array(rules))?,
            rule => vec![serde_json::from_value(rule)?],
        };
        rules.into_iter().for_each(|rule| shared.faults.add(rule));
    }
    Ok(json!({}))
}

fn write(status: StatusCode, value: &Value) -> Answer {
    respond(status, "application/json", "sandbox", format!("{value}\n"))
}
