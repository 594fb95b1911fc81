//! What a configuration uses and should not is named once, at its place.

use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::deprecated::warnings;
use crate::value::Value;

fn old(name: &str) -> Attribute {
    Attribute::string(name)
        .optional()
        .deprecated("Use something else.")
}

fn schema() -> Schema {
    Schema::new(0)
        .deprecated("Use another.")
        .attribute(old("plain"))
        .attribute(Attribute::object("one", vec![old("a")]).optional())
        .attribute(Attribute::object_list("list", vec![old("a")]).optional())
        .attribute(Attribute::object_set("set", vec![old("a")]).optional())
        .attribute(Attribute::object_map("map", vec![old("a")]).optional())
        .block(
            Block::new("group", BlockNesting::Group)
                .attribute(Attribute::string("a").optional())
                .deprecated("Gone."),
        )
        .block(
            Block::new("block", BlockNesting::List)
                .attribute(old("a"))
                .deprecated("Gone."),
        )
}

fn said(config: &[(&str, Value)]) -> Vec<String> {
    let config = Value::object(config.iter().map(|(name, value)| (*name, value.clone())));
    let line = |it: &crate::diag::Diagnostic| match &it.path {
        Some(path) => format!("{path}: {}", it.detail),
        None => it.detail.clone(),
    };
    warnings("fake_thing", &schema(), &config)
        .iter()
        .map(line)
        .collect()
}

#[test]
fn a_deprecated_type_says_so_wherever_it_is_used() {
    assert_eq!(said(&[]), ["Use another."]);
}

#[test]
fn what_is_set_is_named_with_its_path() {
    let a = || Value::object([("a", "x".into())]);
    let config = [
        ("plain", "x".into()),
        ("one", a()),
        ("list", Value::list([Value::object([("a", Value::Null)]), a()])),
        ("set", Value::list([a(), Value::object([("a", "y".into())])])),
        ("map", Value::object([("k", a())])),
        ("group", a()),
        ("block", Value::list([a()])),
    ];
    assert_eq!(
        said(&config)[1..],
        [
            "plain: Use something else.",
            "one.a: Use something else.",
            "list[1].a: Use something else.",
            "set: Use something else.",
            "map[\"k\"].a: Use something else.",
            "group: Gone.",
            "block: Gone.",
            "block[0].a: Use something else.",
        ]
    );
}

#[test]
fn what_is_absent_or_not_known_yet_is_no_use() {
    let empty = [
        ("plain", Value::Unknown),
        ("one", Value::Null),
        ("list", Value::List(vec![])),
        ("map", Value::Unknown),
        ("group", Value::object([("a", Value::Null)])),
        ("block", Value::List(vec![])),
    ];
    assert_eq!(said(&empty).len(), 1);
}
