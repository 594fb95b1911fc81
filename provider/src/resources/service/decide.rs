//! From configuration and state to a decision, for plan and apply alike: the same input must decide the same twice.
//! Reads no clock and asks nobody.

use crate::adapters::ecs::short;
use crate::executor::Outcome;
use crate::model::{Record, Service, matching};
use rollout::{Change, Desired, Intent, Phase, Refusal, Sizing, Step, Version, desired, resolve};
use tfplugin::Value;

const NOTHING_MOVES: &str = "settings change, nothing moves";

/// What an apply is for.
#[derive(Clone, Debug)]
pub struct Decision {
    pub intent: Intent,
    pub desired: Desired,
    pub sentence: String,
}

/// What the configuration may say differently without meaning a different rollout.
const ASKS: [&str; 8] = [
    "release",
    "enable_canary",
    "activate_canary",
    "promote_to_all",
    "canary_weight",
    "retry_token",
    "ecs",
    "rollback_window",
];

/// In the object's private state: a live color was to shrink for a new `desired_count`, and that is still to do.
/// The state holds the new count already, so the difference that asked for it is gone.
const SHRINK_DUE: &[u8] = b"shrink-due";

/// What an apply leaves for the next plan.
pub fn private(outcome: &Outcome, decision: &Decision) -> Vec<u8> {
    match outcome {
        Outcome::Reached {
            unsettled: Some((Step::Scale { color, .. }, _)),
        } if 0 < decision.desired.split.share(*color) => SHRINK_DUE.to_vec(),
        _ => Vec::new(),
    }
}

/// # Errors
/// The core's refusal: a warning in plan, an error at the start of apply.
pub fn decide(
    service: &Service,
    config: &Value,
    prior: &Value,
    record: &Record,
    private: &[u8],
) -> Result<Decision, Refusal> {
    let version = service
        .ecs
        .as_ref()
        .map_or(Version::Unmanaged, |ecs| ecs.version.clone());
    let retry = service.retry_token.is_some() && config.get("retry_token") != prior.get("retry_token");
    let revision = |value: &Value| {
        let named = value.get("ecs").get("task_definition").as_str().map(short);
        named.map(str::to_owned)
    };
    let renamed = config.get("release") != prior.get("release");
    let ask = rollout::Ask {
        phase: service.phase,
        release: service.release.clone(),
        version,
        version_edited: !renamed && revision(config) != revision(prior),
        retry,
    };
    let intent = resolve(&ask, &record.facts())?;
    let sizing = service.ecs.as_ref().map(|ecs| {
        let count = "desired_count";
        Sizing {
            desired_count: ecs.desired_count,
            resized: config.get("ecs").get(count) != prior.get("ecs").get(count) || private == SHRINK_DUE,
            requested: record.capacity,
            // The window that is over is the former cycle's.
            keep_stable: !service.rollback_window.is_zero() && (intent.new_cycle || !record.retire_due),
        }
    });
    let desired = desired(&intent, service.canary_weight, record.split, sizing.as_ref());
    let change = Change {
        intent: &intent,
        release: service.release.as_deref(),
        before: record.split,
        phase_before: record.phase,
        requested: record.capacity,
        desired: &desired,
        ramp: &service.ramp,
        canary_open: record.facts().canary_open,
        repeated: ASKS.iter().all(|name| config.get(name) == prior.get(name)),
    };
    let mut sentence = change.sentence();
    if let Some(smoke) = service
        .smoke
        .as_ref()
        .filter(|_| gains(&intent, record, &desired))
    {
        sentence = format!("{sentence}; {}", smoke.sentence());
    }
    let moved = placement_changes(config, prior);
    let missing = record.rule_arn.is_none();
    if sentence == "nothing to do" {
        // Only ever shown beside a change of settings.
        sentence = NOTHING_MOVES.to_owned();
    }
    let joined = services_join(config, prior);
    if missing || joined || !moved.is_empty() || !record.rule_intact {
        let mut parts: Vec<String> = Vec::new();
        if missing {
            parts.push(format!(
                "the listener rule is missing and is made again at {}",
                record.split
            ));
        }
        if !missing && !record.rule_intact {
            parts.push(
                "the rule's forward to both colors, its stickiness or its tags are repaired".to_owned(),
            );
        }
        parts.extend(moved);
        if joined {
            parts.push("the ECS services are taken in as they are".to_owned());
        }
        if sentence != NOTHING_MOVES {
            parts.push(sentence);
        }
        sentence = parts.join("; ");
    }
    Ok(Decision {
        intent,
        desired,
        sentence,
    })
}

/// Traffic moves onto the candidate: the one way that a smoke check watches.
pub fn gains(intent: &Intent, record: &Record, desired: &Desired) -> bool {
    let candidate = intent.cycle.candidate();
    record.split.share(candidate) < desired.split.share(candidate)
}

/// An `ecs` block where there was none.
pub fn services_join(config: &Value, prior: &Value) -> bool {
    !config.get("ecs").is_null() && prior.get("ecs").is_null()
}

/// What changes about where the service stands, in words.
pub fn placement_changes(config: &Value, prior: &Value) -> Vec<String> {
    let (now, was) = (config.get("alb"), prior.get("alb"));
    let mut changes = Vec::new();
    if now.get("listener_arn") != was.get("listener_arn") {
        changes.push("the rule moves to another listener: made there first, then removed here".to_owned());
    }
    match (was.get("priority").as_i64(), now.get("priority").as_i64()) {
        (Some(from), Some(to)) if from != to => changes.push(format!("priority {from} → {to}")),
        (Some(_), None) if now.get("priority").is_null() => {
            changes.push("the listener's default action is taken over, then the rule is removed".to_owned());
        }
        (None, Some(to)) => changes.push(format!(
            "a rule is made at priority {to}, then the listener gets its former default action back"
        )),
        _ => {}
    }
    if now.get("stickiness") != was.get("stickiness") {
        changes.push("group stickiness changes".to_owned());
    }
    // Between a rule and a default action, which has none, conditions come and go with the rule.
    let rules = !now.get("priority").is_null() && !was.get("priority").is_null();
    if rules
        && matching::FIELDS
            .iter()
            .any(|field| now.get(field) != was.get(field))
    {
        changes.push("the rule's conditions change".to_owned());
    }
    for (color, group) in [
        ("blue", "blue_target_group_arn"),
        ("green", "green_target_group_arn"),
    ] {
        if now.get(group) != was.get(group) {
            changes.push(format!("{color} gets another target group"));
        }
    }
    changes
}

/// The object that `bluegreen_canary_rule` takes: where the service's rule stands and whom its candidate serves.
/// Built from the configuration's own values, so that what is unknown there stays unknown here.
pub fn route(config: &Value, candidate: rollout::Color, phase: Phase, service: &Service) -> Value {
    let alb = config.get("alb");
    let group = alb.get(&format!("{candidate}_target_group_arn")).clone();
    let mut route = Value::object([
        ("service", config.get("name").clone()),
        ("listener_arn", alb.get("listener_arn").clone()),
        ("priority", alb.get("priority").clone()),
        ("color", candidate.name().into()),
        ("target_group_arn", group),
        ("release", config.get("release").clone()),
        ("min_healthy_targets", i64::from(service.floor()).into()),
        ("active", (phase == Phase::Canary).into()),
    ]);
    for field in matching::FIELDS {
        route.set(field, alb.get(field).clone());
    }
    route
}
