//! Clusters: asked for, shown, deleted.
//!
//! Believes every role and every version: IAM is not here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{CREATING_CLUSTER, Cluster, DELETING_CLUSTER, Endpoint, Life};
use crate::world::{Refusal, Ruled, World};

/// Per Region; adjustable in AWS.
const CLUSTERS: usize = 100;
/// What a cluster gets that names no version.
const VERSION: &str = "1.33";

/// What CreateCluster was asked for.
#[derive(Debug, Clone, Default)]
pub struct NewCluster {
    pub name: String,
    pub version: Option<String>,
    pub role: String,
    pub subnets: Vec<String>,
    pub security_groups: Vec<String>,
    pub public: Option<bool>,
    pub private: Option<bool>,
    pub public_cidrs: Vec<String>,
    pub service_cidr: Option<String>,
    pub logging: Vec<String>,
    pub deletion_protection: bool,
    pub token: Option<String>,
    pub tags: BTreeMap<String, String>,
    pub extra: Map<String, Value>,
}

impl World {
    pub fn create_cluster_eks(&mut self, wanted: NewCluster) -> Ruled<&Cluster> {
        check_name(&wanted.name)?;
        if self.eks.clusters.contains_key(&wanted.name) {
            return Err(in_use(format!(
                "Cluster already exists with name: {}",
                wanted.name
            )));
        }
        if CLUSTERS <= self.eks.clusters.len() {
            return Err(Refusal::new(
                "ResourceLimitExceededException",
                format!("The quota of {CLUSTERS} clusters in a Region is reached"),
            ));
        }
        self.add_cluster_eks(wanted)
    }

    /// Without the quota: for a seed. Refuses networks that are not there.
    pub(crate) fn add_cluster_eks(&mut self, wanted: NewCluster) -> Ruled<&Cluster> {
        let vpc = self.eks_network(&wanted.subnets)?;
        self.check_groups(&vpc, &wanted.security_groups, "InvalidParameterException")?;
        let name = wanted.name;
        let (region, account) = (self.ids.region().to_owned(), self.ids.account().to_owned());
        let arn = format!("arn:aws:eks:{region}:{account}:cluster/{name}");
        self.set_tags(&arn, wanted.tags);
        let issuer = self.ids.hex32("eks-issuer", &name).to_ascii_uppercase();
        let cluster_group = self.create_cluster_group(&vpc, &name)?;
        let public_cidrs = if wanted.public_cidrs.is_empty() {
            vec!["0.0.0.0/0".to_owned()]
        } else {
            wanted.public_cidrs
        };
        let cluster = Cluster {
            arn,
            version: wanted.version.unwrap_or_else(|| VERSION.into()),
            role: wanted.role,
            vpc,
            subnets: wanted.subnets,
            security_groups: wanted.security_groups,
            cluster_group,
            endpoint: Endpoint {
                public: wanted.public.unwrap_or(true),
                private: wanted.private.unwrap_or(false),
                public_cidrs,
            },
            service_cidr: wanted.service_cidr.unwrap_or_else(|| "172.20.0.0/16".into()),
            logging: wanted.logging,
            issuer,
            deletion_protection: wanted.deletion_protection,
            life: Life::Creating(self.now.aws + CREATING_CLUSTER),
            created: self.now.wall,
            token: wanted.token,
            extra: wanted.extra,
            node_groups: BTreeMap::new(),
            updates: Vec::new(),
            interfaces: Vec::new(),
            name: name.clone(),
        };
        self.eks.clusters.insert(name.clone(), cluster);
        self.log_eks(&name, None);
        self.cluster_eks(&name)
    }

    /// Not the ECS one of that name.
    pub fn cluster_eks(&self, name: &str) -> Ruled<&Cluster> {
        self.eks.clusters.get(name).ok_or_else(|| not_found(name))
    }

    pub(super) fn cluster_eks_mut(&mut self, name: &str) -> Ruled<&mut Cluster> {
        self.eks.clusters.get_mut(name).ok_or_else(|| not_found(name))
    }

    /// Refused while it has node groups, whatever their state.
    pub fn delete_cluster_eks(&mut self, name: &str) -> Ruled<&Cluster> {
        let until = self.now.aws + DELETING_CLUSTER;
        let cluster = self.cluster_eks_mut(name)?;
        if !cluster.node_groups.is_empty() {
            return Err(in_use("Cluster has nodegroups attached".into()));
        }
        if cluster.deletion_protection {
            return Err(Refusal::new(
                "InvalidRequestException",
                format!("Cluster {name} cannot be deleted because deletion protection is enabled"),
            ));
        }
        match cluster.life {
            Life::Active => {}
            Life::Deleting(_) => return self.cluster_eks(name),
            Life::Creating(_) | Life::Updating(_) => {
                let status = cluster.life.name();
                return Err(in_use(format!(
                    "Cluster {name} is {status} and cannot be deleted"
                )));
            }
        }
        cluster.life = Life::Deleting(until);
        self.log_eks(name, None);
        self.cluster_eks(name)
    }

    /// With a network interface of somebody else's in it, the cluster security group stays behind.
    pub(super) fn forget_cluster(&mut self, name: &str) {
        let Some(cluster) = self.eks.clusters.remove(name) else {
            return;
        };
        self.tags.remove(&cluster.arn);
        self.leave_network(&cluster.interfaces, &cluster.cluster_group);
    }

    pub(super) fn log_eks(&mut self, cluster: &str, group: Option<&str>) {
        let found = self.eks.clusters.get(cluster);
        let life = match group {
            None => found.map(|it| it.life),
            Some(group) => found.and_then(|it| it.node_groups.get(group)).map(|it| it.life),
        };
        let state = life.map_or("gone", Life::name);
        self.record(json!({ "event": "eks", "cluster": cluster, "node_group": group, "state": state }));
    }

    /// The one VPC of a cluster's subnets, which lie in two zones at least.
    fn eks_network(&self, subnets: &[String]) -> Ruled<String> {
        let refused = |message: String| Refusal::new("InvalidParameterException", message);
        let mut vpcs = BTreeSet::new();
        let mut zones = BTreeSet::new();
        for subnet in subnets {
            let unknown = |it: Refusal| refused(it.message);
            vpcs.insert(self.vpc_of_subnet(subnet).map_err(unknown)?);
            zones.insert(self.zone_of_subnet(subnet).map_err(unknown)?);
        }
        if zones.len() < 2 {
            return Err(refused(
                "Subnets specified must be in at least two different AZs".into(),
            ));
        }
        let vpc = vpcs.pop_first().unwrap_or_default();
        if !vpcs.is_empty() {
            return Err(refused("Subnets specified must be in one VPC".into()));
        }
        Ok(vpc)
    }
}

/// 1 to 100 letters, digits, hyphens and underscores, a letter or digit first.
pub(super) fn check_name(name: &str) -> Ruled<()> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let fits = (1..=100).contains(&name.len())
        && name.chars().all(plain)
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    if fits {
        return Ok(());
    }
    Err(Refusal::new(
        "InvalidParameterException",
        format!("The name '{name}' must have 1 to 100 letters, digits, hyphens or underscores"),
    ))
}

pub(super) fn in_use(message: String) -> Refusal {
    Refusal::new("ResourceInUseException", message).with_status(409)
}

pub(super) fn not_found(name: &str) -> Refusal {
    missing(format!("No cluster found for name: {name}."))
}

pub(super) fn missing(message: String) -> Refusal {
    Refusal::new("ResourceNotFoundException", message).with_status(404)
}
