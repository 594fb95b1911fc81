//! That the check of permissions finds what it is for, and leaves other people's calls alone.

use super::{OURS, POLICY, beyond};
use serde_json::{Value, json};

fn call(client: &str, action: &str, input: Value) -> Value {
    let service = if action == "UpdateService" { "ecs" } else { "elbv2" };
    json!({ "event": "call", "service": service, "action": action, "client": client, "input": input })
}

fn complaints(events: &[Value]) -> Vec<String> {
    let policy = serde_json::from_str(POLICY).unwrap();
    beyond(&[(OURS, &policy)], events).into_iter().collect()
}

const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web/1/2";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web/1/2/3";

#[test]
fn what_a_release_does_is_allowed() {
    let tags = json!([{ "Key": "a", "Value": "b" }]);
    let client = format!("aws-sdk-rust/1.3 os/linux {OURS}");
    let events = [
        call(&client, "DescribeRules", json!({ "ListenerArn": LISTENER })),
        call(
            &client,
            "CreateRule",
            json!({ "ListenerArn": LISTENER, "Tags": tags }),
        ),
        call(&client, "ModifyRule", json!({ "RuleArn": RULE })),
        call(
            &client,
            "SetRulePriorities",
            json!({ "RulePriorities": [{ "RuleArn": RULE, "Priority": 1 }] }),
        ),
        call(
            &client,
            "UpdateService",
            json!({ "cluster": "main", "service": "web" }),
        ),
    ];
    assert_eq!(complaints(&events), Vec::<String>::new());
}

#[test]
fn a_call_or_a_resource_beyond_the_policy_is_named_once() {
    let group = json!({ "TargetGroupArn": "arn:aws:elasticloadbalancing:::targetgroup/web/1" });
    let network = LISTENER.replace("/app/", "/net/");
    let events = [
        call(OURS, "DeleteTargetGroup", group.clone()),
        call(OURS, "DeleteTargetGroup", group),
        call(OURS, "AddTags", json!({ "ResourceArns": [RULE, network] })),
    ];
    let found = complaints(&events);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("AddTags on arn") && found[0].contains("/net/"),
        "{found:?}"
    );
    assert!(found[1].contains("DeleteTargetGroup"), "{found:?}");
}

#[test]
fn the_tags_of_a_new_rule_need_a_permission_too() {
    let policy = json!({ "Statement": [
        { "Effect": "Allow", "Action": "elasticloadbalancing:CreateRule", "Resource": "*" },
    ] });
    let tagged = call(
        OURS,
        "CreateRule",
        json!({ "ListenerArn": LISTENER, "Tags": [{ "Key": "a" }] }),
    );
    let found = beyond(&[(OURS, &policy)], &[tagged]);
    assert!(
        found
            .iter()
            .any(|it| it.contains("AddTags on arn") && it.contains("listener-rule")),
        "{found:?}"
    );
}

#[test]
fn other_people_may_do_anything_but_not_in_our_clothes() {
    assert!(complaints(&[call("aws-cli/1.46", "DeleteLoadBalancer", json!({}))]).is_empty());
    let unsigned = complaints(&[call("aws-sdk-rust/1.3 os/linux", "DescribeRules", json!({}))]);
    assert!(unsigned[0].contains("does not sign"), "{unsigned:?}");
}
