//! Clusters.
//!
//! Without container instances: tasks always find room, as on Fargate.

use serde_json::{Map, Value};

use super::{Cluster, ServiceStatus, TaskState};
use crate::world::{Refusal, Ruled, World};

impl World {
    /// Creating a cluster that exists returns it, as ECS does.
    pub fn create_cluster(&mut self, name: &str, extra: Map<String, Value>) -> Ruled<&Cluster> {
        let valid = !name.is_empty()
            && name.len() <= 255
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
        if !valid {
            return Err(Refusal::parameter(
                "Cluster names can have up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens.",
            ));
        }
        let arn = self.ids.ecs_arn(&format!("cluster/{name}"));
        let cluster = self
            .ecs
            .clusters
            .entry(name.to_owned())
            .or_insert_with(|| Cluster {
                name: name.to_owned(),
                arn,
                active: true,
                extra: Map::new(),
            });
        if !cluster.active {
            cluster.active = true;
            cluster.extra = Map::new();
        }
        cluster.extra.extend(extra);
        Ok(cluster)
    }

    /// By name or ARN; `default` if none is given.
    pub fn cluster(&self, reference: Option<&str>) -> Ruled<&Cluster> {
        let name = cluster_name(reference.unwrap_or("default"));
        self.ecs
            .clusters
            .get(name)
            .filter(|cluster| cluster.active)
            .ok_or_else(|| Refusal::new("ClusterNotFoundException", "Cluster not found."))
    }

    pub fn cluster_mut(&mut self, reference: Option<&str>) -> Ruled<&mut Cluster> {
        let name = self.cluster(reference)?.name.clone();
        self.ecs
            .clusters
            .get_mut(&name)
            .ok_or_else(|| Refusal::new("ClusterNotFoundException", "Cluster not found."))
    }

    pub fn delete_cluster(&mut self, reference: &str) -> Ruled<Cluster> {
        let name = self.cluster(Some(reference))?.name.clone();
        let of_cluster = |service: &super::Service| service.key.cluster == name;
        if self
            .ecs
            .services
            .values()
            .any(|it| of_cluster(it) && it.status == ServiceStatus::Active)
        {
            return Err(Refusal::new(
                "ClusterContainsServicesException",
                "The Cluster cannot be deleted while Services are active.",
            ));
        }
        if self
            .ecs
            .tasks
            .values()
            .any(|it| it.service.cluster == name && it.state != TaskState::Stopped)
        {
            return Err(Refusal::new(
                "ClusterContainsTasksException",
                "The Cluster cannot be deleted while Tasks are active.",
            ));
        }
        let cluster = self.cluster_mut(Some(reference))?;
        cluster.active = false;
        let cluster = cluster.clone();
        self.tags.remove(&cluster.arn);
        Ok(cluster)
    }
}

/// The name inside a cluster's name or ARN.
pub(super) fn cluster_name(reference: &str) -> &str {
    reference.rsplit("cluster/").next().unwrap_or(reference)
}
