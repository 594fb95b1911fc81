//! A result follows the plan inside nested attributes and blocks.

use serde_json::json;

use super::{Case, hold, shape};
use crate::server::check::result_follows_plan;

#[test]
fn of_nested_attributes() {
    let cases: [Case<'_>; 16] = [
        (
            "one",
            json!({"one": {"w": 1, "c": "?"}}),
            json!({"one": {"w": 1, "c": "x"}}),
            "",
        ),
        (
            "one, changed",
            json!({"one": {"w": 1}}),
            json!({"one": {"w": 2}}),
            "t.one.w: was planned as 1 and is now 2",
        ),
        (
            "one, dropped",
            json!({"one": {}}),
            json!({}),
            "t.one: was planned as an object and is now null",
        ),
        (
            "list, changed",
            json!({"list": [{"w": 1, "c": "?"}]}),
            json!({"list": [{"w": 2, "c": "c"}]}),
            "t.list[0].w: was planned as 1 and is now 2",
        ),
        (
            "list, longer",
            json!({"list": [{}]}),
            json!({"list": [{}, {}]}),
            "t.list: was planned as 1 elements and is now 2",
        ),
        (
            "list, a null element",
            json!({"list": [null]}),
            json!({"list": [{}]}),
            "t.list[0]: was planned as null and is now an object",
        ),
        (
            "map, changed",
            json!({"map": {"k": {"w": 1}}}),
            json!({"map": {"k": {}}}),
            "t.map[\"k\"].w: was planned as 1 and is now null",
        ),
        (
            "map, other key",
            json!({"map": {"k": {}}}),
            json!({"map": {"l": {}}}),
            "t.map: has other elements than planned",
        ),
        (
            "set",
            json!({"set": [{"w": 1, "c": "?"}, {"w": 2, "c": "?"}]}),
            json!({"set": [{"w": 2, "c": "x"}, {"w": 1, "c": "y"}]}),
            "",
        ),
        (
            "set, shrunk",
            json!({"set": [{"w": "?"}, {"w": 1}]}),
            json!({"set": [{"w": 1}]}),
            "",
        ),
        (
            "set, changed",
            json!({"set": [{"w": 1, "c": "?"}]}),
            json!({"set": [{"w": 3, "c": "y"}]}),
            "t.set: has other elements than planned",
        ),
        ("open", json!({"found": "?"}), json!({"found": [{"w": 1}]}), ""),
        (
            "sensitive map, longer",
            json!({"vault": {"a": {}}}),
            json!({"vault": {"a": {}, "hunter2": {}}}),
            "t.vault: differs from what was planned",
        ),
        (
            "sensitive map, changed",
            json!({"vault": {"hunter2": {"w": 1}}}),
            json!({"vault": {"hunter2": {"w": 2}}}),
            "t.vault.w: differs from what was planned",
        ),
        (
            "inside something sensitive",
            json!({"hidden": [{"w": 1}]}),
            json!({"hidden": [{"w": 2}]}),
            "t.hidden[0].w: differs from what was planned",
        ),
        (
            "the size of something sensitive",
            json!({"hidden": [{}]}),
            json!({"hidden": []}),
            "t.hidden: differs from what was planned",
        ),
    ];
    hold(&cases, |planned, state| {
        result_follows_plan("t", &shape(), planned, state)
    });
}

#[test]
fn of_blocks() {
    let cases: [Case<'_>; 15] = [
        (
            "single",
            json!({"single": {"c": "?"}}),
            json!({"single": {"c": "x"}}),
            "",
        ),
        (
            "single, changed",
            json!({"single": {"h": "a"}}),
            json!({"single": {"h": "b"}}),
            "t.single.h: was planned as \"a\" and is now \"b\"",
        ),
        (
            "single, dropped",
            json!({"single": {}}),
            json!({}),
            "t.single: was planned as an object and is now null",
        ),
        (
            "single, made up",
            json!({}),
            json!({"single": {}}),
            "t.single: was planned as null and is now an object",
        ),
        ("single, open and absent", json!({"single": "?"}), json!({}), ""),
        (
            "group, changed",
            json!({"group": {"h": "a"}}),
            json!({}),
            "t.group.h: was planned as \"a\" and is now null",
        ),
        (
            "list, changed",
            json!({"rules": [{"h": "a"}]}),
            json!({"rules": [{"h": "b"}]}),
            "t.rules[0].h: was planned as \"a\"",
        ),
        (
            "list, shorter",
            json!({"rules": [{}]}),
            json!({}),
            "t.rules: was planned as 1 elements and is now 0",
        ),
        (
            "list, open",
            json!({"rules": "?"}),
            json!({"rules": [{}, {}]}),
            "",
        ),
        (
            "set",
            json!({"gates": [{"h": "a", "c": "?"}]}),
            json!({"gates": [{"h": "a", "c": "x"}]}),
            "",
        ),
        (
            "set, grown",
            json!({"gates": [{"h": "?"}]}),
            json!({"gates": [{"h": "a"}, {"h": "b"}]}),
            "t.gates: was planned as 1 elements and is now 2",
        ),
        (
            "set, changed",
            json!({"gates": [{"h": "a"}]}),
            json!({"gates": [{"h": "b"}]}),
            "t.gates: has other elements than planned",
        ),
        (
            "map, changed",
            json!({"named": {"k": {"h": "a"}}}),
            json!({"named": {"k": {}}}),
            "t.named[\"k\"].h: was planned as \"a\" and is now null",
        ),
        (
            "map, other label",
            json!({"named": {"k": {}}}),
            json!({"named": {"l": {}}}),
            "t.named: has other elements than planned",
        ),
        (
            "map, fewer",
            json!({"named": {"k": {}}}),
            json!({}),
            "t.named: was planned as 1 elements and is now 0",
        ),
    ];
    hold(&cases, |planned, state| {
        result_follows_plan("t", &shape(), planned, state)
    });
}
