//! Blue/green and canary rollouts as pure decisions.
//!
//! `flags + who holds what → `[`Phase`]` → `[`Intent`]` → `[`Desired`]` → `[`Plan`]` {advance, settle}`.
//! Same input, same plan. This crate never sleeps, never reads a clock, never calls out and never fails for
//! any reason but its input; the executor that owns the network runs the steps and asks [`judge`] on the way.

mod color;
mod cycle;
mod desired;
mod explain;
mod gate;
mod intent;
mod phase;
mod plan;
mod split;

pub use color::{Color, PerColor};
pub use cycle::{Cycle, Version};
pub use desired::{Desired, Sizing, desired};
pub use explain::{Change, Kind};
pub use gate::{Blocker, Deployment, Evidence, Gate, judge};
pub use intent::{Ask, Facts, Intent, Refusal, first, resolve};
pub use phase::{Contradiction, Flags, Phase};
pub use plan::{Bake, Observed, Plan, Ramp, Step, plan, retreat, rollback};
pub use split::TrafficSplit;

#[cfg(test)]
mod tests;
