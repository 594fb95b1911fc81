//! What a field of a model can be: an attribute of what an [`Element`] is, or a block of models.

use std::collections::BTreeMap;

use super::{Attr, Element, Model, SetOf};
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting};
use crate::ty::Mismatch;
use crate::value::Value;

/// The type of a field of a model: an [`Attr`] and nothing else.
#[diagnostic::on_unimplemented(
    message = "a field of a model can't be `{Self}`",
    label = "may be null or unknown: write `Attr<{Self}>`",
    note = "every field is an `Attr<T>`, `List<T>`, `Set<T>` or `Map<T>`, since any value can be null or unknown"
)]
pub trait Field: Sized {
    /// The attribute of that name, without flags yet.
    fn attribute(name: &str) -> Attribute;

    /// Reads it from a value, null and unknown included.
    ///
    /// # Errors
    /// Why it can't be held, with the path from here down.
    fn from_value(value: &Value) -> Result<Self, Mismatch>;

    /// The value, as it was read.
    fn into_value(self) -> Value;

    /// The same with what `found` says wherever something is unknown and it is the same thing, as [`Model::fill`] says.
    #[must_use]
    fn fill(self, found: Self) -> Self;
}

impl<T: Element> Field for Attr<T> {
    fn attribute(name: &str) -> Attribute {
        let mut attribute = Attribute::of(name.to_owned(), T::kind());
        let nested = matches!(attribute.kind, AttributeKind::Nested(..));
        if let Some(model) = T::model_schema().filter(|_| nested) {
            attribute.description = model.description;
            attribute.deprecated = model.deprecated;
            attribute.rules = model.rules;
        }
        attribute
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(Attr::Null),
            Value::Unknown => Ok(Attr::Unknown),
            known => T::decode(known).map(Attr::Known),
        }
    }

    fn into_value(self) -> Value {
        match self {
            Attr::Null => Value::Null,
            Attr::Unknown => Value::Unknown,
            Attr::Known(value) => value.encode(),
        }
    }

    fn fill(self, found: Self) -> Self {
        match (self, found) {
            (Attr::Unknown, found) => found,
            (Attr::Known(value), Attr::Known(found)) => Attr::Known(value.fill_in(found)),
            (stays, _) => stays,
        }
    }
}

/// The type of a field that is a block: an [`Attr`], `List`, `Set` or `Map` of a model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a block",
    label = "a block is an `Attr`, `List`, `Set` or `Map` of what `model!` defines",
    note = "for an attribute, leave out `block()` and say `required()`, `optional()` or `computed()`"
)]
pub trait BlockField: Field {
    /// The block of that name.
    fn block(name: &str) -> Block;
}

impl<M: Model> BlockField for Attr<M> {
    fn block(name: &str) -> Block {
        block_of::<M>(name, BlockNesting::Single)
    }
}

impl<M: Model> BlockField for Attr<Vec<Attr<M>>> {
    fn block(name: &str) -> Block {
        block_of::<M>(name, BlockNesting::List)
    }
}

impl<M: Model> BlockField for Attr<SetOf<M>> {
    fn block(name: &str) -> Block {
        block_of::<M>(name, BlockNesting::Set)
    }
}

impl<M: Model> BlockField for Attr<BTreeMap<String, Attr<M>>> {
    fn block(name: &str) -> Block {
        block_of::<M>(name, BlockNesting::Map)
    }
}

/// Only a single model can be a group: what is absent is an object of nulls.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a group",
    label = "a group is an `Attr` of what `model!` defines",
    note = "a block that repeats is `block()`"
)]
#[doc(hidden)]
pub trait GroupField: BlockField {
    fn group(name: &str) -> Block;
}

impl<M: Model> GroupField for Attr<M> {
    fn group(name: &str) -> Block {
        block_of::<M>(name, BlockNesting::Group)
    }
}

fn block_of<M: Model>(name: &str, nesting: BlockNesting) -> Block {
    let schema = M::schema();
    let mut block = Block::new(name, nesting).description(schema.description);
    block.deprecated = schema.deprecated;
    block.rules = schema.rules;
    block.attributes = schema.attributes;
    block.blocks = schema.blocks;
    block
}
