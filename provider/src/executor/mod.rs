//! Runs plans. Decides nothing: every choice was made by the core, every judgement is asked of it.

mod run;
mod wait;

pub use run::{Failure, Limits, Outcome, run};
pub use wait::{Patience, Poll, granted, until};

#[cfg(test)]
mod tests;
