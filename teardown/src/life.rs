//! Whether a cluster is gone: the one proof that nothing will use, or make again, what it left.
//!
//! No answer is never taken for "gone", and "not found" only where the cluster is known to have been one of EKS in
//! this account and region: for kops, kubeadm or another region EKS says the same.

use crate::inventory::{Cluster, Inventory};
use crate::managed::Managed;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// What is known of a cluster's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", content = "because", rename_all = "snake_case")]
pub enum Life {
    /// It is gone, and how that is known.
    Gone(String),
    /// It lives, and how that is known.
    Alive(String),
    /// It can't be told, and what would tell.
    Unknown(String),
}

/// What the operator says of clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// Clusters of EKS in this account and region; if any is named, the others are left alone.
    pub clusters: BTreeSet<String>,
    /// Clusters that were destroyed in this very run, though EKS can't be asked; only believed of one in the state.
    pub destroyed: BTreeSet<String>,
}

/// Judges the life of one cluster.
pub fn judge(inventory: &Inventory, managed: &Managed, said: &Said, cluster: &str) -> Life {
    match inventory.clusters.get(cluster) {
        Some(Cluster::Found(status)) => return Life::Alive(format!("EKS says {status}")),
        Some(Cluster::Unread(_)) | None
            if said.destroyed.contains(cluster) && managed.has_cluster(cluster) =>
        {
            return held(inventory, cluster).unwrap_or_else(|| {
                Life::Gone("the operator says it is destroyed, and Terraform's state knows it".to_owned())
            });
        }
        Some(Cluster::Unread(why)) => return Life::Unknown(format!("EKS could not be asked: {why}")),
        None => return Life::Unknown("EKS was not asked".to_owned()),
        Some(Cluster::NotFound) => {}
    }
    if let Some(life) = held(inventory, cluster) {
        return life;
    }
    match trace(inventory, managed, said, cluster) {
        Some(trace) => Life::Gone(format!("EKS says that it does not exist, and {trace}")),
        None => Life::Unknown(
            "EKS says that it does not exist, but nothing shows that it ever was a cluster of EKS in this account \
             and region; if it was, name it with --cluster"
                .to_owned(),
        ),
    }
}

/// What its network interfaces say against its being gone. Without all of them nobody can tell.
fn held(inventory: &Inventory, cluster: &str) -> Option<Life> {
    if let Some(eni) = interface_of(inventory, cluster) {
        return Some(Life::Alive(eni));
    }
    let why = inventory.interfaces.gap.as_ref()?;
    Some(Life::Unknown(format!(
        "its network interfaces could not all be listed: {why}"
    )))
}

/// A network interface that only a living cluster holds. One that its CNI plugin leaked is available, not in use.
fn interface_of(inventory: &Inventory, cluster: &str) -> Option<String> {
    let of_it = inventory.interfaces.items.iter().find(|interface| {
        let control_plane = interface.description.strip_prefix("Amazon EKS ") == Some(cluster);
        let named = interface.tags.get("cluster.k8s.amazonaws.com/name");
        // A pod's interface without the cluster's name may be this cluster's.
        let pods = interface.description.starts_with("aws-K8S-") && named.is_none_or(|name| name == cluster)
            || named.is_some_and(|name| name == cluster);
        interface.in_use && (control_plane || pods)
    })?;
    Some(format!(
        "network interface {} ({}) is in use",
        of_it.id, of_it.description
    ))
}

/// What shows that the cluster was one of EKS, here.
fn trace(inventory: &Inventory, managed: &Managed, said: &Said, cluster: &str) -> Option<String> {
    if managed.has_lost_cluster(cluster) {
        return Some("Terraform's state had an aws_eks_cluster of that name before its last run".to_owned());
    }
    if managed.has_cluster(cluster) {
        return Some("Terraform's state has an aws_eks_cluster of that name".to_owned());
    }
    if said.clusters.contains(cluster) {
        return Some("the operator named it".to_owned());
    }
    let prefix = format!("eks-cluster-sg-{cluster}-");
    let left = inventory.security_groups.items.iter().find(|group| {
        group.name.starts_with(&prefix)
            && group
                .tags
                .get("aws:eks:cluster-name")
                .is_some_and(|of| of == cluster)
    })?;
    Some(format!("EKS left its security group {} here", left.id))
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Life::Gone(how) => write!(f, "gone: {how}"),
            Life::Alive(how) => write!(f, "alive: {how}"),
            Life::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}

#[cfg(test)]
mod tests;
