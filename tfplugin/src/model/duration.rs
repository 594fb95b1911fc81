//! Durations as Terraform's users write them: `90s`, `1h30m`, `1.5h`.
//!
//! Keeps the text: `90m` and `1h30m` last as long, but a result that says one for the other is inconsistent.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::Element;
use super::parts::mismatch;
use crate::schema::AttributeKind;
use crate::ty::{Mismatch, Type};
use crate::value::Value;

const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3600 * 1_000_000_000),
];

/// A duration written as text, such as `1h30m`. Equal only if the texts are, as for Terraform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct DurationText {
    text: String,
    duration: Duration,
}

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a duration such as \"30s\", \"10m\" or \"1h30m\" is required")]
pub struct DurationError;

impl DurationText {
    /// How long it is.
    pub fn get(&self) -> Duration {
        self.duration
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whole hours, minutes and seconds, then a fraction of a second: `1h30m`, `1.5s`.
impl From<Duration> for DurationText {
    fn from(duration: Duration) -> Self {
        let seconds = duration.as_secs();
        let mut text = String::new();
        for (unit, size) in [("h", 3600), ("m", 60)] {
            let count = if unit == "h" {
                seconds / size
            } else {
                seconds % 3600 / size
            };
            if 0 < count {
                text.push_str(&format!("{count}{unit}"));
            }
        }
        let (rest, nanos) = (seconds % 60, duration.subsec_nanos());
        if nanos != 0 {
            let fraction = format!("{nanos:09}");
            text.push_str(&format!("{rest}.{}s", fraction.trim_end_matches('0')));
        } else if rest != 0 || text.is_empty() {
            text.push_str(&format!("{rest}s"));
        }
        DurationText { text, duration }
    }
}

/// Numbers with units, one after the other, as Go reads them; never negative.
impl FromStr for DurationText {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let duration = parse(text).ok_or(DurationError)?;
        Ok(DurationText {
            text: text.to_owned(),
            duration,
        })
    }
}

impl fmt::Display for DurationText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Element for DurationText {
    fn kind() -> AttributeKind {
        AttributeKind::Plain(Type::String)
    }

    fn decode(value: &Value) -> Result<Self, Mismatch> {
        let text = value
            .as_str()
            .ok_or_else(|| mismatch("a text is required", value))?;
        text.parse()
            .map_err(|error: DurationError| Mismatch::new(error.to_string()))
    }

    fn encode(self) -> Value {
        Value::String(self.text)
    }
}

fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    if text.is_empty() {
        return None;
    }
    let (mut rest, mut nanos) = (text, 0u128);
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (amount, after) = rest.split_at(number);
        let unit = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let (_, size) = UNITS.iter().find(|(name, _)| *name == unit)?;
        nanos = nanos.checked_add(amount_in(amount, *size)?)?;
        rest = after;
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).ok()?;
    Some(Duration::new(seconds, u32::try_from(nanos % 1_000_000_000).ok()?))
}

/// `1.5` of a unit of `size` nanoseconds; what is below a nanosecond is dropped.
fn amount_in(amount: &str, size: u128) -> Option<u128> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits = |text: &str| {
        if text.is_empty() {
            Some(0)
        } else {
            text.parse::<u128>().ok()
        }
    };
    let scale = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let part = digits(fraction)?.checked_mul(size)? / scale;
    digits(whole)?.checked_mul(size)?.checked_add(part)
}
