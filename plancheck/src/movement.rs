//! What a planned change means for a release. Clean-up that the provider left for later is told apart from drift, and
//! both from what somebody asks for.
//!
//! Says nothing of whether it is allowed.

use crate::model::{Action, Changed, Color, Phase, Service};
use crate::view::Known;
use std::fmt;

/// What sort of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    Nothing,
    /// The first release of a new service.
    Create,
    Destroy,
    Forget,
    /// An import: what it holds is recorded, and no traffic moves.
    TakeOver,
    /// Apply will refuse it.
    Refused,
    /// What will serve is not known yet.
    Unknown,
    Warm,
    Canary,
    Promotion,
    /// To everybody without the stages before.
    Straight,
    /// The other color still runs: traffic goes back at once.
    WarmRollback,
    /// The other color has to be started first.
    ColdRollback,
    Abort,
    /// Only draining and scaling down what an earlier release left.
    Settle,
    /// What was applied is no longer true, and is made true again.
    Drift,
    Resize,
    /// Nothing moves.
    Settings,
}

impl Movement {
    /// A release takes a step towards its users.
    pub fn is_forward(self) -> bool {
        matches!(
            self,
            Movement::Create | Movement::Warm | Movement::Canary | Movement::Promotion | Movement::Straight
        )
    }

    /// The candidate gets everybody.
    pub fn promotes(self) -> bool {
        matches!(self, Movement::Promotion | Movement::Straight)
    }

    /// For output; part of the JSON schema.
    pub fn name(self) -> &'static str {
        match self {
            Movement::Nothing => "nothing",
            Movement::Create => "create",
            Movement::Destroy => "destroy",
            Movement::Forget => "forget",
            Movement::TakeOver => "take-over",
            Movement::Refused => "refused",
            Movement::Unknown => "unknown",
            Movement::Warm => "warm-up",
            Movement::Canary => "canary",
            Movement::Promotion => "promotion",
            Movement::Straight => "straight deploy",
            Movement::WarmRollback => "rollback, warm",
            Movement::ColdRollback => "rollback, cold",
            Movement::Abort => "abort",
            Movement::Settle => "settle",
            Movement::Drift => "drift",
            Movement::Resize => "resize",
            Movement::Settings => "settings",
        }
    }
}

impl fmt::Display for Movement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How the sentence of a change begins that apply will refuse.
pub const REFUSED: &str = "refused: ";

/// The meaning of a service's change.
pub fn movement(service: &Changed<Service>) -> Movement {
    match service.action {
        Action::Nothing => return Movement::Nothing,
        Action::Delete | Action::Replace => return Movement::Destroy,
        Action::Forget => return Movement::Forget,
        Action::Create | Action::Update => {}
    }
    let Some(after) = &service.after else {
        return Movement::Unknown;
    };
    if after
        .change
        .text()
        .is_some_and(|change| change.starts_with(REFUSED))
    {
        return Movement::Refused;
    }
    let split_known = Color::BOTH.into_iter().all(|color| after.share(color).is_some());
    if !split_known || after.live.value().is_none() {
        return Movement::Unknown;
    }
    let Some(before) = &service.before else {
        return match after.phase.value() {
            Some(_) => Movement::Create,
            None => Movement::Unknown,
        };
    };
    match (&before.phase, &after.phase) {
        // Just imported: nothing is recorded, and the phase is for apply to find out.
        (Known::Null | Known::Unknown, _) => Movement::TakeOver,
        (_, Known::Null | Known::Unknown) => Movement::Unknown,
        (Known::Is(_), Known::Is(_)) if service.repeated => repeated(before, after),
        (Known::Is(from), Known::Is(to)) => between(before, *from, after, *to),
    }
}

fn between(before: &Service, from: Phase, after: &Service, to: Phase) -> Movement {
    let same_cycle = before.stable == after.stable && before.held == after.held;
    let other_release = before.release != after.release || !same_cycle;
    let moves = before.traffic != after.traffic;
    let resized = before.capacity != after.capacity;
    match to {
        Phase::Promoted if from == Phase::Promoted && !moves && before.stable == after.stable => {
            rest(resized)
        }
        Phase::Promoted if from == Phase::Warm || from == Phase::Canary => {
            match before.release == after.release {
                true => Movement::Promotion,
                false => Movement::Straight,
            }
        }
        Phase::Promoted => Movement::Straight,
        _ if from == Phase::Promoted && before.stable == after.stable => back(before, after),
        Phase::Stable if from == Phase::Stable && !moves => rest(resized),
        Phase::Stable => Movement::Abort,
        Phase::Warm if from == Phase::Warm && !other_release => rest(resized),
        Phase::Warm if from == Phase::Canary && before.release == after.release => Movement::Abort,
        Phase::Warm => Movement::Warm,
        Phase::Canary if from == Phase::Canary && !other_release && !moves => rest(resized),
        Phase::Canary => Movement::Canary,
    }
}

fn rest(resized: bool) -> Movement {
    match resized {
        true => Movement::Resize,
        false => Movement::Settings,
    }
}

/// Traffic leaves a candidate that was promoted.
fn back(before: &Service, after: &Service) -> Movement {
    let Known::Is(stable) = after.stable else {
        return Movement::Unknown;
    };
    match (&before.capacity[stable], &after.capacity[stable]) {
        (Known::Is(now), Known::Is(then)) if now < then => Movement::ColdRollback,
        // How many run now was never recorded: not to be taken for enough.
        (Known::Null | Known::Unknown, Known::Is(_)) => Movement::ColdRollback,
        _ => Movement::WarmRollback,
    }
}

/// Nothing else is asked than was applied last.
fn repeated(before: &Service, after: &Service) -> Movement {
    let shrinks_idle = Color::BOTH.into_iter().all(|color| {
        let same = before.capacity[color] == after.capacity[color];
        let fewer = before.capacity[color].value() > after.capacity[color].value();
        same || (fewer && after.share(color) == Some(0))
    });
    let true_still = before.traffic == after.traffic
        && before.phase == after.phase
        && before.stable == after.stable
        && before.held == after.held
        && before.rule == after.rule
        && before.rule_intact == after.rule_intact;
    match (true_still && shrinks_idle, before.capacity == after.capacity) {
        (true, false) => Movement::Settle,
        (true, true) => Movement::Settings,
        (false, _) => Movement::Drift,
    }
}

#[cfg(test)]
mod tests;
