//! A schema that the model can't read is told when it is loaded.

use super::shop::Overridden;
use crate::testing::Harness;
use crate::{Attribute, Block, BlockNesting, Schema, Type};

fn faults(schema: fn(Schema) -> Schema) -> Vec<String> {
    let harness = Harness::new(Overridden(schema));
    let found = harness.schema_faults().iter();
    found
        .filter(|fault| fault.summary.starts_with("shop_order"))
        .map(|fault| fault.detail.clone())
        .collect()
}

#[test]
fn the_schema_of_the_model_fits() {
    assert_eq!(faults(|schema| schema), Vec::<String>::new());
    assert_eq!(
        faults(|schema| schema.description("Better words.").at_version(7)),
        Vec::<String>::new()
    );
}

#[test]
fn an_attribute_the_model_lacks_is_a_fault() {
    let said = faults(|schema| schema.attribute(Attribute::string("color").optional()));
    assert_eq!(
        said,
        ["the schema has color, the model has no such field. This is a bug in the provider."]
    );
}

#[test]
fn a_field_the_schema_lacks_or_types_otherwise_is_a_fault() {
    let said = faults(|_| Schema::new(0));
    assert_eq!(said.len(), 1);
    assert!(
        said[0].contains("the model has a field labels, the schema has no such attribute or block"),
        "{said:?}"
    );

    let said = faults(|schema| {
        let attributes = schema
            .attributes()
            .iter()
            .filter(|attribute| attribute.name() != "note")
            .cloned();
        let block = Block::new("line", BlockNesting::List)
            .attribute(Attribute::string("what").required())
            .attribute(Attribute::number("count").optional())
            .attribute(Attribute::number("price").computed());
        attributes
            .fold(Schema::new(1), Schema::attribute)
            .attribute(Attribute::new("note", Type::list(Type::String)).optional())
            .block(block)
    });
    assert_eq!(
        said,
        ["note is a string in the model and a list of string in the schema. This is a bug in the provider."]
    );
}

#[test]
fn a_default_the_model_cannot_hold_is_a_fault() {
    let said = faults(|schema| {
        let number = Attribute::number("number").default(-1i64);
        let others = schema
            .attributes()
            .iter()
            .filter(|attribute| attribute.name() != "number")
            .cloned();
        let block = schema.blocks()[0].clone();
        others
            .fold(Schema::new(1), Schema::attribute)
            .attribute(number)
            .block(block)
    });
    let rule =
        "the default of number does not fit the model: a whole number from 0 to 4294967295 is required";
    assert_eq!(said, [format!("{rule}. This is a bug in the provider.")]);
}

#[test]
fn the_provider_block_is_held_against_its_model_too() {
    let harness = Harness::new(Overridden(|schema| schema));
    let said: Vec<_> = harness
        .schema_faults()
        .iter()
        .map(|fault| fault.summary.as_str())
        .collect();
    assert_eq!(said, ["provider shop: invalid schema"]);
}
