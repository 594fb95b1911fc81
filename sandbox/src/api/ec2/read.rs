//! Members of an EC2 request: the form has only text, so each call says what it reads it as.
//!
//! Refuses what is missing under EC2's own code.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::args::Args;
use super::super::tag_limits;
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

pub fn number(args: &Args<'_>, name: &str) -> Ruled<Option<i64>> {
    match args.value(name) {
        None => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_i64()),
        Some(Value::String(text)) => text.parse().map(Some).map_err(|_| invalid(text, name)),
        Some(other) => Err(invalid(&other.to_string(), name)),
    }
}

/// `Attribute.Value` of calls that modify one attribute.
pub fn inner_flag(args: &Args<'_>, name: &str) -> Ruled<Option<bool>> {
    args.structure(name)?
        .map_or(Ok(None), |inner| flag(&inner, "Value"))
}

/// Tags for the new thing: `TagSpecification` with the thing's own type.
pub fn tags(args: &Args<'_>, resource: &str) -> Ruled<BTreeMap<String, String>> {
    let mut tags = BTreeMap::new();
    for specification in args.structures("TagSpecification")? {
        let of = need(&specification, "ResourceType")?;
        if of != resource {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("'{of}' is not a valid taggable resource type for this operation."),
            ));
        }
        tags.extend(specification.pairs("Tag", "Key", "Value")?);
    }
    check_tags(&tags)?;
    Ok(tags)
}

pub fn check_tags(tags: &BTreeMap<String, String>) -> Ruled<()> {
    if tag_limits::MOST < tags.len() {
        return Err(Refusal::new(
            "TagLimitExceeded",
            format!(
                "The maximum number of Tags '{}' has been reached",
                tag_limits::MOST
            ),
        ));
    }
    match tag_limits::fault(tags) {
        Some(fault) => Err(Refusal::new("InvalidParameterValue", fault)),
        None => Ok(()),
    }
}
