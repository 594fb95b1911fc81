//! Reading AWS's JSON: the members of calls and answers that the checker needs.
//!
//! Never judges; absent members are absent, not errors.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every mutating call of a log in one line each, for people.
pub fn story(events: &[Value]) -> String {
    let calls = events
        .iter()
        .filter(|event| event["event"] == "call" && event["mutating"] == true);
    let line = |event: &Value| {
        let applied = if event["applied"] == true {
            "applied"
        } else {
            "not applied"
        };
        format!(
            "seq {} {} {applied}: {}",
            event["seq"],
            text(&event["action"]),
            event["input"]
        )
    };
    calls.map(line).collect::<Vec<_>>().join("\n")
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

pub fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A number that may be written as text: ELBv2 answers with a priority as text.
pub fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

/// `Tags` of a call.
pub fn tags(value: &Value) -> BTreeMap<String, String> {
    list(value)
        .iter()
        .map(|tag| (text(&tag["Key"]).to_owned(), text(&tag["Value"]).to_owned()))
        .collect()
}

/// Percent per target group over all forward actions. A group that is listed with weight 0 has an entry of 0.
pub fn shares(actions: &Value) -> BTreeMap<String, f64> {
    let mut weights: BTreeMap<String, u64> = BTreeMap::new();
    for action in list(actions) {
        let groups = list(&action["ForwardConfig"]["TargetGroups"]);
        for group in groups {
            let weight = number(&group["Weight"]).unwrap_or(1);
            *weights
                .entry(text(&group["TargetGroupArn"]).to_owned())
                .or_default() += weight;
        }
        if groups.is_empty()
            && let Some(single) = action["TargetGroupArn"].as_str()
        {
            weights.insert(single.to_owned(), 1);
        }
    }
    let sum: u64 = weights.values().sum();
    let percent = |weight: u64| {
        if sum == 0 {
            0.0
        } else {
            100.0 * weight as f64 / sum as f64
        }
    };
    weights
        .into_iter()
        .map(|(group, weight)| (group, percent(weight)))
        .collect()
}

/// Conditions in a form that is equal when they match the same requests, however they are written.
pub fn conditions(value: &Value) -> BTreeSet<String> {
    list(value).iter().map(condition).collect()
}

fn condition(condition: &Value) -> String {
    let mut values = BTreeSet::new();
    leaves(condition, &mut |leaf| {
        values.insert(leaf.to_string());
    });
    values.remove(&condition["Field"].to_string());
    format!("{}={values:?}", text(&condition["Field"]))
}

fn leaves(value: &Value, take: &mut impl FnMut(&Value)) {
    match value {
        Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| leaves(item, take)),
        Value::Object(fields) => fields.values().for_each(|field| leaves(field, take)),
        leaf => take(leaf),
    }
}

/// The last part of an ARN or of a path, or the whole name.
pub fn name(value: &Value) -> &str {
    let whole = text(value);
    whole.rsplit(['/', ':']).next().unwrap_or(whole)
}
