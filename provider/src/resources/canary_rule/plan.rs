//! Plan of a `bluegreen_canary_rule`: which rules there will be, split by AWS's limits. Asks nobody.

use super::{placement, priority};
use crate::model::{limits, number, string, strings};
use tfplugin::{Diagnostics, Path, PlanRequest, PlanResponse, Value};

/// AWS: at most 5 condition values per rule. Its documentation gives 3 per condition in one place and 5 in another,
/// so ranges are spread 3 to a rule.
const VALUES_PER_RULE: usize = 5;
const RANGES_PER_RULE: usize = 3;

/// Whom the rules let through, in rules that AWS accepts.
#[derive(Clone, Debug)]
pub struct Audience {
    pub active: bool,
    pub group: String,
    pub min_healthy: u32,
    pub color: String,
    /// Priority and ranges of each rule.
    pub rules: Vec<(u32, Vec<String>)>,
}

impl Audience {
    /// `None` while something that decides is unknown, or with a diagnostic.
    pub fn new(value: &Value, diags: &mut Diagnostics) -> Option<Audience> {
        let route = value.get("route");
        let deciding = [
            route.get("host_headers"),
            route.get("path_patterns"),
            route.get("active"),
            value.get("source_ips"),
        ];
        if value.get("priority").is_unknown() || deciding.iter().any(|value| !value.is_wholly_known()) {
            return None;
        }
        let first = priority(value);
        let ranges = strings(value.get("source_ips"));
        let own = placement(route, first, vec![]);
        let taken = own.conditions.values();
        if VALUES_PER_RULE <= taken {
            let detail = format!(
                "The service's own conditions hold {taken} values and every canary rule carries them; AWS allows {VALUES_PER_RULE} in one rule, so no room is left for an address range. Give the service fewer host_headers or path_patterns."
            );
            diags.error_at(Path::root("source_ips"), "No room for a range", detail);
            return None;
        }
        let per_rule = RANGES_PER_RULE.min(VALUES_PER_RULE - taken);
        let mut rules = Vec::new();
        for (index, chunk) in ranges.chunks(per_rule).enumerate() {
            let below = u32::try_from(index).unwrap_or(u32::MAX);
            match first.checked_sub(below).filter(|&priority| 0 < priority) {
                Some(priority) => rules.push((priority, chunk.to_vec())),
                None => {
                    let detail = format!(
                        "{} ranges need {} rules at priorities {first} and below, and 1 is the lowest. Choose a higher priority.",
                        ranges.len(),
                        ranges.len().div_ceil(per_rule)
                    );
                    diags.error_at(Path::root("priority"), "No room below", detail);
                    return None;
                }
            }
        }
        if let Some(service) = number(route.get("priority"))
            && service <= first
        {
            let detail = format!(
                "Listener rules are tried from the lowest priority up, so at {first} this rule would come after the service's own at {service} and never match. Choose a priority below {service}."
            );
            diags.error_at(Path::root("priority"), "The service's own rule would win", detail);
            return None;
        }
        Some(Audience {
            active: route.get("active").as_bool().unwrap_or(false),
            group: string(route.get("target_group_arn")).unwrap_or_default(),
            min_healthy: number(route.get("min_healthy_targets")).unwrap_or(1),
            color: string(route.get("color")).unwrap_or_default(),
            rules,
        })
    }
}

/// Rules about the configuration alone.
pub fn check(config: &Value, diags: &mut Diagnostics) {
    let at = config.get("priority");
    if !at.is_unknown() && !number(at).is_some_and(|priority| (1..=50_000).contains(&priority)) {
        diags.error_at(
            Path::root("priority"),
            "No such priority",
            "A listener rule's priority is a whole number from 1 to 50000.",
        );
        return;
    }
    limits::check(config, &|field| Path::root(field), diags);
    Audience::new(config, diags);
}

