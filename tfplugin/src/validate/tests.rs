//! Rules, each with what it refuses and what it lets pass.

use super::*;
use crate::diag::Diagnostics;
use crate::schema::{Attribute, Block, BlockNesting, Schema};

const UNKNOWN: Value = Value::Unknown;

fn told(schema: &Schema, config: Value) -> Vec<String> {
    let config = schema.ty().conform(config).expect("fits");
    let found: Diagnostics = run(schema, &config);
    let line = |found: &crate::Diagnostic| {
        let at = found.path.as_ref().map_or("-".to_owned(), ToString::to_string);
        format!("{at} | {}", found.detail)
    };
    found.iter().map(line).collect()
}

/// What one rule says of values for an attribute named `a`.
fn refuses(attribute: Attribute, value: impl Into<Value>) -> String {
    let schema = Schema::new(0).attribute(attribute);
    told(&schema, Value::object([("a", value.into())])).join("\n")
}

#[test]
fn a_rule_names_the_path_what_is_wanted_and_what_is_there() {
    let color = || {
        Attribute::string("a")
            .required()
            .validate(one_of(["blue", "green"]))
    };
    assert_eq!(
        refuses(color(), "red"),
        "a | a must be one of \"blue\", \"green\", not \"red\"."
    );
    assert_eq!(refuses(color(), "blue"), "");
    assert_eq!(
        refuses(color().sensitive(), "red"),
        "a | a must be one of \"blue\", \"green\"."
    );
    assert_eq!(
        refuses(color().write_only(), "red"),
        "a | a must be one of \"blue\", \"green\"."
    );
}

#[test]
fn every_rule_has_its_bounds() {
    let text = |rule| Attribute::string("a").optional().validate(rule);
    let number = |rule| Attribute::number("a").optional().validate(rule);
    let list = |rule| Attribute::list("a", Type::String).optional().validate(rule);
    let map = |rule| Attribute::map("a", Type::Number).optional().validate(rule);
    let words = |words: &[&str]| Value::list(words.iter().copied());
    let table = |key: &str, value: i64| Value::object([(key, value.into())]);
    let lower = || matches("lower case", |text| text == text.to_lowercase());
    let cases: [(Attribute, Value, &str); 26] = [
        (number(one_of([1, 2])), 3.into(), "a must be one of 1, 2, not 3."),
        (text(one_of(["x"])), "y".into(), "a must be \"x\", not \"y\"."),
        (
            text(length(1..=3)),
            "".into(),
            "a must be 1 to 3 characters long, not \"\".",
        ),
        (text(length(1..=3)), "ééé".into(), ""),
        (
            text(length(..4)),
            "four".into(),
            "a must be less than 4 characters long, not \"four\".",
        ),
        (
            text(length(2..)),
            "a".into(),
            "a must be at least 2 characters long, not \"a\".",
        ),
        (
            text(length(2..=2)),
            "abc".into(),
            "a must be exactly 2 characters long, not \"abc\".",
        ),
        (
            number(between(0..=100)),
            101.into(),
            "a must be between 0 and 100, not 101.",
        ),
        (number(between(0..=100)), 100.into(), ""),
        (
            number(between(0.5..1.0)),
            1.into(),
            "a must be at least 0.5 and less than 1, not 1.",
        ),
        (number(between(1..)), 0.5.into(), "a must be at least 1, not 0.5."),
        (
            list(items(1..=2)),
            words(&[]),
            "a must be a collection of 1 to 2 elements.",
        ),
        (list(items(1..=2)), words(&["x", "y"]), ""),
        (
            map(items(..=0)),
            table("k", 1),
            "a must be a collection of at most 0 elements.",
        ),
        (text(lower()), "Ab".into(), "a must be lower case, not \"Ab\"."),
        (text(lower()), "ab".into(), ""),
        (
            list(each(lower())),
            words(&["a", "B"]),
            "a[1] must be lower case, not \"B\".",
        ),
        (
            map(each(between(0..2))),
            table("k", 2),
            "a[\"k\"] must be at least 0 and less than 2, not 2.",
        ),
        (
            map(keys(lower())),
            table("K", 1),
            "a[\"K\"] must be lower case, not \"K\".",
        ),
        (map(keys(lower())), table("k", 1), ""),
        (
            number(custom("even", |value| value.as_i64().is_some_and(|n| n % 2 == 0))),
            3.into(),
            "a must be even, not 3.",
        ),
        (number(custom("even", |_| false)), Value::Null, ""),
        (number(custom("even", |_| false)), UNKNOWN, ""),
        (text(length(5..)), UNKNOWN, ""),
        (list(each(lower())), Value::list([UNKNOWN, Value::Null]), ""),
        (
            Attribute::new("a", Type::Dynamic)
                .optional()
                .validate(one_of(["x"])),
            "y".into(),
            "a must be \"x\", not \"y\".",
        ),
    ];
    for (attribute, value, expected) in cases {
        let said = refuses(attribute, value);
        let said = said.split_once(" | ").map_or("", |(_, detail)| detail);
        assert_eq!(said, expected);
    }
}

