//! The HTTP client beneath every AWS client: each attempt at a changing call, retries included, waits for its turn
//! here, and what was remembered of AWS is forgotten when one is made. Knows AWS's wire formats only as far as it
//! takes to tell a changing call from a look.

use super::limiter::Limiter;
use crate::wait::Stopped;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

/// Counts the beginnings and ends of changing calls: what was seen under another number may be out of date.
#[derive(Clone, Debug, Default)]
pub struct Epoch(Arc<AtomicU64>);

impl Epoch {
    pub fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    fn next(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// The stop came while a changing call waited for its turn: it was not sent.
#[derive(Clone, Copy, Debug, Error)]
#[error("not sent, because the operator stopped the run")]
pub struct NotSent;

/// How changing calls go out.
#[derive(Clone, Debug)]
pub enum Pace {
    /// One after the other, as the limiter allows; none after a stop.
    Measured(Arc<Limiter>, CancellationToken),
    /// At once: for the call that puts traffic back.
    AtOnce,
}

/// A client whose changing calls keep a pace.
#[derive(Clone, Debug)]
pub struct Paced {
    pub inner: SharedHttpClient,
    pub pace: Pace,
    pub epoch: Epoch,
}

impl HttpClient for Paced {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            inner: self.inner.http_connector(settings, components),
            pace: self.pace.clone(),
            epoch: self.epoch.clone(),
        })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    pace: Pace,
    epoch: Epoch,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if !changes(&request) {
            return self.inner.call(request);
        }
        let (inner, pace, epoch) = (self.inner.clone(), self.pace.clone(), self.epoch.clone());
        HttpConnectorFuture::new(async move {
            let _turn = match &pace {
                Pace::Measured(limiter, stop) => {
                    let turn = limiter.turn(stop).await;
                    Some(turn.map_err(|Stopped| ConnectorError::user(NotSent.into()))?)
                }
                Pace::AtOnce => None,
            };
            // At the end too, also if nobody waits for it any more: a look that began in between may have seen either.
            let _ends = Ends(epoch.clone());
            epoch.next();
            inner.call(request).await
        })
    }
}

struct Ends(Epoch);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.next();
    }
}

/// What a call that changes nothing begins with.
const LOOKS: [&str; 5] = ["Describe", "List", "Get", "Assume", "Decode"];

fn changes(request: &HttpRequest) -> bool {
    let action = match request.headers().get("x-amz-target") {
        Some(target) => target.rsplit('.').next().unwrap_or_default(),
        None => {
            let body = request.body().bytes().unwrap_or_default();
            let body = std::str::from_utf8(body).unwrap_or_default();
            let Some(action) = body.split('&').find_map(|pair| pair.strip_prefix("Action=")) else {
                // Not one of the two protocols that change anything: credentials, metadata.
                return false;
            };
            action
        }
    };
    !LOOKS.iter().any(|look| action.starts_with(look))
}

#[cfg(test)]
mod tests;
