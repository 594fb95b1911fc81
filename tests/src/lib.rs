//! What the acceptance tests and the demo share: a runner for Terraform, a world to run it in, and a judge of order.
//!
//! Never uses the provider's code: what it knows of a release is what an operator and AWS can see.

pub mod folder;
pub mod order;
pub mod permits;
pub mod place;
pub mod redact;
pub mod terraform;
pub mod wait;
pub mod world;

/// The load client is the sandbox's own tool.
pub use sandbox::probe;
