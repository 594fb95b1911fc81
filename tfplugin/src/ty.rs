//! Terraform's types, and the one place where a value is held against a type.
//!
//! Never converts: a value either has the type or the mismatch is named with its path.

mod salvage;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::json;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::path::{Path, PathStep};
use crate::value::Value;

/// Levels of a value and of the type that a dynamic value brings, together. What is deeper could be sent and then not
/// be read from where Terraform stores it: a type takes two levels of JSON for each of its own, and 127 can be read.
pub(crate) const DEEPEST: usize = 60;

/// The type of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// Text.
    String,
    /// A number of any precision.
    Number,
    /// True or false.
    Bool,
    /// Any type; the value says which.
    Dynamic,
    /// An ordered sequence of one element type.
    List(Box<Type>),
    /// An unordered collection without duplicates.
    Set(Box<Type>),
    /// Named elements of one type.
    Map(Box<Type>),
    /// Named fields, each with its own type; every field is always present, if only as null.
    Object(BTreeMap<String, Type>),
    /// A fixed number of elements, each with its own type.
    Tuple(Vec<Type>),
}

/// Where a value does not have the type the schema gives it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct Mismatch {
    /// Where.
    pub path: Path,
    /// What is wrong; names kinds, never values, which may be secret.
    pub problem: String,
}

impl Mismatch {
    /// A mismatch of the value at hand.
    pub fn new(problem: impl Into<String>) -> Self {
        Mismatch {
            path: Path::default(),
            problem: problem.into(),
        }
    }

    /// The same, seen from one step further out.
    #[must_use]
    pub fn inside(mut self, step: PathStep) -> Self {
        self.path = self.path.inside(step);
        self
    }

    /// The place and the problem in one sentence, for where a path can't say it.
    pub(crate) fn in_words(&self) -> String {
        if self.path.steps().is_empty() {
            self.problem.clone()
        } else {
            self.to_string()
        }
    }

    /// The value goes deeper than any may.
    pub(crate) fn too_deep() -> Mismatch {
        Mismatch::new(format!("nested too deeply, {DEEPEST} levels are the most"))
    }

    fn no_attribute(extra: &str) -> Mismatch {
        Mismatch::new(format!("the schema has no attribute named {extra:?}"))
    }
}

impl Type {
    /// A list of `element`.
    pub fn list(element: Type) -> Type {
        Type::List(Box::new(element))
    }

    /// A set of `element`.
    pub fn set(element: Type) -> Type {
        Type::Set(Box::new(element))
    }

    /// A map of `element`.
    pub fn map(element: Type) -> Type {
        Type::Map(Box::new(element))
    }

    /// An object of the given fields.
    pub fn object<K: Into<String>>(fields: impl IntoIterator<Item = (K, Type)>) -> Type {
        Type::Object(fields.into_iter().map(|(name, ty)| (name.into(), ty)).collect())
    }

