//! One spelling of a JSON value and its SHA-256: what a plan file and an audit log are held against.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Why something can't be spelled: a map whose keys are not text.
pub type CanonicalError = serde_json::Error;

/// Compact JSON with sorted keys, at every depth, whatever order they were made or read in.
pub(crate) fn spell(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// The SHA-256 of the canonical spelling, in hex.
///
/// # Errors
/// If the value is none of JSON's.
pub(crate) fn digest(value: &impl Serialize) -> Result<String, CanonicalError> {
    Ok(hash(spell(&serde_json::to_value(value)?).as_bytes()))
}

/// The SHA-256, in hex.
pub(crate) fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if 0 < at {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            out.push('{');
            for (at, (name, field)) in fields.into_iter().enumerate() {
                if 0 < at {
                    out.push(',');
                }
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push(':');
                write(field, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[cfg(test)]
mod tests;
