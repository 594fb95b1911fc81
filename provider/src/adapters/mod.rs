//! The ports, spoken to real systems. Each adapter turns its SDK's errors into [`PortError`](crate::ports::PortError)
//! and lets no SDK type out.

pub mod alb;
mod aws;
pub mod ecs;

pub use aws::{Clients, Settings};
