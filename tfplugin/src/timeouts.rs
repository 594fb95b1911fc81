//! How long an operation may take, as the practitioner says it: `timeouts = { create = "1h30m" }`.
//!
//! Only reads it: whoever waits ends the wait.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::{Attr, DurationText, Element};
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting};
use crate::ty::Mismatch;
use crate::validate::{self, Validator};
use crate::value::Value;

const NAME: &str = "timeouts";

/// What a timeout is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// Making the object.
    Create,
    /// Looking at it.
    Read,
    /// Changing it.
    Update,
    /// Removing it.
    Delete,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Read => "read",
            Operation::Update => "update",
            Operation::Delete => "delete",
        }
    }

    fn attribute(self) -> Attribute {
        let name = self.name();
        Attribute::string(name)
            .optional()
            .validate(duration())
            .description(format!("How long to wait for {name}, such as `30m` or `1h30m`."))
    }
}

impl Attribute {
    /// The attribute `timeouts`, an object with one duration for each of `operations`. Read it with [`Timeouts::of`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use tfplugin::{Attribute, Operation, Schema, Timeouts, Value};
    ///
    /// Schema::new(0).attribute(Attribute::timeouts([Operation::Create, Operation::Delete]));
    /// let planned = Value::object([("timeouts", Value::object([("create", "1h30m".into())]))]);
    /// let timeouts = Timeouts::of(&planned);
    /// assert_eq!(timeouts.create(Duration::from_secs(60)), Duration::from_secs(5400));
    /// assert_eq!(timeouts.delete(Duration::from_secs(60)), Duration::from_secs(60));
    /// ```
    pub fn timeouts(operations: impl IntoIterator<Item = Operation>) -> Attribute {
        let inside = operations.into_iter().map(Operation::attribute).collect();
        Attribute::object(NAME, inside)
            .optional()
            .description("How long each operation may take.")
    }
}

impl Block {
    /// The block `timeouts`: as [`Attribute::timeouts`], in the older form.
    pub fn timeouts(operations: impl IntoIterator<Item = Operation>) -> Block {
        let block = Block::new(NAME, BlockNesting::Single).description("How long each operation may take.");
        let attributes = operations.into_iter().map(Operation::attribute);
        attributes.fold(block, Block::attribute)
    }
}

/// The timeouts of one object: the texts, as they were written. Of a model, the field `timeouts`:
///
/// ```
/// use std::time::Duration;
/// use tfplugin::{Attr, Operation, Timeouts, model};
///
/// model! {
///     pub struct Pet {
///         pub timeouts: Attr<Timeouts> => timeouts([Operation::Create, Operation::Delete]),
///     }
/// }
///
/// fn patience(planned: &Pet) -> Duration {
///     planned.timeouts.known_or_default().create(Duration::from_secs(600))
/// }
/// assert_eq!(patience(&Pet::default()), Duration::from_secs(600));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeouts(BTreeMap<String, Attr<String>>);

impl Timeouts {
    /// The timeouts in a configuration, plan or state. What is not set, not known or no duration is left out.
    pub fn of(object: &Value) -> Timeouts {
        Timeouts::decode(object.get(NAME)).unwrap_or_default()
    }

    /// How long making the object may take.
    pub fn create(&self, default: Duration) -> Duration {
        self.get(Operation::Create).unwrap_or(default)
    }

    /// How long looking at it may take.
    pub fn read(&self, default: Duration) -> Duration {
        self.get(Operation::Read).unwrap_or(default)
    }

    /// How long changing it may take.
    pub fn update(&self, default: Duration) -> Duration {
        self.get(Operation::Update).unwrap_or(default)
    }

    /// How long removing it may take.
    pub fn delete(&self, default: Duration) -> Duration {
        self.get(Operation::Delete).unwrap_or(default)
    }

    fn get(&self, operation: Operation) -> Option<Duration> {
        parse(self.0.get(operation.name())?.as_deref()?)
    }
}

/// Holds whatever texts are there: what is no duration the attribute itself refuses.
impl Element for Timeouts {
    fn kind() -> AttributeKind {
        let all = [
            Operation::Create,
            Operation::Read,
            Operation::Update,
            Operation::Delete,
        ];
        Attribute::timeouts(all).kind().clone()
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        BTreeMap::decode(value).map(Timeouts)
    }

    fn encode(self) -> Value {
        self.0.encode()
    }

    fn fill_in(self, found: Self) -> Self {
        Timeouts(self.0.fill_in(found.0))
    }
}

/// A length of time.
fn duration() -> Validator {
    validate::matches("a duration such as \"30s\", \"5m\" or \"1h30m\"", |text| {
        parse(text).is_some()
    })
}

/// What is nothing is no time to do anything in.
fn parse(text: &str) -> Option<Duration> {
    let text: DurationText = text.parse().ok()?;
    Some(text.get()).filter(|duration| !duration.is_zero())
}
