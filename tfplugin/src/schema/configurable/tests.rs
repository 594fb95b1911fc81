//! A configuration has what an operator may write, at every depth.

use crate::schema::{Attribute, Block, BlockNesting, Schema};
use crate::value::Value;

#[test]
fn only_what_can_be_configured_is_left() {
    let inner = || {
        vec![
            Attribute::string("k").required(),
            Attribute::string("c").computed(),
        ]
    };
    let block = |name: &str, nesting| {
        let attributes = inner().into_iter();
        attributes.fold(Block::new(name, nesting), Block::attribute)
    };
    let schema = Schema::new(0)
        .attribute(Attribute::string("id").computed())
        .attribute(Attribute::string("both").optional_computed())
        .attribute(Attribute::string("key").optional().write_only())
        .attribute(Attribute::object("one", inner()).optional())
        .attribute(Attribute::object_map("map", inner()).optional())
        .attribute(Attribute::object_list("found", inner()).computed())
        .block(block("rule", BlockNesting::List))
        .block(block("none", BlockNesting::Single));
    let full = || Value::object([("k", "k".into()), ("c", "c".into())]);
    let bare = || Value::object([("k", "k".into()), ("c", Value::Null)]);
    let state = Value::object([
        ("id", "i".into()),
        ("both", "b".into()),
        ("key", "s".into()),
        ("one", full()),
        ("map", Value::object([("x", full())])),
        ("found", Value::list([full()])),
        ("rule", Value::list([full(), full()])),
        ("none", Value::Null),
    ]);
    let config = Value::object([
        ("id", Value::Null),
        ("both", "b".into()),
        ("key", Value::Null),
        ("one", bare()),
        ("map", Value::object([("x", bare())])),
        ("found", Value::Null),
        ("rule", Value::list([bare(), bare()])),
        ("none", Value::Null),
    ]);
    assert_eq!(schema.configurable(&state), config);
}
