//! The first apply after an import: gives the found target groups their colors, attaches the one that is missing and
//! writes the tags. Moves no traffic, deploys and scales nothing: what the flags ask beyond that is the next plan's.

use super::decide::{placement_changes, route};
use super::import::{Found, Id};
use super::place::amend;
use super::plan::{COMPUTED, first_refusal, leave_to_a_look, refuse};
use super::read::second;
use super::staff::miswired;
use super::survey::{objection, way};
use super::update::filled;
use super::wired::Wired;
use crate::adapters::Clients;
use crate::adapters::alb::{self, Slot, Tagged, action::sticky_for};
use crate::executor::granted;
use crate::model::{Record, Service, stickiness, string};
use crate::resources::room::{Way, said};
use crate::sentence::capitalised;
use rollout::{Color, Cycle, PerColor, Phase, TrafficSplit, first};
use std::sync::Arc;
use tfplugin::{ApplyResponse, CancellationToken, PlanResponse, Private, Value};

/// What an adoption writes down.
struct Adoption {
    record: Record,
    /// Canary rules of this service route to the candidate.
    audience: bool,
}

/// What an apply of an adoption is given.
pub struct Asked<'a> {
    pub config: &'a Value,
    pub prior: &'a Value,
    pub planned: Value,
    pub service: &'a Service,
}

/// From configuration and import alone, for plan and apply alike.
fn decide(service: &Service, config: &Value, prior: &Value, private: &[u8]) -> Result<Adoption, String> {
    let Some(found) = Found::parse(private) else {
        return Err("the computed attributes of this object are missing from the state and it is not an import: put back a backup of the state, or remove the object (terraform state rm) and import it again".into());
    };
    let (now, was) = (config.get("alb"), prior.get("alb"));
    if now.get("listener_arn") != was.get("listener_arn") {
        return Err(format!(
            "what was imported stands on listener {}, but alb.listener_arn is {}: name the listener it stands on, and move it in a later apply",
            was.get("listener_arn").as_str().unwrap_or_default(),
            now.get("listener_arn").as_str().unwrap_or_default()
        ));
    }
    if now.get("priority").is_null() != was.get("priority").is_null() {
        return Err(match service.slot() {
            Slot::Rule => "a listener's default action was imported, but alb.priority is set: leave it out (and the conditions), and move the service in a later apply".into(),
            Slot::DefaultAction => format!(
                "a rule was imported, but alb.priority is missing: set it to {}, and move the service in a later apply",
                was.get("priority").as_i64().unwrap_or_default()
            ),
        });
    }
    if let Some(owner) = found.owner.as_ref().filter(|owner| **owner != service.name) {
        return Err(format!(
            "what was imported belongs to service {owner:?}, but name is {:?}: set name = {owner:?}",
            service.name
        ));
    }
    let groups = PerColor::from_fn(|color: Color| {
        string(now.get(&format!("{color}_target_group_arn"))).unwrap_or_default()
    });
    let strangers: Vec<&str> = found
        .weights
        .keys()
        .map(String::as_str)
        .filter(|arn| Color::BOTH.iter().all(|&color| groups[color] != *arn))
        .collect();
    if !strangers.is_empty() {
        return Err(format!(
            "what was imported forwards to {}, which is neither color's target group: set alb.blue_target_group_arn or alb.green_target_group_arn to it",
            strangers.join(" and ")
        ));
    }
    let weight = |color: Color| found.weights.get(&groups[color]).copied().unwrap_or(0);
    let Some(split) = TrafficSplit::from_weights(weight(Color::Blue), weight(Color::Green)) else {
        return Err(
            "what was imported sends nobody to either color: give one of its target groups a weight first"
                .into(),
        );
    };
    let (cycle, phase, audience) = roles(service, config, &found, split, &groups)?;
    let mut parts = vec![format!(
        "adopt: {} is taken over as it stands, {split}",
        what(service)
    )];
    for color in Color::BOTH {
        if !found.weights.contains_key(&groups[color]) {
            parts.push(format!("{color} joins it at 0%"));
        }
    }
    if found.sticky != sticky_for(split, stickiness(now)) {
        parts.push("group stickiness changes".to_owned());
    }
    // A color that gets its group here was imported without one.
    let moved = placement_changes(config, prior).into_iter();
    parts.extend(moved.filter(|change| !change.contains("target group") && !change.contains("stickiness")));
    parts.push("no traffic moves".to_owned());
    let record = Record {
        phase,
        split,
        capacity: PerColor::default(),
        cycle,
        versions: PerColor::default(),
        promoted_at: None,
        rule_arn: string(prior.get("rule_arn")),
        former: found.former,
        retire_due: false,
        rule_intact: true,
        change: parts.join("; "),
    };
    Ok(Adoption { record, audience })
}

