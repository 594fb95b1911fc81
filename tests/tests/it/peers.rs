//! Peers: programs that other people wrote, and which must agree with the sandbox or work through it.
//!
//! Never skips: a peer that is missing fails its tests with the command that installs it.

mod cli;
pub mod drive;
mod example;
mod lifecycle;
pub mod moto;
