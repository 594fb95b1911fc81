//! The states of clusters and node groups, and time's part in them.
//!
//! Nothing fails here: what is begun is completed.

use std::time::Duration;

use super::updates::UpdateStatus;
use crate::world::World;

/// Until the moment (AWS time), what is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    Creating(Duration),
    Active,
    Updating(Duration),
    Deleting(Duration),
}

impl Life {
    /// As `status` says it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Creating(_) => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating(_) => "UPDATING",
            Self::Deleting(_) => "DELETING",
        }
    }

    const fn until(self) -> Option<Duration> {
        match self {
            Self::Active => None,
            Self::Creating(until) | Self::Updating(until) | Self::Deleting(until) => Some(until),
        }
    }
}

impl World {
    /// Completes what is due; returns when to look again.
    pub(crate) fn tick_eks(&mut self) -> Option<Duration> {
        let now = self.now.aws;
        let due = |life: Life| life.until().is_some_and(|until| until <= now);
        let clusters = self.eks.clusters.values();
        let groups: Vec<(String, String)> = clusters
            .clone()
            .flat_map(|cluster| {
                let groups = cluster.node_groups.values().filter(|it| due(it.life));
                groups.map(|it| (cluster.name.clone(), it.name.clone()))
            })
            .collect();
        let clusters: Vec<String> = clusters
            .filter(|it| due(it.life))
            .map(|it| it.name.clone())
            .collect();
        for (cluster, group) in groups {
            self.settle_node_group(&cluster, &group);
        }
        for cluster in clusters {
            self.settle_cluster(&cluster);
        }
        let lives = self.eks.clusters.values().flat_map(|cluster| {
            let groups = cluster.node_groups.values().map(|it| it.life);
            groups.chain([cluster.life])
        });
        lives.filter_map(Life::until).min()
    }

    /// A cluster and its node groups as they are when everything that was begun is done: for a seed.
    pub(crate) fn bring_up_cluster(&mut self, name: &str) {
        self.settle_cluster(name);
        let groups = self
            .eks
            .clusters
            .get(name)
            .map(|it| it.node_groups.keys().cloned().collect());
        let groups: Vec<String> = groups.unwrap_or_default();
        for group in groups {
            self.settle_node_group(name, &group);
        }
    }

    fn settle_cluster(&mut self, name: &str) {
        let Some(cluster) = self.eks.clusters.get_mut(name) else {
            return;
        };
        let life = std::mem::replace(&mut cluster.life, Life::Active);
        for update in &mut cluster.updates {
            update.status = UpdateStatus::Successful;
        }
        match life {
            Life::Creating(_) => self.attach_control_plane(name),
            Life::Deleting(_) => self.forget_cluster(name),
            Life::Updating(_) | Life::Active => {}
        }
        self.log_eks(name, None);
    }

    fn settle_node_group(&mut self, cluster: &str, name: &str) {
        let found = self.eks.clusters.get_mut(cluster);
        let Some(group) = found.and_then(|it| it.node_groups.get_mut(name)) else {
            return;
        };
        let life = std::mem::replace(&mut group.life, Life::Active);
        for update in &mut group.updates {
            update.status = UpdateStatus::Successful;
        }
        if let Life::Deleting(_) = life {
            self.forget_node_group(cluster, name);
        } else {
            self.scale_nodes(cluster, name);
        }
        self.log_eks(cluster, Some(name));
    }
}
