//! Types follow from schemas.

use super::{Attribute, Block, BlockNesting, Schema};
use crate::ty::Type;

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
