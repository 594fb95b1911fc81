//! Types follow from schemas.

use super::{Attribute, Block, BlockNesting, Schema};
use crate::ty::Type;
use crate::value::Value;

#[test]
fn a_nested_attribute_has_the_type_of_its_attributes() {
    let inner = || vec![Attribute::number("weight").required()];
    let object = Type::object([("weight", Type::Number)]);
    assert_eq!(Attribute::object("a", inner()).ty(), object.clone());
    assert_eq!(
        Attribute::object_list("a", inner()).ty(),
        Type::list(object.clone())
    );
    assert_eq!(
        Attribute::object_set("a", inner()).ty(),
        Type::set(object.clone())
    );
    assert_eq!(Attribute::object_map("a", inner()).ty(), Type::map(object));
}

#[test]
fn blocks_stand_in_the_type_beside_attributes() {
    let block = Block::new("rule", BlockNesting::List).attribute(Attribute::bool("on").optional());
    let schema = Schema::new(3)
        .attribute(Attribute::string("name").required())
        .block(block);
    let rule = Type::list(Type::object([("on", Type::Bool)]));
    assert_eq!(
        schema.ty(),
        Type::object([("name", Type::String), ("rule", rule)])
    );
    assert_eq!(schema.version(), 3);
}

#[test]
fn a_default_makes_an_attribute_optional_and_computed() {
    let attribute = Attribute::number("port").default(80i64);
    assert!(attribute.is_optional() && attribute.is_computed() && !attribute.is_required());
    assert_eq!(attribute.default_value(), Some(&80i64.into()));
}

#[test]
fn what_is_deprecated_or_secret_is_not_generated_at_any_depth() {
    let old = |attribute: Attribute| attribute.deprecated("Use another.");
    let inner = || {
        vec![
            Attribute::string("k").required(),
            old(Attribute::string("old").optional()),
            Attribute::string("secret").optional().sensitive(),
        ]
    };
    let block = |name: &str| {
        inner()
            .into_iter()
            .fold(Block::new(name, BlockNesting::List), Block::attribute)
    };
    let schema = Schema::new(0)
        .attribute(old(Attribute::string("old").required()))
        .attribute(Attribute::string("secret").required().sensitive())
        .attribute(Attribute::string("empty").optional())
        .attribute(Attribute::string("id").optional_computed())
        .attribute(Attribute::object("one", inner()).optional())
        .attribute(Attribute::object_list("hidden", inner()).optional().sensitive())
        .block(block("rule"))
        .block(block("gone").deprecated("Use rule."));
    let full = || {
        Value::object([
            ("k", "k".into()),
            ("old", "o".into()),
            ("secret", Value::from("s")),
        ])
    };
    let bare = || Value::object([("k", "k".into()), ("old", Value::Null), ("secret", Value::Null)]);
    let state = Value::object([
        ("old", "o".into()),
        ("secret", "s".into()),
        ("empty", "".into()),
        ("id", "i".into()),
        ("one", full()),
        ("hidden", Value::list([full()])),
        ("rule", Value::list([full()])),
        ("gone", Value::list([full()])),
    ]);
    let config = Value::object([
        ("old", Value::Null),
        ("secret", Value::Null),
        ("empty", "".into()),
        ("id", "i".into()),
        ("one", bare()),
        ("hidden", Value::Null),
        ("rule", Value::list([bare()])),
        ("gone", Value::Null),
    ]);
    assert_eq!(schema.configurable(&state), config);
}
