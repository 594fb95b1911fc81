//! What Terraform stores and compares: a value that is null, unknown or known, at any depth.
//!
//! A value carries no type of its own (lists, sets and tuples look alike, as do maps and objects); the schema
//! decides. Never converts between kinds: a number is not a string here.

mod convert;
mod number;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use number::Repr;
pub use number::{Number, NumberError};

use crate::ty::Type;

/// A Terraform value. Order and equality are those of Terraform: numbers compare by what they denote.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Absent.
    #[default]
    Null,
    /// Not known before apply.
    Unknown,
    /// A boolean.
    Bool(bool),
    /// A number of any size or precision.
    Number(Number),
    /// Text.
    String(String),
    /// A list, set or tuple.
    List(Vec<Value>),
    /// A map or object.
    Map(BTreeMap<String, Value>),
    /// A value in a place whose type is [`Type::Dynamic`], with the type it has. The `as_` functions look through it.
    Dynamic(Box<Dynamic>),
}

/// A value with its own type, as found where the schema says [`Type::Dynamic`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dynamic {
    /// The type the value has; never [`Type::Dynamic`] itself.
    pub ty: Type,
    /// The value, of that type.
    pub value: Value,
}

static NULL: Value = Value::Null;
static UNKNOWN: Value = Value::Unknown;

impl Value {
    /// An object (or map) of the given fields.
    pub fn object<K: Into<String>>(fields: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::Map(
            fields
                .into_iter()
                .map(|(key, value)| (key.into(), value))
                .collect(),
        )
    }

    /// A list of the given elements.
    pub fn list<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Value {
        Value::List(elements.into_iter().map(Into::into).collect())
    }

    /// A value with its own type, for a place typed [`Type::Dynamic`].
    pub fn dynamic(ty: Type, value: Value) -> Value {
        Value::Dynamic(Box::new(Dynamic { ty, value }))
    }

    /// A field of an object. Null for a missing field or when `self` is not an object; unknown when `self` is unknown.
    pub fn get(&self, name: &str) -> &Value {
        match self.inner() {
            Value::Map(fields) => fields.get(name).unwrap_or(&NULL),
            Value::Unknown => &UNKNOWN,
            _ => &NULL,
        }
    }

    /// Sets a field of an object. Anything that is not an object becomes one with just this field.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Value::Map(fields) = self {
            fields.insert(name.to_owned(), value);
        } else {
            *self = Value::object([(name, value)]);
        }
    }

    /// The text, if this is a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self.inner() {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this is a known one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.inner() {
            Value::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The number, if this is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        match self.inner() {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The number as an `i64`, if this is a known integer in range.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    /// The number as the nearest `f64`.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// The elements, if this is a known list, set or tuple.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self.inner() {
            Value::List(elements) => Some(elements),
            _ => None,
        }
    }

    /// The fields, if this is a known map or object.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self.inner() {
            Value::Map(fields) => Some(fields),
            _ => None,
        }
    }

    /// Whether this is null.
    pub fn is_null(&self) -> bool {
        matches!(self.inner(), Value::Null)
    }

    /// Whether this is unknown as a whole; a known object may still hold unknown fields.
    pub fn is_unknown(&self) -> bool {
        matches!(self.inner(), Value::Unknown)
    }

    /// Whether nothing in this value, at any depth, is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown => false,
            Value::List(elements) => elements.iter().all(Value::is_wholly_known),
            Value::Map(fields) => fields.values().all(Value::is_wholly_known),
            Value::Dynamic(dynamic) => dynamic.value.is_wholly_known(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }

    /// The same value with every unknown replaced by null.
    #[must_use]
    pub fn unknown_as_null(self) -> Value {
        match self {
            Value::Unknown => Value::Null,
            Value::List(elements) => Value::List(elements.into_iter().map(Value::unknown_as_null).collect()),
            Value::Map(fields) => Value::Map(
                fields
                    .into_iter()
                    .map(|(key, value)| (key, value.unknown_as_null()))
                    .collect(),
            ),
            Value::Dynamic(dynamic) => Value::dynamic(dynamic.ty, dynamic.value.unknown_as_null()),
            known => known,
        }
    }

    /// A word for messages: what kind of value this is, never what it says.
    pub(crate) fn kind(&self) -> &'static str {
        match self.inner() {
            Value::Null => "null",
            Value::Unknown => "unknown",
            Value::Bool(_) => "a bool",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Map(_) | Value::Dynamic(_) => "an object",
        }
    }

    fn inner(&self) -> &Value {
        let mut value = self;
        while let Value::Dynamic(dynamic) = value {
            value = &dynamic.value;
        }
        value
    }
}
