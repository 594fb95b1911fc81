//! Serves a provider whose wrong answers pass, so that a test can hold Terraform's verdict beside the framework's.
//!
//! Only the checks of plans against their configuration and of results against their plan step aside. Never for
//! production: Terraform's own errors say less, and come after state was written.

use std::process::ExitCode;

use crate::diag::Diagnostics;
use crate::provider::DynProvider;
use crate::value::Value;

/// As [`run`](crate::run), but each plan and each result is given to `verdict` with what is wrong with it, and goes to
/// Terraform all the same.
pub async fn run_judged(
    provider: impl DynProvider,
    verdict: impl Fn(&Value, &Diagnostics) + Send + Sync + 'static,
) -> ExitCode {
    crate::serve::run_judged(provider, Box::new(verdict)).await
}
