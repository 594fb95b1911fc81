//! Runs plans. Decides nothing: every choice was made by the core, every judgement is asked of it.

mod run;
mod step;

pub use crate::wait::{Patience, Poll, granted, until};
pub use run::{Failure, Limits, Outcome, Surroundings, run};
pub use step::describe;

#[cfg(test)]
mod tests;
