//! How a run ended, and why. Words for operators; decides nothing.

use crate::ports::PortError;
use rollout::{Blocker, Color, Step, TrafficSplit};
use std::fmt;

/// Why a step did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// A call failed; says nothing about the release.
    Port(PortError),
    /// The release was judged and found bad.
    Verdict(Blocker),
    /// Somebody else's rule routes to a color that is to be retired.
    Foreign {
        color: Color,
        rules: Vec<String>,
    },
    /// The split did not stay what it was set to.
    Moved {
        wanted: TrafficSplit,
        found: Option<TrafficSplit>,
    },
    /// The smoke check failed before anything moved, so it says nothing about the release.
    Smoke {
        asked: String,
        wanted: u16,
        got: u16,
    },
    Stopped,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Port(error) => f.write_str(&error.chain()),
            Failure::Verdict(blocker) => blocker.fmt(f),
            Failure::Foreign { color, rules } => {
                write!(
                    f,
                    "{color} still gets traffic from rules that are not this service's: {}",
                    rules.join(", ")
                )
            }
            Failure::Moved {
                wanted,
                found: Some(found),
            } => {
                write!(
                    f,
                    "traffic was set to {wanted} but stands at {found}: somebody else moves it"
                )
            }
            Failure::Moved { wanted, found: None } => {
                write!(
                    f,
                    "traffic was set to {wanted} but the listener rule is gone: somebody else removed it"
                )
            }
            Failure::Smoke { asked, wanted, got } => write!(
                f,
                "{asked} answered {got} instead of {wanted} before any traffic moved: the check, or what serves now, is at fault"
            ),
            Failure::Stopped => f.write_str("stopped by the operator"),
        }
    }
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    Reached {
        unsettled: Option<(Step, Failure)>,
    },
    /// Put back what was attempted.
    RolledBack {
        attempted: Vec<Step>,
        why: Failure,
    },
    /// Neither forward nor back: a person has to look.
    Stuck {
        attempted: Vec<Step>,
        why: Failure,
        undoing: Step,
        then: Failure,
    },
    /// Stopped; `back` is the one call that was made to return to a split that had held.
    Interrupted {
        attempted: Vec<Step>,
        back: Option<Result<TrafficSplit, Failure>>,
    },
}

impl Outcome {
    /// Where traffic was left by a run that began at `before`, by its own account; a look knows better.
    pub fn leaves(&self, before: TrafficSplit) -> TrafficSplit {
        let reached = |attempted: &[Step]| {
            let mut shifts = attempted.iter().rev();
            shifts.find_map(|step| match step {
                Step::Shift { to, .. } => Some(*to),
                _ => None,
            })
        };
        match self {
            Outcome::RolledBack { .. } => before,
            Outcome::Stuck {
                undoing: Step::Shift { from, .. },
                ..
            } => *from,
            // Traffic goes back first, so it was back.
            Outcome::Stuck { .. } => before,
            Outcome::Interrupted {
                back: Some(Ok(split)),
                ..
            } => *split,
            Outcome::Interrupted { attempted, .. } => reached(attempted).unwrap_or(before),
            // Whoever arrived knows where; nobody asks.
            Outcome::Reached { .. } => before,
        }
    }
}

#[cfg(test)]
mod tests;
