//! Runs an agreed plan: looks again, judges again, and deletes what is still what was agreed on, each object looked at
//! once more right before. Ends with a fresh look at the VPC, which is the proof.
//!
//! Deletes nothing that is not both in the plan, unchanged, and judged an orphan by the same rules now. After a stop no
//! call is begun.

mod journal;
mod outcome;
mod pace;
mod protocol;
mod recheck;
mod recreated;
mod release;
mod rounds;
mod steps;

pub use journal::{Journal, JournalError};
pub use outcome::{Blocker, Done, Holder, Outcome, Proof, Stop};
pub use protocol::{Audit, AuditError};

use crate::audit::Event as Line;
use crate::aws::{Aws, Run};
use crate::canonical;
use crate::document::{Agreed, Refused, fingerprints};
use crate::exit::Exit;
use crate::inventory::{Inventory, Reading};
use crate::judge::{Blocker as Reason, Judgement, Policy, Verdict, judge};
use crate::managed::Managed;
use crate::scan::{ScanError, Scope, look};
use crate::sweep::{Step, Sweep};
use crate::watch::{Event, Watch};
use recreated::Recreated;
use release::Waited;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the wait for network interfaces may take. Field reports name half an hour.
    pub release: Duration,
    /// How long everything may take.
    pub whole: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            release: Duration::from_secs(35 * 60),
            whole: Duration::from_secs(60 * 60),
        }
    }
}

