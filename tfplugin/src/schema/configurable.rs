//! From a state to a configuration that could have made it. Pure.
//!
//! Leaves out what Terraform's own generator does: what only the provider sets, what is deprecated, and secrets, which
//! it writes as `null # sensitive`. Not its two guesses about old providers, an `id` that is optional and text that is
//! empty: with us both are what they say. Never invents a value.

#[cfg(test)]
mod tests;

use super::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::value::Value;

pub(super) fn configurable(schema: &Schema, state: &Value) -> Value {
    object(&schema.attributes, &schema.blocks, state)
}

fn object(attributes: &[Attribute], blocks: &[Block], state: &Value) -> Value {
    if state.as_map().is_none() {
        return Value::Null;
    }
    let attributes = attributes.iter().map(|attribute| {
        let held = state.get(&attribute.name);
        (attribute.name.clone(), self::attribute(attribute, held))
    });
    let blocks = blocks.iter().map(|block| {
        let held = state.get(&block.name);
        let inside = |element: &Value| object(&block.attributes, &block.blocks, element);
        let value = match block.nesting {
            _ if block.deprecated.is_some() => Value::Null,
            BlockNesting::Single | BlockNesting::Group => inside(held),
            BlockNesting::List | BlockNesting::Set | BlockNesting::Map => each(held, &inside),
        };
        (block.name.clone(), value)
    });
    Value::object(attributes.chain(blocks))
}

fn attribute(attribute: &Attribute, held: &Value) -> Value {
    let secret = attribute.sensitive || attribute.write_only;
    let configured = attribute.required || attribute.optional;
    if secret || !configured || attribute.deprecated.is_some() {
        return Value::Null;
    }
    match &attribute.kind {
        AttributeKind::Plain(_) => held.clone(),
        AttributeKind::Nested(nesting, nested) => {
            let inside = |element: &Value| object(nested, &[], element);
            match nesting {
                Nesting::Single => inside(held),
                Nesting::List | Nesting::Set | Nesting::Map => each(held, &inside),
            }
        }
    }
}

fn each(held: &Value, inside: &dyn Fn(&Value) -> Value) -> Value {
    match held {
        Value::List(elements) => Value::List(elements.iter().map(inside).collect()),
        Value::Map(elements) => Value::object(elements.iter().map(|(key, element)| (key, inside(element)))),
        other => other.clone(),
    }
}
