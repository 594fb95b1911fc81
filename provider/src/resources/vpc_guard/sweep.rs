//! The guard's delete: look, sweep what is proven, wait until AWS has let go, and say what is left.
//!
//! Keeps no file: what a run did not finish, the next one finds again by looking.

use super::course;
use super::model::Guard;
use crate::adapters::chain_of;
use crate::sentence::capitalised;
use crate::wait::rest;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;
use teardown::aws::Aws;
use teardown::document::{Agreed, Document};
use teardown::execute::{Audit, Done, ExecuteError, Job, Journal, Limits, Proof, Stop, execute};
use teardown::inventory::Inventory;
use teardown::judge::{Judgement, Policy, judge};
use teardown::life::Said;
use teardown::managed::Managed;
use teardown::scan::{LIMIT, ScanError, Scope, scan};
use teardown::sweep::Sweep;
use teardown::watch::{Event, Watch};
use tfplugin::{CancellationToken, Diagnostics};
use tokio::time::Instant;

/// Between two looks at interfaces that AWS is releasing.
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What the run says goes to Terraform's log; on the screen Terraform itself says "still destroying".
struct Log;

impl Watch for Log {
    fn see(&self, event: &Event) {
        match event {
            Event::StepBegun { step, .. } => tracing::info!(?step, "begun"),
            Event::StepSkipped { why, .. } => tracing::warn!(why, "left alone"),
            Event::Interfaces { left, of } => tracing::info!(left, of, "waiting for network interfaces"),
            other => tracing::debug!(?other),
        }
    }
}

/// Sweeps. Without an error among the diagnostics the network may go.
pub async fn run(aws: &Aws, guard: &Guard, limit: Duration, stop: &CancellationToken) -> Diagnostics {
    let mut diags = Diagnostics::new();
    let end = Instant::now() + limit;
    let clusters: BTreeSet<String> = guard.cluster_names.each().cloned().collect();
    let scope = Scope {
        vpc: guard.vpc_id.known_or_default(),
        clusters: clusters.clone(),
    };
    // The threshold is the default, E4: no state is there to say what Terraform manages.
    let policy = Policy {
        said: Said {
            clusters: clusters.clone(),
            ..Said::default()
        },
        keep: guard.keep.each().cloned().collect(),
        ..Policy::default()
    };
    let inventory = match scan(aws, &scope, LIMIT, &Log, stop).await {
        Ok(inventory) => inventory,
        Err(ScanError::NoVpc { .. }) => return diags,
        Err(error) => {
            diags.error(
                "The VPC could not be looked at",
                capitalised(&chain_of(&error)) + ". Nothing was touched.",
            );
            return diags;
        }
    };
    let judgement = judge(&inventory, &Managed::default(), &policy);
    let living = course::living(&inventory, &policy.said, clusters.iter().map(String::as_str));
    if !living.is_empty() {
        course::too_early(&living, &mut diags);
        return diags;
    }
    let mut last = judgement;
    if last.orphans().next().is_some() {
        match swept(aws, &inventory, &last, &policy, end, stop).await {
            Ok(done) => match told(done, &mut diags) {
                Some(proof) => last = proof.judgement,
                None => return diags,
            },
            Err(error) => {
                diags.error(
                    "The sweep could not begin",
                    capitalised(&chain_of(&error)) + ". Nothing was touched.",
                );
                return diags;
            }
        }
    }
    released(aws, &scope, &policy, &mut last, end, stop, &mut diags).await;
    course::leftovers(&last, &mut diags);
    diags
}

/// Deletes the orphans of a judgement that was made just now.
async fn swept(
    aws: &Aws,
    inventory: &Inventory,
    judgement: &Judgement,
    policy: &Policy,
    end: Instant,
    stop: &CancellationToken,
) -> Result<Done, ExecuteError> {
    let managed = Managed::default();
    let sweep = Sweep::of(inventory, judgement, policy);
    let text = Document::new(inventory, &managed, policy, judgement, sweep)?.text()?;
    let agreed = Agreed::read(&text, Timestamp::now())?;
    let left = end.saturating_duration_since(Instant::now());
    let job = Job {
        agreed: &agreed,
        managed: &managed,
        policy,
        journal: Journal::memory(),
        audit: Audit::memory(),
        limits: Limits {
            release: left,
            whole: left,
        },
        watch: &Log,
        stop,
    };
    execute(aws, job).await
}

/// What the operator hears of a run, and the proof at its end, if there is one to go on with.
fn told(done: Done, diags: &mut Diagnostics) -> Option<Proof> {
    match &done.stop {
        Some(Stop::Operator) => {
            let detail =
                "What was under way is finished; nothing more was begun. Run destroy again to go on.";
            diags.error("Stopped", detail);
            return None;
        }
        Some(Stop::ControllerAlive(what)) => {
            let detail = format!(
                "{what}. Something still runs that makes load balancers in this VPC, so deleting them is no use: stop it, and run destroy again."
            );
            diags.error("A controller is alive", detail);
            return None;
        }
        Some(Stop::Unrecorded(why)) => {
            diags.error("The sweep could not be recorded", why);
            return None;
        }
        None => {}
    }
    let undone: Vec<String> = done
        .objects
        .iter()
        .filter_map(|(id, outcome)| outcome.why().map(|why| format!("- {id}: {why}")))
        .collect();
    if !undone.is_empty() {
        let detail = format!(
            "{}\n\nRun destroy again when the cause is removed.",
            undone.join("\n")
        );
        diags.error("Not everything that was left behind could be deleted", detail);
    }
    match done.proof {
        Ok(proof) => Some(proof),
        Err(why) => {
            diags.error("What is left could not be read", why);
            None
        }
    }
}

/// Waits for the interfaces of load balancers that somebody else deleted shortly before: a controller on its way out,
/// or a run that was broken off.
async fn released(
    aws: &Aws,
    scope: &Scope,
    policy: &Policy,
    last: &mut Judgement,
    end: Instant,
    stop: &CancellationToken,
    diags: &mut Diagnostics,
) {
    let mut pause = FIRST_PAUSE;
    while !last.ghosts.is_empty() {
        if Instant::now() >= end {
            let detail = format!(
                "AWS still holds {}, which belong to load balancers that are gone. Raise timeouts.delete, or run destroy again later.",
                last.ghosts.join(", ")
            );
            diags.error("Network interfaces are not released yet", detail);
            return;
        }
        if rest(pause, stop).await.is_err() {
            diags.error(
                "Stopped",
                "Network interfaces were still being released. Run destroy again to go on.",
            );
            return;
        }
        pause = pause.mul_f64(1.5).min(LONGEST_PAUSE);
        match scan(aws, scope, LIMIT, &Log, stop).await {
            Ok(inventory) => *last = judge(&inventory, &Managed::default(), policy),
            Err(error) => {
                diags.error(
                    "The VPC could not be looked at",
                    capitalised(&chain_of(&error)) + ".",
                );
                return;
            }
        }
    }
}
