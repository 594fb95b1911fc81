//! Which changes force a replacement.

use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::server::replace::replacing;
use crate::value::Value;

fn schema() -> Schema {
    let inner = || {
        vec![
            Attribute::string("arn").required().requires_replace(),
            Attribute::number("n").optional(),
        ]
    };
    Schema::new(0)
        .attribute(Attribute::string("name").required().requires_replace())
        .attribute(Attribute::string("note").optional())
        .attribute(Attribute::object("one", inner()).optional())
        .attribute(Attribute::object_list("list", inner()).optional())
        .attribute(Attribute::object_map("map", inner()).optional())
        .attribute(Attribute::object_set("set", inner()).optional())
        .block(
            Block::new("rule", BlockNesting::List)
                .attribute(Attribute::string("h").required().requires_replace()),
        )
}

fn inner(arn: &str, n: i64) -> Value {
    Value::object([("arn", arn.into()), ("n", n.into())])
}

fn found(prior: &[(&str, Value)], planned: &[(&str, Value)]) -> Vec<String> {
    let of = |fields: &[(&str, Value)]| {
        let object = Value::object(
            fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        );
        schema().ty().conform(object).expect("fits")
    };
    replacing(&schema(), &of(prior), &of(planned))
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn only_a_change_of_a_marked_attribute_replaces() {
    assert_eq!(
        found(
            &[("name", "a".into()), ("note", "x".into())],
            &[("name", "a".into())]
        ),
        [""; 0]
    );
    assert_eq!(found(&[("name", "a".into())], &[("name", "b".into())]), ["name"]);
    assert_eq!(
        found(&[("name", "a".into())], &[("name", Value::Unknown)]),
        ["name"],
        "it may change"
    );
}

#[test]
fn marks_below_are_found_where_they_are() {
    let list = |arns: &[(&str, i64)]| Value::list(arns.iter().map(|(arn, n)| inner(arn, *n)));
    assert_eq!(
        found(&[("one", inner("x", 1))], &[("one", inner("y", 2))]),
        ["one.arn"]
    );
    assert_eq!(
        found(&[("one", inner("x", 1))], &[("one", inner("x", 2))]),
        [""; 0]
    );
    assert_eq!(found(&[("one", inner("x", 1))], &[]), ["one.arn"]);
    let (two, one) = (list(&[("x", 1), ("y", 1)]), list(&[("x", 2)]));
    assert_eq!(found(&[("list", two)], &[("list", one)]), ["list[1].arn"]);
    let map = |arn| Value::object([("k", inner(arn, 1))]);
    assert_eq!(
        found(&[("map", map("x"))], &[("map", map("y"))]),
        ["map[\"k\"].arn"]
    );
    let rule = |h: &str| Value::list([Value::object([("h", Value::from(h))])]);
    assert_eq!(
        found(&[("rule", rule("a"))], &[("rule", rule("b"))]),
        ["rule[0].h"]
    );
}

#[test]
fn a_mark_inside_a_set_speaks_for_the_set() {
    let set = |arn| Value::list([inner(arn, 1)]);
    assert_eq!(found(&[("set", set("x"))], &[("set", set("y"))]), ["set"]);
    assert_eq!(found(&[("set", set("x"))], &[("set", set("x"))]), [""; 0]);
}
