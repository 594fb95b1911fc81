//! What AWS allows in tags, for every service alike.
//!
//! Knows no error code: each service has its own.

use std::collections::BTreeMap;

/// Tags of one resource.
pub const MOST: usize = 50;
const LONGEST_KEY: usize = 128;
const LONGEST_VALUE: usize = 256;

/// What is wrong with a tag of the list, if anything is.
pub fn fault(tags: &BTreeMap<String, String>) -> Option<String> {
    tags.iter().find_map(|(key, value)| {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Some(format!("Tag keys that begin with 'aws:' are reserved: '{key}'"));
        }
        let length = key.chars().count();
        if !(1..=LONGEST_KEY).contains(&length) || LONGEST_VALUE < value.chars().count() {
            return Some(format!(
                "The key of tag '{key}' must have 1 to {LONGEST_KEY} characters and its value at most {LONGEST_VALUE}"
            ));
        }
        let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
        let odd = key.chars().chain(value.chars()).find(|c| !allowed(*c));
        odd.map(|c| format!("The tag '{key}' contains the character '{c}', which is not allowed"))
    })
}
