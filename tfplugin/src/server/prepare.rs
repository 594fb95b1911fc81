//! From Terraform's proposal to ours: defaults in, write-only values out, and unknown what the provider will decide.
//!
//! Pure. Descends only where the configuration has something: below a null everything is the provider's.

use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::value::Value;

/// The proposal a provider plans from. `prior` is `None` when the object is to be created.
pub(crate) fn prepare(schema: &Schema, config: &Value, prior: Option<&Value>, proposed: Value) -> Value {
    let settled = rewrite(&schema.attributes, &schema.blocks, config, proposed, &settle);
    if prior == Some(&settled) {
        return settled;
    }
    rewrite(&schema.attributes, &schema.blocks, config, settled, &open)
}

/// The same value without what may only stand in a configuration.
pub(crate) fn without_write_only(schema: &Schema, value: Value) -> Value {
    // Its own guide: the value says where there is something to descend into.
    let guide = value.clone();
    let clear = |attribute: &Attribute, _: &Value| attribute.write_only.then_some(Value::Null);
    rewrite(&schema.attributes, &schema.blocks, &guide, value, &clear)
}

fn settle(attribute: &Attribute, config: &Value) -> Option<Value> {
    match &attribute.default {
        _ if attribute.write_only => Some(Value::Null),
        // Conforming can't fail: an unfitting default is a fault of the schema, told when it is loaded.
        Some(default) if config.is_null() => attribute.ty().conform(default.clone()).ok(),
        _ => None,
    }
}

fn open(attribute: &Attribute, config: &Value) -> Option<Value> {
    (attribute.computed && attribute.default.is_none() && config.is_null()).then_some(Value::Unknown)
}

/// What an attribute becomes, given its configuration; `None` to leave it and look inside.
type Leaf<'a> = &'a dyn Fn(&Attribute, &Value) -> Option<Value>;

fn rewrite(
    attributes: &[Attribute],
    blocks: &[Block],
    config: &Value,
    value: Value,
    leaf: Leaf<'_>,
) -> Value {
    let Value::Map(mut fields) = value else {
        return value;
    };
    if config.as_map().is_none() {
        return Value::Map(fields);
    }
    for attribute in attributes {
        let Some(slot) = fields.get_mut(&attribute.name) else {
            continue;
        };
        let config = config.get(&attribute.name);
        if let Some(replaced) = leaf(attribute, config) {
            *slot = replaced;
        } else if let AttributeKind::Nested(nesting, nested) = &attribute.kind {
            let inside = |config: &Value, value| rewrite(nested, &[], config, value, leaf);
            *slot = each(collection_of(*nesting), config, std::mem::take(slot), &inside);
        }
    }
    for block in blocks {
        let Some(slot) = fields.get_mut(&block.name) else {
            continue;
        };
        let inside = |config: &Value, value| rewrite(&block.attributes, &block.blocks, config, value, leaf);
        *slot = each(
            collection_of_block(block.nesting),
            config.get(&block.name),
            std::mem::take(slot),
            &inside,
        );
    }
    Value::Map(fields)
}

enum Collection {
    One,
    List,
    Set,
    Map,
}

fn collection_of(nesting: Nesting) -> Collection {
    match nesting {
        Nesting::Single => Collection::One,
        Nesting::List => Collection::List,
        Nesting::Set => Collection::Set,
        Nesting::Map => Collection::Map,
    }
}

fn collection_of_block(nesting: BlockNesting) -> Collection {
    match nesting {
        BlockNesting::Single | BlockNesting::Group => Collection::One,
        BlockNesting::List => Collection::List,
        BlockNesting::Set => Collection::Set,
        BlockNesting::Map => Collection::Map,
    }
}

/// Pairs each object with its configuration: by place, by label, and in a set by what the configuration fixes.
fn each(held: Collection, config: &Value, value: Value, inside: &dyn Fn(&Value, Value) -> Value) -> Value {
    match (held, value) {
        (Collection::One, value) => inside(config, value),
        (Collection::List, Value::List(elements)) => {
            let configs = config.as_list().unwrap_or_default();
            let pair = |(at, element)| inside(configs.get(at).unwrap_or(&Value::Null), element);
            Value::List(elements.into_iter().enumerate().map(pair).collect())
        }
        (Collection::Set, Value::List(elements)) => {
            let mut configs: Vec<&Value> = config.as_list().unwrap_or_default().iter().collect();
            let pair = |element: Value| match configs.iter().position(|config| fixes(config, &element)) {
                Some(at) => inside(configs.remove(at), element),
                None => element,
            };
            Value::List(elements.into_iter().map(pair).collect())
        }
        (Collection::Map, Value::Map(elements)) => {
            let pair = |(label, element): (String, Value)| {
                let element = inside(config.get(&label), element);
                (label, element)
            };
            Value::Map(elements.into_iter().map(pair).collect())
        }
        (_, value) => value,
    }
}

/// Whether everything that `config` sets is so in `value`.
fn fixes(config: &Value, value: &Value) -> bool {
    match (config, value) {
        (Value::Null, _) => true,
        (Value::Map(config), Value::Map(value)) => config
            .iter()
            .all(|(name, config)| value.get(name).is_some_and(|value| fixes(config, value))),
        _ => config == value,
    }
}
