//! Plan of a `bluegreen_canary_rule`: which rules there will be. Asks nobody.

use super::audience::{Audience, KINDS, Slot};
use super::check::warn;
use crate::model::{matching, number, string, strings};
use tfplugin::{PlanRequest, PlanResponse, Value};

pub fn plan(req: PlanRequest) -> PlanResponse {
    let PlanRequest {
        config,
        prior,
        proposed,
        private,
        ..
    } = req;
    follow(&config, prior.as_ref(), PlanResponse::new(proposed, private))
}

/// The plan for `config`, from the proposal in `response`.
pub fn follow(config: &Value, prior: Option<&Value>, mut response: PlanResponse) -> PlanResponse {
    let planned = &mut response.planned;
    if let Some(prior) = prior {
        for kind in KINDS {
            // The same values in another order are no change.
            if same(kind, prior.get(kind), planned.get(kind)) {
                planned.set(kind, prior.get(kind).clone());
            }
        }
    }
    let route = config.get("route");
    let id = match (route.get("service").as_str(), config.get("priority").as_i64()) {
        (Some(service), Some(priority)) => format!("{service}/{priority}").into(),
        _ => Value::Unknown,
    };
    planned.set("id", id);
    warn(config, &mut response.diagnostics);
    let Some(audience) = Audience::new(planned, &mut response.diagnostics) else {
        for name in ["priorities", "rules", "active", "change"] {
            planned.set(name, Value::Unknown);
        }
        return response;
    };
    planned.set(
        "priorities",
        Value::list(audience.priorities().into_iter().map(i64::from)),
    );
    planned.set("active", audience.active.into());
    let before = prior.map_or(&Value::Null, |prior| prior.get("rules"));
    let rules = match (audience.active, prior) {
        (false, _) => vec![],
        (true, Some(prior)) if stays(prior.get("route"), route) => rules(&audience, route, before),
        (true, _) => rules(&audience, route, &Value::Null),
    };
    planned.set("rules", Value::List(rules));
    if let Some(prior) = prior {
        planned.set("change", prior.get("change").clone());
        if *planned == *prior {
            return response;
        }
    }
    let open = before.as_list().is_some_and(|rules| !rules.is_empty());
    planned.set("change", sentence(&audience, open, planned).into());
    response
}

fn same(kind: &str, one: &Value, other: &Value) -> bool {
    let wholly = one.is_wholly_known() && other.is_wholly_known() && !one.is_null() && !other.is_null();
    // Cookies are held as headers are.
    let field = if kind == "cookies" { "headers" } else { kind };
    let meant = |value: &Value| matching::conditions(&Value::object([(field, value.clone())]));
    wholly && meant(one).same(&meant(other))
}

/// Rules keep their identity: the service removes those of a release that another one replaces, and on another
/// listener they are made anew. An import does not know the route yet, and what it found stays.
fn stays(before: &Value, route: &Value) -> bool {
    if before.get("color").is_null() {
        return before.get("listener_arn") == route.get("listener_arn");
    }
    let deciding = ["service", "listener_arn", "release", "color"];
    deciding.iter().all(|field| before.get(field) == route.get(field))
}

fn rules(audience: &Audience, route: &Value, before: &Value) -> Vec<Value> {
    let group = route.get("target_group_arn");
    let arns = paired(&audience.rules, &known(before));
    let rule = |(slot, arn): (&Slot, Option<String>)| {
        let arn = arn.map_or(Value::Unknown, Value::from);
        as_value(slot.priority, slot.conditions.lines(), group.clone(), arn)
    };
    audience.rules.iter().zip(arns).map(rule).collect()
}

/// One rule as `rules` in state holds it.
pub fn as_value(priority: u32, conditions: Vec<String>, group: Value, arn: Value) -> Value {
    Value::object([
        ("priority", i64::from(priority).into()),
        ("conditions", Value::list(conditions)),
        ("target_group_arn", group),
        ("arn", arn),
    ])
}

/// A rule that exists.
#[derive(Clone, Debug)]
pub struct Known {
    pub arn: String,
    pub priority: Option<u32>,
    pub conditions: Vec<String>,
}

/// The rules of a state.
pub fn known(rules: &Value) -> Vec<Known> {
    let rules = rules.as_list().unwrap_or_default().iter();
    rules
        .filter_map(|rule| {
            Some(Known {
                arn: string(rule.get("arn"))?,
                priority: number(rule.get("priority")),
                conditions: strings(rule.get("conditions")),
            })
        })
        .collect()
}

/// Which rule becomes which slot, so that as little as possible changes: first who matches the same requests, then who
/// stands there, then anybody. The same in plan and apply.
pub fn paired(slots: &[Slot], known: &[Known]) -> Vec<Option<String>> {
    let mut left: Vec<&Known> = known.iter().collect();
    let mut arns = vec![None; slots.len()];
    let fits: [fn(&Slot, &Known) -> bool; 4] = [
        |slot, rule| rule.priority == Some(slot.priority) && rule.conditions == slot.conditions.lines(),
        |slot, rule| rule.conditions == slot.conditions.lines(),
        |slot, rule| rule.priority == Some(slot.priority),
        |_, _| true,
    ];
    for fits in fits {
        for (slot, arn) in slots.iter().zip(&mut arns).filter(|(_, arn)| arn.is_none()) {
            if let Some(index) = left.iter().position(|rule| fits(slot, rule)) {
                *arn = Some(left.remove(index).arn.clone());
            }
        }
    }
    arns
}

fn sentence(audience: &Audience, open: bool, planned: &Value) -> String {
    let rules = plural(audience.rules.len(), "rule");
    let priorities: Vec<String> = audience.priorities().iter().map(u32::to_string).collect();
    let priorities = priorities.join(", ");
    match (audience.active, open) {
        (true, _) => format!(
            "open {} to {} in {rules} at priority {priorities}",
            audience.color,
            whom(planned)
        ),
        (false, true) => format!("close: {rules} removed, priority {priorities} stays reserved"),
        (false, false) => format!("closed; priority {priorities} is reserved"),
    }
}

/// `2 headers and 1 address range`.
fn whom(planned: &Value) -> String {
    let list = |kind: &str| planned.get(kind).as_list().map_or(0, <[Value]>::len);
    let map = |kind: &str| {
        planned
            .get(kind)
            .as_map()
            .map_or(0, std::collections::BTreeMap::len)
    };
    let kinds = [
        (list("source_ips"), "address range"),
        (map("headers"), "header"),
        (map("cookies"), "cookie"),
        (list("query_strings"), "query parameter"),
        (list("path_patterns"), "path"),
    ];
    let named = kinds.iter().filter(|(count, _)| 0 < *count);
    let named: Vec<String> = named.map(|(count, one)| plural(*count, one)).collect();
    named.join(" with ")
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {one}s")
    }
}
