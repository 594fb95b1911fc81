//! Plan of a `bluegreen_service`. Errors only for contradictions inside the configuration: `terraform destroy`
//! plans first, and an error here would lock the operator in. What the state forbids is a warning.

use super::adopt;
use super::decide::{decide, route, services_join};
use super::place::exchange;
use crate::adapters::alb::Slot;
use crate::model::{Record, Service};
use rollout::{Color, Intent, Phase, Refusal, Version, first};
use tfplugin::{Diagnostics, PlanRequest, PlanResponse, Value};

pub const COMPUTED: [&str; 11] = [
    "phase",
    "live_color",
    "traffic",
    "capacity",
    "cycle",
    "rule_arn",
    "former_default_action",
    "route",
    "retire_due",
    "rule_intact",
    "change",
];

pub fn plan(req: PlanRequest) -> PlanResponse {
    let PlanRequest {
        config,
        prior,
        proposed,
        private,
        ..
    } = req;
    let mut response = PlanResponse::new(proposed, private);
    if prior.is_none() {
        response.private = [ANEW, response.private.bytes()].concat().into();
    }
    response.planned.set("id", config.get("name").clone());
    let Some(service) = Service::parse(&config, &mut response.diagnostics) else {
        // Something that decides is unknown, so every consequence is.
        for name in COMPUTED {
            response.planned.set(name, Value::Unknown);
        }
        return response;
    };
    match (prior.as_ref(), prior.as_ref().and_then(Record::from_state)) {
        (None, _) => plan_create(&config, &service, &mut response),
        (Some(prior), Some(record)) => plan_update(&config, prior, &service, &record, &mut response),
        // Just imported: nothing is recorded yet.
        (Some(prior), None) => adopt::plan(&config, prior, &service, &mut response),
    }
    response
}

/// Before whatever private state there was, in the plan of something new. Terraform hands a planned replacement's
/// private state to the deletion it begins with, and to no other deletion.
const ANEW: &[u8] = b"made anew\n";

/// The former private state, if this deletion is the first half of a replacement.
pub fn of_replacement(private: &[u8]) -> Option<&[u8]> {
    private.strip_prefix(ANEW)
}

fn plan_create(config: &Value, service: &Service, response: &mut PlanResponse) {
    let Some(intent) = first(service.phase, service.release.as_deref(), service.initial_color) else {
        refuse(&mut response.diagnostics, &first_refusal(service));
        for name in COMPUTED {
            response.planned.set(name, Value::Unknown);
        }
        return;
    };
    let record = first_record(service, &intent);
    let planned = &mut response.planned;
    record.write(planned, service.ecs.is_some());
    planned.set("rule_arn", Value::Unknown);
    if service.slot() == Slot::DefaultAction {
        planned.set("former_default_action", Value::Unknown);
    }
    let mut cycle = record.cycle_value();
    if service.ecs.is_some() {
        // The services may be made after this resource, or exist already.
        leave_to_a_look(planned, &mut cycle);
    }
    if intent.phase == Phase::Promoted {
        cycle.set("promoted_at", Value::Unknown);
    }
    planned.set("cycle", cycle);
    planned.set(
        "route",
        route(config, intent.cycle.candidate(), intent.phase, service),
    );
}

/// What a first apply makes true.
pub fn first_record(service: &Service, intent: &Intent) -> Record {
    let live = intent.live();
    let what = service
        .release
        .as_deref()
        .map(|release| format!(" with {release}"))
        .unwrap_or_default();
    let place = match service.slot() {
        Slot::Rule => "one listener rule",
        Slot::DefaultAction => "the listener's default action",
    };
    Record {
        phase: intent.phase,
        split: rollout::TrafficSplit::all_to(live),
        capacity: Default::default(),
        cycle: intent.cycle.clone(),
        versions: Default::default(),
        promoted_at: None,
        rule_arn: None,
        former: None,
        retire_due: false,
        rule_intact: true,
        change: format!("create: {place}, {live} serves 100%{what}"),
    }
}

/// Why a first apply can't do what the flags say.
pub fn first_refusal(service: &Service) -> String {
    let phase = service.phase;
    match phase {
        Phase::Promoted => format!(
            "a first apply has no predecessor that {phase} could replace: set `release` and keep the flags, or set all three flags to false"
        ),
        _ => format!(
            "a first apply has no stable release beside which a candidate could be {phase}: set all three flags to false (or enable_canary and promote_to_all to true), apply, then change `release` and the flags"
        ),
    }
}

