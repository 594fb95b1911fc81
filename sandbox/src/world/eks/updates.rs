//! Changes of clusters and node groups, each with an update that tells how it goes.
//!
//! One at a time: while something changes, the next change is refused.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::clusters::{in_use, missing};
use super::{Endpoint, Life, Scaling, UPDATING};
use crate::world::{Refusal, Ruled, World};

#[derive(Debug, Clone)]
pub struct Update {
    pub id: String,
    pub status: UpdateStatus,
    /// `VersionUpdate`, `EndpointAccessUpdate` and so on.
    pub kind: &'static str,
    /// Type and value.
    pub params: Vec<(&'static str, String)>,
    pub created: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateStatus {
    InProgress,
    Successful,
}

/// One kind of change a call.
#[derive(Debug, Clone)]
pub enum ClusterChange {
    Version(String),
    /// Each absent member stays.
    Endpoint {
        public: Option<bool>,
        private: Option<bool>,
        public_cidrs: Vec<String>,
    },
    /// The log types that are on after it.
    Logging(Vec<String>),
    DeletionProtection(bool),
}

#[derive(Debug, Clone)]
pub enum NodeGroupChange {
    Version {
        version: Option<String>,
        release: Option<String>,
    },
    Config {
        scaling: Option<Scaling>,
        labels: BTreeMap<String, String>,
        removed_labels: Vec<String>,
        /// Taints and update settings as given.
        extra: serde_json::Map<String, Value>,
    },
}

impl UpdateStatus {
    pub const fn name(self) -> &'static str {
        match self {
            Self::InProgress => "InProgress",
            Self::Successful => "Successful",
        }
    }
}

impl World {
    pub fn change_cluster(&mut self, name: &str, change: ClusterChange) -> Ruled<Update> {
        let cluster = self.cluster_eks(name)?;
        free(cluster.life, name)?;
        let mut after = cluster.clone();
        let (kind, params) = match change {
            ClusterChange::Version(version) => {
                if version == cluster.version {
                    return Err(same(name));
                }
                after.version.clone_from(&version);
                ("VersionUpdate", vec![("Version", version)])
            }
            ClusterChange::Endpoint {
                public,
                private,
                public_cidrs,
            } => {
                let now = &cluster.endpoint;
                let cidrs = if public_cidrs.is_empty() {
                    now.public_cidrs.clone()
                } else {
                    public_cidrs
                };
                let wanted = Endpoint {
                    public: public.unwrap_or(now.public),
                    private: private.unwrap_or(now.private),
                    public_cidrs: cidrs,
                };
                if wanted == *now {
                    return Err(same(name));
                }
                let params = vec![
                    ("EndpointPublicAccess", wanted.public.to_string()),
                    ("EndpointPrivateAccess", wanted.private.to_string()),
                    ("PublicAccessCidrs", json!(wanted.public_cidrs).to_string()),
                ];
                after.endpoint = wanted;
                ("EndpointAccessUpdate", params)
            }
            ClusterChange::Logging(types) => {
                if types == cluster.logging {
                    return Err(same(name));
                }
                let params = vec![("ClusterLogging", json!(types).to_string())];
                after.logging = types;
                ("LoggingUpdate", params)
            }
            ClusterChange::DeletionProtection(on) => {
                after.deletion_protection = on;
                (
                    "DeletionProtectionUpdate",
                    vec![("DeletionProtection", on.to_string())],
                )
            }
        };
        let update = self.new_update(name, kind, params);
        after.life = Life::Updating(self.now.aws + UPDATING);
        after.updates.push(update.clone());
        self.eks.clusters.insert(name.to_owned(), after);
        self.log_eks(name, None);
        Ok(update)
    }

    pub fn change_node_group(&mut self, cluster: &str, name: &str, change: NodeGroupChange) -> Ruled<Update> {
        let group = self.node_group(cluster, name)?;
        free(group.life, name)?;
        let mut after = group.clone();
        let (kind, params) = match change {
            NodeGroupChange::Version { version, release } => {
                after.version = version.unwrap_or_else(|| self.eks.clusters[cluster].version.clone());
                after.release = release.unwrap_or_else(|| format!("{}.0-20260101", after.version));
                let params = [("Version", &after.version), ("ReleaseVersion", &after.release)];
                (
                    "VersionUpdate",
                    params.map(|(kind, value)| (kind, value.clone())).to_vec(),
                )
            }
            NodeGroupChange::Config {
                scaling,
                labels,
                removed_labels,
                extra,
            } => {
                let mut params = Vec::new();
                if let Some(scaling) = scaling {
                    scaling.verify()?;
                    after.scaling = scaling;
                    params.push(("MinSize", scaling.min.to_string()));
                    params.push(("MaxSize", scaling.max.to_string()));
                    params.push(("DesiredSize", scaling.desired.to_string()));
                }
                if !labels.is_empty() {
                    params.push(("LabelsToAdd", json!(labels).to_string()));
                }
                after.labels.extend(labels);
                after.labels.retain(|key, _| !removed_labels.contains(key));
                after.extra.extend(extra);
                ("ConfigUpdate", params)
            }
        };
        let update = self.new_update(&format!("{cluster}/{name}"), kind, params);
        after.life = Life::Updating(self.now.aws + UPDATING);
        after.modified = self.now.wall;
        after.updates.push(update.clone());
        *self.node_group_mut(cluster, name)? = after;
        self.log_eks(cluster, Some(name));
        Ok(update)
    }

    /// An update of a cluster, or of one of its node groups.
    pub fn update(&self, cluster: &str, group: Option<&str>, id: &str) -> Ruled<&Update> {
        let updates = self.updates(cluster, group)?;
        let found = updates.iter().find(|it| it.id == id);
        found.ok_or_else(|| missing(format!("No update found for ID: {id}")))
    }

    pub fn updates(&self, cluster: &str, group: Option<&str>) -> Ruled<&[Update]> {
        Ok(match group {
            None => &self.cluster_eks(cluster)?.updates,
            Some(group) => &self.node_group(cluster, group)?.updates,
        })
    }

    fn new_update(&mut self, of: &str, kind: &'static str, params: Vec<(&'static str, String)>) -> Update {
        Update {
            id: self.ids.uuid("eks-update", of),
            status: UpdateStatus::InProgress,
            kind,
            params,
            created: self.now.wall,
        }
    }
}

fn free(life: Life, name: &str) -> Ruled<()> {
    if life == Life::Active {
        return Ok(());
    }
    Err(in_use(format!("{name} is {} and cannot be changed", life.name())))
}

fn same(name: &str) -> Refusal {
    Refusal::new(
        "InvalidParameterException",
        format!("Cluster {name} is already at the desired configuration"),
    )
}