    /// The type as the protocol spells it in JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match self {
            Type::String => json!("string"),
            Type::Number => json!("number"),
            Type::Bool => json!("bool"),
            Type::Dynamic => json!("dynamic"),
            Type::List(element) => json!(["list", element.to_json()]),
            Type::Set(element) => json!(["set", element.to_json()]),
            Type::Map(element) => json!(["map", element.to_json()]),
            Type::Object(fields) => {
                let fields: serde_json::Map<_, _> = fields
                    .iter()
                    .map(|(name, ty)| (name.clone(), ty.to_json()))
                    .collect();
                json!(["object", fields])
            }
            Type::Tuple(elements) => {
                json!(["tuple", elements.iter().map(Type::to_json).collect::<Vec<_>>()])
            }
        }
    }

    /// Reads the protocol's spelling; a third member of `object` (optional names) is accepted and dropped.
    pub(crate) fn from_json(json: &serde_json::Value) -> Option<Type> {
        if let Some(name) = json.as_str() {
            return Some(match name {
                "string" => Type::String,
                "number" => Type::Number,
                "bool" => Type::Bool,
                "dynamic" => Type::Dynamic,
                _ => return None,
            });
        }
        let parts = json.as_array()?;
        let argument = parts.get(1)?;
        match parts.first()?.as_str()? {
            "list" => Some(Type::list(Type::from_json(argument)?)),
            "set" => Some(Type::set(Type::from_json(argument)?)),
            "map" => Some(Type::map(Type::from_json(argument)?)),
            "object" => {
                let fields = argument.as_object()?.iter();
                fields
                    .map(|(name, ty)| Some((name.clone(), Type::from_json(ty)?)))
                    .collect::<Option<_>>()
                    .map(Type::Object)
            }
            "tuple" => argument
                .as_array()?
                .iter()
                .map(Type::from_json)
                .collect::<Option<_>>()
                .map(Type::Tuple),
            _ => None,
        }
    }

    /// The type a bare value would have in HCL: brackets make tuples, braces make objects. `None` when it is deeper
    /// than any value may be.
    pub(crate) fn of(value: &Value) -> Option<Type> {
        Type::of_within(value, DEEPEST)
    }

    fn of_within(value: &Value, levels: usize) -> Option<Type> {
        let levels = levels.checked_sub(1)?;
        Some(match value {
            Value::Null | Value::Unknown => Type::Dynamic,
            Value::Bool(_) => Type::Bool,
            Value::Number(_) => Type::Number,
            Value::String(_) => Type::String,
            Value::List(elements) => {
                let types = elements.iter().map(|element| Type::of_within(element, levels));
                Type::Tuple(types.collect::<Option<_>>()?)
            }
            Value::Map(fields) => {
                let types = fields.iter();
                let types = types.map(|(name, value)| Some((name.clone(), Type::of_within(value, levels)?)));
                Type::Object(types.collect::<Option<_>>()?)
            }
            Value::Dynamic(dynamic) => dynamic.ty.clone(),
        })
    }

    /// Levels, the type itself being the first.
    pub(crate) fn depth(&self) -> usize {
        let inner = match self {
            Type::String | Type::Number | Type::Bool | Type::Dynamic => 0,
            Type::List(element) | Type::Set(element) | Type::Map(element) => element.depth(),
            Type::Object(fields) => fields.values().map(Type::depth).max().unwrap_or(0),
            Type::Tuple(types) => types.iter().map(Type::depth).max().unwrap_or(0),
        };
        inner + 1
    }

    /// Gives `value` the form the protocol needs: every field of an object present, text in NFC, set elements
    /// sorted and unique, values in dynamic places wrapped with their type.
    pub(crate) fn conform(&self, value: Value) -> Result<Value, Mismatch> {
        self.conform_at(value, DEEPEST)
    }

    /// `levels` are those that `value` may still have. A path is made only for a mismatch, on the way out: most values
    /// have none, and a path for each leaf is what a large state would spend its time on.
    fn conform_at(&self, value: Value, levels: usize) -> Result<Value, Mismatch> {
        let mismatch = |problem: String| Err(Mismatch::new(problem));
        let Some(levels) = levels.checked_sub(1) else {
            return Err(Mismatch::too_deep());
        };
        let value = match (self, value) {
            (Type::Dynamic, Value::Null) => return Ok(Value::Null),
            (Type::Dynamic, Value::Unknown) => return Ok(Value::Unknown),
            (Type::Dynamic, Value::Dynamic(dynamic)) if dynamic.ty == Type::Dynamic => {
                return self.conform_at(dynamic.value, levels);
            }
            (Type::Dynamic, Value::Dynamic(dynamic)) if dynamic.ty.depth() > levels => {
                return Err(Mismatch::too_deep());
            }
            (Type::Dynamic, Value::Dynamic(dynamic)) => {
                let inner = dynamic.ty.conform_at(dynamic.value, levels)?;
                return Ok(Value::dynamic(dynamic.ty, inner));
            }
            (Type::Dynamic, bare) => {
                let ty = Type::of(&bare).filter(|ty| ty.depth() <= levels);
                let ty = ty.ok_or_else(Mismatch::too_deep)?;
                let inner = ty.conform_at(bare, levels)?;
                return Ok(Value::dynamic(ty, inner));
            }
            (_, Value::Dynamic(dynamic)) => dynamic.value,
            (_, value) => value,
        };
        match (self, value) {
            (_, Value::Null) => Ok(Value::Null),
            (_, Value::Unknown) => Ok(Value::Unknown),
            (Type::Bool, Value::Bool(flag)) => Ok(Value::Bool(flag)),
            (Type::Number, Value::Number(number)) if number.is_nan() => {
                mismatch("NaN is not a number here".into())
            }
            (Type::Number, Value::Number(number)) => Ok(Value::Number(number)),
            (Type::String, Value::String(text)) => Ok(Value::String(composed(text))),
            (Type::List(element), Value::List(elements)) => {
                let each = elements.into_iter().enumerate();
                each.map(|(index, value)| {
                    inside(element.conform_at(value, levels), || PathStep::Index(index))
                })
                .collect::<Result<_, _>>()
                .map(Value::List)
            }
            (Type::Set(element), Value::List(elements)) => {
                // No step below a set: its elements have no name a path could give.
                let each = elements
                    .into_iter()
                    .map(|value| element.conform_at(value, levels));
                let (known, unknown): (Vec<_>, Vec<_>) = each
                    .collect::<Result<Vec<_>, _>>()?
                    .into_iter()
                    .partition(Value::is_wholly_known);
                // Unknown elements may turn out to differ, so only known ones collapse.
                let mut all: Vec<_> = known
                    .into_iter()
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .chain(unknown)
                    .collect();
                all.sort();
                Ok(Value::List(all))
            }
            (Type::Tuple(types), Value::List(elements)) if types.len() != elements.len() => {
                mismatch(format!(
                    "a tuple of {} is required, this has {}",
                    types.len(),
                    elements.len()
                ))
            }
            (Type::Tuple(types), Value::List(elements)) => {
                let each = types.iter().zip(elements).enumerate();
                each.map(|(index, (ty, value))| {
                    inside(ty.conform_at(value, levels), || PathStep::Index(index))
                })
                .collect::<Result<_, _>>()
                .map(Value::List)
            }
            (Type::Map(element), Value::Map(fields)) => fields
                .into_iter()
                .map(|(key, value)| {
                    let key = composed(key);
                    let value = inside(element.conform_at(value, levels), || PathStep::Key(key.clone()))?;
                    Ok((key, value))
                })
                .collect::<Result<_, _>>()
                .map(Value::Map),
            (Type::Object(types), Value::Map(mut fields)) => {
                let object = types
                    .iter()
                    .map(|(name, ty)| {
                        let value = fields.remove(name).unwrap_or_default();
                        let value =
                            inside(ty.conform_at(value, levels), || PathStep::Attribute(name.clone()))?;
                        Ok((name.clone(), value))
                    })
                    .collect::<Result<_, Mismatch>>()?;
                match fields.keys().next() {
                    None => Ok(Value::Map(object)),
                    Some(extra) => Err(Mismatch::no_attribute(extra)),
                }
            }
            (_, value) => mismatch(format!("{self} is required, this is {}", value.kind())),
        }
    }
}

/// The mismatch, if there is one, as seen from outside of `step`.
pub(crate) fn inside<T>(found: Result<T, Mismatch>, step: impl FnOnce() -> PathStep) -> Result<T, Mismatch> {
    found.map_err(|mismatch| mismatch.inside(step()))
}

/// Text in the form in which Terraform compares it (NFC); most text already has it.
pub(crate) fn composed(text: String) -> String {
    let is_composed = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if is_composed { text } else { text.nfc().collect() }
}

/// As Terraform's own messages spell types.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::String => f.write_str("string"),
            Type::Number => f.write_str("number"),
            Type::Bool => f.write_str("bool"),
            Type::Dynamic => f.write_str("dynamic"),
            Type::List(element) => write!(f, "list of {element}"),
            Type::Set(element) => write!(f, "set of {element}"),
            Type::Map(element) => write!(f, "map of {element}"),
            Type::Object(_) => f.write_str("object"),
            Type::Tuple(_) => f.write_str("tuple"),
        }
    }
}
