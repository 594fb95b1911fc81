//! The resource types: schema, plan, and which adapters to plug in. Thin: the decisions are `rollout`'s.

use crate::executor::granted;
use tfplugin::{ApplyResponse, CancellationToken};

pub mod canary_rule;
pub mod service;

/// What `work` answers, or `instead` with an error if AWS keeps silent after the operator's stop.
async fn answered(
    stop: &CancellationToken,
    mut instead: ApplyResponse,
    work: impl Future<Output = ApplyResponse>,
) -> ApplyResponse {
    if let Ok(response) = granted(stop, work).await {
        return response;
    }
    let detail = "AWS gave no answer after the operator's stop, so the last call may have been carried out or not. The next plan looks again.";
    instead.diagnostics.error("Stopped", detail);
    instead
}
