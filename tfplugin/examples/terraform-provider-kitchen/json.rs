//! Between values and the JSON of the folder. JSON knows fewer types: what only looks different is not drift.
//!
//! Never sees an unknown: what is stored is known.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tfplugin::Value;

/// A value as the folder keeps it; an unknown would be null.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null | Value::Unknown => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        // All digits: this JSON's numbers are as long as they need to be.
        Value::Number(number) => number.to_string().parse().map_or(Json::Null, Json::Number),
        Value::String(text) => Json::String(text.clone()),
        Value::List(elements) => elements.iter().map(to_json).collect(),
        Value::Map(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), to_json(value)))
            .collect(),
        Value::Dynamic(dynamic) => to_json(&dynamic.value),
    }
}

/// What the folder says, in the form the state has where both say the same.
pub fn from_json(json: &Json, state: &Value) -> Value {
    if to_json(state) == *json {
        return state.clone();
    }
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => number.to_string().parse().map_or(Value::Null, Value::Number),
        Json::String(text) => Value::String(text.clone()),
        Json::Array(elements) => {
            let known = state.as_list().unwrap_or_default();
            let pair = |(at, element)| from_json(element, known.get(at).unwrap_or(&Value::Null));
            Value::List(elements.iter().enumerate().map(pair).collect())
        }
        Json::Object(fields) => {
            let pair = |(name, field): (&String, &Json)| (name.clone(), from_json(field, state.get(name)));
            Value::Map(fields.iter().map(pair).collect::<BTreeMap<_, _>>())
        }
    }
}
