//! A world described by names, to begin a test or a demo with: plain data, as a world file has it.
//!
//! Knows no ARN and no state: what is asked for, never what runs. How it becomes a world is next door.

mod classic;
mod dump;
mod ec2;
mod ecs;
mod eks;
mod elbv2;
mod networks;
mod plumbing;
mod written;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use classic::SeedClassic;
pub use ec2::{SeedInstance, SeedInterface, SeedPermission, SeedSecurityGroup, SeedSubnet, SeedVpc};

pub use eks::{SeedEks, SeedNodeGroup};
pub use plumbing::{
    SeedAclEntry, SeedAddress, SeedDirection, SeedEndpoint, SeedEndpointKind, SeedNatGateway, SeedNetworkAcl,
    SeedRoute, SeedRouteTable, SeedVerdict,
};

use crate::actors::KubernetesChange;
use crate::world::World;

/// Names refer to each other; every ARN follows from the names alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// Networks besides the default VPC, which is there without a seed.
    pub vpcs: Vec<SeedVpc>,
    pub security_groups: Vec<SeedSecurityGroup>,
    pub instances: Vec<SeedInstance>,
    pub interfaces: Vec<SeedInterface>,
    pub addresses: Vec<SeedAddress>,
    pub nat_gateways: Vec<SeedNatGateway>,
    pub route_tables: Vec<SeedRouteTable>,
    pub vpc_endpoints: Vec<SeedEndpoint>,
    pub network_acls: Vec<SeedNetworkAcl>,
    pub classic_load_balancers: Vec<SeedClassic>,
    pub eks_clusters: Vec<SeedEks>,
    /// What happened in Kubernetes, in this order; the controllers act on it from the first moment.
    pub kubernetes: Vec<KubernetesChange>,
    pub load_balancers: Vec<SeedLoadBalancer>,
    pub target_groups: Vec<SeedTargetGroup>,
    pub listeners: Vec<SeedListener>,
    pub rules: Vec<SeedRule>,
    pub clusters: Vec<String>,
    pub task_definitions: Vec<SeedTaskDefinition>,
    pub services: Vec<SeedService>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedLoadBalancer {
    pub name: String,
    #[serde(default)]
    pub kind: SeedKind,
    #[serde(default)]
    pub internal: bool,
    /// Absent: the first two subnets of the default VPC.
    #[serde(default)]
    pub subnets: Vec<String>,
    /// Absent: the default group of the VPC, where the kind needs one.
    #[serde(default)]
    pub security_groups: Vec<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Attributes that are not to have their default.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedKind {
    #[default]
    Application,
    Network,
    Gateway,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedTargetGroup {
    pub name: String,
    pub port: u16,
    /// Absent: HTTP.
    #[serde(default)]
    pub protocol: Option<String>,
    /// Absent: the default VPC.
    #[serde(default)]
    pub vpc: Option<String>,
    /// Associates the group with this balancer's first listener, through a rule at the lowest priorities whose host
    /// nobody asks for: in AWS nothing else can associate a group without sending it traffic.
    #[serde(default)]
    pub load_balancer: Option<String>,
    #[serde(default)]
    pub health_check: SeedHealthCheck,
    #[serde(default)]
    pub deregistration_delay_seconds: Option<u32>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Attributes that are not to have their default.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// Targets that no service has registered.
    #[serde(default)]
    pub targets: Vec<SocketAddr>,
}

/// Seconds of AWS time; what is absent has ALB's default. ALB's ranges do not apply.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SeedHealthCheck {
    pub path: Option<String>,
    pub interval_seconds: Option<u32>,
    pub timeout_seconds: Option<u32>,
    pub healthy_threshold: Option<u32>,
    pub unhealthy_threshold: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedListener {
    pub load_balancer: String,
    pub port: u16,
    pub default: SeedAction,
    /// Makes it an HTTPS listener in the API's eyes; its socket speaks HTTP all the same.
    #[serde(default)]
    pub certificate_arn: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A rule besides the default action, of whoever the tags say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRule {
    pub load_balancer: String,
    /// The listener's.
    pub port: u16,
    pub priority: u16,
    pub conditions: SeedConditions,
    pub action: SeedAction,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// All that is given must hold; of several values of one field any is enough.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SeedConditions {
    pub host_headers: Vec<String>,
    pub path_patterns: Vec<String>,
    pub http_methods: Vec<String>,
    pub source_ips: Vec<String>,
    pub http_headers: Vec<SeedHeader>,
    pub query_strings: Vec<SeedQuery>,
}

/// One condition; several are several conditions, which must all hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedHeader {
    pub name: String,
    pub values: Vec<String>,
}

/// One value of the only query-string condition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedQuery {
    #[serde(default)]
    pub key: Option<String>,
    pub value: String,
}

/// What a rule or a listener does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum SeedAction {
    FixedResponse(FixedResponse),
    Forward(SeedForward),
    Redirect(SeedRedirect),
}

