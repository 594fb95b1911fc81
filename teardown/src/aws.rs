//! The way to AWS: clients over the standard configuration chain, paced together, and their errors in our words.
//!
//! Prints nothing and logs no secret.

mod bucket;
mod error;
pub(crate) mod pages;
mod run;
pub(crate) mod wait;

pub use bucket::Class;
pub use error::{Error, Kind};
pub(crate) use run::Run;

use crate::inventory::Caller;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use bucket::{Bucket, Buckets};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Ends the user agent of every call, by which AWS's logs tell them from other people's.
const NAME: &str = "bluegreen-teardown";
/// Calls under way at once.
const FLIGHTS: usize = 16;
/// Repeats that may be made more than calls went through: when AWS fails as a whole we do not add to it.
const REPEATS: u32 = 100;

/// What the operator says about the connection; the standard chain says the rest.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    /// Such as `eu-central-1`.
    pub region: Option<String>,
    /// A profile of the shared configuration files. Beats keys in the environment, as with the AWS CLI.
    pub profile: Option<String>,
    /// Another endpoint for every service than AWS's own.
    pub endpoint: Option<String>,
}

/// Endpoints for single services; what is not set is where the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// STS.
    pub sts: Option<String>,
    /// EC2.
    pub ec2: Option<String>,
    /// Elastic Load Balancing, first generation.
    pub elb: Option<String>,
    /// Elastic Load Balancing v2.
    pub elbv2: Option<String>,
    /// EKS.
    pub eks: Option<String>,
}

/// One client per service. Clones share clients and pace.
#[derive(Clone, Debug)]
pub struct Aws(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    sts: aws_sdk_sts::Client,
    ec2: aws_sdk_ec2::Client,
    elb: aws_sdk_elasticloadbalancing::Client,
    elbv2: aws_sdk_elasticloadbalancingv2::Client,
    eks: aws_sdk_eks::Client,
    region: Option<String>,
    buckets: Buckets,
    flights: Semaphore,
    repeats: AtomicU32,
}

/// Who the credentials belong to, and what ARNs begin with there.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub caller: Caller,
    pub partition: String,
}

impl Aws {
    /// Reads the configuration chain.
    ///
    /// # Errors
    /// If it names no region. Whether there are credentials shows with the first call.
    pub async fn connect(connection: &Connection) -> Result<Aws, Error> {
        let timeout = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(3))
            .read_timeout(Duration::from_secs(20))
            .build();
        let name = AppName::new(NAME).expect("the name has only letters and hyphens");
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .app_name(name)
            .timeout_config(timeout);
        if let Some(region) = &connection.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &connection.profile {
            let region = connection.region.clone().map(Region::new);
            let keys = ProfileFileCredentialsProvider::builder()
                .configure(&ProviderConfig::without_region().with_region(region))
                .profile_name(profile);
            loader = loader.profile_name(profile).credentials_provider(keys.build());
        }
        if let Some(endpoint) = &connection.endpoint {
            loader = loader.endpoint_url(endpoint);
        }
        let config = loader.load().await;
        if config.region().is_none() {
            return Err(Error::ours(
                Kind::Refused,
                "reading",
                "the AWS configuration",
                "it names no region: set --region, AWS_REGION, or a region in the profile",
            ));
        }
        Ok(Aws::new(&config))
    }

    /// Clients over a configuration that is loaded already. Its retries are not used.
    pub fn new(config: &SdkConfig) -> Aws {
        Aws::at(config, &Endpoints::default())
    }

    /// The same, with other endpoints for some services.
    pub fn at(config: &SdkConfig, endpoints: &Endpoints) -> Aws {
        let at = |endpoint: &Option<String>| {
            let mut own = config.to_builder().retry_config(RetryConfig::disabled());
            if let Some(endpoint) = endpoint {
                own = own.endpoint_url(endpoint);
            }
            own.build()
        };
        Aws(Arc::new(Inner {
            sts: aws_sdk_sts::Client::new(&at(&endpoints.sts)),
            ec2: aws_sdk_ec2::Client::new(&at(&endpoints.ec2)),
            elb: aws_sdk_elasticloadbalancing::Client::new(&at(&endpoints.elb)),
            elbv2: aws_sdk_elasticloadbalancingv2::Client::new(&at(&endpoints.elbv2)),
            eks: aws_sdk_eks::Client::new(&at(&endpoints.eks)),
            region: config.region().map(|region| region.as_ref().to_owned()),
            buckets: Buckets::new(),
            flights: Semaphore::new(FLIGHTS),
            repeats: AtomicU32::new(REPEATS),
        }))
    }

    /// Asks STS who the caller is.
    ///
    /// # Errors
    /// If there is no usable answer.
    pub async fn caller(&self) -> Result<Caller, Error> {
        let stop = tokio_util::sync::CancellationToken::new();
        let run = Run::new(self, &crate::watch::Unwatched, &stop, Duration::from_secs(60));
        run.identity().await.map(|identity| identity.caller)
    }

    pub(crate) fn ec2(&self) -> &aws_sdk_ec2::Client {
        &self.0.ec2
    }

    pub(crate) fn elb(&self) -> &aws_sdk_elasticloadbalancing::Client {
        &self.0.elb
    }

    pub(crate) fn elbv2(&self) -> &aws_sdk_elasticloadbalancingv2::Client {
        &self.0.elbv2
    }

    pub(crate) fn eks(&self) -> &aws_sdk_eks::Client {
        &self.0.eks
    }

    fn bucket(&self, class: Class) -> &Bucket {
        self.0.buckets.of(class)
    }

    fn flights(&self) -> &Semaphore {
        &self.0.flights
    }

    /// Takes from the budget of repeats.
    fn may_repeat(&self) -> bool {
        let take = |left: u32| left.checked_sub(1);
        self.0
            .repeats
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok()
    }

    fn earn(&self) {
        let add = |left: u32| (left < REPEATS).then_some(left + 1);
        let _ = self
            .0
            .repeats
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

impl Run<'_> {
    /// Who asks.
    pub async fn identity(&self) -> Result<Identity, Error> {
        const DOING: &str = "sts:GetCallerIdentity";
        let answer = self
            .read(Class::Identity, DOING, "", || {
                self.aws.0.sts.get_caller_identity().send()
            })
            .await?;
        let account = answer.account.filter(|account| !account.is_empty());
        let partition = answer
            .arn
            .as_deref()
            .and_then(|arn| arn.split(':').nth(1))
            .filter(|partition| !partition.is_empty());
        match (account, partition) {
            (Some(account), Some(partition)) => Ok(Identity {
                caller: Caller {
                    account,
                    region: self.aws.0.region.clone().unwrap_or_default(),
                },
                partition: partition.to_owned(),
            }),
            _ => Err(Error::ours(
                Kind::Malformed,
                DOING,
                "",
                "the answer names no account or no ARN",
            )),
        }
    }
}
