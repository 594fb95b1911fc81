//! Whom canary rules let in: not everybody, nobody twice, and each at a priority of its own.

use super::cidr::{Family, Range, wider_than};
use super::{Case, Found};
use crate::model::Canary;
use crate::policy::CanaryOpenToAll;
use crate::view::Known;
use serde_json::Value;
use std::collections::BTreeMap;

/// None of its conditions narrows it.
pub fn open_to_all(case: Case<'_>) -> Found {
    let policy = &case.policy.rules.canary_open_to_all;
    let mut found = Found::new();
    for (address, canary) in after(case) {
        if let Some(why) = open(canary, policy) {
            found.push((address.to_owned(), why));
        }
    }
    found
}

fn after(case: Case<'_>) -> impl Iterator<Item = (&str, &Canary)> {
    let canaries = case.plan.canaries.iter();
    canaries.filter_map(|canary| {
        canary
            .after
            .as_ref()
            .map(|after| (canary.address.as_str(), after))
    })
}

fn open(canary: &Canary, policy: &CanaryOpenToAll) -> Option<String> {
    let mut why = Vec::new();
    match &canary.source_ips {
        Known::Null => {}
        Known::Unknown => return None,
        Known::Is(ranges) => why.push(wide(ranges, policy)?),
    }
    match &canary.path_patterns {
        Known::Null => {}
        Known::Unknown => return None,
        Known::Is(paths) => {
            let all = paths.iter().find(|path| ["*", "/*"].contains(&path.as_str()))?;
            why.push(format!("the path {all:?} matches every request"));
        }
    }
    for (what, named) in [("header", &canary.headers), ("cookie", &canary.cookies)] {
        match named {
            Known::Null => {}
            Known::Unknown => return None,
            Known::Is(named) => why.push(any_value(what, named)?),
        }
    }
    match &canary.query_strings {
        Known::Null => {}
        Known::Unknown => return None,
        Known::Is(queries) => {
            let any = |query: &Value| query["key"].is_null() && query["value"].as_str().is_some_and(stars);
            queries.as_array()?.iter().find(|query| any(query))?;
            why.push("any query parameter with any value matches".to_owned());
        }
    }
    match why.is_empty() {
        true => None,
        false => Some(format!("everybody is in this canary: {}", why.join("; "))),
    }
}

/// Only `*`: every client that sends the header at all.
fn stars(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == '*')
}

/// Every header named must match, so one that narrows is enough.
fn any_value(what: &str, named: &Value) -> Option<String> {
    let named = named.as_object().filter(|named| !named.is_empty())?;
    let open = |values: &Value| {
        let values = values.as_array().into_iter().flatten();
        values.filter_map(Value::as_str).any(stars)
    };
    named.values().all(open).then(|| {
        let names: Vec<&str> = named.keys().map(String::as_str).collect();
        format!("any value of the {what} {} matches", names.join(" and "))
    })
}

fn wide(texts: &[String], policy: &CanaryOpenToAll) -> Option<String> {
    let ranges: Vec<Range> = texts.iter().filter_map(|text| Range::parse(text)).collect();
    for (family, length, name) in [
        (Family::V4, policy.shortest_ipv4, "IPv4"),
        (Family::V6, policy.shortest_ipv6, "IPv6"),
    ] {
        if wider_than(&ranges, family, length) {
            return Some(format!(
                "its {name} ranges ({}) are wider than a /{length}",
                texts.join(", ")
            ));
        }
    }
    None
}

/// A canary rule and its ranges, as written and as read.
struct Audience<'a> {
    address: &'a str,
    canary: &'a Canary,
    ranges: Vec<(&'a str, Range)>,
}

impl Audience<'_> {
    /// A range of this one, and one of the other that shares addresses with it.
    fn meets<'a>(&'a self, other: &'a Audience<'_>) -> Option<(&'a str, &'a str)> {
        self.ranges.iter().find_map(|(text, range)| {
            let mut others = other.ranges.iter();
            let met = others.find(|(_, other)| other.meets(range));
            met.map(|(other, _)| (*text, *other))
        })
    }
}

/// No address is in two rules that match the same requests.
pub fn overlap(case: Case<'_>) -> Found {
    // Rules on different listeners never meet, nor do those of services that match different requests.
    let mut places: BTreeMap<String, Vec<Audience<'_>>> = BTreeMap::new();
    for (address, canary) in after(case) {
        let Some(texts) = canary.source_ips.value() else {
            continue;
        };
        let ranges = texts
            .iter()
            .filter_map(|text| Some((text.as_str(), Range::parse(text)?)));
        places.entry(place(canary)).or_default().push(Audience {
            address,
            canary,
            ranges: ranges.collect(),
        });
    }
    let mut found = Found::new();
    for audiences in places.values() {
        for (index, one) in audiences.iter().enumerate() {
            for other in audiences[..index]
                .iter()
                .filter(|other| alike(one.canary, other.canary))
            {
                let Some((text, met)) = one.meets(other) else {
                    continue;
                };
                let message = match text == met {
                    true => format!("{text} is in {} too", other.address),
                    false => format!("{text} overlaps {met} of {}", other.address),
                };
                found.push((one.address.to_owned(), message));
            }
        }
    }
    found
}

/// The requests that a rule is tried on. A listener that is not known yet is one with others of the same service.
fn place(canary: &Canary) -> String {
    match (&canary.listener, &canary.within) {
        (Known::Is(listener), Known::Is(within)) => format!("{listener} {within}"),
        (Known::Is(listener), _) => format!("{listener} {:?}", canary.service),
        _ => format!("{:?} {:?}", canary.service, canary.within),
    }
}

/// What else narrows them is the same, or narrows one of them only.
fn alike(one: &Canary, other: &Canary) -> bool {
    let rest = |canary: &Canary| {
        (
            canary.headers.clone(),
            canary.cookies.clone(),
            canary.query_strings.clone(),
            canary.path_patterns.clone(),
        )
    };
    let free = |canary: &Canary| rest(canary) == Default::default();
    free(one) || free(other) || rest(one) == rest(other)
}

/// No priority is taken twice on a listener.
pub fn priorities(case: Case<'_>) -> Found {
    let mut taken: BTreeMap<(String, u64), String> = BTreeMap::new();
    for service in &case.plan.services {
        let Some(after) = &service.after else { continue };
        if let (Some(listener), Some(priority)) = (after.listener.text(), after.priority.value()) {
            taken.insert(
                (listener.to_owned(), u64::from(*priority)),
                service.address.clone(),
            );
        }
    }
    let mut found = Found::new();
    for (address, canary) in after(case) {
        let listener = match &canary.listener {
            Known::Is(listener) => listener.clone(),
            // Made in this plan: only the service's name says which.
            Known::Unknown | Known::Null => format!("{:?}", canary.service),
        };
        let mut met = None;
        for priority in canary.takes() {
            if let Some(other) = taken.insert((listener.clone(), priority), address.to_owned()) {
                met.get_or_insert((priority, other));
            }
        }
        if let Some((priority, other)) = met {
            found.push((
                address.to_owned(),
                format!("priority {priority} is taken by {other} too"),
            ));
            continue;
        }
        let own = canary
            .service_priority
            .value()
            .map(|priority| u64::from(*priority));
        if let Some(own) = own.filter(|own| canary.takes().iter().any(|priority| own <= priority)) {
            let message = format!(
                "its priorities do not all lie below {own}, the service's own: everybody would be served before it is asked"
            );
            found.push((address.to_owned(), message));
        }
    }
    found
}
