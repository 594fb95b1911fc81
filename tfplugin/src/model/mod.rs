//! Models: a Rust struct and the schema it comes with, made from one definition by [`model!`](crate::model!).
//!
//! A model loses nothing: whatever conforms to its schema comes back as it was, null and unknown at any depth. Holds
//! no rules of its own; those stand in the schema.

mod attr;
mod choice;
mod collection;
mod define;
mod duration;
mod element;
mod field;
mod pairing;
#[doc(hidden)]
pub mod parts;
#[cfg(test)]
mod tests;

pub use attr::Attr;
pub use collection::{List, Map, Set, SetOf};
pub use duration::{DurationError, DurationText};
pub use element::Element;
pub use field::{BlockField, Field};

use crate::schema::Schema;
use crate::ty::Mismatch;
use crate::value::Value;

/// A struct with a schema. Made by [`model!`](crate::model!); to write one by hand gains nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    note = "define it with `tfplugin::model! {{ pub struct … {{ … }} }}`",
    note = "an attribute can also hold String, bool, integers, f64, Number, Dynamic, DurationText, tuples, what `choice!` \
            defines, and whatever implements `Element`"
)]
pub trait Model: Clone + Send + Sync + 'static {
    /// Whether any of its fields is a block. Such a model can't be a nested attribute.
    #[doc(hidden)]
    const BLOCKS: bool;

    /// The schema the struct was defined with.
    fn schema() -> Schema;

    /// Reads an object that conforms to the schema.
    ///
    /// # Errors
    /// Where a field can't hold what stands there: a number out of the range of its Rust type, a text that is none of
    /// a choice, an attribute the struct has no field for.
    fn from_value(value: &Value) -> Result<Self, Mismatch>;

    /// The object, every field present.
    fn into_value(self) -> Value;

    /// The same with what `found` says wherever something is unknown: what was planned as known stays as it was
    /// planned, which is what Terraform asks of a result.
    ///
    /// Reaches into nested objects and under the same keys of maps. An element of a list is filled only if all that is
    /// known of it agrees with the found one at its place, an element of a set only from the one found element that
    /// agrees. What is left stays unknown, and is yours to set: an answer with unknowns is refused by name.
    #[must_use]
    fn fill(self, found: Self) -> Self;
}

/// Nothing: for whatever takes no configuration.
impl Model for () {
    const BLOCKS: bool = false;

    fn schema() -> Schema {
        Schema::new(0)
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        parts::Fields::of(value, &[]).map(|_| ())
    }

    fn into_value(self) -> Value {
        Value::object::<String>([])
    }

    fn fill(self, (): ()) {}
}
