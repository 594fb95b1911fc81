//! Keeps sensitive values out of everything that is printed. Terraform marks where they stand; the same text may stand
//! in a computed sentence without a mark, so it is struck out wherever it appears.

use serde_json::Value;
use std::borrow::Cow;

/// What stands in the place of a sensitive value, as Terraform writes it.
pub const STRUCK: &str = "(sensitive value)";

/// Texts that are never printed.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// The longest first: one may be part of another.
    secrets: Vec<String>,
}

impl Redactor {
    /// Takes every text of `value` that `marks` calls sensitive. Numbers and booleans stay: struck out, each digit of
    /// the output would be.
    pub fn learn(&mut self, value: &Value, marks: &Value) {
        match (value, marks) {
            (_, Value::Bool(true)) => self.all(value),
            (Value::Object(members), Value::Object(marks)) => {
                for (name, mark) in marks {
                    self.learn(members.get(name).unwrap_or(&Value::Null), mark);
                }
            }
            (Value::Array(items), Value::Array(marks)) => {
                for (item, mark) in items.iter().zip(marks) {
                    self.learn(item, mark);
                }
            }
            _ => {}
        }
        self.secrets.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        self.secrets.dedup();
    }

    fn all(&mut self, value: &Value) {
        match value {
            Value::String(text) if !text.is_empty() => {
                self.secrets.push(text.clone());
                // A task definition's ARN is shown by its last segment.
                if let Some((_, last)) = text.rsplit_once('/').filter(|(_, last)| !last.is_empty()) {
                    self.secrets.push(last.to_owned());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.all(item)),
            Value::Object(members) => members.values().for_each(|value| self.all(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// `text` without any sensitive value.
    pub fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut clean = Cow::Borrowed(text);
        for secret in &self.secrets {
            if clean.contains(secret.as_str()) {
                // Not in what was struck out already: a secret may be a part of those words.
                let parts: Vec<String> = clean
                    .split(STRUCK)
                    .map(|part| part.replace(secret.as_str(), STRUCK))
                    .collect();
                clean = Cow::Owned(parts.join(STRUCK));
            }
        }
        clean
    }
}

#[cfg(test)]
mod tests;
