//! Fault switches: what the caller sees, what was applied, and what the log says of both.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::inside;
use super::{eventually, healthy, sandbox, two_colors};
use crate::{Fault, FaultRule, Sandbox};

const CREATE: &str = "Action=CreateLoadBalancer&Version=2015-12-01&Name=x&Subnets.member.1=subnet-11111111&Subnets.member.2=subnet-22222222";
const FORM: &str = "application/x-www-form-urlencoded";

fn calls(sandbox: &Sandbox) -> Vec<Value> {
    sandbox
        .events()
        .into_iter()
        .map(|it| it.json)
        .filter(|it| it["event"] == "call")
        .collect()
}

fn balancers(sandbox: &Sandbox) -> usize {
    sandbox.dump()["load_balancers"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn refusing_faults_are_seen_and_change_nothing() {
    let (sandbox, api) = sandbox().await;
    for (fault, status, code) in [
        (Fault::Throttle, 400, "Throttling"),
        (Fault::ServerError, 500, "InternalFailure"),
        (Fault::Deny, 403, "AccessDenied"),
    ] {
        sandbox.faults().add(FaultRule {
            times: Some(1),
            ..FaultRule::new(fault.clone())
        });
        let (got, xml) = api.send(FORM, None, CREATE.into()).await.expect("an answer");
        assert_eq!((got, inside(&xml, "Code")), (status, Some(code)));
        let last = calls(&sandbox).pop().expect("a logged call");
        assert_eq!(
            (&last["fault"], &last["applied"]),
            (&json!(fault.name()), &json!(false))
        );
        assert_eq!(balancers(&sandbox), 0);
    }
    let (status, answer) = {
        sandbox.faults().add(FaultRule {
            times: Some(1),
            ..FaultRule::new(Fault::Throttle)
        });
        api.ecs("ListClusters", json!({})).await
    };
    assert_eq!((status, &answer["__type"]), (400, &json!("ThrottlingException")));
    assert_eq!(sandbox.faults().calls_seen(), 4);
}

#[tokio::test]
async fn a_lost_answer_was_applied() {
    let (sandbox, api) = sandbox().await;
    sandbox.faults().add(FaultRule {
        action: Some("CreateLoadBalancer".into()),
        times: Some(1),
        ..FaultRule::new(Fault::LostAnswer)
    });
    assert_eq!(
        api.send(FORM, None, CREATE.into()).await,
        None,
        "the connection closes"
    );
    assert_eq!(balancers(&sandbox), 1);
    let last = calls(&sandbox).pop().expect("a logged call");
    assert_eq!(
        (&last["fault"], &last["applied"], &last["status"]),
        (&json!("lost_answer"), &json!(true), &json!(200))
    );
}

#[tokio::test]
async fn the_nth_match_is_counted_from_when_the_rule_was_added() {
    let (sandbox, api) = sandbox().await;
    api.ecs_ok("CreateCluster", json!({ "clusterName": "zero" }))
        .await;
    sandbox.faults().add(FaultRule {
        service: Some("ecs".into()),
        mutating: Some(true),
        nth: Some(2),
        ..FaultRule::new(Fault::Throttle)
    });
    let mut statuses = Vec::new();
    for name in ["one", "two", "three"] {
        api.ecs_ok("ListClusters", json!({})).await;
        statuses.push(api.ecs("CreateCluster", json!({ "clusterName": name })).await.0);
    }
    assert_eq!(statuses, [200, 400, 200], "reads do not count");
    sandbox.faults().clear();
    assert_eq!(sandbox.faults().calls_seen(), 7);
}

#[tokio::test]
async fn the_same_seed_draws_the_same_faults() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (sandbox, api) = sandbox().await;
        sandbox.faults().add(FaultRule {
            probability: Some(0.5),
            seed: 7,
            ..FaultRule::new(Fault::Throttle)
        });
        let mut statuses = Vec::new();
        for _ in 0..32 {
            statuses.push(api.ecs("ListClusters", json!({})).await.0);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    let struck = runs[0].iter().filter(|status| **status == 400).count();
    assert!((6..=26).contains(&struck), "about half of 32, not {struck}");
}

#[tokio::test]
async fn latency_holds_the_call_back() {
    let (sandbox, api) = sandbox().await;
    let wait = Duration::from_millis(150);
    sandbox.faults().add(FaultRule {
        times: Some(1),
        ..FaultRule::new(Fault::Latency(wait))
    });
    let begun = tokio::time::Instant::now();
    api.ecs_ok("ListClusters", json!({})).await;
    assert!(wait <= begun.elapsed());
}

/// Sends one CreateCluster from a process of its own; returns the signal that ended it.
async fn killed_by(sandbox: &Sandbox) -> Option<i32> {
    let port = sandbox
        .endpoint()
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .to_owned();
    let request = "POST / HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: 2\\r\\n\
                   x-amz-target: AmazonEC2ContainerServiceV20141113.CreateCluster\\r\\n\\r\\n{}";
    let script =
        format!("exec 3<>/dev/tcp/127.0.0.1/{port}; printf '{request}' >&3; exec cat <&3 >/dev/null");
    let mut child = tokio::process::Command::new("bash")
        .arg("-c")
        .arg(script)
        .spawn()
        .expect("bash");
    child.wait().await.expect("an exit").signal()
}

#[tokio::test]
async fn a_client_is_killed_before_or_after_its_call_took_effect() {
    for (fault, applied) in [(Fault::KillBefore, false), (Fault::KillAfter, true)] {
        let (sandbox, _api) = sandbox().await;
        sandbox.faults().add(FaultRule::new(fault.clone()));
        assert_eq!(killed_by(&sandbox).await, Some(9), "{fault:?}");
        let clusters = sandbox.dump()["clusters"].as_array().map_or(0, Vec::len);
        assert_eq!(clusters == 1, applied, "{fault:?}");
        let last = calls(&sandbox).pop().expect("a logged call");
        assert_eq!(
            (&last["fault"], &last["applied"]),
            (&json!(fault.name()), &json!(applied))
        );
    }
}

#[tokio::test]
async fn slow_health_checks_fail_by_their_timeout_until_they_are_prompt_again() {
    let (sandbox, _) = sandbox().await;
    sandbox.seed(&two_colors()).expect("applies");
    let healthy_again = async |count: usize| {
        eventually(&sandbox, &format!("{count} are healthy"), async || {
            (healthy(&sandbox, "blue") == count).then_some(())
        })
        .await;
    };
    healthy_again(2).await;
    sandbox.faults().slow_health("blue", Duration::from_secs(30));
    healthy_again(0).await;
    let events = sandbox.events();
    let unhealthy = events.iter().find(|it| it.json["state"] == "unhealthy");
    assert_eq!(unhealthy.expect("an event").json["reason"], "Target.Timeout");
    sandbox.faults().slow_health("blue", Duration::ZERO);
    healthy_again(2).await;
}

#[tokio::test]
async fn the_log_says_who_called() {
    let (sandbox, api) = sandbox().await;
    api.send(FORM, None, CREATE.to_owned()).await.expect("an answer");
    let request = hyper::Request::post(sandbox.endpoint())
        .header("content-type", FORM)
        .header("user-agent", "somebody")
        .header("x-amz-user-agent", "an-sdk/1 app/name");
    api.request(request, CREATE.to_owned()).await.expect("an answer");
    let calls = calls(&sandbox);
    let clients: Vec<&str> = calls.iter().filter_map(|it| it["client"].as_str()).collect();
    assert_eq!(clients, ["", "an-sdk/1 app/name"]);
}

#[tokio::test]
async fn a_fault_by_share_can_be_asked_for_over_http_and_a_mistake_in_one_is_named() {
    let (sandbox, api) = sandbox().await;
    let post = async |body: &str| {
        let request = hyper::Request::post(format!("{}/_sandbox/faults", sandbox.endpoint()));
        api.request(request, body.to_owned()).await.expect("an answer")
    };
    let (status, answer) = post(r#"{"fault":"throttle","probability":0.5,"times":0}"#).await;
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = post(r#"[{"fault":{"latency":20},"action":"DescribeRules"}]"#).await;
    assert_eq!(status, 200, "{answer}");
    let (status, answer) = post(r#"{"fault":"throttle","probabilty":0.5}"#).await;
    assert_eq!(status, 400);
    assert!(answer.contains("probabilty"), "{answer}");
}
