//! The two promises, as tables.

use super::fake::lines;
use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::Shape;
use crate::server::check::{plan_follows_config, result_follows_plan};
use crate::ty::Type;
use crate::value::Value;

fn shape() -> Shape {
    let inner = || {
        vec![
            Attribute::number("w").required(),
            Attribute::string("c").computed(),
        ]
    };
    Shape::new(
        Schema::new(0)
            .attribute(Attribute::string("both").optional_computed())
            .attribute(Attribute::string("secret").optional().sensitive())
            .attribute(Attribute::set("tags", Type::String).optional_computed())
            .attribute(Attribute::object_list("list", inner()).optional())
            .attribute(Attribute::object_set("set", inner()).optional_computed())
            .block(Block::new("rule", BlockNesting::List).attribute(Attribute::string("h").required())),
    )
}

fn of(fields: &[(&str, Value)]) -> Value {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    shape().conform(Value::object(fields)).expect("fits")
}

fn inner(w: i64, c: impl Into<Value>) -> Value {
    Value::object([("w", w.into()), ("c", c.into())])
}

fn rules(h: &[&str]) -> Value {
    Value::list(h.iter().map(|h| Value::object([("h", Value::from(*h))])))
}

#[test]
fn a_plan_follows_the_configuration() {
    let none = Value::Null;
    let cases: [(&str, Value, Value, Value, &[&str]); 10] = [
        (
            "equal",
            none.clone(),
            of(&[("both", "x".into())]),
            of(&[("both", "x".into())]),
            &[],
        ),
        (
            "left to the provider",
            none.clone(),
            of(&[]),
            of(&[("both", "y".into())]),
            &[],
        ),
        (
            "the old spelling may stay",
            of(&[("both", "X".into())]),
            of(&[("both", "x".into())]),
            of(&[("both", "X".into())]),
            &[],
        ),
        (
            "unknown stays unknown",
            none.clone(),
            of(&[("both", Value::Unknown)]),
            of(&[("both", "guess".into())]),
            &["t.both: is configured as unknown and planned as \"guess\""],
        ),
        (
            "a sensitive value is not shown",
            none.clone(),
            of(&[("secret", "a".into())]),
            of(&[("secret", "b".into())]),
            &["t.secret: is planned other than configured"],
        ),
        (
            "computed inside a list is free, the rest is not",
            none.clone(),
            of(&[(
                "list",
                Value::list([inner(1, Value::Null), inner(2, Value::Null)]),
            )]),
            of(&[("list", Value::list([inner(1, "new"), inner(3, "new")]))]),
            &["t.list[1].w: is configured as 2 and planned as 3"],
        ),
        (
            "a list keeps its length",
            none.clone(),
            of(&[("list", Value::list([inner(1, Value::Null)]))]),
            of(&[("list", Value::List(Vec::new()))]),
            &["t.list: has other elements than configured"],
        ),
        (
            "a set keeps its size only",
            none.clone(),
            of(&[("set", Value::list([inner(1, Value::Null)]))]),
            of(&[("set", Value::list([inner(9, "c")]))]),
            &[],
        ),
        (
            "a configured list is not unknown as a whole",
            none.clone(),
            of(&[("list", Value::list([inner(1, Value::Null)]))]),
            of(&[("list", Value::Unknown)]),
            &["t.list: is planned as unknown"],
        ),
        (
            "blocks keep their number",
            none.clone(),
            of(&[("rule", rules(&["a"]))]),
            of(&[("rule", rules(&["a", "b"]))]),
            &["t.rule: has other elements than configured"],
        ),
    ];
    for (rule, prior, config, planned, expected) in cases {
        let prior = Some(&prior).filter(|prior| !prior.is_null());
        assert_found(
            rule,
            &plan_follows_config("t", &shape(), prior, &config, &planned),
            expected,
        );
    }
}

#[test]
fn a_result_follows_the_plan() {
    let tags = |tags: &[&str]| Value::list(tags.iter().copied());
    let cases: [(&str, Value, Value, &[&str]); 10] = [
        (
            "unknown may become anything",
            of(&[("both", Value::Unknown)]),
            of(&[("both", "x".into())]),
            &[],
        ),
        (
            "unknown may become null",
            of(&[("both", Value::Unknown)]),
            of(&[]),
            &[],
        ),
        (
            "known stays",
            of(&[("both", "x".into())]),
            of(&[("both", "y".into())]),
            &["t.both: was planned as \"x\" and is now \"y\""],
        ),
        (
            "null is known",
            of(&[]),
            of(&[("both", "y".into())]),
            &["t.both: was planned as null and is now \"y\""],
        ),
        (
            "a sensitive value is not shown",
            of(&[("secret", "a".into())]),
            of(&[("secret", "b".into())]),
            &["t.secret: differs from what was planned"],
        ),
        (
            "nested unknowns are free, the rest is not",
            of(&[("list", Value::list([inner(1, Value::Unknown)]))]),
            of(&[("list", Value::list([inner(2, "c")]))]),
            &["t.list[0].w: was planned as 1 and is now 2"],
        ),
        (
            "a set has no order",
            of(&[("tags", tags(&["a", "b"]))]),
            of(&[("tags", tags(&["b", "a"]))]),
            &[],
        ),
        (
            "unknown members may turn out equal",
            of(&[("tags", Value::list([Value::Unknown, "a".into()]))]),
            of(&[("tags", tags(&["a"]))]),
            &[],
        ),
        (
            "a set never grows",
            of(&[("tags", Value::list([Value::Unknown]))]),
            of(&[("tags", tags(&["a", "b"]))]),
            &["t.tags: was planned as a list and is now a list"],
        ),
        (
            "a set of objects is matched by its known parts",
            of(&[(
                "set",
                Value::list([inner(1, Value::Unknown), inner(2, Value::Unknown)]),
            )]),
            of(&[("set", Value::list([inner(2, "x"), inner(3, "y")]))]),
            &["t.set: differs from what was planned"],
        ),
    ];
    for (rule, planned, state, expected) in cases {
        assert_found(
            rule,
            &result_follows_plan("t", &shape(), &planned, &state),
            expected,
        );
    }
}

fn assert_found(rule: &str, found: &crate::Diagnostics, expected: &[&str]) {
    let found = lines(found);
    assert_eq!(found.len(), expected.len(), "{rule}: {found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.contains(expected), "{rule}: {found}");
    }
}