fn what(service: &Service) -> &'static str {
    match service.slot() {
        Slot::Rule => "the listener rule",
        Slot::DefaultAction => "the listener's default action",
    }
}

/// Who is stable, what each color holds, and the phase as far as traffic tells.
fn roles(
    service: &Service,
    config: &Value,
    found: &Found,
    split: TrafficSplit,
    groups: &PerColor<String>,
) -> Result<(Cycle, Phase, bool), String> {
    if let Some(cycle) = &found.journal {
        let audience = found.canaries.contains(&groups[cycle.candidate()]);
        let phase = cycle.phase(split, None, audience, Phase::Stable);
        return Ok((cycle.clone(), phase, audience));
    }
    let named = config.get("initial_color").as_str().is_some();
    let initial = service.initial_color;
    match split.live() {
        Some(live) if named && live != initial => Err(format!(
            "{live} serves everybody, but initial_color is {initial:?}: set it to {live:?} or leave it out",
            initial = initial.name(),
            live = live.name()
        )),
        Some(live) => match first(service.phase, service.release.as_deref(), live) {
            Some(intent) => Ok((intent.cycle, intent.phase, false)),
            None => Err(first_refusal(service)),
        },
        None if !named => Err(format!(
            "both colors have traffic ({split}), and only you know which of them is stable: set initial_color to it; the other one becomes the candidate, with its share as the canary's"
        )),
        None => {
            let mut held = PerColor::default();
            let holder = match service.phase {
                Phase::Stable => initial,
                Phase::Warm | Phase::Canary | Phase::Promoted => initial.other(),
            };
            held[holder] = service.release.clone();
            let cycle = Cycle {
                stable: initial,
                held,
                failed: None,
            };
            Ok((cycle, Phase::Canary, false))
        }
    }
}

pub fn plan(config: &Value, prior: &Value, service: &Service, response: &mut PlanResponse) {
    let planned = &mut response.planned;
    for name in COMPUTED {
        planned.set(name, Value::Unknown);
    }
    planned.set("rule_arn", prior.get("rule_arn").clone());
    let alb = config.get("alb");
    let deciding = ["listener_arn", "blue_target_group_arn", "green_target_group_arn"];
    if deciding.iter().any(|field| alb.get(field).is_unknown()) {
        return;
    }
    let Adoption { record, audience } = match decide(service, config, prior, response.private.bytes()) {
        Ok(adoption) => adoption,
        Err(why) => {
            planned.set("change", format!("refused: {why}").into());
            refuse(&mut response.diagnostics, &why);
            return;
        }
    };
    record.write(planned, service.ecs.is_some());
    planned.set(
        "route",
        route(config, record.cycle.candidate(), record.phase, service),
    );
    let mut cycle = record.cycle_value();
    if service.ecs.is_some() {
        // An import knows the rule only.
        leave_to_a_look(planned, &mut cycle);
        if record.split.live() == Some(record.cycle.stable) && !audience {
            planned.set("phase", Value::Unknown);
        }
    }
    if record.phase == Phase::Promoted {
        cycle.set("promoted_at", Value::Unknown);
    }
    planned.set("cycle", cycle);
}

