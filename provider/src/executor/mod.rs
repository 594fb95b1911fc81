//! Runs plans. Decides nothing: every choice was made by the core, every judgement is asked of it.

mod hold;
mod keep;
mod outcome;
mod run;
mod smoke;
mod step;

pub use crate::wait::{Patience, Poll, granted, rest, until};
pub use outcome::{Failure, Outcome};
pub use run::{Limits, Surroundings, run};
pub use smoke::Smoke;
pub use step::describe;

#[cfg(test)]
mod tests;
