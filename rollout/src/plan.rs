//! Ordered steps from what is observed to what is desired, and the way back. Runs nothing.

use crate::color::{Color, PerColor};
use crate::desired::Desired;
use crate::split::TrafficSplit;
use std::time::Duration;

/// A live look, taken right before the steps are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    pub split: TrafficSplit,
    /// Tasks requested per color; `None` where there is no fleet.
    pub requested: PerColor<Option<u32>>,
    /// Targets per color that the load balancer calls healthy.
    pub healthy: PerColor<u32>,
    /// Own canary rules route to this color.
    pub canary_open: PerColor<bool>,
}

/// One pause on the way up: the candidate's percent and how long it is watched there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ramp {
    pub percent: u8,
    pub bake: Duration,
}

/// How long a color is watched after a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bake {
    For(Duration),
    /// As long as the load balancer's own checks may take to notice that a target fails. Only a look can tell.
    UntilChecksTell,
}

/// One absolute, repeatable action: running it twice is running it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Removes the service's own canary rules that route to `color`.
    CloseCanary { color: Color },
    /// Gives an idle color a new version. Never undone: it serves nobody.
    Deploy { color: Color, version: String },
    /// Requests `to` tasks.
    Scale { color: Color, from: u32, to: u32 },
    /// Waits until `at_least` targets are healthy and the deployment has settled, or the deadline says no.
    AwaitHealthy { color: Color, at_least: u32 },
    /// Asks the smoke check of whoever serves now, before traffic moves onto `color`: a check that fails already here
    /// says nothing about it.
    Smoke { color: Color },
    /// Makes sure that `color` can take over at this very moment: it gets as many tasks as `of` has healthy targets
    /// now, which autoscaling may have changed since the plan was made, and proves them. Never fewer than `at_least`.
    KeepUp { color: Color, of: Color, at_least: u32 },
    /// Moves traffic in one call.
    Shift { from: TrafficSplit, to: TrafficSplit },
    /// Confirms that the split is in force and keeps watching `color`, whose share has just grown, for `bake`.
    /// The other color's health is no verdict on this move.
    Hold {
        at: TrafficSplit,
        color: Color,
        at_least: u32,
        bake: Bake,
    },
    /// Waits until no rule routes to `color` and requests in flight are done. If `at_least` is not 0, the other
    /// color must still have so many healthy targets afterwards: what it took over from is not given up before.
    Drain { color: Color, at_least: u32 },
}

/// What an apply will do, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// If one fails, [`rollback`] puts back whatever was attempted.
    pub advance: Vec<Step>,
    /// Retried, never undone: traffic already sits where it was asked to.
    pub settle: Vec<Step>,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.advance.is_empty() && self.settle.is_empty()
    }

    /// With a smoke check of what serves before traffic first moves onto `candidate`, if it does.
    pub fn with_smoke(mut self, candidate: Color) -> Plan {
        let gains = |step: &Step| matches!(step, Step::Shift { from, to } if from.share(candidate) < to.share(candidate));
        if let Some(shift) = self.advance.iter().position(gains) {
            let before = &self.advance[..shift];
            let kept = matches!(before.last(), Some(Step::KeepUp { .. }));
            self.advance
                .insert(shift - usize::from(kept), Step::Smoke { color: candidate });
        }
        self
    }
}

/// `deploy` names the color that gets a version, and the version. `ramp` holds the pauses on the candidate's way
/// up, `last` the one after its last move; points outside the journey are skipped, so a retreat is always one move. `floor` is the least number of
/// healthy targets that may carry traffic; while it runs, the live color's own healthy targets raise it.
pub fn plan(
    observed: &Observed,
    desired: &Desired,
    deploy: Option<(Color, String)>,
    candidate: Color,
    ramp: &[Ramp],
    last: Bake,
    floor: u32,
) -> Plan {
    let mut plan = Plan::default();
    let now = observed.split;
    let serving = serving(now, candidate);
    for color in Color::BOTH {
        let gains = now.share(color) < desired.split.share(color);
        // A color that takes over must carry what the live one carries now, not what the config once said.
        let carries = if color == serving {
            floor
        } else {
            floor.max(observed.healthy[serving])
        };
        let deployed = deploy.as_ref().filter(|(onto, _)| *onto == color);
        if let Some((_, version)) = deployed {
            if observed.canary_open[color] {
                plan.advance.push(Step::CloseCanary { color });
            }
            plan.advance.push(Step::Deploy {
                color,
                version: version.clone(),
            });
        }
        let mut grows = false;
        let mut at_least = carries;
        if let (Some(from), Some(wanted)) = (observed.requested[color], desired.capacity[color]) {
            let to = if gains { wanted.max(carries) } else { wanted };
            grows = from < to;
            at_least = to.max(if gains { carries } else { 0 });
            if grows {
                plan.advance.push(Step::Scale { color, from, to });
            }
        }
        // Proven on every arrival: an earlier attempt may have ended between the deployment and its proof.
        // Not while it loses traffic: a sick candidate must not keep itself in service.
        let proves = desired.prove == Some(color) && now.share(color) <= desired.split.share(color);
        if gains || grows || proves || (deployed.is_some() && 0 < at_least) {
            plan.advance.push(Step::AwaitHealthy { color, at_least });
        }
    }
    shift(&mut plan, observed, desired, candidate, ramp, last, floor);
    for color in Color::BOTH {
        let (Some(from), Some(to)) = (observed.requested[color], desired.capacity[color]) else {
            continue;
        };
        // A serving color shrinks only for a change of the configuration. More tasks than the plan knew of are
        // autoscaling's, or somebody's, and not ours to take away.
        let serves = 0 < desired.split.share(color);
        if from <= to || (serves && !desired.resized) {
            continue;
        }
        if to == 0 || desired.split.share(color) == 0 {
            if observed.canary_open[color] && !closes(&plan, color) {
                plan.settle.push(Step::CloseCanary { color });
            }
            plan.settle.push(Step::Drain {
                color,
                at_least: floor,
            });
        }
        plan.settle.push(Step::Scale { color, from, to });
    }
    plan
}

