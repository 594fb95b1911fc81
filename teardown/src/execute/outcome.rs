//! What became of each step, why not where it was not done, and what the whole run amounts to.

use crate::aws::{Error, Kind};
use crate::exit::Exit;
use crate::inventory::Inventory;
use crate::judge::Judgement;
use crate::sweep::Step;
use serde::Serialize;
use std::collections::BTreeMap;

/// What became of a step or an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Outcome {
    /// Done, by this run or one before it that had the same journal.
    Deleted,
    /// There was nothing left to do.
    AlreadyGone,
    /// It is not what was agreed on any more, and was left alone.
    Drifted(String),
    /// It can't be shown to be an orphan any more, or could not be read, and was left alone.
    Unproven(String),
    /// AWS refused.
    Refused(Blocker),
    /// Something that has to come before was not done, or the run was stopped.
    NotReached(String),
}

impl Outcome {
    /// Whether the object is gone.
    pub fn is_done(&self) -> bool {
        matches!(self, Outcome::Deleted | Outcome::AlreadyGone)
    }

    /// Why it is not done, in one line.
    pub fn why(&self) -> Option<String> {
        match self {
            Outcome::Deleted | Outcome::AlreadyGone => None,
            Outcome::Drifted(why) | Outcome::Unproven(why) | Outcome::NotReached(why) => Some(why.clone()),
            Outcome::Refused(blocker) => Some(format!("{}; {}", blocker.said, blocker.remedy)),
        }
    }
}

/// What AWS's refusal comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Holder {
    /// Deletion protection.
    Protection,
    /// An endpoint service (PrivateLink), an API Gateway VPC link, or a listener.
    Service,
    /// Something that depends on it: a network interface, a rule.
    Dependency,
    /// The caller may not do it.
    Permission,
    /// AWS's rate limits, or its failure.
    Aws,
    /// Anything else.
    Other,
}

/// A refusal and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// What it comes from.
    pub holder: Holder,
    /// AWS's words.
    pub said: String,
    /// What to do.
    pub remedy: String,
}

impl Blocker {
    pub(crate) fn of(error: &Error, id: &str) -> Blocker {
        let (holder, remedy) = match error.kind {
            Kind::Protected => (
                Holder::Protection,
                format!("allow its deletion protection to be taken off with --unprotect {id}"),
            ),
            Kind::InUse if id.contains(":targetgroup/") => (
                Holder::Service,
                "a listener or a rule still forwards to it: delete that first".to_owned(),
            ),
            Kind::InUse => (
                Holder::Service,
                "an endpoint service (PrivateLink) or an API Gateway VPC link holds it: delete that first"
                    .to_owned(),
            ),
            Kind::Dependency => (
                Holder::Dependency,
                format!(
                    "see what uses it: aws ec2 describe-network-interfaces --filters Name=group-id,Values={id}"
                ),
            ),
            Kind::Denied | Kind::Credentials => {
                (Holder::Permission, format!("allow {} to the caller", error.doing))
            }
            Kind::Throttled | Kind::Transient | Kind::Malformed | Kind::Late => {
                (Holder::Aws, "apply the same plan again".to_owned())
            }
            Kind::NotFound | Kind::Stopped | Kind::Refused => {
                (Holder::Other, "look at AWS's words".to_owned())
            }
        };
        Blocker {
            holder,
            said: error.to_string(),
            remedy,
        }
    }
}

/// What ended a run early.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Stop {
    /// The operator.
    Operator,
    /// A load balancer of a service came back after it was deleted: its controller lives.
    ControllerAlive(String),
    /// The journal or the audit log can't be written any more.
    Unrecorded(String),
}

/// The VPC after the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What a fresh scan saw.
    pub inventory: Inventory,
    /// What is to be said of it.
    pub judgement: Judgement,
}

/// What a run did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// What became of each object that the plan would delete, by ARN or id.
    pub objects: BTreeMap<String, Outcome>,
    /// What became of each step, in the sweep's order.
    pub steps: Vec<(Step, Outcome)>,
    /// What ended it early.
    pub stop: Option<Stop>,
    /// The fresh look at the end, or why there is none.
    pub proof: Result<Proof, String>,
}

impl Done {
    /// How the run ends.
    pub fn exit(&self) -> Exit {
        let steps = self.steps.iter().map(|(_, outcome)| outcome);
        let outcomes = || self.objects.values().chain(steps.clone());
        let touched = outcomes().any(|outcome| *outcome == Outcome::Deleted);
        let undone = |outcome: &Outcome| !outcome.is_done();
        let unproven = |outcome: &Outcome| matches!(outcome, Outcome::Unproven(_));
        if self.stop.is_some() || outcomes().any(|outcome| undone(outcome) && !unproven(outcome)) {
            return Exit::Partial;
        }
        match (&self.proof, outcomes().any(unproven)) {
            (_, true) if touched => Exit::Partial,
            (_, true) | (Err(_), _) => Exit::Blocked,
            // AWS said that it was deleted, and it is there.
            (Ok(proof), _)
                if proof
                    .judgement
                    .orphans()
                    .any(|it| self.objects.contains_key(&it.id)) =>
            {
                Exit::Partial
            }
            (Ok(proof), false) => Exit::of(&proof.judgement),
        }
    }
}
