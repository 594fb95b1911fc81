//! The AWS shell against AWS's wire formats, in memory and in paused time: what a scan asks for, what a run deletes,
//! and that neither is led astray by an error, a lost answer, or its own death at any call.
#![allow(
    clippy::unwrap_used,
    reason = "what a test did not expect fails it, in its helpers too"
)]

mod answers;
mod cloud;
mod faults;
mod form;
#[path = "../maker/mod.rs"]
mod maker;
mod permissions;
mod run;
mod scanning;
mod waiting;
mod wire;
mod worlds;

use std::collections::BTreeSet;
use teardown::document::{Agreed, Document};
use teardown::execute::{Audit, Done, ExecuteError, Job, Journal, Limits, execute};
use teardown::inventory::Inventory;
use teardown::judge::{Policy, judge};
use teardown::managed::Managed;
use teardown::scan::{LIMIT, ScanError, Scope, scan};
use teardown::sweep::Sweep;
use teardown::watch::Unwatched;
use tokio_util::sync::CancellationToken;
use wire::Wire;

pub async fn look(wire: &Wire) -> Result<Inventory, ScanError> {
    look_for(wire, BTreeSet::new()).await
}

/// The same, and asks for clusters that no tag names.
pub async fn look_for(wire: &Wire, clusters: BTreeSet<String>) -> Result<Inventory, ScanError> {
    let scope = Scope {
        vpc: wire.change(|cloud| cloud.vpc.clone()),
        clusters,
    };
    scan(&wire.aws(), &scope, LIMIT, &Unwatched, &CancellationToken::new()).await
}

pub fn plan(inventory: &Inventory, managed: &Managed, policy: &Policy) -> Agreed {
    let judgement = judge(inventory, managed, policy);
    let sweep = Sweep::of(inventory, &judgement, policy);
    let document = Document::new(inventory, managed, policy, &judgement, sweep).unwrap();
    Agreed::read(&document.text().unwrap(), inventory.taken_at).unwrap()
}

/// A plan and what its runs leave behind.
pub struct Applied {
    pub agreed: Agreed,
    pub managed: Managed,
    pub journal: Journal,
    pub audit: Audit,
    pub stop: CancellationToken,
}

impl Applied {
    pub async fn planned(wire: &Wire, policy: &Policy) -> Applied {
        let managed = Managed::default();
        Applied::of(plan(&look(wire).await.unwrap(), &managed, policy), managed)
    }

    pub fn of(agreed: Agreed, managed: Managed) -> Applied {
        Applied {
            agreed,
            managed,
            journal: Journal::memory(),
            audit: Audit::memory(),
            stop: CancellationToken::new(),
        }
    }

    /// None if the process died.
    pub async fn run(&self, wire: &Wire) -> Option<Result<Done, ExecuteError>> {
        let aws = wire.aws();
        let job = Job {
            agreed: &self.agreed,
            managed: &self.managed,
            policy: &self.agreed.policy,
            journal: self.journal.clone(),
            audit: self.audit.clone(),
            limits: Limits::default(),
            watch: &Unwatched,
            stop: &self.stop,
        };
        tokio::select! {
            done = execute(&aws, job) => Some(done),
            () = wire.dead.cancelled() => None,
        }
    }

    pub async fn done(&self, wire: &Wire) -> Done {
        self.run(wire).await.unwrap().unwrap()
    }
}
