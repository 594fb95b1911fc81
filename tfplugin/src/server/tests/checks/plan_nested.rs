//! A plan follows its configuration inside nested attributes and blocks.

use serde_json::json;

use super::{Case, hold, shape};
use crate::server::check::plan_follows_config;

#[test]
fn of_nested_attributes() {
    let cases: [Case<'_>; 28] = [
        (
            "one",
            json!({"one": {"w": 1}}),
            json!({"one": {"w": 1, "c": "?", "b": "x"}}),
            "",
        ),
        (
            "one, changed",
            json!({"one": {"w": 1}}),
            json!({"one": {"w": 2}}),
            "t.one.w: is configured as 1 and planned as 2",
        ),
        (
            "one, dropped",
            json!({"one": {"w": 1}}),
            json!({}),
            "t.one: is planned as null",
        ),
        (
            "one, opened",
            json!({"one": {"w": 1}}),
            json!({"one": "?"}),
            "t.one: is planned as unknown",
        ),
        (
            "one, made up",
            json!({}),
            json!({"one": {"w": 1}}),
            "t.one: is planned but not configured",
        ),
        (
            "one, guessed",
            json!({"one": "?"}),
            json!({"one": {"w": 1, "b": "?"}}),
            "t.one.w: is configured as unknown and planned as 1",
        ),
        (
            "list",
            json!({"list": [{"w": 1}]}),
            json!({"list": [{"w": 1, "c": "x"}]}),
            "",
        ),
        (
            "list, changed",
            json!({"list": [{}, {"w": 2}]}),
            json!({"list": [{}, {"w": 3}]}),
            "t.list[1].w: is configured as 2",
        ),
        (
            "list, longer",
            json!({"list": [{}]}),
            json!({"list": [{}, {}]}),
            "t.list: is configured with 1 elements and planned with 2 elements",
        ),
        (
            "list, emptied",
            json!({"list": [{}]}),
            json!({"list": []}),
            "t.list: is configured with 1 elements and planned with 0 elements",
        ),
        (
            "list, dropped",
            json!({"list": []}),
            json!({}),
            "t.list: is planned as null",
        ),
        (
            "list, opened",
            json!({"list": [{}]}),
            json!({"list": "?"}),
            "t.list: is planned as unknown",
        ),
        (
            "list, guessed",
            json!({"list": "?"}),
            json!({"list": []}),
            "t.list: is configured with unknown and planned with 0 elements",
        ),
        (
            "map",
            json!({"map": {"k": {"w": 1}}}),
            json!({"map": {"k": {"w": 1, "c": "x"}}}),
            "",
        ),
        (
            "map, changed",
            json!({"map": {"k": {"w": 1}}}),
            json!({"map": {"k": {}}}),
            "t.map[\"k\"].w: is configured as 1 and planned as null",
        ),
        (
            "map, other key",
            json!({"map": {"k": {}}}),
            json!({"map": {"l": {}}}),
            "t.map: is configured with the keys [\"k\"] and planned with the keys [\"l\"]",
        ),
        (
            "set, contents are trusted",
            json!({"set": [{"w": 1}]}),
            json!({"set": [{"w": 2}]}),
            "",
        ),
        (
            "set, smaller",
            json!({"set": [{"w": 1}, {"w": 2}]}),
            json!({"set": [{"w": 1}]}),
            "t.set: is configured with 2 elements and planned with 1 elements",
        ),
        (
            "set, may turn out smaller",
            json!({"set": [{"w": 1}]}),
            json!({"set": [{"w": 1}, {"w": "?"}]}),
            "",
        ),
        (
            "set, guessed",
            json!({"set": "?"}),
            json!({"set": [{"w": 1}]}),
            "",
        ),
        (
            "set, opened",
            json!({"set": [{"w": 1}]}),
            json!({"set": "?"}),
            "t.set: is planned as unknown",
        ),
        ("computed", json!({}), json!({"found": [{"w": 1}]}), ""),
        ("computed and open", json!({}), json!({"found": "?"}), ""),
        (
            "sensitive map, longer",
            json!({"vault": {"a": {}}}),
            json!({"vault": {"a": {}, "hunter2": {}}}),
            "t.vault: is configured with 1 elements and planned with 2 elements",
        ),
        (
            "sensitive map, changed",
            json!({"vault": {"hunter2": {"w": 1}}}),
            json!({"vault": {"hunter2": {"w": 2}}}),
            "t.vault.w: is planned other than configured",
        ),
        (
            "inside something sensitive",
            json!({"hidden": [{"w": 1}]}),
            json!({"hidden": [{"w": 2}]}),
            "t.hidden[0].w: is planned other than configured.",
        ),
        (
            "write-only inside an open element",
            json!({}),
            json!({"keys": ["?"]}),
            "t.keys[0].key: is planned. The rule: a write-only",
        ),
        (
            "write-only inside the provider's own",
            json!({}),
            json!({"keys": [{"key": "x"}]}),
            "t.keys[0].key: is planned. The rule: a write-only",
        ),
    ];
    hold(&cases, |config, planned| {
        plan_follows_config("t", &shape(), None, config, planned)
    });
}

