//! Seeds: the same names give the same world, twice at once; and the event log's order.
//!
//! Goes through HTTP only; reads the world in the dump and the event log.

use serde_json::{Value, json};

use super::{eventually, sandbox, two_colors};
use crate::Seed;

fn arns(dump: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (kind, member) in [
        ("rules", "RuleArn"),
        ("target_groups", "TargetGroupArn"),
        ("services", "serviceArn"),
        ("listeners", "ListenerArn"),
    ] {
        let items = dump[kind].as_array().expect("a list");
        found.extend(
            items
                .iter()
                .map(|it| it[member].as_str().expect("an ARN").to_owned()),
        );
    }
    found
}

#[tokio::test]
async fn two_sandboxes_at_once_have_the_same_arns_and_sockets_of_their_own() {
    let (one, _) = sandbox().await;
    let (two, _) = sandbox().await;
    one.seed(&two_colors()).expect("applies");
    two.seed(&two_colors()).expect("applies");
    assert_eq!(arns(&one.dump()), arns(&two.dump()));
    let listener = one.dump()["listeners"][0]["ListenerArn"]
        .as_str()
        .expect("an ARN")
        .to_owned();
    let (first, second) = (one.listener_addr(&listener), two.listener_addr(&listener));
    assert!(first.is_some() && second.is_some());
    assert_ne!(first, second);
    for sandbox in [&one, &two] {
        eventually(sandbox, "two healthy targets", async || {
            let dump = sandbox.dump();
            let targets = dump["target_groups"]
                .as_array()?
                .iter()
                .flat_map(|it| it["Targets"].as_array());
            let healthy = targets.flatten().filter(|it| it["state"] == "healthy").count();
            (healthy == 2).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_parked_group_is_associated_through_a_rule_nobody_meets() {
    let (sandbox, _) = sandbox().await;
    sandbox.seed(&two_colors()).expect("applies");
    let dump = sandbox.dump();
    for group in dump["target_groups"].as_array().expect("a list") {
        assert_eq!(group["LoadBalancerArns"].as_array().map(Vec::len), Some(1));
    }
    let rules = dump["rules"].as_array().expect("a list");
    let priorities: Vec<&str> = rules.iter().filter_map(|it| it["Priority"].as_str()).collect();
    assert_eq!(priorities, ["49999", "50000", "default"]);
    assert_eq!(
        rules[1]["Conditions"][0]["Values"],
        json!(["blue.parked.invalid"])
    );
}

#[tokio::test]
async fn a_seed_with_an_unknown_member_or_name_is_refused() {
    assert!(serde_json::from_value::<Seed>(json!({ "load_balancer": [] })).is_err());
    let (sandbox, _) = sandbox().await;
    let seed: Seed = serde_json::from_value(json!({
        "services": [{ "cluster": "nope", "name": "x", "task_definition": "y", "desired_count": 1, "port": 80 }],
    }))
    .expect("valid by shape");
    let error = format!("{:#}", sandbox.seed(&seed).expect_err("no such cluster"));
    assert!(error.contains("services[0] (x): cluster nope"), "{error}");
    sandbox.seed(&two_colors()).expect("applies once");
    let error = format!(
        "{:#}",
        sandbox.seed(&two_colors()).expect_err("the names are taken")
    );
    assert!(error.contains("load balancer web is there already"), "{error}");
}

#[tokio::test]
async fn events_are_numbered_without_gaps_and_a_call_stands_before_what_it_caused() {
    let (sandbox, api) = sandbox().await;
    sandbox.seed(&two_colors()).expect("applies");
    eventually(&sandbox, "a healthy target", async || {
        sandbox
            .events()
            .iter()
            .any(|it| it.json["state"] == "healthy")
            .then_some(())
    })
    .await;
    let rules = sandbox.dump()["rules"].as_array().expect("a list").clone();
    let blue = rules
        .iter()
        .find(|it| it["Priority"] == "50000")
        .expect("the parked rule");
    let arn = blue["RuleArn"].as_str().expect("an ARN");
    api.elb_get("DeleteRule", &format!("RuleArn={arn}"), "").await;

    let events: Vec<Value> = sandbox.events().into_iter().map(|it| it.json).collect();
    assert!(events.iter().zip(0_u64..).all(|(event, seq)| event["seq"] == seq));
    assert!(
        events
            .iter()
            .any(|it| it["event"] == "world" && it["world"]["rules"].is_array())
    );
    let call = events
        .iter()
        .position(|it| it["action"] == "DeleteRule")
        .expect("the call");
    assert_eq!(events[call]["input"], json!({ "RuleArn": arn }));
    assert_eq!(events[call]["mutating"], true);
    let unused = events
        .iter()
        .position(|it| it["state"] == "unused")
        .expect("its effect");
    assert!(call < unused);
}

#[tokio::test]
async fn a_world_written_down_is_the_same_world_again() {
    let (one, api) = sandbox().await;
    one.seed(&two_colors()).expect("applies");
    let dump = one.dump();
    let parked = dump["rules"][1]["RuleArn"].as_str().expect("an ARN");
    let tag = format!("ResourceArns.member.1={parked}&Tags.member.1.Key=k&Tags.member.1.Value=v");
    api.elb_get("AddTags", &tag, "").await;
    let body = json!({ "cluster": "main", "service": "green", "desiredCount": 1, "taskDefinition": "web:2" });
    api.ecs_ok("UpdateService", body).await;

    let text = serde_json::to_vec(&one.as_seed()).expect("JSON");
    let (two, _) = sandbox().await;
    two.seed(&Seed::from_json(&text).expect("a valid seed"))
        .expect("applies");
    assert_eq!(json!(two.as_seed()), json!(one.as_seed()));
    let (before, after) = (one.dump(), two.dump());
    assert_eq!(arns(&before), arns(&after));
    for kind in ["rules", "load_balancers", "tags"] {
        let untimed = |it: &Value| {
            it.to_string()
                .replace(it[0]["CreatedTime"].as_str().unwrap_or("-"), "")
        };
        assert_eq!(untimed(&before[kind]), untimed(&after[kind]), "{kind}");
    }
    let green = after["services"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["serviceName"] == "green");
    let green = green.expect("the service");
    assert_eq!(green["desiredCount"], 1);
    assert!(
        green["taskDefinition"]
            .as_str()
            .is_some_and(|arn| arn.ends_with("web:2"))
    );
}