fn plan_update(
    config: &Value,
    prior: &Value,
    service: &Service,
    record: &Record,
    response: &mut PlanResponse,
) {
    let planned = &mut response.planned;
    let decision = match decide(service, config, prior, record, response.private.bytes()) {
        Ok(decision) => decision,
        Err(refusal) => {
            let version = service.ecs.as_ref().map(|ecs| &ecs.version);
            let open = matches!(
                refusal,
                Refusal::LiveVersion { .. } | Refusal::VersionUnderCanary { .. }
            );
            let refusal = refusal.to_string();
            if open && version == Some(&Version::Unknown) {
                // The version may turn out to be the one that runs; then there is nothing to refuse.
                for name in COMPUTED {
                    planned.set(name, Value::Unknown);
                }
                refuse(
                    &mut response.diagnostics,
                    &format!("unless task_definition stays as it is, {refusal}"),
                );
                return;
            }
            for name in COMPUTED {
                planned.set(name, prior.get(name).clone());
            }
            // Where the rule stands is configuration, and canary rules are checked against it.
            let mut route = route(config, record.cycle.candidate(), record.phase, service);
            route.set("release", prior.get("route").get("release").clone());
            planned.set("route", route);
            // Differs from whatever is stored, so that apply is called and can refuse.
            planned.set("change", format!("refused: {refusal}").into());
            refuse(&mut response.diagnostics, &refusal);
            return;
        }
    };
    let intent = &decision.intent;
    let promoted = intent.phase == Phase::Promoted;
    let kept = promoted
        && record.phase == Phase::Promoted
        && !intent.new_cycle
        && record.split == decision.desired.split;
    let mut versions = record.versions.clone();
    if let Some((color, _)) = &intent.deploy {
        versions[*color] = config
            .get("ecs")
            .get("task_definition")
            .as_str()
            .map(str::to_owned);
    }
    let next = Record {
        phase: intent.phase,
        split: decision.desired.split,
        capacity: decision.desired.capacity,
        cycle: intent.cycle.clone(),
        versions,
        promoted_at: record.promoted_at.clone().filter(|_| kept),
        rule_arn: record.rule_arn.clone(),
        former: record
            .former
            .clone()
            .filter(|_| service.slot() == Slot::DefaultAction),
        retire_due: false,
        rule_intact: true,
        change: record.change.clone(),
    };
    next.write(planned, service.ecs.is_some());
    planned.set(
        "route",
        route(config, intent.cycle.candidate(), intent.phase, service),
    );
    let mut cycle = next.cycle_value();
    if promoted && !(kept && record.promoted_at.is_some()) {
        cycle.set("promoted_at", Value::Unknown);
    }
    if let Some((color, Version::Unknown)) = &intent.deploy {
        let mut held = cycle.get(color.name()).clone();
        held.set("task_definition", Value::Unknown);
        cycle.set(color.name(), held);
    }
    planned.set("cycle", cycle);
    if services_join(config, prior) {
        unknown_where_nobody_looked(planned, &next, intent);
    }
    let listener = |value: &Value| value.get("alb").get("listener_arn").clone();
    let rules = |value: &Value| !value.get("alb").get("priority").is_null();
    if record.rule_arn.is_none() || listener(config) != listener(prior) || rules(config) != rules(prior) {
        planned.set("rule_arn", Value::Unknown);
        if service.slot() == Slot::DefaultAction {
            planned.set("former_default_action", Value::Unknown);
        }
    }
    if !config.is_wholly_known() {
        // The sentence depends on what is not known yet, if only on whether anything changes at all, and a value
        // that is planned must be the same once everything is known.
        planned.set("change", Value::Unknown);
    } else if *planned != *prior {
        planned.set("change", decision.sentence.into());
    }
    if let Some(why) = exchange(config, prior, record) {
        if config.is_wholly_known() {
            planned.set("change", format!("refused: {why}").into());
        }
        refuse(&mut response.diagnostics, &why);
    }
}

/// Services that join were never looked at: what is not asked of them is theirs to say.
fn unknown_where_nobody_looked(planned: &mut Value, next: &Record, intent: &Intent) {
    for color in Color::BOTH {
        if next.capacity[color].is_none() {
            let mut capacity = planned.get("capacity").clone();
            capacity.set(color.name(), Value::Unknown);
            planned.set("capacity", capacity);
        }
        let deployed = intent.deploy.as_ref().is_some_and(|(to, _)| *to == color);
        if next.versions[color].is_none() && !deployed {
            let mut cycle = planned.get("cycle").clone();
            let mut held = cycle.get(color.name()).clone();
            held.set("task_definition", Value::Unknown);
            cycle.set(color.name(), held);
            planned.set("cycle", cycle);
        }
    }
}

/// How many tasks there are and what they run: only a look in apply can tell.
pub fn leave_to_a_look(planned: &mut Value, cycle: &mut Value) {
    planned.set("capacity", Value::Unknown);
    for color in Color::BOTH {
        let mut held = cycle.get(color.name()).clone();
        held.set("task_definition", Value::Unknown);
        cycle.set(color.name(), held);
    }
}

pub fn refuse(diags: &mut Diagnostics, why: &str) {
    diags.warning(
        "Apply will refuse this",
        format!("{}.", crate::sentence::capitalised(why)),
    );
}
