//! AWS clients from the standard configuration chain, and their errors in our words.

use crate::ports::{Kind, PortError};
use crate::progress::ProgressFile;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_ecs::error::{ProvideErrorMetadata, SdkError};
use std::error::Error as StdError;
use std::time::Duration;

/// What the provider block says. Everything else comes from the standard chain: environment, profile, SSO.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub region: Option<String>,
    pub elbv2_endpoint: Option<String>,
    pub ecs_endpoint: Option<String>,
}

/// One client per AWS service, shared by all resources of a process.
#[derive(Clone, Debug)]
pub struct Clients {
    pub elbv2: aws_sdk_elasticloadbalancingv2::Client,
    pub ecs: aws_sdk_ecs::Client,
    pub progress: ProgressFile,
}

impl Clients {
    /// Reads the configuration chain. Makes no call to AWS.
    ///
    /// # Errors
    /// A sentence for the operator if no region can be found.
    pub async fn load(settings: &Settings, progress: &ProgressFile) -> Result<Clients, String> {
        // Ten attempts: with half of all calls throttled, one in a thousand still fails; three would fail one in eight.
        let retry = RetryConfig::standard()
            .with_max_attempts(10)
            .with_initial_backoff(Duration::from_millis(100));
        let retry = retry.with_max_backoff(Duration::from_secs(5));
        // A hung call must not outlive the operator's patience after Ctrl-C.
        let timeout = TimeoutConfig::builder().connect_timeout(Duration::from_secs(3));
        let timeout = timeout.operation_attempt_timeout(Duration::from_secs(20)).build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(retry)
            .timeout_config(timeout);
        if let Some(region) = &settings.region {
            loader = loader.region(Region::new(region.clone()));
        }
        let config = loader.load().await;
        if config.region().is_none() {
            return Err(
                "no AWS region is configured: set `region` in the provider block, or AWS_REGION, or a \
                        region in the AWS profile"
                    .into(),
            );
        }
        let mut elbv2 = aws_sdk_elasticloadbalancingv2::config::Builder::from(&config);
        if settings.elbv2_endpoint.is_some() {
            elbv2.set_endpoint_url(settings.elbv2_endpoint.clone());
        }
        let mut ecs = aws_sdk_ecs::config::Builder::from(&config);
        if settings.ecs_endpoint.is_some() {
            ecs.set_endpoint_url(settings.ecs_endpoint.clone());
        }
        Ok(Clients {
            elbv2: aws_sdk_elasticloadbalancingv2::Client::from_conf(elbv2.build()),
            ecs: aws_sdk_ecs::Client::from_conf(ecs.build()),
            progress: progress.clone(),
        })
    }
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
        let kind = match (&error, code.as_deref()) {
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
