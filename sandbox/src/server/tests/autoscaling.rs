//! Somebody else who scales: within its range, some time after, and not while suspended.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use serde_json::{Value, json};

use super::client::Api;
use super::{eventually, sandbox, two_colors};
use crate::Sandbox;

async fn register(api: &Api, more: Value) -> (u16, Value) {
    let mut body = json!({
        "ServiceNamespace": "ecs", "ResourceId": "service/main/green",
        "ScalableDimension": "ecs:service:DesiredCount",
    });
    for (member, value) in more.as_object().expect("an object") {
        body[member] = value.clone();
    }
    let target = Some("AnyScaleFrontendService.RegisterScalableTarget");
    let sent = api
        .send("application/x-amz-json-1.1", target, body.to_string())
        .await;
    let (status, text) = sent.expect("an answer");
    (status, serde_json::from_str(&text).expect("JSON"))
}

fn desired(sandbox: &Sandbox) -> Value {
    let dump = sandbox.dump();
    let services = dump["services"].as_array().expect("a list");
    let green = services.iter().find(|it| it["serviceName"] == "green");
    green.expect("the service")["desiredCount"].clone()
}

async fn scale_to_zero(api: &Api) {
    let body = json!({ "cluster": "main", "service": "green", "desiredCount": 0 });
    api.ecs_ok("UpdateService", body).await;
}

#[tokio::test]
async fn a_registration_raises_to_the_minimum_and_so_does_time() {
    let (sandbox, api) = sandbox().await;
    sandbox.seed(&two_colors()).expect("applies");
    let (status, _) = register(&api, json!({ "MinCapacity": 1, "MaxCapacity": 3 })).await;
    assert_eq!((status, desired(&sandbox)), (200, json!(1)));

    scale_to_zero(&api).await;
    assert_eq!(desired(&sandbox), 0, "the call itself is obeyed");
    eventually(&sandbox, "the autoscaler has raised it", async || {
        (desired(&sandbox) == 1).then_some(())
    })
    .await;
    let events = sandbox.events();
    let raised = events.iter().rfind(|it| it.json["event"] == "autoscaler");
    let raised = &raised.expect("an event").json;
    assert_eq!((&raised["from"], &raised["to"]), (&json!(0), &json!(1)));
}

#[tokio::test]
async fn nothing_is_scaled_beyond_the_range_or_while_suspended() {
    let (sandbox, api) = sandbox().await;
    sandbox.seed(&two_colors()).expect("applies");
    register(&api, json!({ "MinCapacity": 0, "MaxCapacity": 3 })).await;
    assert_eq!(sandbox.scale("main", "green", 9).expect("it scales"), 3);
    assert_eq!(desired(&sandbox), 3);

    scale_to_zero(&api).await;
    let suspended = json!({ "SuspendedState": { "DynamicScalingOutSuspended": true } });
    let (status, _) = register(&api, suspended).await;
    assert_eq!(status, 200, "what is omitted stays as it was");
    let refused = sandbox.scale("main", "green", 2).expect_err("it is suspended");
    assert!(refused.to_string().contains("suspended"), "{refused}");
    assert_eq!(desired(&sandbox), 0);
}

#[tokio::test]
async fn a_new_target_needs_both_bounds_in_their_order() {
    let (sandbox, api) = sandbox().await;
    sandbox.seed(&two_colors()).expect("applies");
    for wrong in [
        json!({ "MinCapacity": 1 }),
        json!({ "MinCapacity": 4, "MaxCapacity": 3 }),
    ] {
        let (status, answer) = register(&api, wrong).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer.to_string().contains("ValidationException"), "{answer}");
    }
    assert_eq!(desired(&sandbox), 0);
}