#[test]
fn a_set_that_may_shrink_is_not_yet_too_large() {
    let set = || Attribute::set("a", Type::String).optional().validate(items(..=1));
    assert_eq!(refuses(set(), Value::list([UNKNOWN, "x".into()])), "");
    assert!(refuses(set(), Value::list(["x", "y"])).contains("at most 1 elements"));
}

#[test]
fn rules_hold_at_any_depth_and_a_path_stops_at_a_set() {
    let small = || vec![Attribute::number("n").optional().validate(between(..=1))];
    let of = |n: i64| Value::object([("n", n.into())]);
    let schema = Schema::new(0)
        .attribute(Attribute::object("one", small()).optional())
        .attribute(Attribute::object_list("list", small()).optional())
        .attribute(Attribute::object_map("map", small()).optional())
        .attribute(Attribute::object_set("set", small()).optional())
        .block(
            Block::new("rule", BlockNesting::List).block(
                Block::new("deep", BlockNesting::Set)
                    .attribute(Attribute::number("n").optional().validate(between(..=1))),
            ),
        );
    let deep = Value::object([("deep", Value::list([of(2)]))]);
    let config = Value::object([
        ("one", of(2)),
        ("list", Value::list([of(1), of(2)])),
        ("map", Value::object([("k", of(2))])),
        ("set", Value::list([of(2)])),
        ("rule", Value::list([deep])),
    ]);
    assert_eq!(
        told(&schema, config),
        [
            "one.n | one.n must be at most 1, not 2.",
            "list[1].n | list[1].n must be at most 1, not 2.",
            "map[\"k\"].n | map[\"k\"].n must be at most 1, not 2.",
            "set | set.n must be at most 1, not 2.",
            "rule[0].deep | rule[0].deep.n must be at most 1, not 2.",
        ]
    );
}

/// What a rule says when `a`, `b` and `c` are as given: `1` set, `0` not, `?` unknown.
fn across(rule: &Rule, given: &str) -> String {
    let value = |c| match c {
        '0' => Value::Null,
        '?' => UNKNOWN,
        _ => "x".into(),
    };
    let names = ["a", "b", "c"];
    let add = |schema: Schema, name: &&str| schema.attribute(Attribute::string(*name).optional());
    let schema = names.iter().fold(Schema::new(0), add).rule(rule.clone());
    let config = Value::object(names.into_iter().zip(given.chars().map(value)));
    told(&schema, config).join("\n")
}

#[test]
fn a_rule_across_attributes_speaks_once_it_is_sure() {
    let all = ["a", "b", "c"];
    let cases: [(Rule, &[&str], &[&str]); 5] = [
        (
            exactly_one_of(all),
            &["100", "0?0", "1?0", "???"],
            &["000", "110", "11?"],
        ),
        (
            at_most_one_of(all),
            &["000", "100", "1??", "???"],
            &["110", "11?", "111"],
        ),
        (at_least_one_of(all), &["100", "00?", "111"], &["000"]),
        (
            required_together(all),
            &["000", "111", "1?1", "00?", "???"],
            &["110", "0?1", "100"],
        ),
        (
            required_with("a", ["b", "c"]),
            &["000", "011", "111", "?00", "1?1"],
            &["110", "1?0", "100"],
        ),
    ];
    for (rule, right, wrong) in cases {
        for given in right {
            assert_eq!(across(&rule, given), "", "{} {given}", rule.description());
        }
        for given in wrong {
            assert!(!across(&rule, given).is_empty(), "{} {given}", rule.description());
        }
    }
}

