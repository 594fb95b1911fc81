//! Members of an EC2 request: the form has only text, so each call says what it reads it as.
//!
//! Refuses what is missing under EC2's own code.

use serde_json::Value;

use super::super::args::Args;
use crate::world::{Refusal, Ruled};

/// A member that must be there.
pub fn need<'a>(args: &Args<'a>, name: &str) -> Ruled<&'a str> {
    args.text(name)?
        .filter(|text| !text.is_empty())
        .ok_or_else(|| missing(name))
}

pub fn missing(name: &str) -> Refusal {
    Refusal::new(
        "MissingParameter",
        format!("The request must contain the parameter {name}"),
    )
}

/// A value that cannot be.
pub fn invalid(value: &str, name: &str) -> Refusal {
    Refusal::new(
        "InvalidParameterValue",
        format!("Value ({value}) for parameter {name} is invalid."),
    )
}

pub fn flag(args: &Args<'_>, name: &str) -> Ruled<Option<bool>> {
    match args.value(name) {
        None => Ok(None),
        Some(Value::Bool(on)) => Ok(Some(*on)),
        Some(Value::String(text)) => text.parse().map(Some).map_err(|_| invalid(text, name)),
        Some(other) => Err(invalid(&other.to_string(), name)),
    }
}