/// Who carries most of the traffic, which is what somebody who takes over has to carry.
fn serving(now: TrafficSplit, candidate: Color) -> Color {
    if now.share(candidate) <= now.share(candidate.other()) {
        candidate.other()
    } else {
        candidate
    }
}

fn shift(
    plan: &mut Plan,
    observed: &Observed,
    desired: &Desired,
    candidate: Color,
    ramp: &[Ramp],
    last: Bake,
    floor: u32,
) {
    let mut at = observed.split;
    let serving = serving(at, candidate);
    let (low, high) = (at.share(candidate), desired.split.share(candidate));
    let pauses = ramp
        .iter()
        .filter(|pause| low < pause.percent && pause.percent < high);
    let pauses =
        pauses.filter_map(|p| Some((TrafficSplit::giving(candidate, p.percent)?, Bake::For(p.bake))));
    for (to, bake) in pauses.chain([(desired.split, last)]) {
        if at != to {
            let winner = if at.share(candidate) < to.share(candidate) {
                candidate
            } else {
                candidate.other()
            };
            // Whoever takes traffic back has shown what it can do, and is needed at once.
            let bake = if winner == candidate {
                bake
            } else {
                Bake::For(Duration::ZERO)
            };
            // What serves already has nobody to keep up with.
            if winner != serving {
                plan.advance.push(Step::KeepUp {
                    color: winner,
                    of: serving,
                    at_least: floor,
                });
            }
            plan.advance.push(Step::Shift { from: at, to });
            plan.advance.push(Step::Hold {
                at: to,
                color: winner,
                at_least: floor,
                bake,
            });
            at = to;
        }
    }
}

fn closes(plan: &Plan, color: Color) -> bool {
    plan.advance.contains(&Step::CloseCanary { color })
}

/// Steps that put back what `attempted` changed since traffic stood at `start`: traffic first, in one move, then the
/// capacity of colors that serve nobody, once they have drained. A color that serves keeps what it was given: a
/// floor may be exceeded, and shrinking it needs a change of the configuration. The last attempted step is included,
/// because a call that timed out may still have landed.
pub fn rollback(attempted: &[Step], start: TrafficSplit) -> Vec<Step> {
    let mut back = Vec::new();
    let mut shifts = attempted.iter().filter_map(|step| match step {
        Step::Shift { from, to } => Some((*from, *to)),
        _ => None,
    });
    let mut moved = false;
    if let Some((from, first)) = shifts.next() {
        let (_, reached) = shifts.next_back().unwrap_or((from, first));
        back.push(Step::Shift {
            from: reached,
            to: start,
        });
        moved = true;
    }
    for color in Color::BOTH {
        let mut scales = attempted.iter().filter_map(|step| match *step {
            Step::Scale { color: its, from, to } if its == color => Some((from, to)),
            _ => None,
        });
        // A color may have been scaled again on the way, to keep up with the other one.
        if let Some((from, first)) = scales.next() {
            let to = scales.next_back().map_or(first, |(_, to)| to);
            if 0 < start.share(color) {
                continue;
            }
            if moved {
                back.push(Step::Drain { color, at_least: 0 });
            }
            back.push(Step::Scale {
                color,
                from: to,
                to: from,
            });
        }
    }
    back
}

/// The one call that an interrupt is allowed: back to the last split that was held, if the last move was not.
pub fn retreat(attempted: &[Step]) -> Option<Step> {
    let last = attempted
        .iter()
        .rposition(|step| matches!(step, Step::Shift { .. }))?;
    let Step::Shift { from, to } = attempted[last] else {
        return None;
    };
    // A hold that is the last attempted step was interrupted, so it proved nothing.
    let proven = attempted[last..].len() > 2;
    (!proven).then_some(Step::Shift { from: to, to: from })
}
