//! Stored state: JSON with numbers of any precision. Unknowns can't be expressed here.
//!
//! Lenient where stored state may be old: attributes the schema lacks are ignored, missing ones are null, and a
//! primitive may stand as text, which is how Terraform itself reads state.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::path::PathStep;
use crate::ty::{DEEPEST, Mismatch, Type, composed, inside};
use crate::value::Value;

/// Decodes JSON text by type.
pub(crate) fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Mismatch> {
    from_json(&parse(bytes)?, ty)
}

/// Reads JSON text, whatever its type.
pub(crate) fn parse(bytes: &[u8]) -> Result<Json, Mismatch> {
    serde_json::from_slice(bytes).map_err(|error| {
        // The parser counts its own levels, more than a value may have, and calls it a mistake in the text.
        if error.to_string().starts_with("recursion limit exceeded") {
            return Mismatch::too_deep();
        }
        Mismatch::new(format!("not JSON: {error}"))
    })
}

/// Reads a JSON value by type.
pub(crate) fn from_json(json: &Json, ty: &Type) -> Result<Value, Mismatch> {
    read(json, ty, DEEPEST)
}

/// `levels` are those that the value may still have.
fn read(json: &Json, ty: &Type, levels: usize) -> Result<Value, Mismatch> {
    let Some(levels) = levels.checked_sub(1) else {
        return Err(Mismatch::too_deep());
    };
    let wrong = || Mismatch::new(format!("{ty} is required, this is {}", kind(json)));
    if json.is_null() {
        return Ok(Value::Null);
    }
    match (ty, json) {
        (Type::Bool, Json::Bool(flag)) => Ok(Value::Bool(*flag)),
        (Type::Bool, Json::String(text)) => text.parse().map(Value::Bool).map_err(|_| wrong()),
        (Type::Number, Json::Number(number)) => {
            number.as_str().parse().map(Value::Number).map_err(|_| wrong())
        }
        (Type::Number, Json::String(text)) => text.parse().map(Value::Number).map_err(|_| wrong()),
        (Type::String, Json::String(text)) => Ok(Value::String(composed(text.clone()))),
        (Type::String, Json::Number(number)) => Ok(Value::String(number.as_str().to_owned())),
        (Type::String, Json::Bool(flag)) => Ok(Value::String(flag.to_string())),
        (Type::List(element) | Type::Set(element), Json::Array(elements)) => {
            let each = elements.iter().enumerate();
            each.map(|(index, json)| inside(read(json, element, levels), || PathStep::Index(index)))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => {
            let each = types.iter().zip(elements).enumerate();
            each.map(|(index, (ty, json))| inside(read(json, ty, levels), || PathStep::Index(index)))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        (Type::Map(element), Json::Object(fields)) => fields
            .iter()
            .map(|(key, json)| {
                let value = inside(read(json, element, levels), || PathStep::Key(key.clone()))?;
                Ok((composed(key.clone()), value))
            })
            .collect::<Result<_, _>>()
            .map(Value::Map),
        (Type::Object(types), Json::Object(fields)) => {
            let read = |(name, ty): (&String, &Type)| {
                let value = fields.get(name).map_or(Ok(Value::Null), |json| {
                    inside(read(json, ty, levels), || PathStep::Attribute(name.clone()))
                });
                Ok((name.clone(), value?))
            };
            types
                .iter()
                .map(read)
                .collect::<Result<BTreeMap<_, _>, Mismatch>>()
                .map(Value::Map)
        }
        (Type::Dynamic, Json::Object(fields)) => {
            let ty = fields.get("type").and_then(Type::from_json).ok_or_else(wrong)?;
            if ty.depth() > levels {
                return Err(Mismatch::too_deep());
            }
            let value = read(fields.get("value").ok_or_else(wrong)?, &ty, levels)?;
            Ok(if ty == Type::Dynamic {
                value
            } else {
                Value::dynamic(ty, value)
            })
        }
        _ => Err(wrong()),
    }
}

fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a bool",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
