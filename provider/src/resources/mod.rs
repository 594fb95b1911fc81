//! The resource types: schema, plan, and which adapters to plug in. Thin: the decisions are `rollout`'s.

use crate::executor::granted;
use crate::priorities::{Claim, Conflict, Ledger};
use tfplugin::{ApplyResponse, CancellationToken, Diagnostics, Path};

pub mod canary_rule;
mod room;
pub mod service;
pub mod vpc_guard;

/// Notes what a plan will take, and warns if another resource of the configuration will take it too (in apply each
/// would push the other away), or if one leaves nothing to match to the other.
fn claim(ledger: &Ledger, claim: Claim, at: &Path, diags: &mut Diagnostics) {
    let listener = claim.listener.clone();
    for conflict in ledger.claim(claim) {
        match conflict {
            Conflict::One {
                priority,
                owners: [one, other],
            } => {
                let detail = format!(
                    "{one} and {other} both claim priority {priority} of listener {listener}. Apply will refuse the second, or each apply would push the other away. Give one of them another priority."
                );
                diags.warning_at(at.clone(), "Two resources claim one priority", detail);
            }
            Conflict::Hidden {
                by,
                owner,
                priorities,
                alike,
            } => {
                let priorities: Vec<String> = priorities.iter().map(u32::to_string).collect();
                let same = match alike {
                    true => "the same requests as",
                    false => "every request that is matched by",
                };
                let detail = format!(
                    "On listener {listener}, {by} is tried before {owner} and matches {same} its rule at priority {}, which no request will reach. Let one match something else, give the narrower one the lower priority, or remove it.",
                    priorities.join(", ")
                );
                diags.warning_at(at.clone(), "A rule that no request reaches", detail);
            }
        }
    }
}

/// Tells what a resource did at the cost of somebody whom the run does not know.
fn tell(ledger: &Ledger, owner: &str, diags: &mut Diagnostics) {
    for note in ledger.notes(owner) {
        diags.warning("A rule gave way", note);
    }
}

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
