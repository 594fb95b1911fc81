//! Numbers without loss: what was received is what is sent back, and equality is Terraform's.
//!
//! Integers compare exactly, fractions by their shortest decimal text. Never does arithmetic.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// A number of any size or precision.
#[derive(Clone, Debug)]
pub struct Number(Repr);

/// Why a text is not a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number")]
pub struct NumberError;

#[derive(Clone, Debug)]
pub(crate) enum Repr {
    Int(i64),
    Uint(u64),
    Float(f64),
    /// Decimal text, checked to be one.
    Decimal(String),
}

impl Number {
    /// The value as an `i64`, if it is an integer in range.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Int(int) => Some(*int),
            Repr::Uint(uint) => i64::try_from(*uint).ok(),
            Repr::Float(_) | Repr::Decimal(_) => self.integer_text()?.parse().ok(),
        }
    }

    /// The value as a `u64`, if it is an integer in range.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Int(int) => u64::try_from(*int).ok(),
            Repr::Uint(uint) => Some(*uint),
            Repr::Float(_) | Repr::Decimal(_) => self.integer_text()?.parse().ok(),
        }
    }

    /// The nearest `f64`.
    #[expect(clippy::cast_precision_loss, reason = "the nearest f64 is what is asked for")]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(int) => *int as f64,
            Repr::Uint(uint) => *uint as f64,
            Repr::Float(float) => *float,
            Repr::Decimal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    pub(crate) fn repr(&self) -> &Repr {
        &self.0
    }

    /// NaN can be neither sent nor stored.
    pub(crate) fn is_nan(&self) -> bool {
        matches!(self.0, Repr::Float(float) if float.is_nan())
    }

    /// The digits of an integer of a size worth spelling out.
    fn integer_text(&self) -> Option<String> {
        match self.canonical() {
            Canonical::Finite {
                negative,
                digits,
                exponent,
            } if (0..=20).contains(&exponent) => {
                let zeros = "0".repeat(usize::try_from(exponent).ok()?);
                Some(format!("{}{digits}{zeros}", if negative { "-" } else { "" }))
            }
            Canonical::Zero => Some("0".to_owned()),
            _ => None,
        }
    }

    fn canonical(&self) -> Canonical {
        match &self.0 {
            Repr::Int(int) => Canonical::parse(&int.to_string()),
            Repr::Uint(uint) => Canonical::parse(&uint.to_string()),
            Repr::Float(float) if float.is_nan() => Some(Canonical::NotANumber),
            Repr::Float(float) if float.is_infinite() => Some(Canonical::Infinite {
                negative: *float < 0.0,
            }),
            // Exact for integers, shortest for fractions: the two rules by which Terraform compares.
            Repr::Float(float) if float.fract() == 0.0 => Canonical::parse(&format!("{float:.0}")),
            Repr::Float(float) => Canonical::parse(&float.to_string()),
            Repr::Decimal(text) => Canonical::parse(text),
        }
        .unwrap_or(Canonical::NotANumber)
    }
}

/// One spelling for each number: no leading or trailing zeros in `digits`, value = digits × 10^exponent.
#[derive(PartialEq, Eq, Hash)]
enum Canonical {
    Zero,
    Finite {
        negative: bool,
        digits: String,
        exponent: i64,
    },
    Infinite {
        negative: bool,
    },
    NotANumber,
}

impl Canonical {
    fn parse(text: &str) -> Option<Canonical> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], rest[at + 1..].parse::<i32>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let all = format!("{whole}{fraction}");
        if !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let exponent = i64::from(exponent) - i64::try_from(fraction.len()).ok()?;
        let digits = all.trim_start_matches('0');
        let trimmed = digits.trim_end_matches('0');
        if trimmed.is_empty() {
            return Some(Canonical::Zero);
        }
        let exponent = exponent + i64::try_from(digits.len() - trimmed.len()).ok()?;
        Some(Canonical::Finite {
            negative,
            digits: trimmed.to_owned(),
            exponent,
        })
    }

    /// −2 NaN, then by sign and size.
    fn rank(&self) -> i8 {
        match self {
            Canonical::NotANumber => -3,
            Canonical::Infinite { negative: true } => -2,
            Canonical::Finite { negative: true, .. } => -1,
            Canonical::Zero => 0,
            Canonical::Finite { negative: false, .. } => 1,
            Canonical::Infinite { negative: false } => 2,
        }
    }

    fn compare(&self, other: &Canonical) -> Ordering {
        match (self, other) {
            (
                Canonical::Finite {
                    negative,
                    digits,
                    exponent,
                },
                Canonical::Finite {
                    negative: other_negative,
                    digits: other_digits,
                    exponent: other_exponent,
                },
            ) if negative == other_negative => {
                // Position of the first digit, then the digits themselves: neither has leading zeros.
                let magnitude = exponent + digits.len() as i64;
                let other_magnitude = other_exponent + other_digits.len() as i64;
                let order = magnitude
                    .cmp(&other_magnitude)
                    .then_with(|| digits.cmp(other_digits));
                if *negative { order.reverse() } else { order }
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Int(left), Repr::Int(right)) => left == right,
            _ => self.canonical() == other.canonical(),
        }
    }
}

impl Eq for Number {}

impl Hash for Number {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.canonical().hash(state);
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.canonical().compare(&other.canonical())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int) => int.fmt(f),
            Repr::Uint(uint) => uint.fmt(f),
            // An integer is compared exactly, so it is spelled exactly; the shortest text denotes another one.
            Repr::Float(float) if float.fract() == 0.0 => write!(f, "{float:.0}"),
            Repr::Float(float) => float.fmt(f),
            Repr::Decimal(text) => f.write_str(text),
        }
    }
}

/// Keeps the text as it is; the exponent must fit 32 bits.
impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if let Ok(int) = text.parse::<i64>()
            && int.to_string() == text
        {
            return Ok(Number(Repr::Int(int)));
        }
        Canonical::parse(text).ok_or(NumberError)?;
        Ok(Number(Repr::Decimal(text.to_owned())))
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Number(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(uint: u64) -> Self {
        i64::try_from(uint).map_or(Number(Repr::Uint(uint)), Number::from)
    }
}

impl From<f64> for Number {
    fn from(float: f64) -> Self {
        Number(Repr::Float(float))
    }
}

macro_rules! from_small {
    ($($ty:ty),*) => {
        $(impl From<$ty> for Number {
            fn from(int: $ty) -> Self {
                Number(Repr::Int(i64::from(int)))
            }
        })*
    };
}

from_small!(i32, u8, u16, u32);
