//! The flags that several commands share: where to look, and what the operator decides.

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;
use teardown::aws::Connection;
use teardown::evidence::Level;
use teardown::judge::{OtherTags, Policy};
use teardown::life::Said;

/// Where to look.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Where to look")]
pub struct Where {
    /// The VPC [default: those of the Terraform state, or of --cluster]
    #[arg(long = "vpc-id", value_name = "ID", value_parser = vpc_id)]
    pub vpcs: Vec<String>,

    /// A cluster of EKS that was in this account and region; others in the VPC are then left alone
    #[arg(long = "cluster", value_name = "NAME")]
    pub clusters: Vec<String>,

    /// A Terraform state whose objects are spared: a state file, `terraform state pull` or `terraform show -json`;
    /// - is standard input [default: in a Terraform folder, what `terraform state pull` prints]
    #[arg(long = "state", value_name = "FILE")]
    pub states: Vec<PathBuf>,

    /// The terraform to run
    #[arg(long, value_name = "PATH", default_value = "terraform")]
    pub terraform: PathBuf,

    /// The AWS region [default: the state's, then AWS_REGION, then the profile's]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,

    /// A profile of AWS's shared configuration
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// Another endpoint for all AWS services
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

/// What the operator decides.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What may be deleted")]
pub struct Rules {
    /// Take less evidence than e4, which has the cluster proven gone [e3: tags, names and structure agree; e2: the tags do]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub allow: Option<Allowed>,

    /// Leave younger load balancers alone, unless EKS says that their cluster is gone
    #[arg(long, value_name = "TIME", default_value = "10m")]
    pub min_age: SignedDuration,

    /// This cluster was destroyed, though EKS can't be asked; believed of one in the state
    #[arg(long = "assume-destroyed", value_name = "CLUSTER")]
    pub destroyed: Vec<String>,

    /// Take deletion protection off this load balancer
    #[arg(long, value_name = "ARN")]
    pub unprotect: Vec<String>,

    /// Leave this object alone: an ARN, an id or a name. So does a tag teardown/keep on it
    #[arg(long, value_name = "ARN|ID|NAME")]
    pub keep: Vec<String>,

    /// Leave alone what carries a tag that no controller writes
    #[arg(long)]
    pub strict: bool,
}

/// How long looking may take.
#[derive(Clone, Debug, Args)]
pub struct Patience {
    /// Give up after this long: what has not been read by then is unknown, and the run blocked
    #[arg(long, value_name = "TIME", default_value = "5m")]
    pub timeout: SignedDuration,
}

/// Less evidence than the highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Allowed {
    /// The whole set of tags of one controller
    E2,
    /// And names and structure that agree with them
    E3,
}

impl Where {
    /// How AWS is reached.
    pub fn connection(&self) -> Connection {
        Connection {
            region: self.region.clone(),
            profile: self.profile.clone(),
            endpoint: self.endpoint_url.clone(),
        }
    }
}

impl Patience {
    /// The same for a clock.
    pub fn limit(&self) -> Result<Duration> {
        limit(self.timeout)
    }
}

/// What `--timeout` says, for a clock.
pub fn limit(timeout: SignedDuration) -> Result<Duration> {
    Duration::try_from(timeout).context("--timeout is less than nothing")
}

impl Rules {
    /// The same in the core's words. `clusters` are those that `--cluster` names.
    pub fn policy(&self, clusters: &[String]) -> Policy {
        let set = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
        Policy {
            said: Said {
                clusters: set(clusters),
                destroyed: set(&self.destroyed),
            },
            threshold: match self.allow {
                None => Level::E4,
                Some(Allowed::E3) => Level::E3,
                Some(Allowed::E2) => Level::E2,
            },
            min_age: self.min_age,
            unprotect: set(&self.unprotect),
            keep: set(&self.keep),
            other_tags: match self.strict {
                true => OtherTags::Keep,
                false => OtherTags::Ignored,
            },
        }
    }
}

/// An id as EC2 gives them; a name or a slip of the pen would only come back from AWS as something it can't read.
fn vpc_id(text: &str) -> Result<String, String> {
    match text.strip_prefix("vpc-") {
        Some(rest) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err("a VPC's id is vpc- and what follows; its name is not enough".to_owned()),
    }
}
