//! The judge on plans that real Terraform made (`tests/plans`, made anew by `tests/plans/make.sh`).
//!
//! Nothing here runs Terraform: the plans are files.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected ends there")]

mod cli;
mod damage;
mod docs;
mod flips;
mod gigantic;
mod golden;
mod mutation;
mod plans;
mod rules;
mod schema;
mod secrets;
