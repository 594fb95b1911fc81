//! A plan follows its configuration.

use serde_json::json;

use super::{Case, assert_found, hold, of, shape};
use crate::path::Path;
use crate::server::check::{paths_exist, plan_follows_config, result_follows_config};
use crate::value::Value;

#[test]
fn of_attributes() {
    let cases: [Case<'_>; 20] = [
        ("equal", json!({"text": "x"}), json!({"text": "x"}), ""),
        (
            "other",
            json!({"text": "x"}),
            json!({"text": "X"}),
            "t.text: is configured as \"x\" and planned as \"X\"",
        ),
        (
            "dropped",
            json!({"text": "x"}),
            json!({}),
            "t.text: is configured as \"x\" and planned as null",
        ),
        (
            "opened",
            json!({"text": "x"}),
            json!({"text": "?"}),
            "t.text: is configured as \"x\" and planned as unknown",
        ),
        (
            "guessed",
            json!({"text": "?"}),
            json!({"text": "x"}),
            "t.text: is configured as unknown and planned as \"x\"",
        ),
        ("left unknown", json!({"text": "?"}), json!({"text": "?"}), ""),
        (
            "made up",
            json!({}),
            json!({"text": "x"}),
            "t.text: is planned but not configured",
        ),
        (
            "opened from nothing",
            json!({}),
            json!({"text": "?"}),
            "t.text: is planned but not configured",
        ),
        (
            "numbers compare as numbers",
            json!({"size": 1}),
            json!({"size": 1.0}),
            "",
        ),
        (
            "the provider's to set",
            json!({}),
            json!({"both": "x", "made": "?"}),
            "",
        ),
        (
            "set where it may be",
            json!({"both": "x"}),
            json!({"both": "y"}),
            "t.both: is configured as \"x\"",
        ),
        ("computed only", json!({"made": "x"}), json!({"made": "y"}), ""),
        (
            "sensitive",
            json!({"secret": "a"}),
            json!({"secret": "b"}),
            "t.secret: is planned other than configured.",
        ),
        ("write-only", json!({"key": "a"}), json!({}), ""),
        (
            "write-only opened",
            json!({"key": "a"}),
            json!({"key": "?"}),
            "t.key: is planned. The rule: a write-only",
        ),
        (
            "write-only kept",
            json!({"key": "a"}),
            json!({"key": "a"}),
            "t.key: is planned. The rule: a write-only",
        ),
        (
            "a set",
            json!({"tags": ["a", "b"]}),
            json!({"tags": ["b", "a"]}),
            "",
        ),
        (
            "another set",
            json!({"tags": ["a"]}),
            json!({"tags": ["b"]}),
            "t.tags: is configured as a list",
        ),
        (
            "empty is not null",
            json!({"labels": {}}),
            json!({}),
            "t.labels: is configured as an object and planned as null",
        ),
        (
            "null is not empty",
            json!({}),
            json!({"labels": {}}),
            "t.labels: is planned but not configured",
        ),
    ];
    hold(&cases, |config, planned| {
        plan_follows_config("t", &shape(), None, config, planned)
    });
}

#[test]
fn of_tuples_and_open_types() {
    let cases: [Case<'_>; 6] = [
        (
            "a tuple",
            json!({"pair": ["a", 1]}),
            json!({"pair": ["a", 1]}),
            "",
        ),
        (
            "part of a tuple",
            json!({"pair": ["a", 1]}),
            json!({"pair": ["a", 2]}),
            "t.pair: is configured",
        ),
        (
            "any value",
            json!({"any": {"x": [1]}}),
            json!({"any": {"x": [1]}}),
            "",
        ),
        (
            "another value",
            json!({"any": "a"}),
            json!({"any": "b"}),
            "t.any: is configured as \"a\" and planned as \"b\"",
        ),
        (
            "another type",
            json!({"any": "1"}),
            json!({"any": 1}),
            "t.any: is configured as \"1\" and planned as 1",
        ),
        (
            "no value",
            json!({"any": "1"}),
            json!({}),
            "t.any: is configured as \"1\" and planned as null",
        ),
    ];
    hold(&cases, |config, planned| {
        plan_follows_config("t", &shape(), None, config, planned)
    });
}

