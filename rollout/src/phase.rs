//! What the operator asked for, named. Knows nothing of what is observed.

use std::fmt;
use thiserror::Error;

/// The three promotion flags as they stand in tfvars. They are relative to stable and candidate, not to blue
/// and green, so that the next release needs no HCL edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flags {
    pub enable_canary: bool,
    pub activate_canary: bool,
    pub promote_to_all: bool,
}

impl Flags {
    /// # Errors
    /// The combinations that name no phase; callers turn them into a diagnostic while validating.
    pub fn phase(self) -> Result<Phase, Contradiction> {
        match (self.enable_canary, self.activate_canary, self.promote_to_all) {
            (false, false, false) => Ok(Phase::Stable),
            (true, false, false) => Ok(Phase::Warm),
            (true, true, false) => Ok(Phase::Canary),
            (true, false, true) => Ok(Phase::Promoted),
            (true, true, true) => Err(Contradiction::CanaryWhilePromoted),
            (false, true, false) => Err(Contradiction::CanaryWithoutCandidate),
            (false, false, true) => Err(Contradiction::PromotionWithoutCandidate),
            (false, true, true) => Err(Contradiction::EverythingWithoutCandidate),
        }
    }
}

/// How far a release has come. As a *requested* phase it depends on flags and holders only; as a *phase* it is
/// what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Stable serves; the candidate runs nothing.
    Stable,
    /// The candidate runs and is healthy, and serves nobody.
    Warm,
    /// The candidate serves the canary audience, or a weighted share.
    Canary,
    /// The candidate serves everybody.
    Promoted,
}

impl Phase {
    /// The name used in HCL and output.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Stable => "stable",
            Phase::Warm => "warm",
            Phase::Canary => "canary",
            Phase::Promoted => "promoted",
        }
    }

    /// `None` for anything but the four names.
    pub fn parse(name: &str) -> Option<Phase> {
        [Phase::Stable, Phase::Warm, Phase::Canary, Phase::Promoted]
            .into_iter()
            .find(|p| p.name() == name)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Flags that contradict each other. Each sentence says which flag to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
pub enum Contradiction {
    #[error(
        "activate_canary and promote_to_all are both true: set activate_canary = false to promote to everybody, \
         or promote_to_all = false to stay in the canary"
    )]
    CanaryWhilePromoted,
    #[error(
        "activate_canary is true but enable_canary is false, so no candidate runs that a canary could see: \
         set enable_canary = true, or activate_canary = false"
    )]
    CanaryWithoutCandidate,
    #[error(
        "promote_to_all is true but enable_canary is false, so no candidate runs that could be promoted: \
         set enable_canary = true, or promote_to_all = false"
    )]
    PromotionWithoutCandidate,
    #[error(
        "activate_canary and promote_to_all are true but enable_canary is false: set all three to false for the \
         stable color, or enable_canary = true with exactly one of the other two"
    )]
    EverythingWithoutCandidate,
}
