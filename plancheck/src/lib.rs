//! Judges a Terraform plan: may this release go out like this? Reads `terraform show -json`, applies a policy, answers
//! offline in seconds.
//!
//! Never calls a cloud, never changes anything, and never takes what it can't read for allowed.

pub mod document;
pub mod exit;
pub mod guard;
pub mod model;
pub mod movement;
pub mod policy;
pub mod redact;
pub mod report;
pub mod rules;
pub mod source;
pub mod verdict;
pub mod view;
