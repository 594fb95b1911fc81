//! Outcomes as diagnostics for operators: what happened, what now serves, what to do next. Decides nothing.

use super::decide::Decision;
use super::plan::capitalised;
use crate::executor::{Failure, Outcome};
use crate::model::Service;
use rollout::{Phase, Step};
use tfplugin::Diagnostics;

pub fn diagnose(outcome: &Outcome, service: &Service, decision: &Decision, diags: &mut Diagnostics) {
    // The sentence's own title: the rest is in the plan, and a headline should fit one line.
    let what = decision
        .sentence
        .split_once(": ")
        .map_or(decision.sentence.as_str(), |(title, _)| title);
    let name = &service.name;
    match outcome {
        Outcome::Reached { unsettled: None } => {}
        Outcome::Reached {
            unsettled: Some((step, why)),
        } => {
            let detail = format!(
                "Traffic is where it was asked to be ({}). What is left: {}. {}.\n\nThe next plan shows the rest as a change of its own; apply it when the reason is gone.",
                decision.desired.split,
                describe(step),
                capitalised(&why.to_string()),
            );
            diags.warning(format!("Service {name}: clean-up is not finished"), detail);
        }
        Outcome::RolledBack { attempted, why } => {
            let verdict = matches!(why, Failure::Verdict(_)) && decision.intent.phase != Phase::Stable;
            let next = match (&service.release, verdict) {
                (Some(release), true) => format!(
                    "{release} is recorded as failed and is not tried again by itself: fix it and set a new release, or set retry_token to try {release} again."
                ),
                (None, true) => "Fix the version and apply again, or set the flags back.".to_owned(),
                (_, false) => {
                    "This says nothing about the release: apply again when the cause is gone.".to_owned()
                }
            };
            let detail = format!(
                "{} {}.\n\n{} {next}",
                attempted_text(attempted),
                why,
                serves(attempted, decision),
            );
            diags.error(format!("Service {name}: {what} was rolled back"), detail);
        }
        Outcome::Stuck {
            attempted,
            why,
            undoing,
            then,
        } => {
            let detail = format!(
                "{} {why}.\n\nPutting things back failed too, {}: {then}.\n\nA person has to look: compare the listener rule with the state (terraform plan shows both), then apply again.",
                attempted_text(attempted),
                describe(undoing),
            );
            diags.error(format!("Service {name}: {what} is stuck"), detail);
        }
        Outcome::Interrupted { attempted, back } => {
            let traffic = match back {
                Some(Ok(split)) => format!("Traffic went back to {split}, the last split that had held."),
                Some(Err(why)) => {
                    format!("Traffic could not be put back to the last split that had held: {why}.")
                }
                None if attempted.iter().any(|step| matches!(step, Step::Shift { .. })) => {
                    "Traffic stays at the last split that had held.".to_owned()
                }
                None => "Traffic was not moved.".to_owned(),
            };
            let detail = format!(
                "{} the operator stopped it. {traffic} Tasks that were started keep running.\n\nApply again to go on from here, or change the flags to go back.",
                attempted_text(attempted),
            );
            diags.error(format!("Service {name}: {what} was stopped"), detail);
        }
    }
}

fn attempted_text(attempted: &[Step]) -> String {
    match attempted.last() {
        Some(step) => format!("While {}:", describe(step)),
        None => "Before the first step:".to_owned(),
    }
}

fn serves(attempted: &[Step], decision: &Decision) -> String {
    let start = attempted.iter().find_map(|step| match step {
        Step::Shift { from, .. } => Some(*from),
        _ => None,
    });
    match start {
        Some(split) => format!("Traffic is back at {split}, and tasks are back to their former numbers."),
        None => format!(
            "Traffic never moved: {} still serves, and tasks are back to their former numbers.",
            match decision.intent.phase {
                // Nothing was shifted, so who was to lose traffic still has it.
                Phase::Promoted => decision.intent.cycle.stable,
                Phase::Stable | Phase::Warm | Phase::Canary => decision.intent.live(),
            }
        ),
    }
}

/// A step as a gerund.
pub fn describe(step: &Step) -> String {
    match step {
        Step::CloseCanary { color } => format!("removing the canary rules onto {color}"),
        Step::Deploy { color, version } => format!("deploying {version} to {color}"),
        Step::Scale { color, from, to } => format!("scaling {color} {from} → {to}"),
        Step::AwaitHealthy { color, at_least } => {
            format!("waiting for {at_least} healthy targets of {color}")
        }
        Step::Shift { to, .. } => format!("moving traffic to {to}"),
        Step::Hold { at, bake, .. } if bake.is_zero() => format!("confirming {at}"),
        Step::Hold { at, bake, .. } => format!("holding {at} for {}", humantime::format_duration(*bake)),
        Step::Drain { color } => format!("draining {color}"),
    }
}