/// One plan to be run.
pub struct Job<'a> {
    /// What was agreed on: a plan file that was read and held against the present.
    pub agreed: &'a Agreed,
    /// What Terraform manages now.
    pub managed: &'a Managed,
    /// The same policy as the plan was made with.
    pub policy: &'a Policy,
    /// Where the run says what it sets out to do.
    pub journal: Journal,
    /// Where it says what it did.
    pub audit: Audit,
    /// What it may take.
    pub limits: Limits,
    /// Looks on.
    pub watch: &'a dyn Watch,
    /// Ends the run: the call under way is finished, none is begun.
    pub stop: &'a CancellationToken,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The plan is for something else, or Terraform's state has changed.
    #[error("the plan can't be applied")]
    Plan(#[from] Refused),
    /// The first look failed.
    #[error("the VPC could not be looked at")]
    Scan(#[from] ScanError),
    /// The journal can't be used.
    #[error("the journal can't be used")]
    Journal(#[from] JournalError),
    /// The audit log can't be used.
    #[error("the audit log can't be used")]
    Audit(#[from] AuditError),
    /// Never in practice: everything that is hashed is JSON.
    #[error("what was seen can't be held against the plan")]
    Print(#[from] serde_json::Error),
}

impl ExecuteError {
    /// How a run ends with it.
    pub fn exit(&self) -> Exit {
        match self {
            ExecuteError::Plan(_) => Exit::Refused,
            ExecuteError::Scan(error) => error.exit(),
            ExecuteError::Journal(_) | ExecuteError::Audit(_) | ExecuteError::Print(_) => Exit::Failed,
        }
    }
}

/// Runs a plan.
///
/// # Errors
/// Only where nothing was done at all.
pub async fn execute(aws: &Aws, job: Job<'_>) -> Result<Done, ExecuteError> {
    let run = Run::new(aws, job.watch, job.stop, job.limits.whole);
    let clusters = job.managed.clusters().map(str::to_owned);
    let scope = Scope {
        vpc: job.agreed.header.vpc.clone(),
        clusters: clusters.chain(job.policy.said.clusters.iter().cloned()).collect(),
    };
    let mut inventory = first(&run, &scope).await?;
    job.agreed.is_for(&inventory, job.managed)?;
    let plan = canonical::digest(&json!([job.agreed.header, job.agreed.fingerprints]))?;
    let present = job.journal.begin(&plan, || recreated::present(&inventory))?;
    let begun = json!({
        "plan": plan, "account": inventory.caller.account, "region": inventory.caller.region,
        "vpc": inventory.vpc.id, "policy": job.policy, "objects": job.agreed.fingerprints.keys().collect::<Vec<_>>(),
    });
    job.audit.write(Line::Began, &begun)?;

    let recreated = |claims| Recreated {
        present: present.clone(),
        claims,
        vpc: inventory.vpc.id.clone(),
    };
    let before = recreated(job.journal.claims());
    let mut stop = before.within(&inventory).map(Stop::ControllerAlive);
    if stop.is_none() {
        // Of load balancers that a run before this one deleted.
        let gone: BTreeSet<&str> = lingering(&inventory, job.agreed);
        if !gone.is_empty() {
            match release::wait(&run, &inventory, &gone, job.limits.release, &before).await {
                Waited::Recreated(what) => stop = Some(Stop::ControllerAlive(what)),
                Waited::Over(_) => inventory = first(&run, &scope).await?,
            }
        }
    }
    let narrowed = narrow(&inventory, &job)?;
    let mut claims = job.journal.claims();
    claims.extend(narrowed.claims(&inventory));
    let recreated = Recreated {
        present: present.clone(),
        claims,
        vpc: inventory.vpc.id.clone(),
    };
    let mut rounds = rounds::Rounds {
        run: &run,
        job: &job,
        inventory: &inventory,
        narrowed: &narrowed,
        recreated: &recreated,
        stop,
    };
    job.watch.see(&Event::SweepBegun {
        sweep: narrowed.sweep.clone(),
    });
    let outcomes = rounds.go().await;
    let mut stop = rounds.stop;
    let steps: Vec<(Step, Outcome)> = narrowed
        .sweep
        .nodes
        .iter()
        .map(|node| node.step.clone())
        .zip(outcomes)
        .collect();
    let proof = match job.stop.is_cancelled() {
        true => {
            stop = stop.or(Some(Stop::Operator));
            Err("the run was stopped".to_owned())
        }
        false => proof(&run, &scope, &job).await,
    };
    if let (None, Ok(proof)) = (&stop, &proof) {
        let ours = Recreated {
            claims: job.journal.claims(),
            ..recreated
        };
        stop = ours.within(&proof.inventory).map(Stop::ControllerAlive);
    }
    let mut done = Done {
        objects: objects(&job, &inventory, &narrowed, &steps),
        steps,
        stop,
        proof,
    };
    let ended = json!({ "exit": done.exit().code(), "stop": done.stop, "objects": done.objects });
    if let Err(error) = job.audit.write(Line::Ended, &ended) {
        done.stop = done.stop.or(Some(Stop::Unrecorded(error.to_string())));
    }
    Ok(done)
}

async fn first(run: &Run<'_>, scope: &Scope) -> Result<Inventory, ScanError> {
    let seen = look(run, scope).await;
    match run.stop.is_cancelled() {
        true => Err(ScanError::Stopped),
        false => seen,
    }
}

/// The marks of agreed load balancers that no whole listing has and whose interfaces are still there.
fn lingering<'a>(inventory: &'a Inventory, agreed: &'a Agreed) -> BTreeSet<&'a str> {
    let all = inventory.classic.items.iter().chain(&inventory.modern.items);
    let listed: BTreeSet<&str> = all.map(|it| it.arn.as_str()).collect();
    let gone = agreed
        .fingerprints
        .keys()
        .filter(|id| !listed.contains(id.as_str()) && gap(inventory, id).is_none());
    let gone: BTreeSet<&str> = gone
        .filter_map(|id| Some(id.split_once(":loadbalancer/")?.1))
        .collect();
    let marks = inventory.interfaces.items.iter().filter_map(release::mark);
    marks.filter(|mark| gone.contains(mark)).collect()
}

/// What of the plan still holds.
pub(crate) struct Narrowed {
    /// Id → the fingerprint that it must have.
    pub prints: BTreeMap<String, String>,
    /// Id → why it is left alone whatever it is judged.
    pub spared: BTreeMap<String, String>,
    /// Those among them that the plan has and that have changed.
    pub drifted: BTreeSet<String>,
    pub judgement: Judgement,
    pub sweep: Sweep,
}

impl Narrowed {
    fn claims(&self, inventory: &Inventory) -> BTreeSet<String> {
        let all = inventory.classic.items.iter().chain(&inventory.modern.items);
        let ours = all.filter(|it| self.prints.contains_key(&it.arn) && !self.spared.contains_key(&it.arn));
        ours.filter_map(recreated::purpose_of).collect()
    }
}

fn narrow(inventory: &Inventory, job: &Job<'_>) -> Result<Narrowed, serde_json::Error> {
    let found = fingerprints(inventory)?;
    let agreed = job.agreed;
    let unread = unread(inventory);
    let mut drifted = BTreeSet::new();
    let mut spared = BTreeMap::new();
    for (id, print) in &found {
        match agreed.fingerprints.get(id) {
            Some(agreed) if agreed == print => {}
            // Whether it has changed can't be told; judged unknown, it is no part of the sweep.
            Some(_) if unread.contains(id.as_str()) => {}
            Some(_) => {
                drifted.insert(id.clone());
                spared.insert(id.clone(), "it has changed since the plan was made".to_owned());
            }
            None => {
                spared.insert(id.clone(), "it is not part of the plan".to_owned());
            }
        }
    }
    for group in &inventory.target_groups.items {
        let linked = agreed.links.get(&group.arn);
        let strange = |arn: &&String| !linked.is_some_and(|linked| linked.contains(*arn));
        if let Some(other) = group.load_balancers.iter().find(strange)
            && agreed.fingerprints.contains_key(&group.arn)
        {
            drifted.insert(group.arn.clone());
            spared.insert(group.arn.clone(), format!("load balancer {other} uses it since"));
        }
    }
    let judgement = judge(inventory, job.managed, &sparing(job.policy, &spared));
    Ok(Narrowed {
        prints: agreed.fingerprints.clone(),
        sweep: Sweep::of(inventory, &judgement, job.policy),
        spared,
        drifted,
        judgement,
    })
}

fn unread(inventory: &Inventory) -> BTreeSet<&str> {
    let balancers = inventory.classic.items.iter().chain(&inventory.modern.items);
    let balancers = balancers.map(|it| (&it.arn, &it.tags));
    let groups = inventory.target_groups.items.iter().map(|it| (&it.arn, &it.tags));
    let all = balancers.chain(groups);
    all.filter(|(_, tags)| matches!(tags, Reading::Unread(_)))
        .map(|(arn, _)| arn.as_str())
        .collect()
}

/// The same policy, where some objects stay whatever speaks against them.
pub(crate) fn sparing(policy: &Policy, spared: &BTreeMap<String, String>) -> Policy {
    let mut policy = policy.clone();
    policy.keep.extend(spared.keys().cloned());
    policy
}

/// What became of each object of the plan.
fn objects(
    job: &Job<'_>,
    inventory: &Inventory,
    narrowed: &Narrowed,
    steps: &[(Step, Outcome)],
) -> BTreeMap<String, Outcome> {
    let done: BTreeMap<&str, &Outcome> = steps
        .iter()
        .filter_map(|(step, outcome)| {
            let id = match step {
                Step::DeleteLoadBalancer { load_balancer } => load_balancer,
                Step::DeleteTargetGroup { target_group } => target_group,
                Step::DeleteSecurityGroup { security_group } => security_group,
                _ => return None,
            };
            Some((id.as_str(), outcome))
        })
        .collect();
    let judged = narrowed.judgement.objects.iter();
    let judged: BTreeMap<&str, &Verdict> = judged.map(|it| (it.id.as_str(), &it.verdict)).collect();
    let of = |id: &String| match (done.get(id.as_str()), judged.get(id.as_str())) {
        (Some(outcome), _) => (*outcome).clone(),
        (None, Some(verdict)) => left(id, narrowed, verdict),
        (None, None) => match gap(inventory, id) {
            Some(why) => Outcome::Unproven(why),
            None if job.journal.meant(id) => Outcome::Deleted,
            None => Outcome::AlreadyGone,
        },
    };
    let ids = job.agreed.fingerprints.keys();
    ids.map(|id| (id.clone(), of(id))).collect()
}

fn left(id: &str, narrowed: &Narrowed, verdict: &Verdict) -> Outcome {
    if narrowed.drifted.contains(id) {
        let why = narrowed.spared.get(id).cloned();
        return Outcome::Drifted(why.unwrap_or_default());
    }
    match verdict {
        // What keeps it now did not when the plan was made.
        Verdict::Kept(keep) => Outcome::Drifted(format!("it is no orphan any more: {keep:?}")),
        Verdict::Blocked(why) => {
            let all: Vec<String> = why.iter().map(Reason::to_string).collect();
            Outcome::Unproven(all.join("; "))
        }
        Verdict::Unknown(why) => Outcome::Unproven(why.clone()),
        Verdict::Orphan => Outcome::Unproven("no step was made for it".to_owned()),
    }
}

/// Why an object that is not listed may be there all the same.
fn gap(inventory: &Inventory, id: &str) -> Option<String> {
    let gap = match id {
        _ if id.contains(":targetgroup/") => &inventory.target_groups.gap,
        _ if id.contains(":loadbalancer/") => match id.split_once(":loadbalancer/") {
            Some((_, mark)) if mark.contains('/') => &inventory.modern.gap,
            _ => &inventory.classic.gap,
        },
        _ => &inventory.security_groups.gap,
    };
    gap.as_ref()
        .map(|why| format!("it is not listed, and not all could be listed: {why}"))
}

async fn proof(run: &Run<'_>, scope: &Scope, job: &Job<'_>) -> Result<Proof, String> {
    let inventory = look(run, scope).await.map_err(|error| error.to_string())?;
    if run.stop.is_cancelled() {
        return Err("the run was stopped".to_owned());
    }
    let judgement = judge(&inventory, job.managed, job.policy);
    Ok(Proof { inventory, judgement })
}

#[cfg(test)]
mod tests;
