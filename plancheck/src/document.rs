//! A plan as `terraform show -json` prints it, down to what rules need. Everything else is skipped while it is read:
//! memory grows with the resources that matter, not with the plan.
//!
//! Judges nothing. What can't be read is an error, never an empty plan.

mod attributes;
mod resource;
mod visit;

pub use attributes::{Attributes, attributes, is_ours};

use crate::guard::{self, Allowance, Bound, Guarded};
use serde::de::DeserializeSeed;
use serde_json::Value;
use serde_json::error::Category;
use std::io::{self, BufReader, Read};
use thiserror::Error;

/// The only major version there is. Terraform promises that minor ones only add.
const MAJOR: &str = "1";
const CHUNK: usize = 64 * 1024;
/// In bytes: a plan of two thousand services.
const AT_ONCE: u64 = 64 * 1024 * 1024;

/// What is kept of a plan.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    pub format_version: String,
    pub terraform_version: Option<String>,
    /// Terraform could not finish planning.
    pub errored: bool,
    /// `false` if Terraform knows that more has to be planned after this one (`-target`, deferrals); older versions
    /// don't say.
    pub complete: Option<bool>,
    /// Changes that Terraform put off to a later plan.
    pub deferred: usize,
    /// Resources that rules look at, changed or not, and everything else that changes.
    pub changes: Vec<Entry>,
    /// What changed outside of Terraform, of the resources that rules look at.
    pub drift: Vec<Entry>,
    /// Every resource of ours in the state before this plan.
    pub prior: Vec<Prior>,
}

/// One element of `resource_changes` or `resource_drift`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    pub address: String,
    /// Where it stood before a `moved` block.
    pub previous: Option<String>,
    /// `managed` or `data`.
    pub mode: String,
    /// `aws_ecs_service`.
    pub kind: String,
    /// An object left over from a replacement that failed half-way.
    pub deposed: bool,
    pub change: Change,
}

/// What happens to a resource. The values are null for kinds that no rule looks into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    pub actions: Vec<String>,
    pub importing: bool,
    pub before: Value,
    pub after: Value,
    pub after_unknown: Value,
    pub before_sensitive: Value,
    pub after_sensitive: Value,
}

/// A resource of the prior state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Prior {
    pub address: String,
    pub kind: String,
    pub values: Value,
    pub sensitive: Value,
}

/// Why there is no document.
#[derive(Debug, Error)]
pub enum ReadError {
    #[error(
        "the plan ends in the middle (line {line}, column {column}): it was cut off, so there is no verdict"
    )]
    Truncated { line: usize, column: usize },
    #[error("the plan is not one that can be judged: {0}")]
    Malformed(String),
    #[error("the plan is out of bounds: {0}")]
    Bound(Bound),
    #[error("reading the plan: {0}")]
    Io(io::Error),
    #[error(
        "format_version is {found:?}, and I read {MAJOR}.x: a newer bluegreen-plancheck may know it, this one does not guess"
    )]
    Version { found: String },
    #[error("this is no plan: {0}")]
    NotAPlan(&'static str),
}

impl Document {
    /// Reads a whole plan. Up to `AT_ONCE` it is read into memory first, which is faster; a larger one is parsed
    /// while it comes.
    ///
    /// # Errors
    /// [`ReadError`] for whatever is not a whole plan of format 1.x.
    pub fn read(mut source: impl Read) -> Result<Document, ReadError> {
        let mut head = Vec::new();
        source
            .by_ref()
            .take(AT_ONCE)
            .read_to_end(&mut head)
            .map_err(ReadError::Io)?;
        if (head.len() as u64) < AT_ONCE {
            Document::read_slice(&head)
        } else {
            Document::read_stream(io::Cursor::new(head).chain(source))
        }
    }

    pub(crate) fn read_slice(text: &[u8]) -> Result<Document, ReadError> {
        guard::Nesting::default().follow(text).map_err(ReadError::Bound)?;
        parse(serde_json::Deserializer::from_slice(text), Allowance::default())
    }

    pub(crate) fn read_stream(source: impl Read) -> Result<Document, ReadError> {
        let allowance = Allowance::default();
        allowance.hold();
        let guarded = Guarded::new(source, allowance.clone());
        let text = BufReader::with_capacity(CHUNK, guarded);
        parse(serde_json::Deserializer::from_reader(text), allowance)
    }
}

fn parse<'de, R: serde_json::de::Read<'de>>(
    mut text: serde_json::Deserializer<R>,
    allowance: Allowance,
) -> Result<Document, ReadError> {
    let context = visit::Context::new(allowance);
    let seen = visit::Root(&context).deserialize(&mut text).map_err(read_error)?;
    text.end().map_err(read_error)?;
    seen.document()
}

fn read_error(error: serde_json::Error) -> ReadError {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Eof => ReadError::Truncated { line, column },
        Category::Syntax | Category::Data => ReadError::Malformed(without_value(&error.to_string())),
        Category::Io => {
            let error = io::Error::from(error);
            let bound = error.get_ref().and_then(|inner| inner.downcast_ref::<Bound>());
            match bound {
                Some(bound) => ReadError::Bound(*bound),
                None => ReadError::Io(error),
            }
        }
    }
}

/// A parser's message quotes the text that it did not expect, which may be one that nobody may see.
fn without_value(message: &str) -> String {
    let quoted = ["invalid type: string ", "invalid value: string "];
    let quotes = quoted.iter().any(|beginning| message.starts_with(beginning));
    match message.rsplit_once(", expected ").filter(|_| quotes) {
        Some((_, expected)) => format!("a text stands where there should be {expected}"),
        None => message.to_owned(),
    }
}

/// Whether a version is one that this crate reads.
fn known_version(version: &str) -> Result<(), ReadError> {
    let major = version.split('.').next();
    if major == Some(MAJOR) {
        return Ok(());
    }
    Err(ReadError::Version {
        found: version.to_owned(),
    })
}

#[cfg(test)]
mod tests;
