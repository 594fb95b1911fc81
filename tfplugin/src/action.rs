//! What an action is to the framework: something done on request that leaves no state behind.
//!
//! Needs Terraform 1.14. Has no result: what it changes, the next refresh sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::diag::Diagnostics;
use crate::schema::Schema;
use crate::value::Value;

/// An action type, over untyped values.
#[async_trait]
pub trait DynAction: Send + Sync {
    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema; nothing computed, since nothing comes back.
    fn schema(&self) -> Schema;

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// May object to, or comment on, what is going to be done.
    async fn plan(&self, _req: PlanActionRequest) -> Diagnostics {
        Diagnostics::new()
    }

    /// Does it. Runs to its end even if the host goes away.
    async fn invoke(&self, req: InvokeRequest, progress: Progress) -> Diagnostics;
}

/// What `plan` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlanActionRequest<C = Value> {
    /// The configuration; may hold unknowns.
    pub config: C,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `invoke` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct InvokeRequest<C = Value> {
    /// The configuration, wholly known.
    pub config: C,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// Tells the operator how far an action is.
#[derive(Clone, Debug)]
pub struct Progress {
    lines: mpsc::Sender<String>,
    left_out: Arc<AtomicUsize>,
}

/// How many lines wait for the host at most.
pub(crate) const WAITING: usize = 256;

impl Progress {
    /// Where an action speaks, where its lines arrive, and how many did not.
    pub(crate) fn new() -> (Self, mpsc::Receiver<String>, Arc<AtomicUsize>) {
        let (lines, said) = mpsc::channel(WAITING);
        let left_out = Arc::new(AtomicUsize::new(0));
        let progress = Progress {
            lines,
            left_out: left_out.clone(),
        };
        (progress, said, left_out)
    }

    /// Shows one line. Never waits: a line for which there is no room, since the host is slow, is left out, and how many
    /// were is told in the end. Does nothing when nobody listens any more.
    pub fn say(&self, line: impl Into<String>) {
        // The action runs on without its host, as an apply does.
        if let Err(mpsc::error::TrySendError::Full(_)) = self.lines.try_send(line.into()) {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

crate::opaque::opaque!(PlanActionRequest<M>, InvokeRequest<M>);
