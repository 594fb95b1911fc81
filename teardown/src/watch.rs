//! What a long run tells whoever looks on: a progress bar, a log, or nobody.
//!
//! Only tells; nothing is decided by it.

use crate::aws::Class;
use crate::sweep::{Step, Sweep};
use std::time::Duration;

/// Looks on. Called from within the run: an answer that takes long holds it up.
pub trait Watch: Send + Sync {
    /// Something happened.
    fn see(&self, event: &Event);
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A wave of a scan begins.
    WaveBegun {
        /// Which.
        wave: Wave,
    },
    /// It has ended.
    WaveDone {
        /// Which.
        wave: Wave,
        /// HTTP calls of the run so far, repeated ones too.
        calls: u64,
    },
    /// What is going to be done; the places in it are the `node` of what follows.
    SweepBegun {
        /// Its steps.
        sweep: Sweep,
    },
    /// A step begins.
    StepBegun {
        /// Its place in the sweep.
        node: usize,
        /// What it is.
        step: Step,
    },
    /// It is done, or there was nothing left to do.
    StepDone {
        /// Its place in the sweep.
        node: usize,
    },
    /// It was not done.
    StepSkipped {
        /// Its place in the sweep.
        node: usize,
        /// Why.
        why: String,
    },
    /// The wait for AWS to release network interfaces.
    Interfaces {
        /// Those that are still there.
        left: usize,
        /// Those that were there when the wait began.
        of: usize,
    },
    /// AWS asked for fewer calls.
    Throttled {
        /// Of which kind.
        class: Class,
        /// How long the call waits before it is made again.
        pause: Duration,
    },
}

/// Part of a scan: the calls of one wave need nothing but the answers of those before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wave {
    /// Who asks, the network, and all load balancers of the region.
    Listings,
    /// The tags of what is in the VPC, rules that name groups, endpoint services.
    Tags,
    /// Whether the clusters live.
    Clusters,
    /// Deletion protection of what a dead cluster left.
    Protection,
}

/// Looks away.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn see(&self, _: &Event) {}
}
