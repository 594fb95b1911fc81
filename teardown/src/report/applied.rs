//! What an apply did, for programs and for people.
//!
//! Says of each object what became of it, and of the VPC what a fresh look shows.

use super::json::{Place, Vpc};
use crate::document::Header;
use crate::execute::{Blocker, Done, Outcome, Stop};
use crate::exit::Exit;
use crate::inventory::Inventory;
use crate::judge::{Judgement, Policy};
use crate::sweep::{Step, Sweep};
use serde::Serialize;
use std::fmt::Write;

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    format: &'static str,
    kind: &'static str,
    exit: u8,
    #[serde(flatten)]
    place: Place,
    objects: Vec<Object>,
    steps: Vec<Taken>,
    stop: Option<Ended>,
    left: Option<Vpc>,
    unseen: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Object {
    id: String,
    #[serde(flatten)]
    became: Became,
}

#[derive(Clone, Debug, Serialize)]
struct Taken {
    step: Step,
    #[serde(flatten)]
    became: Became,
}

#[derive(Clone, Debug, Serialize)]
struct Became {
    outcome: &'static str,
    why: Option<String>,
    remedy: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Ended {
    by: &'static str,
    why: Option<String>,
}

impl Applied {
    /// Of a run of a plan with this header and policy.
    pub fn new(header: &Header, policy: &Policy, done: &Done) -> Applied {
        let left = done.proof.as_ref().ok().map(|proof| {
            let sweep = Sweep::of(&proof.inventory, &proof.judgement, policy);
            Vpc::new(&proof.inventory, &proof.judgement, sweep)
        });
        Applied {
            format: super::json::FORMAT,
            kind: "apply",
            exit: done.exit().code(),
            place: Place {
                account: header.account.clone(),
                region: header.region.clone(),
                vpc: header.vpc.clone(),
            },
            objects: done
                .objects
                .iter()
                .map(|(id, outcome)| Object {
                    id: id.clone(),
                    became: Became::of(outcome),
                })
                .collect(),
            steps: done
                .steps
                .iter()
                .map(|(step, outcome)| Taken {
                    step: step.clone(),
                    became: Became::of(outcome),
                })
                .collect(),
            stop: done.stop.as_ref().map(Ended::of),
            left,
            unseen: done.proof.as_ref().err().cloned(),
        }
    }

    /// Of a run that deleted nothing: there was nothing to delete, or nobody agreed.
    pub fn nothing(inventory: &Inventory, judgement: &Judgement, sweep: Sweep, exit: Exit) -> Applied {
        Applied {
            format: super::json::FORMAT,
            kind: "apply",
            exit: exit.code(),
            place: Place {
                account: inventory.caller.account.clone(),
                region: inventory.caller.region.clone(),
                vpc: inventory.vpc.id.clone(),
            },
            objects: Vec::new(),
            steps: Vec::new(),
            stop: None,
            left: Some(Vpc::new(inventory, judgement, sweep)),
            unseen: None,
        }
    }

    /// One line for each object, and what was left of it where it was not deleted.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Object { id, became } in &self.objects {
            // Writing to a string can't fail.
            let _ = writeln!(text, "{:<13} {id}", became.outcome.replace('_', " "));
            for (mark, line) in [("-", &became.why), (">", &became.remedy)] {
                if let Some(line) = line {
                    let _ = writeln!(text, "  {mark} {line}");
                }
            }
        }
        if let Some(Ended { by, why }) = &self.stop {
            let why = why.as_deref().unwrap_or("the operator asked for it");
            let _ = writeln!(text, "stopped ({}): {why}", by.replace('_', " "));
        }
        text
    }
}

impl Became {
    fn of(outcome: &Outcome) -> Became {
        let (word, why, remedy) = match outcome {
            Outcome::Deleted => ("deleted", None, None),
            Outcome::AlreadyGone => ("already_gone", None, None),
            Outcome::Drifted(why) => ("drifted", Some(why), None),
            Outcome::Unproven(why) => ("unproven", Some(why), None),
            Outcome::Refused(Blocker { said, remedy, .. }) => ("refused", Some(said), Some(remedy)),
            Outcome::NotReached(why) => ("not_reached", Some(why), None),
        };
        Became {
            outcome: word,
            why: why.cloned(),
            remedy: remedy.cloned(),
        }
    }
}

impl Ended {
    fn of(stop: &Stop) -> Ended {
        let (by, why) = match stop {
            Stop::Operator => ("operator", None),
            Stop::ControllerAlive(what) => ("controller_alive", Some(what.clone())),
            Stop::Unrecorded(why) => ("unrecorded", Some(why.clone())),
        };
        Ended { by, why }
    }
}

#[cfg(test)]
mod tests;
