//! Whom a rule matches: `host_headers`, `path_patterns`, `headers`, … in HCL to a rule's conditions and back. Checks
//! nothing.

use super::{string, strings};
use crate::adapters::alb::{Condition, Conditions, Pair};
use tfplugin::{Attribute, Type, Value};

/// The attributes that make conditions, wherever they stand.
pub const FIELDS: [&str; 6] = [
    "host_headers",
    "path_patterns",
    "headers",
    "query_strings",
    "http_methods",
    "source_ips",
];

/// The attributes as one object hands them to another.
pub fn handed_on(each: fn(Attribute) -> Attribute) -> Vec<Attribute> {
    let pair = Type::object([("key", Type::String), ("value", Type::String)]);
    let texts = |name: &str| Attribute::list(name, Type::String);
    [
        (texts("host_headers"), "Host names, one of which must match."),
        (texts("path_patterns"), "Paths, one of which must match."),
        (
            Attribute::map("headers", Type::list(Type::String)),
            "Header name to values; each header must have one of its values.",
        ),
        (
            Attribute::list("query_strings", pair),
            "Query parameters, one of which must match.",
        ),
        (texts("http_methods"), "Methods, one of which must match."),
        (
            texts("source_ips"),
            "Address ranges, one of which the connecting peer must be in.",
        ),
    ]
    .map(|(attribute, says)| each(attribute.description(says)))
    .into()
}

/// A kind of condition, from its values.
type Make = fn(Vec<String>) -> Condition;

/// The conditions that these attributes ask for; what is null or unknown asks for none.
pub fn conditions(block: &Value) -> Conditions {
    let lists: [(&str, Make); 2] = [
        ("host_headers", Condition::Host),
        ("path_patterns", Condition::Path),
    ];
    let mut all = Vec::new();
    let add = |all: &mut Vec<Condition>, field: &str, make: Make| {
        let values = strings(block.get(field));
        if !values.is_empty() {
            all.push(make(values));
        }
    };
    for (field, make) in lists {
        add(&mut all, field, make);
    }
    for (name, values) in block.get("headers").as_map().into_iter().flatten() {
        let values = strings(values);
        if !values.is_empty() {
            let name = name.clone();
            all.push(Condition::Header { name, values });
        }
    }
    let pairs = pairs(block.get("query_strings"));
    if !pairs.is_empty() {
        all.push(Condition::Query(pairs));
    }
    add(&mut all, "http_methods", Condition::Method);
    add(&mut all, "source_ips", Condition::SourceIp);
    Conditions(all)
}

fn pairs(value: &Value) -> Vec<Pair> {
    let pairs = value.as_list().unwrap_or_default().iter();
    let pair = |pair: &Value| {
        Some(Pair {
            key: string(pair.get("key")).filter(|key| !key.is_empty()),
            value: string(pair.get("value"))?,
        })
    };
    pairs.filter_map(pair).collect()
}

/// `block` with every attribute that does not mean what was seen replaced by what was.
pub fn seen(block: &Value, seen: &Conditions) -> Value {
    let found = attributes(seen);
    let mut block = block.clone();
    for field in FIELDS {
        let only = |from: &Value| conditions(&Value::object([(field, from.get(field).clone())]));
        if !only(&block).same(&only(&found)) {
            block.set(field, found.get(field).clone());
        }
    }
    block
}

fn attributes(conditions: &Conditions) -> Value {
    let texts = |values: &[String]| Value::list(values.iter().map(String::as_str));
    let mut found = Value::object(FIELDS.map(|field| (field, Value::Null)));
    for condition in &conditions.0 {
        match condition {
            Condition::Host(values) => found.set("host_headers", texts(values)),
            Condition::Path(values) => found.set("path_patterns", texts(values)),
            Condition::Method(values) => found.set("http_methods", texts(values)),
            Condition::SourceIp(values) => found.set("source_ips", texts(values)),
            Condition::Header { name, values } => {
                let mut headers = found.get("headers").clone();
                headers.set(name, texts(values));
                found.set("headers", headers);
            }
            Condition::Query(pairs) => {
                let pair = |pair: &Pair| {
                    Value::object([
                        ("key", Value::from(pair.key.clone())),
                        ("value", pair.value.as_str().into()),
                    ])
                };
                found.set("query_strings", Value::list(pairs.iter().map(pair)));
            }
            Condition::Other(_) => {}
        }
    }
    found
}
