//! The published IAM policies against the calls that the provider and the teardown command really made, as the sandbox's
//! log has them.
//!
//! Never asks which calls the provider's source could make: that is another test's business.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const POLICY: &str = include_str!("../../examples/iam/policy.json");
const TEARDOWN: &str = include_str!("../../examples/iam/teardown.json");
/// How the provider signs its calls.
const OURS: &str = "app/terraform-provider-bluegreen";
/// How the teardown command does.
const COMMAND: &str = "app/bluegreen-teardown";
/// Whoever calls with the same SDK and does not sign is one of ours without its name.
const SDK: &str = "aws-sdk-rust/";

/// # Errors
/// Names each kind of call that no policy allows to its caller. A guard is swept with the teardown's rights.
pub fn check(events: &[Value]) -> Result<()> {
    let (release, teardown): (Value, Value) =
        (serde_json::from_str(POLICY)?, serde_json::from_str(TEARDOWN)?);
    let statements = |policy: &Value| policy["Statement"].as_array().cloned().unwrap_or_default();
    let both = json!({ "Statement": ([statements(&release), statements(&teardown)].concat()) });
    // Only a guard or its data source asks EC2 anything: a world without one is held against the narrower policy.
    let sweeps = events
        .iter()
        .any(|event| event["service"] == "ec2" && client(event).contains(OURS));
    let provider = if sweeps { &both } else { &release };
    let wrong = beyond(&[(OURS, provider), (COMMAND, &teardown)], events);
    let wrong: Vec<String> = wrong.into_iter().collect();
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

/// Who the caller of a logged call says to be.
fn client(event: &Value) -> &str {
    event["client"].as_str().unwrap_or_default()
}

/// What callers did beyond what the policy beside the name they sign with allows, each once.
fn beyond(policies: &[(&str, &Value)], events: &[Value]) -> BTreeSet<String> {
    let mut wrong = BTreeSet::new();
    for call in events.iter().filter(|event| event["event"] == "call") {
        // Whoever obtains credentials is not yet the provider; the policy is about what it does with them.
        if call["service"] == "sts" {
            continue;
        }
        let client = client(call);
        let Some((name, policy)) = policies.iter().find(|(name, _)| client.contains(name)) else {
            if client.contains(SDK) {
                wrong.insert(format!(
                    "{} was called by {client:?}, which does not sign",
                    call["action"]
                ));
            }
            continue;
        };
        for (action, resource) in needed(call) {
            if !allows(policy, &action, &resource) {
                wrong.insert(format!(
                    "no policy in examples/iam allows {action} on {resource}, which {} called",
                    name.trim_start_matches("app/")
                ));
            }
        }
    }
    wrong
}

/// The permissions that a call needs: action and resource.
fn needed(call: &Value) -> Vec<(String, String)> {
    let (name, input) = (call["action"].as_str().unwrap_or_default(), &call["input"]);
    let service = match call["service"].as_str() {
        Some("elb" | "elbv2") => "elasticloadbalancing",
        Some(other) => other,
        None => "",
    };
    let action = |name: &str| format!("{service}:{name}");
    let on = |value: &Value| (action(name), value.as_str().unwrap_or_default().to_owned());
    let each = |list: &Value| list.as_array().into_iter().flatten().cloned().collect::<Vec<_>>();
    match name {
        "CreateRule" => {
            let mut needed = vec![on(&input["ListenerArn"])];
            if !each(&input["Tags"]).is_empty() {
                // Tagging what is being made is a permission of its own, on a rule that has no ARN yet.
                let (_, listener) = on(&input["ListenerArn"]);
                needed.push((
                    action("AddTags"),
                    listener.replacen(":listener/", ":listener-rule/", 1),
                ));
            }
            needed
        }
        "ModifyRule" | "DeleteRule" => vec![on(&input["RuleArn"])],
        "ModifyListener" => vec![on(&input["ListenerArn"])],
        "SetRulePriorities" => each(&input["RulePriorities"])
            .iter()
            .map(|it| on(&it["RuleArn"]))
            .collect(),
        "AddTags" | "RemoveTags" => each(&input["ResourceArns"]).iter().map(on).collect(),
        "UpdateService" => {
            let text = |key: &str| input[key].as_str().unwrap_or_default();
            let name = |key: &str| text(key).rsplit('/').next().unwrap_or_default().to_owned();
            let service = format!("arn:aws:ecs:::service/{}/{}", name("cluster"), name("service"));
            vec![(action("UpdateService"), service)]
        }
        // Looking is allowed on everything or not at all; of any other change nobody has said what it is made to.
        _ => vec![(action(name), "everything".to_owned())],
    }
}

fn allows(policy: &Value, action: &str, resource: &str) -> bool {
    let one_of = |patterns: &Value, text: &str| match patterns {
        Value::Array(patterns) => patterns.iter().any(|it| fits(it, text)),
        one => fits(one, text),
    };
    let statements = policy["Statement"].as_array().into_iter().flatten();
    let mut allowing = statements.filter(|it| it["Effect"] == "Allow");
    allowing.any(|it| one_of(&it["Action"], action) && one_of(&it["Resource"], resource))
}

/// IAM's wildcard: any text, colons and slashes among it.
fn fits(pattern: &Value, text: &str) -> bool {
    fn rest(pattern: &str, text: &str) -> bool {
        let Some((head, tail)) = pattern.split_once('*') else {
            return pattern == text;
        };
        let Some(after) = text.strip_prefix(head) else {
            return false;
        };
        let mut ends = after.char_indices().map(|(index, _)| index).chain([after.len()]);
        ends.any(|from| rest(tail, &after[from..]))
    }
    pattern.as_str().is_some_and(|pattern| rest(pattern, text))
}

#[cfg(test)]
mod tests;
