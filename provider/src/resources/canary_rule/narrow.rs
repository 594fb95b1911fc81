//! A rule can have only one condition on paths and one on addresses, so a canary rule's own must say what it and its
//! service's say together. Exact or refused: never wider than both.

use crate::adapters::alb::pattern::{contains, covers, overlap};

/// Why two lists can't be said as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Apart {
    /// No request of the service can match this value of the canary rule.
    Never(String),
    /// The two overlap, and neither contains the other.
    Crossed { service: String, canary: String },
}

/// The values that match what one of `service` and one of `canary` match.
pub fn paths(service: &[String], canary: &[String]) -> Result<Vec<String>, Apart> {
    both(service, canary, covers, overlap)
}

/// The same for address ranges, which always contain each other or have nothing in common.
pub fn networks(service: &[String], canary: &[String]) -> Result<Vec<String>, Apart> {
    both(service, canary, contains, |_, _| false)
}

fn both(
    service: &[String],
    canary: &[String],
    covers: impl Fn(&str, &str) -> bool,
    overlap: impl Fn(&str, &str) -> bool,
) -> Result<Vec<String>, Apart> {
    let mut all: Vec<String> = Vec::new();
    for wanted in canary {
        let mut known = false;
        let mut add = |value: &String| {
            if !all.contains(value) {
                all.push(value.clone());
            }
        };
        if service.iter().any(|own| covers(own, wanted)) {
            add(wanted);
            continue;
        }
        for own in service {
            if covers(wanted, own) {
                known = true;
                add(own);
            } else if overlap(own, wanted) {
                return Err(Apart::Crossed {
                    service: own.clone(),
                    canary: wanted.clone(),
                });
            }
        }
        if !known {
            return Err(Apart::Never(wanted.clone()));
        }
    }
    Ok(all)
}
