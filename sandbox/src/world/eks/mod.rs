//! EKS: clusters, node groups, and what both leave in a network while they live.
//!
//! Runs no Kubernetes: a cluster is its name, its state and its network interfaces. Who acts for it is in `actors`.

mod clusters;
mod life;
mod networks;
mod node_groups;
mod updates;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

pub use clusters::NewCluster;
pub use life::Life;
pub use node_groups::NewNodeGroup;
pub use updates::{ClusterChange, NodeGroupChange, Update};

/// All of EKS, by cluster name.
#[derive(Debug, Default)]
pub struct Eks {
    pub clusters: BTreeMap<String, Cluster>,
}

#[derive(Debug, Clone)]
pub struct Cluster {
    pub name: String,
    pub arn: String,
    pub version: String,
    pub role: String,
    pub vpc: String,
    pub subnets: Vec<String>,
    /// Asked for beside the cluster security group.
    pub security_groups: Vec<String>,
    /// EKS's own, `eks-cluster-sg-…`.
    pub cluster_group: String,
    pub endpoint: Endpoint,
    pub service_cidr: String,
    pub logging: Vec<String>,
    /// The OpenID Connect issuer's last path segment.
    pub issuer: String,
    pub deletion_protection: bool,
    pub life: Life,
    pub created: Timestamp,
    pub token: Option<String>,
    /// Encryption, access and the like, echoed as given.
    pub extra: Map<String, Value>,
    pub node_groups: BTreeMap<String, NodeGroup>,
    /// Oldest first.
    pub updates: Vec<Update>,
    /// The control plane's, in the cluster's subnets.
    pub interfaces: Vec<String>,
}

/// From where the API server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub public: bool,
    pub private: bool,
    pub public_cidrs: Vec<String>,
}

#[derive(Debug, Clone)]
pub struct NodeGroup {
    pub name: String,
    pub arn: String,
    pub version: String,
    pub release: String,
    pub role: String,
    pub subnets: Vec<String>,
    pub scaling: Scaling,
    pub instance_types: Vec<String>,
    pub ami: String,
    /// `ON_DEMAND` or `SPOT`.
    pub capacity: String,
    pub disk: u32,
    pub labels: BTreeMap<String, String>,
    pub life: Life,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// Its Auto Scaling group's name.
    pub scaling_group: String,
    /// Taints, update and repair settings, echoed as given.
    pub extra: Map<String, Value>,
    pub updates: Vec<Update>,
    /// Instance ids.
    pub nodes: Vec<String>,
}

/// Nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scaling {
    pub min: u32,
    pub max: u32,
    pub desired: u32,
}

/// From asking for a cluster to `ACTIVE`: AWS takes longer, nothing here depends on it.
const CREATING_CLUSTER: Duration = Duration::from_secs(120);
const DELETING_CLUSTER: Duration = Duration::from_secs(90);
const CREATING_NODES: Duration = Duration::from_secs(60);
const DELETING_NODES: Duration = Duration::from_secs(60);
const UPDATING: Duration = Duration::from_secs(30);
