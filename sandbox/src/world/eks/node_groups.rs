//! Node groups and their nodes.
//!
//! A node is an instance id with two network interfaces; no Auto Scaling group stands behind it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::clusters::{check_name, in_use, missing};
use super::{CREATING_NODES, DELETING_NODES, Life, NodeGroup, Scaling};
use crate::world::{Refusal, Ruled, World};

/// Per cluster; adjustable in AWS.
const GROUPS: usize = 30;

/// What CreateNodegroup was asked for.
#[derive(Debug, Clone, Default)]
pub struct NewNodeGroup {
    pub name: String,
    pub version: Option<String>,
    pub release: Option<String>,
    pub role: String,
    pub subnets: Vec<String>,
    pub scaling: Option<Scaling>,
    pub instance_types: Vec<String>,
    pub ami: Option<String>,
    pub capacity: Option<String>,
    pub disk: Option<u32>,
    pub labels: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    pub extra: Map<String, Value>,
}

impl World {
    /// Only an active cluster takes one.
    pub fn create_node_group(&mut self, cluster: &str, wanted: NewNodeGroup) -> Ruled<&NodeGroup> {
        let found = self.cluster_eks(cluster)?;
        check_name(&wanted.name)?;
        if found.node_groups.contains_key(&wanted.name) {
            return Err(in_use(format!(
                "NodeGroup already exists with name {} and cluster name {cluster}",
                wanted.name
            )));
        }
        if GROUPS <= found.node_groups.len() {
            return Err(Refusal::new(
                "ResourceLimitExceededException",
                format!("The quota of {GROUPS} node groups in a cluster is reached"),
            ));
        }
        if found.life != Life::Active {
            return Err(Refusal::new(
                "InvalidRequestException",
                format!("Cluster '{cluster}' is not in ACTIVE status"),
            ));
        }
        self.add_node_group(cluster, wanted)
    }

    /// Whatever the cluster's state: for a seed.
    pub(crate) fn add_node_group(&mut self, cluster: &str, wanted: NewNodeGroup) -> Ruled<&NodeGroup> {
        let found = self.cluster_eks(cluster)?;
        let (vpc, version) = (found.vpc.clone(), found.version.clone());
        let refused = |message: String| Refusal::new("InvalidParameterException", message);
        if wanted.subnets.is_empty() {
            return Err(refused("Subnets are required".into()));
        }
        for subnet in &wanted.subnets {
            let of = self.vpc_of_subnet(subnet).map_err(|it| refused(it.message))?;
            if of != vpc {
                return Err(refused(format!(
                    "Subnet {subnet} is not in the cluster's VPC {vpc}"
                )));
            }
        }
        let scaling = wanted.scaling.unwrap_or(Scaling {
            min: 1,
            max: 2,
            desired: 2,
        });
        scaling.verify()?;
        let id = self.ids.uuid("nodegroup", &format!("{cluster}/{}", wanted.name));
        let (region, account) = (self.ids.region().to_owned(), self.ids.account().to_owned());
        let name = wanted.name;
        let arn = format!("arn:aws:eks:{region}:{account}:nodegroup/{cluster}/{name}/{id}");
        self.set_tags(&arn, wanted.tags);
        let version = wanted.version.unwrap_or(version);
        let or = |given: Vec<String>, usual: &str| {
            if given.is_empty() {
                vec![usual.to_owned()]
            } else {
                given
            }
        };
        let group = NodeGroup {
            arn,
            release: wanted.release.unwrap_or_else(|| format!("{version}.0-20260101")),
            version,
            role: wanted.role,
            subnets: wanted.subnets,
            scaling,
            instance_types: or(wanted.instance_types, "t3.medium"),
            ami: wanted.ami.unwrap_or_else(|| "AL2_x86_64".into()),
            capacity: wanted.capacity.unwrap_or_else(|| "ON_DEMAND".into()),
            disk: wanted.disk.unwrap_or(20),
            labels: wanted.labels,
            life: Life::Creating(self.now.aws + CREATING_NODES),
            created: self.now.wall,
            modified: self.now.wall,
            scaling_group: format!("eks-{name}-{id}"),
            extra: wanted.extra,
            updates: Vec::new(),
            nodes: Vec::new(),
            name: name.clone(),
        };
        self.cluster_eks_mut(cluster)?
            .node_groups
            .insert(name.clone(), group);
        self.log_eks(cluster, Some(&name));
        self.node_group(cluster, &name)
    }

    pub fn node_group(&self, cluster: &str, name: &str) -> Ruled<&NodeGroup> {
        let groups = &self.cluster_eks(cluster)?.node_groups;
        groups.get(name).ok_or_else(|| no_group(name))
    }

    pub(super) fn node_group_mut(&mut self, cluster: &str, name: &str) -> Ruled<&mut NodeGroup> {
        let groups = &mut self.cluster_eks_mut(cluster)?.node_groups;
        groups.get_mut(name).ok_or_else(|| no_group(name))
    }

    pub fn delete_node_group(&mut self, cluster: &str, name: &str) -> Ruled<&NodeGroup> {
        let until = self.now.aws + DELETING_NODES;
        let group = self.node_group_mut(cluster, name)?;
        match group.life {
            Life::Active => group.life = Life::Deleting(until),
            Life::Deleting(_) => {}
            Life::Creating(_) | Life::Updating(_) => {
                let status = group.life.name();
                return Err(in_use(format!(
                    "Nodegroup {name} is {status} and cannot be deleted"
                )));
            }
        }
        self.log_eks(cluster, Some(name));
        self.node_group(cluster, name)
    }

    /// Starts or ends nodes until there are as many as desired, spread over the subnets.
    pub(super) fn scale_nodes(&mut self, cluster: &str, name: &str) {
        let Ok(group) = self.node_group(cluster, name) else {
            return;
        };
        let wanted = usize::try_from(group.scaling.desired).unwrap_or(usize::MAX);
        let (subnets, mut nodes) = (group.subnets.clone(), group.nodes.clone());
        for surplus in nodes.split_off(wanted.min(nodes.len())) {
            self.end_node(&surplus);
        }
        while nodes.len() < wanted {
            let Some(subnet) = subnets.get(nodes.len() % subnets.len().max(1)) else {
                break;
            };
            nodes.push(self.start_node(cluster, name, subnet));
        }
        if let Ok(group) = self.node_group_mut(cluster, name) {
            group.nodes = nodes;
        }
    }

    pub(super) fn forget_node_group(&mut self, cluster: &str, name: &str) {
        let Some(group) = self
            .eks
            .clusters
            .get_mut(cluster)
            .and_then(|it| it.node_groups.remove(name))
        else {
            return;
        };
        self.tags.remove(&group.arn);
        for node in group.nodes {
            self.end_node(&node);
        }
    }
}

impl Scaling {
    pub(super) fn verify(self) -> Ruled<()> {
        if 0 < self.max && self.min <= self.desired && self.desired <= self.max {
            return Ok(());
        }
        Err(Refusal::new(
            "InvalidParameterException",
            format!(
                "desired capacity {} must lie between minimum size {} and maximum size {}",
                self.desired, self.min, self.max
            ),
        ))
    }
}

fn no_group(name: &str) -> Refusal {
    missing(format!("No node group found for name: {name}."))
}
