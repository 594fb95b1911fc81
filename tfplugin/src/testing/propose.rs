//! Terraform's own proposal: the configuration, with prior values where the provider decides. Pure.

use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::value::Value;

/// What Terraform proposes for `config` over `prior`; null when the object is to be destroyed.
pub(super) fn propose(schema: &Schema, prior: &Value, config: &Value) -> Value {
    object(&schema.attributes, &schema.blocks, prior, config)
}

fn object(attributes: &[Attribute], blocks: &[Block], prior: &Value, config: &Value) -> Value {
    if config.as_map().is_none() {
        return config.clone();
    }
    let attributes = attributes.iter().map(|attribute| {
        let [prior, config] = [prior, config].map(|value| value.get(&attribute.name));
        (attribute.name.clone(), self::attribute(attribute, prior, config))
    });
    let blocks = blocks.iter().map(|block| {
        let [prior, config] = [prior, config].map(|value| value.get(&block.name));
        let inside = |prior: &Value, config: &Value| object(&block.attributes, &block.blocks, prior, config);
        let value = match block.nesting {
            BlockNesting::Single | BlockNesting::Group => inside(prior, config),
            BlockNesting::Set => unordered(prior, config, &inside),
            BlockNesting::List | BlockNesting::Map => ordered(prior, config, &inside),
        };
        (block.name.clone(), value)
    });
    Value::object(attributes.chain(blocks))
}

fn attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if config.is_null() {
        return if attribute.computed {
            prior.clone()
        } else {
            Value::Null
        };
    }
    match &attribute.kind {
        AttributeKind::Plain(_) => config.clone(),
        AttributeKind::Nested(nesting, nested) => {
            let inside = |prior: &Value, config: &Value| object(nested, &[], prior, config);
            match nesting {
                Nesting::Single => inside(prior, config),
                Nesting::Set => unordered(prior, config, &inside),
                Nesting::List | Nesting::Map => ordered(prior, config, &inside),
            }
        }
    }
}

/// Lists by place and maps by key.
fn ordered(prior: &Value, config: &Value, inside: &dyn Fn(&Value, &Value) -> Value) -> Value {
    match config {
        Value::List(elements) => {
            let prior = prior.as_list().unwrap_or_default();
            let pair = |(at, config)| inside(prior.get(at).unwrap_or(&Value::Null), config);
            Value::List(elements.iter().enumerate().map(pair).collect())
        }
        Value::Map(elements) => Value::object(
            elements
                .iter()
                .map(|(key, config)| (key, inside(prior.get(key), config))),
        ),
        other => other.clone(),
    }
}

/// Sets by what the configuration fixes.
fn unordered(prior: &Value, config: &Value, inside: &dyn Fn(&Value, &Value) -> Value) -> Value {
    let Value::List(elements) = config else {
        return config.clone();
    };
    let mut prior: Vec<&Value> = prior.as_list().unwrap_or_default().iter().collect();
    let pair = |config: &Value| match prior.iter().position(|prior| inside(prior, config) == **prior) {
        Some(at) => prior.remove(at).clone(),
        None => inside(&Value::Null, config),
    };
    Value::List(elements.iter().map(pair).collect())
}
