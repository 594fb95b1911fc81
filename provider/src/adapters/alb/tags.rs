//! The tags of our rules: who owns them, and the journal of the release cycle. Only the words; calls are elsewhere.

use aws_sdk_elasticloadbalancingv2::types::Tag;
use rollout::{Color, Cycle, PerColor};
use std::collections::BTreeMap;

/// Says which service a rule belongs to.
pub const SERVICE_TAG: &str = "bluegreen:service";
/// Says which resource made it: `service`, or `canary/<priority>`.
pub const RESOURCE_TAG: &str = "bluegreen:resource";
/// The journal: the color a release cycle started from. Outlives a crash that Terraform's state did not see.
pub const STABLE_TAG: &str = "bluegreen:stable";
/// The journal: the release each color holds.
pub const HELD_TAGS: PerColor<&str> = PerColor {
    blue: "bluegreen:blue",
    green: "bluegreen:green",
};

/// The tags of a service's own rule: who owns it, and the journal.
pub fn service_tags(service: &str, cycle: &Cycle) -> BTreeMap<String, String> {
    let mut tags = owner_tags(service, "service");
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

/// As the SDK takes them.
pub fn tag_list(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}
