//! The promises, as tables: for each rule an answer that breaks it and one that keeps it.

mod plan;
mod plan_nested;
mod result;
mod result_nested;

use serde_json::{Value as Json, json};

use super::fake::lines;
use crate::diag::Diagnostics;
use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::Shape;
use crate::ty::Type;
use crate::value::Value;

/// One of each: every flag, every nesting of attributes and of blocks, sets, maps, tuples and open types.
pub(super) fn shape() -> Shape {
    let inner = || {
        vec![
            Attribute::number("w").optional(),
            Attribute::string("c").computed(),
            Attribute::string("b").optional_computed(),
        ]
    };
    let secret = || vec![Attribute::string("key").optional().write_only()];
    let block = |name, nesting| {
        Block::new(name, nesting)
            .attribute(Attribute::string("h").optional())
            .attribute(Attribute::string("c").computed())
    };
    let schema = Schema::new(0)
        .attribute(Attribute::string("text").optional())
        .attribute(Attribute::number("size").optional())
        .attribute(Attribute::string("both").optional_computed())
        .attribute(Attribute::string("made").computed())
        .attribute(Attribute::string("secret").optional().sensitive())
        .attribute(Attribute::string("key").optional().write_only())
        .attribute(Attribute::set("tags", Type::String).optional_computed())
        .attribute(Attribute::map("labels", Type::String).optional())
        .attribute(Attribute::new("pair", Type::Tuple(vec![Type::String, Type::Number])).optional())
        .attribute(Attribute::new("any", Type::Dynamic).optional())
        .attribute(Attribute::object("one", inner()).optional())
        .attribute(Attribute::object_list("list", inner()).optional())
        .attribute(Attribute::object_set("set", inner()).optional())
        .attribute(Attribute::object_map("map", inner()).optional())
        .attribute(Attribute::object_list("found", inner()).computed())
        .attribute(Attribute::object_list("hidden", inner()).optional().sensitive())
        .attribute(Attribute::object_map("vault", inner()).optional().sensitive())
        .attribute(Attribute::object_list("keys", secret()).optional_computed())
        .block(block("single", BlockNesting::Single))
        .block(block("group", BlockNesting::Group))
        .block(block("rules", BlockNesting::List))
        .block(block("gates", BlockNesting::Set))
        .block(block("named", BlockNesting::Map));
    Shape::new(schema)
}

/// JSON with `"?"` for what is unknown.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => Value::Number(number.as_str().parse().expect("a number")),
        Json::String(text) if text == "?" => Value::Unknown,
        Json::String(text) => text.as_str().into(),
        Json::Array(elements) => Value::List(elements.iter().map(value).collect()),
        Json::Object(fields) => Value::object(fields.iter().map(|(name, json)| (name, value(json)))),
    }
}

fn of(json: &Json) -> Value {
    shape().conform(value(json)).expect("fits")
}

/// Wrong answers with what is said of them; an empty text is a right answer.
type Case<'a> = (&'a str, Json, Json, &'a str);

fn hold(cases: &[Case<'_>], check: impl Fn(&Value, &Value) -> Diagnostics) {
    for (rule, given, answer, expected) in cases {
        let found = check(&of(given), &of(answer));
        assert_found(rule, &found, expected);
    }
}

fn assert_found(rule: &str, found: &Diagnostics, expected: &str) {
    let found = lines(found);
    if expected.is_empty() {
        assert!(found.is_empty(), "{rule}: {found:#?}");
    } else {
        assert!(
            found.len() == 1 && found[0].contains(expected) && found[0].contains("The rule: "),
            "{rule}: {found:#?}"
        );
    }
}

#[test]
fn every_diagnostic_points_at_the_attribute_and_stops_at_a_set() {
    let shape = shape();
    let config = of(&json!({"rules": [{"h": "a"}], "list": [{"w": 1}]}));
    let planned = of(&json!({"rules": [{"h": "b"}], "list": [{"w": 2}]}));
    let found = super::super::check::plan_follows_config("t", &shape, None, &config, &planned);
    let paths: Vec<String> = found
        .iter()
        .filter_map(|diagnostic| diagnostic.path.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(paths, ["list[0].w", "rules[0].h"]);
    let set = of(&json!({"set": [{"w": 1, "c": "?"}]}));
    let found = super::super::check::wholly_known("t", "reading", &shape.ty, &set);
    let paths: Vec<String> = found
        .iter()
        .filter_map(|diagnostic| diagnostic.path.as_ref().map(ToString::to_string))
        .collect();
    assert_eq!(paths, ["set"]);
}

#[test]
fn the_keys_of_a_secret_map_are_counted_and_not_shown() {
    let inner = vec![Attribute::string("v").optional()];
    let keyed = Attribute::object_map("keyed", inner).optional().sensitive();
    let shape = Shape::new(Schema::new(0).attribute(keyed));
    let of = |json: Json| shape.conform(value(&json)).expect("fits");
    let (config, planned) = (of(json!({"keyed": {"hush": {}}})), of(json!({"keyed": {}})));
    let found = super::super::check::plan_follows_config("t", &shape, None, &config, &planned);
    let expected = "is configured with 1 elements and planned with 0 elements";
    assert_found("counted", &found, expected);
}