impl Default for SeedAction {
    fn default() -> Self {
        Self::FixedResponse(FixedResponse {
            status: 404,
            body: String::new(),
        })
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedResponse {
    pub status: u16,
    #[serde(default)]
    pub body: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedForward {
    pub target_groups: Vec<SeedWeight>,
    /// Of the groups; absent is off.
    #[serde(default)]
    pub stickiness_seconds: Option<u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedWeight {
    pub name: String,
    pub weight: u32,
}

/// What is absent stays as the client asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRedirect {
    /// 301 or 302.
    pub status: u16,
    #[serde(default)]
    pub protocol: Option<String>,
    #[serde(default)]
    pub host: Option<String>,
    #[serde(default)]
    pub port: Option<String>,
    #[serde(default)]
    pub path: Option<String>,
    #[serde(default)]
    pub query: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedTaskDefinition {
    pub family: String,
    pub revisions: Vec<SeedRevision>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRevision {
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    pub port: u16,
    /// Deregistered: what uses it goes on, nothing new may.
    #[serde(default)]
    pub inactive: bool,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedService {
    pub cluster: String,
    pub name: String,
    /// `family`, or `family:revision`.
    pub task_definition: String,
    pub desired_count: u32,
    #[serde(default)]
    pub target_group: Option<String>,
    pub port: u16,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub health_check_grace_period_seconds: Option<u32>,
    #[serde(default)]
    pub circuit_breaker: Option<SeedCircuitBreaker>,
    /// Registers it with Application Auto Scaling.
    #[serde(default)]
    pub autoscaling: Option<SeedAutoscaling>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SeedCircuitBreaker {
    pub rollback: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedAutoscaling {
    pub min: u32,
    pub max: u32,
}

/// The container of every seeded task definition.
const CONTAINER: &str = "app";

impl Seed {
    /// A world file.
    ///
    /// # Errors
    /// With the path of the member that does not fit, as in `services[0].desired_count`.
    pub fn from_json(text: &[u8]) -> anyhow::Result<Self> {
        let mut json = serde_json::Deserializer::from_slice(text);
        let seed: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            anyhow::Error::new(error.into_inner()).context(format!("at {path}"))
        })?;
        json.end()?;
        Ok(seed)
    }

    /// Adds everything to the world, in an order in which names resolve. Stops at the first error, which names its
    /// path; what came before stays.
    pub(crate) fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        // What a seed describes has been there for long: no node has still to hear of it.
        let propagation = std::mem::replace(&mut world.settings.propagation, Duration::ZERO);
        let applied = self
            .apply_ec2(world)
            .and_then(|()| self.apply_eks(world))
            .and_then(|()| self.apply_classic(world))
            .and_then(|()| self.apply_elbv2(world))
            .and_then(|()| self.apply_ecs(world));
        world.settings.propagation = propagation;
        applied
    }
}
