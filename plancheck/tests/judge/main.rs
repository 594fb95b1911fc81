//! The judge on plans that real Terraform made (`tests/plans`, made anew by `tests/plans/make.sh`).
//!
//! Nothing here runs Terraform: the plans are files.

mod cli;
mod golden;
mod mutation;
mod plans;
mod rules;
mod secrets;
mod truncation;