pub fn plan(req: PlanRequest) -> PlanResponse {
    let PlanRequest {
        config,
        prior,
        proposed,
        private,
    } = req;
    let mut response = PlanResponse::new(proposed, private);
    let planned = &mut response.planned;
    let route = config.get("route");
    let id = match (route.get("service").as_str(), config.get("priority").as_i64()) {
        (Some(service), Some(priority)) => format!("{service}/{priority}").into(),
        _ => Value::Unknown,
    };
    planned.set("id", id);
    let Some(audience) = Audience::new(&config, &mut response.diagnostics) else {
        for name in ["priorities", "rules", "active", "change"] {
            planned.set(name, Value::Unknown);
        }
        return response;
    };
    let priorities: Vec<Value> = audience
        .rules
        .iter()
        .map(|(priority, _)| i64::from(*priority).into())
        .collect();
    planned.set("priorities", Value::List(priorities));
    planned.set("active", (audience.active && !audience.rules.is_empty()).into());
    let before = prior.as_ref().map_or(&Value::Null, |prior| prior.get("rules"));
    // The service removes the rules of a release that another one replaces: then these are made anew.
    let same = ["listener_arn", "release", "color"];
    let kept = prior.as_ref().is_some_and(|prior| {
        same.iter()
            .all(|field| prior.get("route").get(field) == route.get(field))
    });
    let rules = if audience.active {
        rules(&audience, route, if kept { before } else { &Value::Null })
    } else {
        vec![]
    };
    planned.set("rules", Value::List(rules));
    if let Some(prior) = &prior {
        planned.set("change", prior.get("change").clone());
        if *planned == *prior {
            return response;
        }
    }
    let open = before.as_list().is_some_and(|rules| !rules.is_empty());
    planned.set("change", sentence(&audience, open).into());
    response
}

fn rules(audience: &Audience, route: &Value, before: &Value) -> Vec<Value> {
    let known = before.as_list().unwrap_or_default();
    let rule = |(priority, ranges): &(u32, Vec<String>)| {
        let same = known
            .iter()
            .find(|rule| number(rule.get("priority")) == Some(*priority));
        let ranges: Vec<Value> = ranges.iter().map(|range| range.as_str().into()).collect();
        Value::object([
            ("priority", i64::from(*priority).into()),
            ("source_ips", Value::List(ranges)),
            ("target_group_arn", route.get("target_group_arn").clone()),
            ("arn", same.map_or(Value::Unknown, |rule| rule.get("arn").clone())),
        ])
    };
    audience.rules.iter().map(rule).collect()
}

fn sentence(audience: &Audience, open: bool) -> String {
    let ranges: usize = audience.rules.iter().map(|(_, ranges)| ranges.len()).sum();
    let plural = |n: usize, one: &str| {
        if n == 1 {
            format!("1 {one}")
        } else {
            format!("{n} {one}s")
        }
    };
    let priorities: Vec<String> = audience
        .rules
        .iter()
        .map(|(priority, _)| priority.to_string())
        .collect();
    let rules = plural(audience.rules.len(), "rule");
    match (audience.active, open) {
        (true, _) => format!(
            "open {} to {} in {rules} at priority {}",
            audience.color,
            plural(ranges, "address range"),
            priorities.join(", ")
        ),
        (false, true) => format!(
            "close: {rules} removed, priority {} stays reserved",
            priorities.join(", ")
        ),
        (false, false) => format!("closed; priority {} is reserved", priorities.join(", ")),
    }
}

/// What was found, with each rule's ranges in the order they are stored in, if they are the same ranges.
pub fn in_stored_order(stored: &Value, found: Value) -> Value {
    let Some(list) = found.as_list() else { return found };
    let stored = stored.as_list().unwrap_or_default();
    let rules = list.iter().map(|rule| {
        let mut rule = rule.clone();
        let same = stored
            .iter()
            .find(|old| old.get("priority") == rule.get("priority"));
        let sorted = |value: &Value| {
            let mut ranges = strings(value);
            ranges.sort();
            ranges
        };
        if let Some(old) = same
            && sorted(old.get("source_ips")) == sorted(rule.get("source_ips"))
        {
            rule.set("source_ips", old.get("source_ips").clone());
        }
        rule
    });
    Value::List(rules.collect())
}
