//! AWS clients, and their errors in our words. Where credentials come from is the chain's business.

use super::batch::Ecs;
use super::chain::{self, Endpoints, Settings};
use super::limiter::{self, Limiter};
use super::listing::Elbv2;
use super::paced::{Epoch, Pace, Paced};
use crate::ports::{Kind, PortError};
use crate::priorities::Ledger;
use crate::progress::ProgressFile;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion};
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::tls;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use teardown::aws::Aws;
use tokio_util::sync::CancellationToken;

/// Ends the user agent of every call, by which AWS's logs tell them from other people's.
const NAME: &str = "terraform-provider-bluegreen";

/// One client per AWS service, shared by all resources of a process.
#[derive(Clone, Debug)]
pub struct Clients {
    pub elbv2: Elbv2,
    pub ecs: Ecs,
    /// For sweeps; paced by itself.
    pub teardown: Aws,
    pub progress: ProgressFile,
    pub ledger: Arc<Ledger>,
}

impl Clients {
    /// Reads the configuration chain and obtains credentials. `stop` is the operator's.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn load(
        settings: &Settings,
        progress: &ProgressFile,
        ledger: &Arc<Ledger>,
        stop: CancellationToken,
    ) -> Result<Clients, String> {
        Clients::over(https(), settings, progress, ledger, stop).await
    }

    /// The same over any HTTP client.
    pub async fn over(
        inner: SharedHttpClient,
        settings: &Settings,
        progress: &ProgressFile,
        ledger: &Arc<Ledger>,
        stop: CancellationToken,
    ) -> Result<Clients, String> {
        // Ten attempts: with half of all calls throttled, one in a thousand still fails; three would fail one in eight.
        let retry = RetryConfig::standard()
            .with_max_attempts(
                settings
                    .max_retries
                    .map_or(10, |retries| retries.saturating_add(1)),
            )
            .with_initial_backoff(Duration::from_millis(100));
        let retry = retry.with_max_backoff(Duration::from_secs(5));
        // A hung call must not outlive the operator's patience after Ctrl-C. Not the SDK's timeout of an attempt: a
        // changing call may wait longer than that for its turn.
        let timeout = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(20))
            .build();
        let name = AppName::new(NAME).expect("the name has only letters and hyphens");
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .app_name(name)
            .http_client(inner.clone())
            .retry_config(retry)
            .timeout_config(timeout);
        let config = chain::load(loader, settings).await?;
        let epoch = Epoch::default();
        let limiter = Limiter::new(settings.mutations_per_second.unwrap_or(limiter::DEFAULT));
        let measured = Pace::Measured(Arc::new(limiter), stop);
        let paced = |pace: Pace| Paced {
            inner: inner.clone(),
            pace,
            epoch: epoch.clone(),
        };
        let elbv2 = |pace: Pace| {
            let mut elbv2 = aws_sdk_elasticloadbalancingv2::config::Builder::from(&config);
            if settings.endpoints.elbv2.is_some() {
                elbv2.set_endpoint_url(settings.endpoints.elbv2.clone());
            }
            aws_sdk_elasticloadbalancingv2::Client::from_conf(elbv2.http_client(paced(pace)).build())
        };
        let mut ecs = aws_sdk_ecs::config::Builder::from(&config);
        if settings.endpoints.ecs.is_some() {
            ecs.set_endpoint_url(settings.endpoints.ecs.clone());
        }
        let ecs = ecs.http_client(paced(measured.clone())).build();
        Ok(Clients {
            elbv2: Elbv2::new(
                elbv2(measured),
                elbv2(Pace::AtOnce),
                epoch.clone(),
                settings.default_tags.clone(),
            ),
            ecs: Ecs::new(aws_sdk_ecs::Client::from_conf(ecs)),
            teardown: Aws::at(&config, &sweeping(&settings.endpoints)),
            progress: progress.clone(),
            ledger: ledger.clone(),
        })
    }
}

/// What a sweep talks to.
fn sweeping(endpoints: &Endpoints) -> teardown::aws::Endpoints {
    teardown::aws::Endpoints {
        sts: endpoints.sts.clone(),
        ec2: endpoints.ec2.clone(),
        elb: endpoints.elb.clone(),
        elbv2: endpoints.elbv2.clone(),
        eks: endpoints.eks.clone(),
    }
}

/// The SDK's own client: rustls, native roots, and proxies from the environment.
pub fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new()
        .tls_provider(crypto())
        .build_https()
}

pub fn crypto() -> tls::Provider {
    tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc)
}

/// An error and all its causes on one line.
pub fn chain_of(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let line = error.to_string();
        if !line.is_empty() && !text.ends_with(&line) {
            text.push_str(": ");
            text.push_str(&line);
        }
        next = error.source();
    }
    text
}

/// What was attempted, for the error of one call.
pub struct Doing<'a>(pub &'a str, pub &'a str);

impl Doing<'_> {
    /// The call's error in our words. `kind` alone decides whether it is worth asking again.
    pub fn failed<E, R>(&self, error: SdkError<E, R>) -> PortError
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static + Status,
    {
        let code = error.as_service_error().and_then(|e| e.code()).map(str::to_owned);
        let status = error.raw_response().map(Status::status);
        let unsent = matches!(&error, SdkError::DispatchFailure(failure) if failure.is_user());
        let kind = match (&error, code.as_deref()) {
            _ if unsent => Kind::Stopped,
            (SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_), _) => {
                Kind::Transient
            }
            (
                _,
                Some(
                    "Throttling"
                    | "ThrottlingException"
                    | "RequestLimitExceeded"
                    | "TooManyRequestsException",
                ),
            ) => Kind::Transient,
            (_, Some(code)) if code.ends_with("NotFound") || code.ends_with("NotFoundException") => {
                Kind::NotFound
            }
            _ if status.is_some_and(|status| 500 <= status) => Kind::Transient,
            _ => Kind::Refused,
        };
        PortError {
            kind,
            doing: self.0.to_owned(),
            on: self.1.to_owned(),
            code,
            source: Some(error.into_source().unwrap_or_else(|error| Box::new(error))),
        }
    }
}

/// The HTTP status of a raw answer, whatever the SDK calls its type.
pub trait Status {
    fn status(&self) -> u16;
}

impl Status for aws_sdk_ecs::config::http::HttpResponse {
    fn status(&self) -> u16 {
        self.status().as_u16()
    }
}

#[cfg(test)]
mod tests;
