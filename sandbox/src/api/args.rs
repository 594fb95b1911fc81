//! Reading a call's members, with the refusal AWS gives for a missing or misshapen one.
//!
//! Never guesses: a number where text belongs is refused.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::world::{Refusal, Ruled};

/// Members of a request or of a structure in it.
#[derive(Debug, Clone, Copy)]
pub struct Args<'a> {
    members: &'a Map<String, Value>,
    /// The error code for members that do not fit: each service has its own.
    code: &'static str,
}

impl<'a> Args<'a> {
    pub fn new(members: &'a Map<String, Value>, code: &'static str) -> Self {
        Self { members, code }
    }

    /// Null counts as absent.
    pub fn value(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    pub fn text(&self, name: &str) -> Ruled<Option<&'a str>> {
        self.value(name)
            .map(|value| value.as_str().ok_or_else(|| self.misshapen(name, "a string")))
            .transpose()
    }

    pub fn owned(&self, name: &str) -> Ruled<Option<String>> {
        Ok(self.text(name)?.map(str::to_owned))
    }

    pub fn required(&self, name: &str) -> Ruled<&'a str> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| self.missing(name))
    }

    pub fn integer(&self, name: &str) -> Ruled<Option<i64>> {
        self.value(name)
            .map(|value| value.as_i64().ok_or_else(|| self.misshapen(name, "an integer")))
            .transpose()
    }

    pub fn port(&self, name: &str) -> Ruled<Option<u16>> {
        self.integer(name)?
            .map(|port| {
                u16::try_from(port).ok().filter(|port| 0 < *port).ok_or_else(|| {
                    Refusal::new(self.code, format!("Port '{port}' must be between 1 and 65535"))
                })
            })
            .transpose()
    }

    pub fn count(&self, name: &str) -> Ruled<Option<u32>> {
        self.integer(name)?
            .map(|n| u32::try_from(n).map_err(|_| self.misshapen(name, "a non-negative integer")))
            .transpose()
    }

    pub fn boolean(&self, name: &str) -> Ruled<Option<bool>> {
        self.value(name)
            .map(|value| value.as_bool().ok_or_else(|| self.misshapen(name, "a boolean")))
            .transpose()
    }

    /// A structure; absent is empty.
    pub fn structure(&self, name: &str) -> Ruled<Option<Args<'a>>> {
        self.value(name)
            .map(|value| {
                let members = value
                    .as_object()
                    .ok_or_else(|| self.misshapen(name, "a structure"))?;
                Ok(Args {
                    members,
                    code: self.code,
                })
            })
            .transpose()
    }

    /// A list; absent, and the empty text a form has for an empty list, are empty.
    pub fn list(&self, name: &str) -> Ruled<&'a [Value]> {
        match self.value(name) {
            None => Ok(&[]),
            Some(Value::String(text)) if text.is_empty() => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(self.misshapen(name, "a list")),
        }
    }

    pub fn texts(&self, name: &str) -> Ruled<Vec<String>> {
        let items = self.list(name)?.iter();
        items
            .map(|it| {
                it.as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| self.misshapen(name, "a list of strings"))
            })
            .collect()
    }

    pub fn structures(&self, name: &str) -> Ruled<Vec<Args<'a>>> {
        let items = self.list(name)?.iter();
        items
            .map(|it| {
                let members = it
                    .as_object()
                    .ok_or_else(|| self.misshapen(name, "a list of structures"))?;
                Ok(Args {
                    members,
                    code: self.code,
                })
            })
            .collect()
    }

    /// A list of key and value structures as a map.
    pub fn pairs(&self, name: &str, key: &str, value: &str) -> Ruled<BTreeMap<String, String>> {
        let mut pairs = BTreeMap::new();
        for pair in self.structures(name)? {
            pairs.insert(
                pair.required(key)?.to_owned(),
                pair.text(value)?.unwrap_or_default().to_owned(),
            );
        }
        Ok(pairs)
    }

    /// A map of texts.
    pub fn map(&self, name: &str) -> Ruled<BTreeMap<String, String>> {
        let Some(members) = self.structure(name)? else {
            return Ok(BTreeMap::new());
        };
        let pairs = members.members.iter().map(|(key, value)| {
            let text = value
                .as_str()
                .ok_or_else(|| self.misshapen(name, "a map of strings"))?;
            Ok((key.clone(), text.to_owned()))
        });
        pairs.collect()
    }

    /// The named members that are there, as they are.
    pub fn only(&self, names: &[&str]) -> Map<String, Value> {
        names
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.value(name)?.clone())))
            .collect()
    }

    pub fn missing(&self, name: &str) -> Refusal {
        Refusal::new(
            self.code,
            format!(
                "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
            ),
        )
    }

    fn misshapen(&self, name: &str, wanted: &str) -> Refusal {
        Refusal::new(self.code, format!("Member '{name}' must be {wanted}"))
    }
}
