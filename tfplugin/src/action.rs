//! What an action is to the framework: something done on request that leaves no state behind.
//!
//! Needs Terraform 1.14. Has no result: what it changes, the next refresh sees.

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
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanActionRequest<C = Value> {
    /// The configuration; may hold unknowns.
    pub config: C,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `invoke` is given.
#[derive(Clone, Debug)]
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
    pub(crate) lines: mpsc::UnboundedSender<String>,
}

impl Progress {
    /// Shows one line. Does nothing when nobody listens any more.
    pub fn say(&self, line: impl Into<String>) {
        // The action runs on without its host, as an apply does.
        let _ = self.lines.send(line.into());
    }
}
