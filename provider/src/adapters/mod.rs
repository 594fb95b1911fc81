//! The ports, spoken to real systems. Each adapter turns its SDK's errors into [`PortError`](crate::ports::PortError)
//! and lets no SDK type out.

pub mod alb;
mod aws;
mod batch;
mod chain;
pub mod ecs;
#[cfg(test)]
mod fake;
mod limiter;
mod listing;
mod paced;
pub mod visit;

pub use aws::{Clients, chain_of};
pub use chain::{Accounts, Endpoints, Keys, Role, Settings};
pub use listing::Elbv2;
