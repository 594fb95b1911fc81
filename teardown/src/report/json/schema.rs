//! Holds a value against a published schema.
//!
//! Knows only the words that our schemas use and refuses every other one: a rule that it would not check must not look as if
//! it were checked.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// The schemas of the repository, by file name.
pub struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    pub fn load() -> Schemas {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(
                schema["$schema"], "https://json-schema.org/draft/2020-12/schema",
                "{name}"
            );
            assert!(schema["$id"].as_str().unwrap().ends_with(&name), "{name}");
            (name, schema)
        });
        Schemas(files.collect())
    }

    /// What of the value the schema of this file does not allow.
    pub fn complaints(&self, file: &str, value: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.check(file, &self.0[file], value, "", &mut found);
        found
    }

    fn check(&self, file: &str, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        let rules = schema.as_object().unwrap_or_else(|| panic!("{file}: {schema}"));
        for (word, rule) in rules {
            let holds = match word.as_str() {
                "$schema" | "$id" | "title" | "description" | "$defs" | "additionalProperties" => true,
                "$ref" => {
                    let (other, path) = rule.as_str().unwrap().split_once('#').unwrap();
                    let other = if other.is_empty() { file } else { other };
                    let target = self.0[other].pointer(path);
                    let target = target.unwrap_or_else(|| panic!("{file}: {rule} leads nowhere"));
                    self.check(other, target, value, at, found);
                    true
                }
                "type" => match rule {
                    Value::Array(types) => types.iter().any(|of| is(value, of)),
                    of => is(value, of),
                },
                "const" => value == rule,
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" => value.as_i64().is_none_or(|it| rule.as_i64().unwrap() <= it),
                "pattern" => fits(value.as_str().unwrap_or_default(), rule.as_str().unwrap()),
                "format" => {
                    assert_eq!(rule, "date-time");
                    value
                        .as_str()
                        .is_some_and(|it| it.parse::<jiff::Timestamp>().is_ok())
                }
                "oneOf" => {
                    let matches = |rule: &&Value| {
                        let mut inner = Vec::new();
                        self.check(file, rule, value, at, &mut inner);
                        inner.is_empty()
                    };
                    rule.as_array().unwrap().iter().filter(matches).count() == 1
                }
                "required" => {
                    let mut names = rule.as_array().unwrap().iter();
                    names.all(|name| value.get(name.as_str().unwrap()).is_some())
                }
                "items" => {
                    for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(file, rule, item, &format!("{at}/{place}"), found);
                    }
                    true
                }
                "properties" => {
                    self.fields(file, schema, value, at, found);
                    true
                }
                other => panic!("{file} uses {other}, which is not checked"),
            };
            if !holds {
                found.push(format!("{at}: {value} against {word} {rule}"));
            }
        }
        if !rules.contains_key("properties") {
            self.fields(file, schema, value, at, found);
        }
    }

    fn fields(&self, file: &str, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
        for (name, field) in value.as_object().into_iter().flatten() {
            let at = format!("{at}/{name}");
            match (schema["properties"].get(name), &schema["additionalProperties"]) {
                (Some(rule), _) => self.check(file, rule, field, &at, found),
                (None, Value::Bool(false)) => found.push(format!("{at} is not in the schema")),
                (None, Value::Null) => {}
                (None, rule) => self.check(file, rule, field, &at, found),
            }
        }
    }
}

fn is(value: &Value, of: &Value) -> bool {
    match of.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    }
}

/// Our two patterns.
fn fits(text: &str, pattern: &str) -> bool {
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    match pattern {
        "^[0-9]{12}$" => text.len() == 12 && text.chars().all(|c| c.is_ascii_digit()),
        "^[0-9a-f]{64}$" => text.len() == 64 && text.chars().all(hex),
        other => panic!("{other} is not checked"),
    }
}
