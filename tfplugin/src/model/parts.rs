//! What [`model!`](crate::model!) expands to. No part of the interface.

use std::collections::BTreeMap;
use std::marker::PhantomData;

pub use super::field::GroupField;
use super::{Attr, BlockField, Field};
use crate::path::PathStep;
use crate::schema::{Attribute, Block};
use crate::timeouts::Timeouts;
use crate::ty::Mismatch;
use crate::value::Value;

/// What a value should have been, and what it is.
pub(crate) fn mismatch(rule: impl Into<String>, value: &Value) -> Mismatch {
    Mismatch::new(format!("{}, this is {}", rule.into(), value.kind()))
}

pub(crate) fn object_of(fields: impl Iterator<Item = (String, Value)>) -> Value {
    Value::Map(fields.collect())
}

/// The name Terraform knows a field by: `r#type` is `type`.
pub fn name(field: &'static str) -> &'static str {
    field.strip_prefix("r#").unwrap_or(field)
}

/// The lines of a doc comment as Markdown.
pub fn markdown(lines: &[Option<&str>]) -> String {
    let lines: Vec<&str> = lines
        .iter()
        .flatten()
        .flat_map(|text| text.split('\n'))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// An attribute with its description, or else that of the model it holds.
pub fn attribute<F: Field>(name: &str, description: String) -> Attribute {
    let attribute = F::attribute(name);
    if description.is_empty() {
        attribute
    } else {
        attribute.description(description)
    }
}

/// A block with its description, or else that of the model it holds.
pub fn block<F: BlockField>(name: &str, description: String) -> Block {
    describe(F::block(name), description)
}

/// A group with its description, or else that of the model it holds.
pub fn group<F: GroupField>(name: &str, description: String) -> Block {
    describe(F::group(name), description)
}

/// The attribute under the name of the field; only [`Timeouts`] can hold it.
pub fn timeouts(_: PhantomData<Attr<Timeouts>>, name: &str, mut attribute: Attribute) -> Attribute {
    attribute.name = name.to_owned();
    attribute
}

/// As [`timeouts`], in the older form.
pub fn timeouts_block(_: PhantomData<Attr<Timeouts>>, name: &str, mut block: Block) -> Block {
    block.name = name.to_owned();
    block
}

fn describe(block: Block, description: String) -> Block {
    if description.is_empty() {
        block
    } else {
        block.description(description)
    }
}

/// The fields of an object, each read once.
pub struct Fields<'a>(&'a BTreeMap<String, Value>);

impl<'a> Fields<'a> {
    /// The object's fields, which must all be among `names`.
    ///
    /// # Errors
    /// If it is no object, or has a field of another name.
    pub fn of(value: &'a Value, names: &[&str]) -> Result<Fields<'a>, Mismatch> {
        let fields = value
            .as_map()
            .ok_or_else(|| mismatch("an object is required", value))?;
        match fields.keys().find(|name| !names.contains(&name.as_str())) {
            None => Ok(Fields(fields)),
            Some(extra) => Err(Mismatch::new(format!("the model has no field named {extra:?}"))),
        }
    }

    /// One field; null if the object does not have it.
    ///
    /// # Errors
    /// Why it can't be held.
    pub fn read<F: Field>(&self, name: &str) -> Result<F, Mismatch> {
        F::from_value(self.0.get(name).unwrap_or(&Value::Null))
            .map_err(|mismatch| mismatch.inside(PathStep::Attribute(name.to_owned())))
    }
}

/// A text that is none of the choices.
pub fn none_of(choices: &[&str]) -> Mismatch {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("{choice:?}")).collect();
    let said = match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    };
    Mismatch::new(format!("must be {said}"))
}