#[test]
fn a_rule_across_attributes_says_which_and_points_at_one() {
    let all = ["a", "b", "c"];
    assert_eq!(
        across(&exactly_one_of(all), "101"),
        "c | Exactly one of a, b and c must be set: a and c are both set; remove one."
    );
    assert_eq!(
        across(&at_least_one_of(all), "000"),
        "- | At least one of a, b and c must be set: none of them is set."
    );
    assert_eq!(
        across(&required_together(all), "011"),
        "a | a, b and c must be set together or not at all: b is set and a is not."
    );
    assert_eq!(
        across(&required_with("a", ["b", "c"]), "110"),
        "c | a needs b and c: a is set and c is not."
    );
    let differ = members(["a", "b"], "a and b can't be the same.", |values| {
        values[0] != values[1]
    });
    assert_eq!(
        across(&differ, "110"),
        "a | a and b can't be the same: this configuration breaks the rule."
    );
    assert_eq!(across(&differ, "1?0"), "", "not known yet");
}

#[test]
fn blocks_count_as_set_when_there_are_any() {
    let nestings = [
        BlockNesting::Single,
        BlockNesting::Group,
        BlockNesting::List,
        BlockNesting::Set,
        BlockNesting::Map,
    ];
    for nesting in nestings {
        let schema = Schema::new(0)
            .attribute(Attribute::string("a").optional())
            .block(Block::new("b", nesting).attribute(Attribute::string("n").optional()))
            .rule(exactly_one_of(["a", "b"]));
        let one = Value::object([("n", "x".into())]);
        let some = match nesting {
            BlockNesting::Single | BlockNesting::Group => one,
            BlockNesting::List | BlockNesting::Set => Value::list([one]),
            BlockNesting::Map => Value::object([("k", one)]),
        };
        let shape = crate::server::Shape::new(schema.clone());
        let count = |fields: Vec<(&str, Value)>| {
            let config = shape.conform(Value::object(fields)).expect("fits");
            run(&schema, &config).len()
        };
        assert_eq!(count(vec![("b", some.clone())]), 0, "{nesting:?}");
        assert_eq!(count(vec![("a", "x".into())]), 0, "{nesting:?}");
        assert_eq!(count(vec![("a", "x".into()), ("b", some)]), 1, "{nesting:?}");
        assert_eq!(count(vec![]), 1, "{nesting:?}");
    }
}

#[test]
fn rules_across_attributes_hold_in_every_object() {
    let inner = || {
        vec![
            Attribute::string("a").optional(),
            Attribute::string("b").optional(),
        ]
    };
    let nested = Attribute::object_list("list", inner())
        .optional()
        .rule(at_most_one_of(["a", "b"]));
    let set = Attribute::object_set("set", inner())
        .optional()
        .rule(at_most_one_of(["a", "b"]));
    let both = || Value::object([("a", "x".into()), ("b", "x".into())]);
    let block = Block::new("rule", BlockNesting::Map)
        .attribute(Attribute::string("a").optional())
        .attribute(Attribute::string("b").optional())
        .rule(at_most_one_of(["a", "b"]));
    let schema = Schema::new(0).attribute(nested).attribute(set).block(block);
    let config = Value::object([
        ("list", Value::list([Value::object::<String>([]), both()])),
        ("set", Value::list([both()])),
        ("rule", Value::object([("k", both())])),
    ]);
    let rule = "At most one of a and b can be set: a and b are both set; remove one.";
    assert_eq!(
        told(&schema, config),
        [
            format!("list[1].b | list[1]: {rule}"),
            format!("set | set: {rule}"),
            format!("rule[\"k\"].b | rule[\"k\"]: {rule}"),
        ]
    );
}
