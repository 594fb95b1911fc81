//! Where an answer says which color and which version gave it: a header, or a field of a JSON body.
//!
//! Never guesses: an answer that does not say it is of no color.

use std::str::FromStr;

use serde_json::Value;

/// One thing that answers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// The value of a header, whatever its case.
    Header(String),
    /// A field of a JSON object, `a.b` for one in another.
    Field(String),
}

/// What is read from each answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// Which color.
    pub color: Label,
    /// Which version.
    pub version: Label,
}

/// What one answer said; empty where it said nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub color: String,
    pub version: String,
}

impl Default for Labels {
    /// As the reference application has it.
    fn default() -> Self {
        Self {
            color: Label::Header("x-color".to_owned()),
            version: Label::Header("x-version".to_owned()),
        }
    }
}

impl Labels {
    /// Whether bodies have to be kept.
    pub(super) fn need_body(&self) -> bool {
        [&self.color, &self.version]
            .iter()
            .any(|label| matches!(label, Label::Field(_)))
    }

    pub(super) fn header(&self, said: &mut Said, name: &str, value: &str) {
        for (label, place) in [(&self.color, &mut said.color), (&self.version, &mut said.version)] {
            if matches!(label, Label::Header(wanted) if wanted.eq_ignore_ascii_case(name)) {
                value.clone_into(place);
            }
        }
    }

    pub(super) fn body(&self, said: &mut Said, body: &[u8]) {
        let Ok(body) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        for (label, place) in [(&self.color, &mut said.color), (&self.version, &mut said.version)] {
            if let Label::Field(path) = label {
                *place = field(&body, path).unwrap_or_default();
            }
        }
    }
}

fn field(body: &Value, path: &str) -> Option<String> {
    let value = path.split('.').try_fold(body, |value, name| value.get(name))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl FromStr for Label {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let header = |name: &str| {
            let plain = |c: u8| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c);
            !name.is_empty() && name.bytes().all(plain)
        };
        match text.split_once(':') {
            Some(("header", name)) if header(name) => Ok(Self::Header(name.to_owned())),
            Some(("json", path)) if path.split('.').all(|name| !name.is_empty()) => {
                Ok(Self::Field(path.to_owned()))
            }
            _ => Err(
                "write `header:NAME` or `json:FIELD`, such as header:x-color or json:app.color".to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests;
