//! The IAM policy of the guide against the calls in the provider's source: neither may name what the other does not.
//!
//! Sees calls by their shape (`.describe_rules()`), so a call that is made in another way would escape it.

use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;

/// IAM lets everybody call it.
const FREE: &str = "GetCallerIdentity";
const ECS: [&str; 2] = ["DescribeServices", "UpdateService"];

/// The IAM actions that the provider's calls need.
pub fn needed<'a>(sources: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let verbs = "add|create|delete|deregister|describe|get|modify|put|register|remove|set|update";
    let call = Regex::new(&format!(r"\.((?:{verbs})_[a-z_]+)\(\)")).unwrap();
    let mut needed = BTreeSet::new();
    for source in sources {
        for found in call.captures_iter(source) {
            let operation: String = found[1].split('_').map(capital).collect();
            if operation == FREE {
                continue;
            }
            let service = if ECS.contains(&operation.as_str()) {
                "ecs"
            } else {
                "elasticloadbalancing"
            };
            needed.insert(format!("{service}:{operation}"));
        }
    }
    needed
}

/// The actions that a policy allows.
pub fn allowed(policy: &Value) -> BTreeSet<String> {
    let statements = policy["Statement"].as_array().cloned().unwrap_or_default();
    let actions = statements
        .iter()
        .flat_map(|statement| match &statement["Action"] {
            Value::Array(actions) => actions.clone(),
            one => vec![one.clone()],
        });
    actions
        .filter_map(|action| action.as_str().map(str::to_owned))
        .collect()
}

pub fn judge(needed: &BTreeSet<String>, allowed: &BTreeSet<String>) -> Vec<String> {
    let short = needed.difference(allowed);
    let short = short
        .map(|action| format!("the provider calls {action}, which examples/iam/policy.json does not allow"));
    let idle = allowed.difference(needed);
    let idle = idle
        .map(|action| format!("examples/iam/policy.json allows {action}, which the provider never calls"));
    short.chain(idle).collect()
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

#[test]
fn a_call_without_permission_and_a_permission_without_call_are_refused() {
    let source =
        "client\n.describe_rules()\n.set_marker(marker); client.update_service(); sts.get_caller_identity()";
    let needed = needed([source].into_iter());
    let policy = serde_json::json!({ "Statement": [
        { "Action": "ecs:UpdateService" },
        { "Action": ["elasticloadbalancing:DeleteRule"] },
    ] });
    let complaints = judge(&needed, &allowed(&policy));
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    assert!(complaints[0].contains("calls elasticloadbalancing:DescribeRules"));
    assert!(complaints[1].contains("allows elasticloadbalancing:DeleteRule"));
}
