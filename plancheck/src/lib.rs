//! Judges a Terraform plan: may this release go out like this? Reads `terraform show -json`, applies a policy, answers
//! offline in seconds.
//!
//! Never changes anything, and never takes what it can't read for allowed. Calls a cloud only with the feature `live`, and
//! then only where a caller asks for it.

pub mod document;
pub mod exit;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
pub mod guard;
#[cfg(feature = "live")]
pub mod live;
pub mod model;
pub mod movement;
pub mod policy;
pub mod redact;
pub mod report;
pub mod rules;
pub mod scan;
pub mod source;
pub mod verdict;
pub mod view;
