//! Makes output comparable: ports, ids, times and durations become placeholders.
//!
//! Never hides which is which: the second id of a text becomes `[id 2]` wherever it stands.

use regex::{Captures, Regex};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// In this order: a time contains what looks like a port, an id what looks like a duration.
const PATTERNS: &[(&str, &str)] = &[
    (
        "time",
        r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)",
    ),
    (
        "id",
        r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b",
    ),
    ("id", r"\b(?:[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{16})\b"),
    ("address", r"\b127\.\d+\.\d+\.\d+:\d+\b"),
    ("duration", r"\b(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ms|s)\b"),
    ("folder", r"/[^\s:'\x22]*/bluegreen-\d+-\d+\b"),
];

static COMPILED: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let compile = |pattern| Regex::new(pattern).expect("the patterns are constants and the tests use each");
    PATTERNS
        .iter()
        .map(|(name, pattern)| (*name, compile(pattern)))
        .collect()
});

/// `text` with every port, id, time, duration and folder of a test as a placeholder.
pub fn redact(text: &str) -> String {
    let mut seen: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut text = text.to_owned();
    for (name, pattern) in COMPILED.iter() {
        text = pattern
            .replace_all(&text, |found: &Captures<'_>| place(&mut seen, name, &found[0]))
            .into_owned();
    }
    text
}

/// Times and durations differ for no reason; of everything else it matters whether two are the same.
fn place<'a>(seen: &mut BTreeMap<&'a str, Vec<String>>, name: &'a str, found: &str) -> String {
    if name == "time" || name == "duration" {
        return format!("[{name}]");
    }
    let known = seen.entry(name).or_default();
    let position = known.iter().position(|value| value == found).unwrap_or_else(|| {
        known.push(found.to_owned());
        known.len() - 1
    });
    format!("[{name} {}]", position + 1)
}

#[cfg(test)]
mod tests;
