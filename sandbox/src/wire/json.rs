//! The JSON 1.0 and 1.1 protocols: a body is an object, the action stands in a header.
//!
//! Refuses a body that is not an object, as AWS's front ends do.

use serde_json::{Map, Value};

use crate::world::{Refusal, Ruled};

/// The members of a request; an empty body is an empty object.
pub fn parse(body: &[u8]) -> Ruled<Map<String, Value>> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Refusal::new(
            "SerializationException",
            "Start of structure or map found where not expected.",
        )),
        Err(error) => Err(Refusal::new("SerializationException", error.to_string())),
    }
}

/// The body of an answer. Null members are left out, as ECS does.
pub fn answer(output: &Value) -> String {
    strip(output).to_string()
}

fn strip(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let there = members.iter().filter(|(_, value)| !value.is_null());
            there.map(|(name, value)| (name.clone(), strip(value))).collect()
        }
        Value::Array(items) => items.iter().map(strip).collect(),
        scalar => scalar.clone(),
    }
}
