//! Outcomes as diagnostics for operators: what happened, what now serves, what to do next. Decides nothing.

use super::decide::Decision;
use crate::executor::{Failure, Outcome, describe};
use crate::model::Service;
use crate::sentence::capitalised;
use rollout::{Phase, Step, TrafficSplit};
use tfplugin::Diagnostics;

/// Whether a failure is a verdict on the release: only if the candidate failed while it was on its way. A stable
/// color that ails, or a resize that finds no room, says nothing about what is being released.
pub fn condemns(why: &Failure, decision: &Decision, before: TrafficSplit) -> bool {
    let candidate = decision.intent.cycle.candidate();
    match why {
        Failure::Verdict(blocker) => {
            blocker.color() == candidate
                && decision.intent.phase != Phase::Stable
                && before.share(candidate) < 100
        }
        _ => false,
    }
}

/// `before` is where traffic stood when the run began.
pub fn diagnose(
    outcome: &Outcome,
    service: &Service,
    decision: &Decision,
    before: TrafficSplit,
    diags: &mut Diagnostics,
) {
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
            let verdict = condemns(why, decision, before);
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
                serves(attempted, before),
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

/// What serves after everything was put back. `before` is where traffic stood when the run began.
fn serves(attempted: &[Step], before: TrafficSplit) -> String {
    let moved = attempted.iter().any(|step| matches!(step, Step::Shift { .. }));
    match (moved, before.live()) {
        (true, _) => format!("Traffic is back at {before}."),
        (false, Some(live)) => format!("Traffic never moved: {live} still serves."),
        (false, None) => format!("Traffic never moved: it stays at {before}."),
    }
}
