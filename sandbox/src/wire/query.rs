//! A form of AWS's Query protocol as JSON with AWS's member names: `A.member.1.B=x` becomes `{"A": [{"B": "x"}]}`.
//!
//! Numbers and booleans are told apart by member name, as the form itself has only text. Never fails: a form that
//! makes no sense gives members nobody reads.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Members that are integers in the models of both ELB versions.
const INTEGERS: &[&str] = &[
    "DurationSeconds",
    "EmitInterval",
    "HealthCheckIntervalSeconds",
    "HealthCheckTimeoutSeconds",
    "HealthyThreshold",
    "HealthyThresholdCount",
    "IdleTimeout",
    "InstancePort",
    "Interval",
    "LoadBalancerPort",
    "MaxResults",
    "Order",
    "PageSize",
    "Port",
    "Priority",
    "Timeout",
    "UnhealthyThreshold",
    "UnhealthyThresholdCount",
    "Weight",
];
/// Members that are booleans in ELBv2's model.
const BOOLEANS: &[&str] = &["Enabled", "HealthCheckEnabled", "IsDefault", "ResetTransforms"];
/// Structures whose members are all text, whatever they are called: a redirect's port may be `#{port}`.
const TEXT_ONLY: &[&str] = &["RedirectConfig"];

#[derive(Debug, Default)]
struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
}

/// The form's members, without `Action` and `Version`.
pub fn parse(body: &[u8]) -> (Map<String, Value>, Form) {
    let mut root = Node::default();
    let mut form = Form::default();
    for (name, value) in form_urlencoded::parse(body) {
        match name.as_ref() {
            "Action" => form.action = value.into_owned(),
            "Version" => form.version = value.into_owned(),
            _ => {
                let mut node = &mut root;
                for part in name.split('.') {
                    node = node.children.entry(part.to_owned()).or_default();
                }
                node.text = Some(value.into_owned());
            }
        }
    }
    let members = root.children.into_iter().map(|(name, node)| {
        let value = convert(node, &name, "");
        (name, value)
    });
    (members.collect(), form)
}

/// What stands beside the members.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub action: String,
    pub version: String,
}

/// Members of text typed as a form's are: numbers and booleans are told by their names.
pub fn typed(members: Value) -> Map<String, Value> {
    match retype(members, "", "") {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

fn retype(value: Value, name: &str, parent: &str) -> Value {
    match value {
        Value::String(text) => scalar(text, name, parent),
        Value::Array(items) => items.into_iter().map(|it| retype(it, name, parent)).collect(),
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| {
                let value = retype(value, &key, name);
                (key, value)
            });
            members.collect()
        }
        other => other,
    }
}

fn convert(mut node: Node, name: &str, parent: &str) -> Value {
    if let Some(list) = node.children.remove("member") {
        return convert(list, name, parent);
    }
    if node.children.is_empty() {
        return scalar(node.text.unwrap_or_default(), name, parent);
    }
    if node.children.keys().all(|key| key.parse::<u32>().is_ok()) {
        let mut items: Vec<(u32, Node)> = node
            .children
            .into_iter()
            .filter_map(|(key, child)| Some((key.parse().ok()?, child)))
            .collect();
        items.sort_by_key(|(index, _)| *index);
        return items
            .into_iter()
            .map(|(_, child)| convert(child, name, parent))
            .collect();
    }
    let members = node.children.into_iter().map(|(key, child)| {
        let value = convert(child, &key, name);
        (key, value)
    });
    Value::Object(members.collect())
}

fn scalar(text: String, name: &str, parent: &str) -> Value {
    // `Actions=` is how the protocol writes an empty list.
    if TEXT_ONLY.contains(&parent) {
        return json!(text);
    }
    if INTEGERS.contains(&name)
        && let Ok(number) = text.parse::<i64>()
    {
        return json!(number);
    }
    match text.as_str() {
        "true" if BOOLEANS.contains(&name) => json!(true),
        "false" if BOOLEANS.contains(&name) => json!(false),
        _ => json!(text),
    }
}