#[test]
fn of_blocks() {
    let cases: [Case<'_>; 19] = [
        (
            "single",
            json!({"single": {"h": "a"}}),
            json!({"single": {"h": "a", "c": "?"}}),
            "",
        ),
        (
            "single, changed",
            json!({"single": {"h": "a"}}),
            json!({"single": {"h": "b"}}),
            "t.single.h: is configured as \"a\"",
        ),
        (
            "single, dropped",
            json!({"single": {}}),
            json!({}),
            "t.single: is planned as null",
        ),
        (
            "single, made up",
            json!({}),
            json!({"single": {}}),
            "t.single: is planned. The rule: what the configuration leaves out",
        ),
        (
            "single, opened",
            json!({"single": {}}),
            json!({"single": "?"}),
            "t.single: is planned as unknown",
        ),
        ("group", json!({}), json!({"group": {"c": "x"}}), ""),
        (
            "group, made up",
            json!({}),
            json!({"group": {"h": "x"}}),
            "t.group.h: is planned but not configured",
        ),
        (
            "list",
            json!({"rules": [{"h": "a"}]}),
            json!({"rules": [{"h": "a", "c": "x"}]}),
            "",
        ),
        (
            "list, changed",
            json!({"rules": [{"h": "a"}]}),
            json!({"rules": [{"h": "b"}]}),
            "t.rules[0].h: is configured as \"a\" and planned as \"b\"",
        ),
        (
            "list, longer",
            json!({"rules": [{"h": "a"}]}),
            json!({"rules": [{"h": "a"}, {}]}),
            "t.rules: is configured with 1 elements and planned with 2 elements",
        ),
        (
            "list, an element opened",
            json!({"rules": [{"h": "a"}]}),
            json!({"rules": ["?"]}),
            "t.rules[0]: is planned as unknown",
        ),
        (
            "list, opened",
            json!({"rules": [{"h": "a"}]}),
            json!({"rules": "?"}),
            "t.rules: is planned as unknown",
        ),
        ("unknown blocks", json!({"rules": "?"}), json!({"rules": "?"}), ""),
        (
            "unknown blocks, guessed",
            json!({"rules": "?"}),
            json!({"rules": []}),
            "t.rules: is planned as a list. The rule: blocks that are not known yet stay unknown",
        ),
        (
            "set, contents and number are trusted",
            json!({"gates": [{"h": "a"}]}),
            json!({"gates": [{"h": "b"}, {"h": "c"}]}),
            "",
        ),
        (
            "set, an element opened",
            json!({"gates": [{"h": "a"}]}),
            json!({"gates": ["?"]}),
            "t.gates: is planned with an unknown element",
        ),
        (
            "map",
            json!({"named": {"k": {"h": "a"}}}),
            json!({"named": {"k": {"h": "a", "c": "?"}}}),
            "",
        ),
        (
            "map, other label",
            json!({"named": {"k": {}}}),
            json!({"named": {"l": {}}}),
            "t.named: is configured with the keys [\"k\"]",
        ),
        (
            "map, changed",
            json!({"named": {"k": {"h": "a"}}}),
            json!({"named": {"k": {}}}),
            "t.named[\"k\"].h: is configured as \"a\" and planned as null",
        ),
    ];
    hold(&cases, |config, planned| {
        plan_follows_config("t", &shape(), None, config, planned)
    });
}
