//! Ephemeral resources: opened, kept open, closed. Nothing of them is stored.

use std::sync::Arc;
use std::time::SystemTime;

use tokio_util::sync::CancellationToken;

use super::leases::Lease;
use super::{Registered, Server, check, task};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::{
    CloseRequest, DynEphemeralResource, OpenRequest, OpenResponse, RenewRequest, RenewResponse,
};
use crate::private::Private;
use crate::value::Value;

/// The answer to an opening; without `result` there is only the reason why.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) result: Option<Value>,
    pub(crate) private: Private,
    pub(crate) renew_at: Option<SystemTime>,
    pub(crate) diagnostics: Diagnostics,
}

impl Server {
    /// Opens it. Without an error the result is an object, wholly known, that has what the configuration sets.
    pub(crate) async fn open(
        &self,
        entry: &Arc<Registered<dyn DynEphemeralResource>>,
        config: Value,
    ) -> Opened {
        let Registered { name, shape, .. } = entry.as_ref();
        let (opened, request) = (
            entry.clone(),
            OpenRequest {
                config: config.clone(),
                stop: self.token(),
            },
        );
        let leases = self.leases.clone();
        let work = async move {
            let response = opened.handler.open(request).await;
            // Noted here, where it is done even if the host no longer waits for the answer.
            if !response.diagnostics.has_errors() {
                leases.open(opened, response.private.clone());
            }
            response
        };
        let response = task::change(&self.activity, work)
            .await
            .unwrap_or_else(|panic| OpenResponse::failed(panic.diagnostic(name, "opening")));
        let OpenResponse {
            result,
            private,
            renew_at,
            mut diagnostics,
        } = response;
        let mut accepted = None;
        if !diagnostics.has_errors() {
            match shape.accept(name, "opening", result.unwrap_or_default()) {
                Ok(Value::Null) => diagnostics.push(nothing_opened(name)),
                Ok(result) => {
                    diagnostics.extend(check::wholly_known(name, "opening", &shape.ty, &result));
                    diagnostics.extend(check::result_follows_config(name, shape, &config, &result));
                    accepted = Some(result);
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
            if diagnostics.has_errors() {
                // Terraform takes it for not opened and will not close it, so it is closed here.
                diagnostics.extend(self.close(entry, private.clone()).await);
            }
        }
        Opened {
            result: accepted.filter(|_| !diagnostics.has_errors()),
            private,
            renew_at: renew_at.filter(|_| !diagnostics.has_errors()),
            diagnostics,
        }
    }

    /// Keeps it open. With an error the private bytes stay as they were.
    pub(crate) async fn renew(
        &self,
        entry: &Arc<Registered<dyn DynEphemeralResource>>,
        private: Private,
    ) -> RenewResponse {
        let (renewed, request) = (
            entry.clone(),
            RenewRequest {
                private: private.clone(),
                stop: self.token(),
            },
        );
        let response = task::run(
            &self.activity,
            async move { renewed.handler.renew(request).await },
        )
        .await;
        match response {
            Ok(response) if !response.diagnostics.has_errors() => {
                self.leases.close(entry, &private);
                self.leases.open(entry.clone(), response.private.clone());
                response
            }
            Ok(response) => RenewResponse {
                private,
                renew_at: None,
                diagnostics: response.diagnostics,
            },
            Err(panic) => RenewResponse {
                private,
                renew_at: None,
                diagnostics: panic.diagnostic(&entry.name, "renewing").into(),
            },
        }
    }

    /// Closes it. Nothing stops that: the host closes what is open after it has stopped everything else.
    pub(crate) async fn close(
        &self,
        entry: &Arc<Registered<dyn DynEphemeralResource>>,
        private: Private,
    ) -> Diagnostics {
        self.leases.close(entry, &private);
        let (closed, stop) = (entry.clone(), CancellationToken::new());
        let request = CloseRequest { private, stop };
        let done = task::change(&self.activity, async move { closed.handler.close(request).await }).await;
        done.unwrap_or_else(|panic| panic.diagnostic(&entry.name, "closing").into())
    }

    /// Closes whatever is still open: the host that would have done it is gone.
    pub(crate) async fn close_all(&self) {
        for Lease { entry, private } in self.leases.take() {
            tracing::warn!(tf_resource_type = entry.name, "closing what the host left open");
            for diagnostic in &self.close(&entry, private).await {
                tracing::warn!(summary = diagnostic.summary, "closing");
            }
        }
    }
}

fn nothing_opened(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{name}: the provider opened nothing"),
        "An ephemeral resource that can't be opened needs an error. This is a bug in the provider.",
    )
}
