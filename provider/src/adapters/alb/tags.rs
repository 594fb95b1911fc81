//! The tags of what is ours: who owns it, the journal of the release cycle, and what a listener did before. Only the
//! words; calls are elsewhere.

use aws_sdk_elasticloadbalancingv2::types::Tag;
use rollout::{Color, Cycle, PerColor};
use std::collections::BTreeMap;

/// Says which service a rule or a listener's default action belongs to.
pub const SERVICE_TAG: &str = "bluegreen:service";
/// Says which resource made it: `service`, `default-action`, or `canary/<priority>`.
pub const RESOURCE_TAG: &str = "bluegreen:resource";
/// The journal: the color a release cycle started from. Outlives a crash that Terraform's state did not see.
pub const STABLE_TAG: &str = "bluegreen:stable";
/// The journal: the release each color holds.
pub const HELD_TAGS: PerColor<&str> = PerColor {
    blue: "bluegreen:blue",
    green: "bluegreen:green",
};
/// On a claimed listener, numbered from 0: its former default action, so that a claim whose apply died before it was
/// stored can still be given back.
const FORMER_TAG: &str = "bluegreen:former-";
/// AWS allows 256 characters in a value.
const LONGEST_VALUE: usize = 240;
/// AWS allows 50 tags on a resource, and most of them are the operator's.
const MOST_PARTS: usize = 12;

/// The tags of what carries a service's traffic: who owns it, and the journal.
pub fn service_tags(service: &str, slot: Slot, cycle: &Cycle) -> BTreeMap<String, String> {
    let mut tags = owner_tags(service, slot.resource());
    tags.extend(journal_tags(cycle));
    tags
}

pub fn owner_tags(service: &str, resource: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        (SERVICE_TAG.into(), service.into()),
        (RESOURCE_TAG.into(), resource.into()),
    ])
}

pub fn journal_tags(cycle: &Cycle) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::from([(STABLE_TAG.to_owned(), cycle.stable.name().to_owned())]);
    for color in Color::BOTH {
        if let Some(release) = &cycle.held[color] {
            tags.insert(HELD_TAGS[color].into(), release.clone());
        }
    }
    tags
}

/// What carries a service's traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A rule of its own.
    Rule,
    /// The listener's default action: whatever no rule matches.
    DefaultAction,
}

impl Slot {
    pub fn resource(self) -> &'static str {
        match self {
            Slot::Rule => "service",
            Slot::DefaultAction => "default-action",
        }
    }
}

/// A former default action in tags. Nothing if it is too long for them: then only the state knows it.
pub fn former_tags(action: &str) -> BTreeMap<String, String> {
    let encoded: String = action.bytes().map(encoded).collect();
    let parts = encoded.as_bytes().chunks(LONGEST_VALUE);
    if MOST_PARTS < parts.len() {
        return BTreeMap::new();
    }
    let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
    parts
        .enumerate()
        .map(|(index, part)| (format!("{FORMER_TAG}{index}"), text(part)))
        .collect()
}

/// The former default action that tags tell of.
pub fn former(tags: &BTreeMap<String, String>) -> Option<String> {
    let parts = (0..MOST_PARTS).map_while(|index| tags.get(&format!("{FORMER_TAG}{index}")));
    let text: String = parts.cloned().collect();
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, others)) = rest.split_first() {
        match first {
            b'=' => {
                let hex = std::str::from_utf8(others.get(..2)?).ok()?;
                bytes.push(u8::from_str_radix(hex, 16).ok()?);
                rest = &others[2..];
            }
            plain => {
                bytes.push(plain);
                rest = others;
            }
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

/// AWS's alphabet for tag values has no quotes and no braces.
fn encoded(byte: u8) -> String {
    match byte {
        byte if byte.is_ascii_alphanumeric() || b"-._:/@".contains(&byte) => char::from(byte).to_string(),
        byte => format!("={byte:02X}"),
    }
}

/// As the SDK takes them.
pub fn tag_list(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}

#[cfg(test)]
mod tests;
