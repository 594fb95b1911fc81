//! Two transcripts of one table side by side: where they differ, by the structure of AWS's model and its member.
//!
//! Never compares what nobody promises: ids, times, host names, wordings of refusals, how often a waiter looked.

use super::super::drive::{Answer, Told};
use anyhow::Result;
use regex::Regex;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    pub call: String,
    /// `Structure.member` of AWS's model, or `refusal`.
    pub at: String,
    pub sandbox: String,
    pub moto: String,
}

/// `vpc-` and 17 hex digits, and so on for every kind of EC2's.
const EC2_ID: &str = r"\b(?:[a-z]+-)+(?:[0-9a-f]{17}|[0-9a-f]{8})\b";

/// One line of the table, freed of what differs from run to run.
pub struct Plain {
    waiter: bool,
    calls: Vec<(String, Result<Value, String>)>,
}

/// Puts the table's own names where values of this run stand, and one word for every id and every token.
pub fn plain(told: &[Told], given: &[(String, String)]) -> Result<Vec<Plain>> {
    let of_ec2 = Regex::new(&format!("^{EC2_ID}$"))?;
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, value) in given {
        names.insert(value, name);
    }
    for kept in told.iter().filter_map(|it| it.keeps.as_ref()) {
        if kept.value.starts_with("arn:") || of_ec2.is_match(&kept.value) {
            names.entry(&kept.value).or_insert(&kept.name);
        }
    }
    // A longer value may begin with a shorter one.
    let mut names: Vec<(&str, &str)> = names.into_iter().collect();
    names.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
    let ids = Regex::new(&format!(
        "{}|{EC2_ID}",
        r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{32}\b|\b[0-9a-f]{16}\b|ecs-svc/\d+"
    ))?;
    let text = |text: &str| {
        let mut text = text.to_owned();
        for (value, name) in &names {
            text = text.replace(value, &format!("${name}"));
        }
        ids.replace_all(&text, "(id)").into_owned()
    };
    let call = |it: &Answer| {
        let answer = match &it.error {
            Some(code) => Err(code.clone()),
            None => Ok(value(&it.output, &text)),
        };
        // Clusters and tags are of two services.
        let action = match it.service.as_str() {
            "eks" => format!("eks {}", it.action),
            _ => it.action.clone(),
        };
        (action, answer)
    };
    let lines = told.iter().map(|told| Plain {
        waiter: told.command.contains(" wait "),
        calls: told.calls.iter().map(call).collect(),
    });
    Ok(lines.collect())
}

fn value(it: &Value, text: &impl Fn(&str) -> String) -> Value {
    match it {
        Value::String(it) => Value::String(text(it)),
        Value::Array(items) => pairs(items).map_or_else(
            || items.iter().map(|it| value(it, text)).collect(),
            |pairs| value(&Value::Object(pairs), text),
        ),
        Value::Object(members) => {
            let mut plain = Map::new();
            for (name, member) in members {
                let free = matches!(
                    name.as_str(),
                    "NextMarker"
                        | "nextToken"
                        | "DNSName"
                        | "CanonicalHostedZoneId"
                        | "AssociationId"
                        | "MacAddress"
                        | "PrivateDnsName"
                        | "PrivateIp"
                        | "PublicIp"
                );
                let member = if free {
                    "(free)".into()
                } else {
                    value(member, text)
                };
                plain.insert(name.clone(), member);
            }
            Value::Object(plain)
        }
        scalar => scalar.clone(),
    }
}

/// A list of keys and values has no order: tags, attributes, limits.
fn pairs(items: &[Value]) -> Option<Map<String, Value>> {
    let mut pairs = Map::new();
    for item in items {
        let members = item.as_object()?;
        let one_of = |names: &[&str]| names.iter().find_map(|name| members.get(*name));
        let key = one_of(&["Key", "key", "Name", "name"])?.as_str()?;
        let value = one_of(&["Value", "value", "Max"])?;
        pairs.insert("$".into(), members.get("$")?.clone());
        pairs.insert(key.to_owned(), value.clone());
    }
    (!pairs.is_empty()).then_some(pairs)
}

/// Every difference once, however often it occurs.
pub fn differences(here: Vec<Plain>, there: Vec<Plain>) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    for (mut here, mut there) in here.into_iter().zip(there) {
        if here.waiter {
            // Only what it saw last is the same on every run.
            here.calls = here.calls.pop().into_iter().collect();
            there.calls = there.calls.pop().into_iter().collect();
        }
        let Some((call, _)) = here.calls.first().or(there.calls.first()).cloned() else {
            continue;
        };
        let mut differ = |at: &str, here: String, there: String| {
            found.insert(Difference {
                call: call.clone(),
                at: at.to_owned(),
                sandbox: here,
                moto: there,
            });
        };
        if here.calls.len() != there.calls.len() {
            let number = |calls: usize| format!("{calls} calls");
            differ("pages", number(here.calls.len()), number(there.calls.len()));
        }
        for ((_, here), (_, there)) in here.calls.iter().zip(&there.calls) {
            match (here, there) {
                (Ok(here), Ok(there)) => within("", "", Some(here), Some(there), &mut differ),
                _ if here.as_ref().err() == there.as_ref().err() => {}
                _ => {
                    let said = |it: &Result<Value, String>| {
                        it.clone().map_or_else(|code| code, |_| "accepted".into())
                    };
                    differ("refusal", said(here), said(there));
                }
            }
        }
    }
    found
}

fn within(
    of: &str,
    member: &str,
    here: Option<&Value>,
    there: Option<&Value>,
    differ: &mut impl FnMut(&str, String, String),
) {
    match (here, there) {
        (Some(Value::Object(here)), Some(Value::Object(there))) => {
            let shape = here.get("$").and_then(Value::as_str).unwrap_or(of);
            let names: BTreeSet<&String> = here.keys().chain(there.keys()).filter(|it| *it != "$").collect();
            for name in names {
                within(shape, name, here.get(name), there.get(name), differ);
            }
        }
        (Some(Value::Array(here)), Some(Value::Array(there))) if here.len() == there.len() => {
            for (here, there) in here.iter().zip(there) {
                within(of, member, Some(here), Some(there), differ);
            }
        }
        (here, there) if here == there => {}
        (here, there) => differ(&format!("{of}.{member}"), said(here), said(there)),
    }
}

/// Lists that differ in length are told by it: their items cannot be paired.
fn said(value: Option<&Value>) -> String {
    match value {
        None => "absent".to_owned(),
        Some(Value::Array(items)) if items.is_empty() => "empty".to_owned(),
        Some(Value::Array(items)) if items.iter().any(Value::is_object) => format!("{} items", items.len()),
        Some(Value::Object(members)) => {
            let names: Vec<&str> = members
                .keys()
                .map(String::as_str)
                .filter(|it| *it != "$")
                .collect();
            format!("with {}", names.join(", "))
        }
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
