//! The traffic and capacity that an intent calls for. Knows the floor rule of `desired_count`, never the clock:
//! whether the rollback window is over arrives as a fact.

use crate::color::{Color, PerColor};
use crate::intent::Intent;
use crate::phase::Phase;
use crate::split::TrafficSplit;

/// How many tasks are asked for, and what is requested now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sizing {
    /// The floor per serving color. Autoscaling may run more.
    pub desired_count: u32,
    /// `desired_count` itself changed: the one reason to shrink a live color.
    pub resized: bool,
    /// Tasks requested per color now; `None` while the fleet for that color does not exist.
    pub requested: PerColor<Option<u32>>,
    /// After a promotion the stable color stays up, for a rollback in one rule change.
    pub keep_stable: bool,
}

/// What plan and apply aim at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desired {
    pub split: TrafficSplit,
    /// Tasks requested per color; `None` where nobody asked for a number.
    pub capacity: PerColor<Option<u32>>,
    /// The color that must be proven healthy although it takes no share: a canary rule may route to it next.
    pub prove: Option<Color>,
    /// The configured count itself changed: the one reason to shrink a color that serves.
    pub resized: bool,
}

/// `canary_weight` is the candidate's percent while the phase is [`Phase::Canary`]; above 99 counts as 99, so
/// that a canary can never be a promotion. `now` is the split before the change; `sizing` is `None` when only
/// traffic is managed.
pub fn desired(intent: &Intent, canary_weight: u8, now: TrafficSplit, sizing: Option<&Sizing>) -> Desired {
    let (stable, candidate) = (intent.cycle.stable, intent.cycle.candidate());
    let split = match intent.phase {
        Phase::Canary => TrafficSplit::giving(candidate, canary_weight.min(99)),
        _ => None,
    };
    let split = split.unwrap_or(TrafficSplit::all_to(intent.live()));
    let mut capacity = PerColor::default();
    if let Some(sizing) = sizing {
        let serving = if now.share(candidate) <= now.share(stable) {
            stable
        } else {
            candidate
        };
        capacity = match intent.phase {
            Phase::Stable => with(
                stable,
                at_rest(sizing, stable, serving),
                sizing.requested[candidate].map(|_| 0),
            ),
            Phase::Warm | Phase::Canary => with(
                stable,
                at_rest(sizing, stable, serving),
                Some(raised(sizing, candidate, serving)),
            ),
            Phase::Promoted if sizing.keep_stable => with(
                candidate,
                at_rest(sizing, candidate, serving),
                sizing.requested[stable],
            ),
            Phase::Promoted => with(
                candidate,
                at_rest(sizing, candidate, serving),
                sizing.requested[stable].map(|_| 0),
            ),
        };
    }
    let prove = matches!(intent.phase, Phase::Warm | Phase::Canary).then_some(candidate);
    Desired {
        split,
        capacity,
        prove,
        resized: sizing.is_some_and(|sizing| sizing.resized),
    }
}

fn with(color: Color, its: Option<u32>, others: Option<u32>) -> PerColor<Option<u32>> {
    PerColor::from_fn(|c| if c == color { its } else { others })
}

/// A serving color. A fleet that does not exist yet is left alone while its color serves anyway: in a first
/// apply it is made after this resource, and asking for it here would lock that order up.
fn at_rest(sizing: &Sizing, color: Color, serving: Color) -> Option<u32> {
    if color == serving && sizing.requested[color].is_none() {
        return None;
    }
    Some(raised(sizing, color, serving))
}

/// At least the floor; never fewer than it has, and never fewer than the color it stands in for.
fn raised(sizing: &Sizing, color: Color, serving: Color) -> u32 {
    if sizing.resized {
        return sizing.desired_count;
    }
    let has = |color: Color| sizing.requested[color].unwrap_or(0);
    sizing.desired_count.max(has(color)).max(has(serving))
}
