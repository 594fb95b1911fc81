//! Who holds what: the memory of a release cycle. Holds no clock and no traffic; those are observed.

use crate::color::{Color, PerColor};
use crate::phase::Phase;
use crate::split::TrafficSplit;

/// One release cycle, from the color that was stable when it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The color the cycle started from.
    pub stable: Color,
    /// The release last deployed to each color; `None` if releases are not named or none came yet.
    pub held: PerColor<Option<String>>,
    /// The release whose verdict was a failure. Only a failed verdict sets it, never an interrupt, a manual
    /// rollback, throttling or a crash.
    pub failed: Option<String>,
}

impl Cycle {
    pub fn candidate(&self) -> Color {
        self.stable.other()
    }

    /// The phase that is true of what was observed: `tasks` requested for the candidate (`None` without a fleet
    /// to ask, when only `recorded` can tell warm from stable), and whether a canary audience is routed to it.
    pub fn phase(&self, split: TrafficSplit, tasks: Option<u32>, audience: bool, recorded: Phase) -> Phase {
        match split.live() {
            None => Phase::Canary,
            Some(live) if live == self.candidate() => Phase::Promoted,
            Some(_) if audience => Phase::Canary,
            Some(_) => match tasks {
                Some(0) => Phase::Stable,
                Some(_) => Phase::Warm,
                None if recorded == Phase::Warm => Phase::Warm,
                None => Phase::Stable,
            },
        }
    }

    /// The color that holds `release`. The candidate is asked first: it is the one being released.
    pub fn holder(&self, release: &str) -> Option<Color> {
        [self.candidate(), self.stable]
            .into_iter()
            .find(|&color| self.held[color].as_deref() == Some(release))
    }
}

/// The version that a release asks for, for example an ECS task definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Version {
    /// Somebody else deploys; only capacity and traffic are managed.
    Unmanaged,
    /// Known once another resource has been applied. Counts as different from whatever runs.
    Unknown,
    Known(String),
}

impl Version {
    /// Whether a color that runs `running` would have to be deployed to.
    pub fn differs_from(&self, running: Option<&str>) -> bool {
        match self {
            Version::Unmanaged => false,
            Version::Unknown => true,
            Version::Known(wanted) => running != Some(wanted.as_str()),
        }
    }
}
