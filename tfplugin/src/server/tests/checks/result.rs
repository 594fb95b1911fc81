//! A result follows the plan, and the last plan follows the first.

use serde_json::json;

use super::{Case, assert_found, hold, of, shape};
use crate::server::check::{final_plan_follows_first, result_follows_plan, wholly_known};
use crate::ty::Type;
use crate::value::Value;

#[test]
fn of_attributes() {
    let cases: [Case<'_>; 16] = [
        ("filled", json!({"made": "?"}), json!({"made": "x"}), ""),
        ("filled with nothing", json!({"made": "?"}), json!({}), ""),
        (
            "changed",
            json!({"both": "x"}),
            json!({"both": "y"}),
            "t.both: was planned as \"x\" and is now \"y\"",
        ),
        (
            "null is known",
            json!({}),
            json!({"made": "y"}),
            "t.made: was planned as null and is now \"y\"",
        ),
        (
            "dropped",
            json!({"text": "y"}),
            json!({}),
            "t.text: was planned as \"y\" and is now null",
        ),
        (
            "sensitive",
            json!({"secret": "a"}),
            json!({"secret": "b"}),
            "t.secret: differs from what was planned",
        ),
        (
            "numbers compare as numbers",
            json!({"size": 0.1}),
            json!({"size": 0.10}),
            "",
        ),
        (
            "a set has no order",
            json!({"tags": ["a", "b"]}),
            json!({"tags": ["b", "a"]}),
            "",
        ),
        (
            "an unknown member may be an equal one",
            json!({"tags": ["?", "a"]}),
            json!({"tags": ["a"]}),
            "",
        ),
        (
            "a set never grows",
            json!({"tags": ["?"]}),
            json!({"tags": ["a", "b"]}),
            "t.tags: was planned as 1 elements and is now 2",
        ),
        (
            "a member stays",
            json!({"tags": ["?", "a"]}),
            json!({"tags": ["b", "c"]}),
            "t.tags: has other elements than planned",
        ),
        (
            "a map",
            json!({"labels": {"k": "?"}}),
            json!({"labels": {"k": "v"}}),
            "",
        ),
        (
            "a map's keys",
            json!({"labels": {"k": "v"}}),
            json!({"labels": {"l": "v"}}),
            "t.labels: has other elements than planned",
        ),
        (
            "empty is not null",
            json!({"labels": {}}),
            json!({}),
            "t.labels: was planned as an object and is now null",
        ),
        (
            "a tuple",
            json!({"pair": ["a", "?"]}),
            json!({"pair": ["a", 1]}),
            "",
        ),
        (
            "part of a tuple",
            json!({"pair": ["a", "?"]}),
            json!({"pair": ["b", 1]}),
            "t.pair: has other elements than planned",
        ),
    ];
    hold(&cases, |planned, state| {
        result_follows_plan("t", &shape(), planned, state)
    });
}

#[test]
fn of_open_types() {
    let cases: [Case<'_>; 8] = [
        ("known", json!({"any": "x"}), json!({"any": "x"}), ""),
        (
            "another value",
            json!({"any": "x"}),
            json!({"any": "y"}),
            "t.any: was planned as \"x\" and is now \"y\"",
        ),
        (
            "another type",
            json!({"any": "1"}),
            json!({"any": 1}),
            "t.any: was planned as \"1\" and is now 1",
        ),
        (
            "unknown of any type",
            json!({"any": "?"}),
            json!({"any": [1]}),
            "",
        ),
        ("null of any type", json!({}), json!({"any": [1]}), ""),
        (
            "inside",
            json!({"any": {"a": "?", "b": 1}}),
            json!({"any": {"a": [2], "b": 1}}),
            "",
        ),
        (
            "inside, changed",
            json!({"any": {"a": "?", "b": 1}}),
            json!({"any": {"a": 1, "b": 2}}),
            "t.any: has other elements",
        ),
        (
            "inside, another shape",
            json!({"any": {"a": 1}}),
            json!({"any": {"a": 1, "b": 2}}),
            "t.any: was planned as 1 elements and is now 2",
        ),
    ];
    hold(&cases, |planned, state| {
        result_follows_plan("t", &shape(), planned, state)
    });
    let typed = |ty, value| Value::object([("any", Value::dynamic(ty, value))]);
    let text = shape()
        .conform(typed(Type::String, Value::Unknown))
        .expect("fits");
    let keeps = |state: Value| {
        let state = shape().conform(state).expect("fits");
        result_follows_plan("t", &shape(), &text, &state)
    };
    assert_found("a type is kept", &keeps(typed(Type::String, "x".into())), "");
    assert_found(
        "a type is kept",
        &keeps(typed(Type::Number, 1.into())),
        "t.any: was planned as unknown and is now 1",
    );
}

#[test]
fn of_whole_objects() {
    let thing = of(&json!({}));
    let of = |planned: &Value, state: &Value| result_follows_plan("t", &shape(), planned, state);
    assert_found("both", &of(&thing, &thing), "");
    assert_found(
        "gone",
        &of(&thing, &Value::Null),
        "t: was planned as an object and is now null",
    );
    assert_found(
        "made up",
        &of(&Value::Null, &thing),
        "t: was planned as null and is now an object",
    );
}

#[test]
fn the_last_plan_only_fills_in_what_the_first_left_open() {
    let cases: [Case<'_>; 4] = [
        (
            "filled",
            json!({"text": "?", "made": "?"}),
            json!({"text": "x", "made": "?"}),
            "",
        ),
        (
            "opened",
            json!({"made": "x"}),
            json!({"made": "?"}),
            "t.made: was first planned as \"x\" and is now unknown",
        ),
        (
            "changed",
            json!({"both": "x"}),
            json!({"both": "y"}),
            "t.both: was first planned as \"x\" and is now \"y\"",
        ),
        (
            "blocks filled",
            json!({"rules": "?"}),
            json!({"rules": [{"c": "?"}]}),
            "",
        ),
    ];
    hold(&cases, |first, last| {
        final_plan_follows_first("t", &shape(), first, last)
    });
}

#[test]
fn what_is_stored_is_known_at_any_depth() {
    let cases: [(&str, serde_json::Value, &str); 8] = [
        (
            "known",
            json!({"text": "x", "list": [{"w": 1}], "any": {"a": [1]}}),
            "",
        ),
        ("text", json!({"text": "?"}), "t.text: is unknown"),
        (
            "in a list",
            json!({"list": [{}, {"c": "?"}]}),
            "t.list[1].c: is unknown",
        ),
        (
            "in a map",
            json!({"labels": {"k": "?"}}),
            "t.labels[\"k\"]: is unknown",
        ),
        (
            "in a set",
            json!({"tags": ["a", "?"]}),
            "t.tags: has an unknown element",
        ),
        ("in a tuple", json!({"pair": ["a", "?"]}), "t.pair[1]: is unknown"),
        (
            "in an open type",
            json!({"any": {"a": ["?"]}}),
            "t.any.a[0]: is unknown",
        ),
        (
            "in a block",
            json!({"named": {"k": {"c": "?"}}}),
            "t.named[\"k\"].c: is unknown",
        ),
    ];
    for (rule, state, expected) in cases {
        let state = of(&state);
        assert_found(rule, &wholly_known("t", "reading", &shape().ty, &state), expected);
    }
    assert_found(
        "as a whole",
        &wholly_known("t", "reading", &shape().ty, &Value::Unknown),
        "t: is unknown",
    );
}
