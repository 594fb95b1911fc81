//! One side of a change, attribute by attribute: known, unknown until apply, or null. An attribute that is none of the
//! three is an error: nothing is guessed about what a plan leaves out.

use serde_json::Value;
use thiserror::Error;

/// An attribute of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Known<T> {
    #[default]
    Null,
    /// Terraform will know it after something else has been applied.
    Unknown,
    Is(T),
}

impl<T> Known<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            Known::Is(value) => Some(value),
            Known::Null | Known::Unknown => None,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self, Known::Unknown)
    }

    fn try_map<U>(self, map: impl FnOnce(T) -> Option<U>) -> Option<Known<U>> {
        Some(match self {
            Known::Null => Known::Null,
            Known::Unknown => Known::Unknown,
            Known::Is(value) => Known::Is(map(value)?),
        })
    }
}

impl Known<String> {
    pub fn text(&self) -> Option<&str> {
        self.value().map(String::as_str)
    }
}

/// A resource that is not what its type has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Shape {
    #[error(
        "{side} has no `{path}`, and it is not marked as unknown: the plan was made with another version of the provider, or edited"
    )]
    Missing { side: &'static str, path: String },
    #[error("`{path}` in {side} is not {wanted}")]
    Wrong {
        side: &'static str,
        path: String,
        wanted: &'static str,
    },
    #[error(
        "{what} does not fit the rest of it: the plan was made with another version of the provider, or edited"
    )]
    Incoherent { what: String },
    #[error("its actions {found:?} do not fit: {why}")]
    Actions { found: Vec<String>, why: &'static str },
}

static NULL: Value = Value::Null;
static UNKNOWN: Value = Value::Bool(true);

/// A place in the values of a resource.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    value: &'a Value,
    unknown: &'a Value,
    side: &'static str,
    path: [&'static str; 3],
}

impl<'a> View<'a> {
    /// `side` is `before` or `after`; `unknown` is null for `before`, of which all is known.
    pub fn new(value: &'a Value, unknown: &'a Value, side: &'static str) -> Self {
        View {
            value,
            unknown,
            side,
            path: [""; 3],
        }
    }

    fn path(&self, name: &str) -> String {
        let parts = self.path.into_iter().filter(|part| !part.is_empty());
        parts.chain([name]).collect::<Vec<_>>().join(".")
    }

    /// # Errors
    /// [`Shape::Missing`] if the attribute is neither there nor unknown.
    pub fn get(&self, name: &str) -> Result<Known<&'a Value>, Shape> {
        if unknown_of(self.unknown, name) == &UNKNOWN {
            return Ok(Known::Unknown);
        }
        match self.value {
            Value::Null => Ok(Known::Null),
            Value::Object(members) => match members.get(name) {
                Some(Value::Null) => Ok(Known::Null),
                Some(value) => Ok(Known::Is(value)),
                None => Err(Shape::Missing {
                    side: self.side,
                    path: self.path(name),
                }),
            },
            _ => Err(self.wrong("", "an object")),
        }
    }

    /// An object's attributes; of null each is null.
    ///
    /// # Errors
    /// If it is missing, or no object.
    pub fn at(&self, name: &'static str) -> Result<View<'a>, Shape> {
        let found = self.get(name)?;
        let mut path = self.path;
        if let Some(free) = path.iter_mut().find(|part| part.is_empty()) {
            *free = name;
        }
        let (value, unknown) = match found {
            Known::Unknown => (&NULL, &UNKNOWN),
            Known::Null => (&NULL, &NULL),
            Known::Is(value) => (value, unknown_of(self.unknown, name)),
        };
        Ok(View {
            value,
            unknown,
            path,
            ..*self
        })
    }

    fn wrong(&self, name: &str, wanted: &'static str) -> Shape {
        Shape::Wrong {
            side: self.side,
            path: self.path(name),
            wanted,
        }
    }

    fn typed<T>(
        &self,
        name: &str,
        wanted: &'static str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Result<Known<T>, Shape> {
        self.get(name)?
            .try_map(read)
            .ok_or_else(|| self.wrong(name, wanted))
    }

    /// # Errors
    /// If it is missing, or no text.
    pub fn text(&self, name: &str) -> Result<Known<String>, Shape> {
        self.typed(name, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// # Errors
    /// If it is missing, or neither true nor false.
    pub fn flag(&self, name: &str) -> Result<Known<bool>, Shape> {
        self.typed(name, "true or false", Value::as_bool)
    }

    /// # Errors
    /// If it is missing, or no whole number from 0.
    pub fn count(&self, name: &str) -> Result<Known<u32>, Shape> {
        self.typed(name, "a whole number", |value| {
            value.as_u64().and_then(|count| u32::try_from(count).ok())
        })
    }

    /// One of the words that `parse` knows.
    ///
    /// # Errors
    /// If it is missing, or another word.
    pub fn word<T>(
        &self,
        name: &str,
        wanted: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Known<T>, Shape> {
        self.typed(name, wanted, |value| value.as_str().and_then(parse))
    }

    /// A list or set of texts. Unknown if any of them is.
    ///
    /// # Errors
    /// If it is missing, or holds something else.
    pub fn texts(&self, name: &str) -> Result<Known<Vec<String>>, Shape> {
        if any_unknown(unknown_of(self.unknown, name)) {
            return Ok(Known::Unknown);
        }
        self.typed(name, "a list of texts", texts)
    }

    /// Anything, as it is. Unknown if any part of it is.
    ///
    /// # Errors
    /// If it is missing.
    pub fn part(&self, name: &str) -> Result<Known<&'a Value>, Shape> {
        match any_unknown(unknown_of(self.unknown, name)) {
            true => Ok(Known::Unknown),
            false => self.get(name),
        }
    }

    /// As [`View::part`], as a value of its own.
    ///
    /// # Errors
    /// If it is missing.
    pub fn whole(&self, name: &str) -> Result<Known<Value>, Shape> {
        Ok(match self.part(name)? {
            Known::Null => Known::Null,
            Known::Unknown => Known::Unknown,
            Known::Is(value) => Known::Is(value.clone()),
        })
    }

    /// Whether it is null, and known to be.
    pub fn is_null(&self) -> bool {
        self.value.is_null() && self.unknown != &UNKNOWN
    }
}

fn texts(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?;
    items
        .iter()
        .map(|item| item.as_str().map(str::to_owned))
        .collect()
}

/// What is said of a member: what is said of the whole holds for it too.
fn unknown_of<'a>(unknown: &'a Value, name: &str) -> &'a Value {
    match unknown {
        Value::Bool(true) => &UNKNOWN,
        Value::Object(members) => members.get(name).unwrap_or(&NULL),
        _ => &NULL,
    }
}

fn any_unknown(unknown: &Value) -> bool {
    match unknown {
        Value::Bool(unknown) => *unknown,
        Value::Array(items) => items.iter().any(any_unknown),
        Value::Object(members) => members.values().any(any_unknown),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests;
