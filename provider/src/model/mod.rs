//! HCL to the core's types and back. Decides nothing about rollouts.

mod ask;
mod fleet;
pub mod limits;
pub mod matching;
mod record;
mod smoke;
mod sticky;

pub use ask::{Service, parse_duration};
pub use record::Record;
pub use smoke::SmokeCheck;
pub use sticky::stickiness;

use tfplugin::Value;

/// The strings of a list or set; nothing for null or unknown.
pub fn strings(value: &Value) -> Vec<String> {
    let items = value.as_list().unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}

pub fn string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A whole number within `u32`.
pub fn number(value: &Value) -> Option<u32> {
    value.as_i64().and_then(|number| u32::try_from(number).ok())
}

#[cfg(test)]
mod tests;