/// Values are filled by the server before they get here, so this can only be asked of the check itself.
#[test]
fn no_blocks_are_an_empty_list_and_never_null() {
    let config = of(&json!({}));
    let mut planned = config.clone();
    planned.set("rules", Value::Null);
    let found = plan_follows_config("t", &shape(), None, &config, &planned);
    assert_found("null for no blocks", &found, "t.rules: is planned as null");
}

#[test]
fn the_prior_form_may_stay_where_something_is_configured() {
    let prior = of(&json!({"text": "X", "one": {"w": 7}, "list": [{"w": 5}], "rules": [{"h": "H"}]}));
    let cases: [Case<'_>; 6] = [
        ("text", json!({"text": "x"}), json!({"text": "X"}), ""),
        (
            "neither",
            json!({"text": "x"}),
            json!({"text": "y"}),
            "t.text: is configured as \"x\"",
        ),
        (
            "not configured",
            json!({}),
            json!({"text": "X"}),
            "t.text: is planned but not configured",
        ),
        (
            "a whole object",
            json!({"one": {"w": 1}}),
            json!({"one": {"w": 7}}),
            "",
        ),
        (
            "inside a list",
            json!({"list": [{"w": 4}, {"w": 6}]}),
            json!({"list": [{"w": 5}, {"w": 6}]}),
            "",
        ),
        (
            "inside a block",
            json!({"rules": [{"h": "h"}]}),
            json!({"rules": [{"h": "H"}]}),
            "",
        ),
    ];
    hold(&cases, |config, planned| {
        plan_follows_config("t", &shape(), Some(&prior), config, planned)
    });
}

#[test]
fn an_object_is_planned_exactly_when_it_is_configured() {
    let thing = of(&json!({}));
    let of = |config: &Value, planned: &Value| plan_follows_config("t", &shape(), None, config, planned);
    assert_found("both", &of(&thing, &thing), "");
    assert_found("neither", &of(&Value::Null, &Value::Null), "");
    assert_found("dropped", &of(&thing, &Value::Null), "t: is planned as null");
    assert_found(
        "made up",
        &of(&Value::Null, &thing),
        "t: is planned. The rule: what the configuration leaves out",
    );
    assert_found("opened", &of(&thing, &Value::Unknown), "t: is planned as unknown");
}

#[test]
fn what_a_data_source_returns_follows_its_configuration() {
    let cases: [Case<'_>; 3] = [
        (
            "filled",
            json!({"text": "x"}),
            json!({"text": "x", "made": "y", "both": "z"}),
            "",
        ),
        (
            "other",
            json!({"text": "x"}),
            json!({"text": "y"}),
            "t.text: is configured as \"x\" and returned as \"y\"",
        ),
        (
            "made up",
            json!({}),
            json!({"text": "y"}),
            "t.text: is returned but not configured",
        ),
    ];
    hold(&cases, |config, result| {
        result_follows_config("t", &shape(), config, result)
    });
}

#[test]
fn a_path_that_replaces_leads_somewhere() {
    let prior =
        of(&json!({"list": [{}], "map": {"k": {}}, "pair": ["a", 1], "set": [{}], "any": {"x": [1]}}));
    let planned = of(&json!({"list": [{}, {}], "one": "?", "rules": [{}]}));
    let list = |at| Path::root("list").index(at);
    let good = [
        Path::root("text"),
        list(0),
        list(1).field("w"),
        Path::root("map").key("k").field("c"),
        Path::root("pair").index(1),
        Path::root("one").field("w"),
        Path::root("rules").index(0).field("h"),
        Path::root("any").field("x").index(0),
        Path::root("set"),
    ];
    let found = paths_exist("t", &shape().ty, &prior, &planned, &good);
    assert!(found.is_empty(), "{found:#?}");
    let bad = [
        Path::root("nothing"),
        list(2),
        list(0).field("nothing"),
        Path::root("map").key("l"),
        Path::root("pair").index(2),
        Path::root("set").index(0),
        Path::root("single").field("h"),
        Path::root("any").field("y"),
        Path::root("text").index(0),
    ];
    let found = paths_exist("t", &shape().ty, &prior, &planned, &bad);
    let named: Vec<_> = found
        .iter()
        .filter_map(|diagnostic| diagnostic.path.clone())
        .collect();
    assert_eq!(named, bad);
}
