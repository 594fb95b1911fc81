//! EKS clusters and their node groups of a seed: up and running from the first moment.
//!
//! Their security groups, nodes and interfaces are EKS's to make, here as well.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::Seed;
use crate::world::World;
use crate::world::ec2::DEFAULT_SUBNETS;
use crate::world::eks::{Cluster, Life, NewCluster, NewNodeGroup, Scaling};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedEks {
    pub name: String,
    /// Absent: the first two subnets of the default VPC.
    #[serde(default)]
    pub subnets: Vec<String>,
    #[serde(default)]
    pub security_groups: Vec<String>,
    #[serde(default)]
    pub node_groups: Vec<SeedNodeGroup>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedNodeGroup {
    pub name: String,
    pub nodes: u32,
    /// Absent: the cluster's.
    #[serde(default)]
    pub subnets: Vec<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

impl Seed {
    pub(super) fn apply_eks(&self, world: &mut World) -> anyhow::Result<()> {
        for (index, cluster) in self.eks_clusters.iter().enumerate() {
            cluster
                .apply(world)
                .with_context(|| format!("eks_clusters[{index}] ({})", cluster.name))?;
        }
        Ok(())
    }
}

impl SeedEks {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        if world.eks.clusters.contains_key(&self.name) {
            bail!("it is there already");
        }
        let subnets = match self.subnets.as_slice() {
            [] => DEFAULT_SUBNETS[..2].iter().map(|&id| id.to_owned()).collect(),
            subnets => subnets.to_vec(),
        };
        let role = |name: &str| format!("arn:aws:iam::{}:role/{name}", world.ids.account());
        let (control, nodes) = (role("eks-cluster"), role("eks-node"));
        world.add_cluster_eks(NewCluster {
            name: self.name.clone(),
            role: control,
            subnets: subnets.clone(),
            security_groups: self.security_groups.clone(),
            tags: self.tags.clone(),
            ..NewCluster::default()
        })?;
        for group in &self.node_groups {
            let wanted = NewNodeGroup {
                name: group.name.clone(),
                role: nodes.clone(),
                subnets: match group.subnets.as_slice() {
                    [] => subnets.clone(),
                    subnets => subnets.to_vec(),
                },
                scaling: Some(Scaling {
                    min: 0,
                    max: group.nodes.max(1),
                    desired: group.nodes,
                }),
                tags: group.tags.clone(),
                ..NewNodeGroup::default()
            };
            world.add_node_group(&self.name, wanted)?;
        }
        world.bring_up_cluster(&self.name);
        Ok(())
    }

    /// None for one that is going.
    pub(super) fn of(world: &World, cluster: &Cluster) -> Option<Self> {
        let goes = |life: Life| matches!(life, Life::Deleting(_));
        let tags = |arn: &str| world.tags.get(arn).cloned().unwrap_or_default();
        let groups = cluster.node_groups.values().filter(|it| !goes(it.life));
        (!goes(cluster.life)).then(|| Self {
            name: cluster.name.clone(),
            subnets: cluster.subnets.clone(),
            security_groups: cluster.security_groups.clone(),
            node_groups: groups
                .map(|it| SeedNodeGroup {
                    name: it.name.clone(),
                    nodes: it.scaling.desired,
                    subnets: it.subnets.clone(),
                    tags: tags(&it.arn),
                })
                .collect(),
            tags: tags(&cluster.arn),
        })
    }
}
