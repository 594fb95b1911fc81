//! As much of JSON Schema as the verdict's schema uses. A keyword that is not known here is a failure: a check that
//! nobody makes is none.

use serde_json::Value;

/// Every way in which `value` is not as `schema` says.
pub fn errors(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut errors = Vec::new();
    let mut say = |what: String| errors.push(format!("{at}: {what}"));
    for (keyword, says) in schema.as_object().unwrap() {
        match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" => {}
            "$ref" => {
                let pointer = says.as_str().unwrap().strip_prefix('#').unwrap();
                self::errors(root, root.pointer(pointer).unwrap(), value, at)
                    .into_iter()
                    .for_each(&mut say);
            }
            "type" => {
                let types: Vec<&str> = match says {
                    Value::Array(types) => types.iter().map(|one| one.as_str().unwrap()).collect(),
                    one => vec![one.as_str().unwrap()],
                };
                if !types.contains(&type_of(value)) {
                    say(format!("{value} is no {}", types.join(" or ")));
                }
            }
            "const" if says != value => say(format!("{value} is not {says}")),
            "enum" if !says.as_array().unwrap().contains(value) => say(format!("{value} is none of {says}")),
            "minimum" if value.as_f64() < says.as_f64() && value.is_number() => {
                say(format!("{value} < {says}"))
            }
            "maximum" if says.as_f64() < value.as_f64() && value.is_number() => {
                say(format!("{says} < {value}"))
            }
            "const" | "enum" | "minimum" | "maximum" => {}
            "oneOf" => {
                let alternatives = says.as_array().unwrap().iter();
                let fitting = alternatives
                    .filter(|one| self::errors(root, one, value, at).is_empty())
                    .count();
                if fitting != 1 {
                    say(format!("{fitting} of oneOf fit"));
                }
            }
            "required" => {
                for name in says.as_array().unwrap() {
                    if value.get(name.as_str().unwrap()).is_none() {
                        say(format!("has no {name}"));
                    }
                }
            }
            "additionalProperties" => {
                assert_eq!(says, &Value::Bool(false));
                for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
                    if schema["properties"].get(name).is_none() {
                        say(format!("has {name}"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in says.as_object().unwrap() {
                    if let Some(value) = value.get(name) {
                        self::errors(root, schema, value, &format!("{at}/{name}"))
                            .into_iter()
                            .for_each(&mut say);
                    }
                }
            }
            "items" => {
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    self::errors(root, says, value, &format!("{at}/{index}"))
                        .into_iter()
                        .for_each(&mut say);
                }
            }
            keyword => say(format!("the keyword {keyword} is not known")),
        }
    }
    errors
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