/// What speaks against it in the world as it is; changes nothing.
///
/// # Errors
/// A sentence for the operator.
pub async fn look(
    wired: &Wired,
    service: &Service,
    private: &[u8],
    rule_arn: Option<&str>,
) -> Result<(Arc<Vec<Tagged>>, Way), String> {
    let looks = tokio::try_join!(
        alb::rules(&wired.alb.client, &wired.alb.listener_arn),
        objection(wired),
        wired.crews()
    );
    let (rules, objection, crews) = looks.map_err(|error| format!("{}.", error.chain()))?;
    if let Some(why) = objection.or_else(|| miswired(wired, &crews)) {
        return Err(why);
    }
    let rules = rules.unwrap_or_default();
    let own = rules.iter().find(|rule| Some(rule.arn.as_str()) == rule_arn);
    let Some(own) = own else {
        return Err(format!(
            "Rule {} is not there any more. Remove the object (terraform state rm) and import another rule, or apply to make a new one.",
            rule_arn.unwrap_or_default()
        ));
    };
    let way = way(&rules, wired, service, Some(own))?;
    if Found::parse(private).as_ref() != Some(&Found::of(own, &rules)) {
        return Err("The rule is not as it was when it was imported or last looked at: somebody changed it in between. Plan again.".into());
    }
    Ok((rules, way))
}

pub async fn apply(
    clients: &Clients,
    asked: Asked<'_>,
    private: Private,
    stop: &CancellationToken,
    now: fn() -> jiff::Timestamp,
) -> ApplyResponse {
    let Asked {
        config,
        prior,
        planned,
        service,
    } = asked;
    let mut response = ApplyResponse::new(Some(prior.clone()), private.clone());
    let refused = "Refused before anything moved";
    let Adoption { mut record, audience } = match decide(service, config, prior, private.bytes()) {
        Ok(adoption) => adoption,
        Err(why) => {
            let detail = format!("{}. Nothing was changed.", capitalised(&why));
            response.diagnostics.error(refused, detail);
            return response;
        }
    };
    let rule_arn = record.rule_arn.clone();
    let wired = Wired::new(clients, config, rule_arn.as_deref());
    let work = async {
        let _turn = wired.ledger.turn(&wired.alb.listener_arn).await;
        let rules = look(&wired, service, private.bytes(), rule_arn.as_deref()).await;
        let (rules, way) = rules.map_err(|why| (refused, format!("{why} Nothing was changed.")))?;
        let Some(own) = wired.own_rule(&rules, rule_arn.as_deref()) else {
            return Err((
                refused,
                "The rule is not there any more. Nothing was changed.".to_owned(),
            ));
        };
        let amended = amend(&wired, own, service, &record, &way).await;
        amended.map_err(|error| {
            let why = format!("{} No traffic was moved; apply again.", said(&error));
            ("The rule was not taken over", why)
        })?;
        Ok(wired.crews().await)
    };
    let silent = "AWS gave no answer after the operator's stop. No traffic was moved; apply again.";
    let done = granted(stop, work)
        .await
        .unwrap_or_else(|_| Err(("Stopped", silent.to_owned())));
    match done {
        Err((summary, why)) => {
            response.diagnostics.error(summary, why);
            return response;
        }
        Ok(Err(error)) => response.diagnostics.warning(
            "The ECS services could not be looked at",
            format!("{}. The next refresh looks again.", error.chain()),
        ),
        Ok(Ok(crews)) => {
            record.capacity = PerColor::from_fn(|color| crews[color].as_ref().map(|crew| crew.requested));
            record.versions =
                PerColor::from_fn(|color| crews[color].as_ref().map(|crew| crew.version.clone()));
        }
    }
    let tasks = match wired.has_fleet() {
        true => record.capacity[record.cycle.candidate()].or(Some(0)),
        false => None,
    };
    record.phase = record.cycle.phase(record.split, tasks, audience, record.phase);
    if record.phase == Phase::Promoted {
        record.promoted_at = Some(second(now()));
    }
    let mut truth = planned.clone();
    record.write(&mut truth, wired.has_fleet());
    response.state = Some(filled(planned, &truth));
    response.private = Private::new();
    response
}

/// Refresh of an object that was imported and not adopted yet: what was found is looked at again. An object that is
/// gone by now is left as it is; adopting it is refused.
pub async fn refresh(clients: &Clients, state: &Value, private: &[u8]) -> Option<Vec<u8>> {
    Found::parse(private)?;
    let (_, found) = super::import::look(&clients.elbv2, &Id::of(state)?).await.ok()?;
    Some(found)
}

#[cfg(test)]
mod tests;
