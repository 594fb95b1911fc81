//! The rules: pure functions from a plan to findings. Each has an id, a reason and a level, all in `catalogue`.
//!
//! No rule looks at the clock, at a file, or at what another found.

mod around;
mod canary;
mod catalogue;
mod cidr;
mod destroy;
mod ecs;
mod live;
mod order;
mod outcome;
mod refused;
mod timing;

pub use catalogue::{Doc, Rule};
pub use destroy::wanted;

use crate::model::Plan;
use crate::policy::Policy;
use crate::scan::Scans;
use jiff::Timestamp;

/// Something that a rule has against a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// The resource it is about.
    pub address: String,
    /// What is wrong with it here, in a sentence without a full stop.
    pub message: String,
}

/// All that a rule may look at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub plan: &'a Plan,
    pub policy: &'a Policy,
    /// When it would be applied.
    pub now: Timestamp,
    /// What a look at AWS said, if there was one.
    pub scans: &'a Scans,
}

impl Rule {
    /// What this rule has against a plan.
    pub fn judge(self, case: Case<'_>) -> Vec<Finding> {
        let found = match self {
            Rule::UnknownOutcome => outcome::unknown(case),
            Rule::PartialPlan => outcome::partial(case),
            Rule::RefusedByApply => refused::refused(case),
            Rule::PhaseOrder => order::phase_order(case),
            Rule::FailedRelease => order::failed_release(case),
            Rule::ColdRollback => order::cold_rollback(case),
            Rule::Freeze => timing::freeze(case),
            Rule::OneAtATime => timing::one_at_a_time(case),
            Rule::PromotionAlone => around::promotion_alone(case),
            Rule::Drift => around::drift(case),
            Rule::EcsServiceFields => ecs::fields(case),
            Rule::LiveParts => live::live_parts(case),
            Rule::CanaryOpenToAll => canary::open_to_all(case),
            Rule::CanaryOverlap => canary::overlap(case),
            Rule::CanaryPriorities => canary::priorities(case),
            Rule::UnguardedDestroy => destroy::unguarded(case),
        };
        let finding = |(address, message)| Finding {
            rule: self,
            address,
            message,
        };
        found.into_iter().map(finding).collect()
    }
}

/// What a rule's function returns: the address and the sentence.
type Found = Vec<(String, String)>;

#[cfg(test)]
mod tests;
