//! Classic Load Balancers: what they are, how they are made, changed and forgotten.
//!
//! Has no data plane: instances count as in service once their checks would have passed. Policies are not modelled, so
//! every list of them is empty.

mod attributes;
mod changes;
mod instances;
mod listeners;
mod load_balancers;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;

use super::elbv2::{Interfaces, Looks};

pub use attributes::{AccessLog, AttributeChanges, Attributes};
pub use listeners::Listener;
pub use load_balancers::NewClassic;

/// All of classic Elastic Load Balancing, by name: a name is the only identity these load balancers have, and it can be
/// used again after a delete.
#[derive(Debug, Default)]
pub struct Elb {
    pub load_balancers: BTreeMap<String, Classic>,
}

#[derive(Debug, Clone)]
pub struct Classic {
    pub name: String,
    /// Key of its tags; never shown by the API.
    pub arn: String,
    /// Has a number of its own, which tells a load balancer from an earlier one of the same name.
    pub dns_name: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    pub vpc_id: String,
    pub subnets: Vec<String>,
    pub security_groups: Vec<String>,
    pub listeners: Vec<Listener>,
    pub health: HealthCheck,
    /// Instance ids and the AWS moment at which each was registered.
    pub instances: BTreeMap<String, Duration>,
    pub attributes: Attributes,
    pub interfaces: Interfaces,
    pub created: Timestamp,
}

/// In AWS seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// `TCP:80`, `HTTP:80/path` and so on.
    pub target: String,
    pub interval: u32,
    pub timeout: u32,
    pub unhealthy: u32,
    pub healthy: u32,
}

impl Classic {
    /// What its interfaces look like.
    fn looks(&self) -> Looks {
        Looks {
            kind: None,
            description: format!("ELB {}", self.name),
            groups: self.security_groups.clone(),
            internet_facing: self.scheme == "internet-facing",
            allocations: BTreeMap::new(),
        }
    }
}
