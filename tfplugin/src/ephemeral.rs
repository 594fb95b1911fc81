//! What an ephemeral resource is to the framework: something opened for a run and closed after it, stored nowhere.
//!
//! Needs Terraform 1.10. Never planned: opened when its configuration is known, once in plan and once in apply.

use std::time::SystemTime;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::diag::{Diagnostic, Diagnostics};
use crate::private::Private;
use crate::schema::Schema;
use crate::value::Value;

/// An ephemeral resource type, over untyped values.
#[async_trait]
pub trait DynEphemeralResource: Send + Sync {
    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema; no write-only attributes.
    fn schema(&self) -> Schema;

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// Opens it.
    async fn open(&self, req: OpenRequest) -> OpenResponse;

    /// Keeps it open for longer. Only called when `open` or the last renewal said when.
    async fn renew(&self, _req: RenewRequest) -> RenewResponse {
        no_renewal(self.type_name())
    }

    /// Closes it. Always called after an `open` that went well.
    async fn close(&self, _req: CloseRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

pub(crate) fn no_renewal(name: &str) -> RenewResponse {
    RenewResponse {
        renew_at: None,
        private: Private::new(),
        diagnostics: Diagnostic::error(
            format!("{name} can't be renewed"),
            "It asked to be renewed, but has no way to do that. This is a bug in the provider.",
        )
        .into(),
    }
}

/// What `open` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct OpenRequest<M = Value> {
    /// The configuration, wholly known.
    pub config: M,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `open` answers.
#[derive(Clone)]
pub struct OpenResponse<M = Value> {
    /// Every attribute, those of the configuration included; `None` only with an error.
    pub result: Option<M>,
    /// Handed to `renew` and `close`.
    pub private: Private,
    /// When to renew it; never, if `None`.
    pub renew_at: Option<SystemTime>,
    /// With an error it counts as not opened.
    pub diagnostics: Diagnostics,
}

impl<M> OpenResponse<M> {
    /// An answer without messages or renewal.
    pub fn new(result: M, private: Private) -> Self {
        OpenResponse {
            result: Some(result),
            private,
            renew_at: None,
            diagnostics: Diagnostics::new(),
        }
    }

    /// It could not be opened.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        OpenResponse {
            result: None,
            private: Private::new(),
            renew_at: None,
            diagnostics: diagnostics.into(),
        }
    }

    /// Asks to be renewed at that time.
    #[must_use]
    pub fn renew_at(mut self, time: SystemTime) -> Self {
        self.renew_at = Some(time);
        self
    }
}

/// What `renew` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct RenewRequest {
    /// What `open` or the last renewal handed on.
    pub private: Private,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `renew` answers.
#[derive(Clone)]
pub struct RenewResponse {
    /// When to renew it again; never, if `None`.
    pub renew_at: Option<SystemTime>,
    /// Handed to the next `renew` and to `close`.
    pub private: Private,
    /// With an error what was handed on before stays.
    pub diagnostics: Diagnostics,
}

impl RenewResponse {
    /// An answer without messages or another renewal.
    pub fn new(private: Private) -> Self {
        RenewResponse {
            renew_at: None,
            private,
            diagnostics: Diagnostics::new(),
        }
    }

    /// Asks to be renewed again at that time.
    #[must_use]
    pub fn renew_at(mut self, time: SystemTime) -> Self {
        self.renew_at = Some(time);
        self
    }
}

/// What `close` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct CloseRequest {
    /// What `open` or the last renewal handed on.
    pub private: Private,
    /// Not cancelled by a stop: what is open is closed after one, too.
    pub stop: CancellationToken,
}

crate::opaque::opaque!(
    OpenRequest<M>,
    OpenResponse<M>,
    RenewRequest,
    RenewResponse,
    CloseRequest
);
