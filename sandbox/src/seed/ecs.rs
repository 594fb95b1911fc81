//! Clusters, task definitions and services of a seed.
//!
//! Services are taken as already there: their deployment has completed, their tasks are on their way up.

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use super::{CONTAINER, Seed, SeedService, SeedTaskDefinition, elbv2};
use crate::world::World;
use crate::world::ec2::{DEFAULT_GROUP, DEFAULT_SUBNETS};
use crate::world::ecs::{DeploymentConfig, NewService, ServiceKey, ServiceLoadBalancer, Suspended};

impl Seed {
    pub(super) fn apply_ecs(&self, world: &mut World) -> anyhow::Result<()> {
        for (index, cluster) in self.clusters.iter().enumerate() {
            world
                .create_cluster(cluster, Map::new())
                .with_context(|| format!("clusters[{index}] ({cluster})"))?;
        }
        for (index, definition) in self.task_definitions.iter().enumerate() {
            definition
                .apply(world)
                .with_context(|| format!("task_definitions[{index}] ({})", definition.family))?;
        }
        for (index, service) in self.services.iter().enumerate() {
            service
                .apply(world)
                .with_context(|| format!("services[{index}] ({})", service.name))?;
        }
        Ok(())
    }
}

impl SeedTaskDefinition {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        for revision in &self.revisions {
            let env: Vec<Value> = revision
                .env
                .iter()
                .map(|(name, value)| json!({ "name": name, "value": value }))
                .collect();
            let body = json!({
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": [{
                    "name": CONTAINER,
                    "image": "reference-application",
                    "environment": env,
                    "portMappings": [{ "containerPort": revision.port }],
                }],
            });
            let Value::Object(body) = body else {
                bail!("a task definition is an object")
            };
            let arn = world.register_task_definition(&self.family, body)?.arn.clone();
            world.set_tags(&arn, revision.tags.clone());
            if revision.inactive {
                world.deregister_task_definition(&arn)?;
            }
        }
        Ok(())
    }
}

impl SeedService {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        world
            .cluster(Some(&self.cluster))
            .with_context(|| format!("cluster {}", self.cluster))?;
        let definition = world
            .find_task_definition(&self.task_definition)
            .with_context(|| format!("no task definition {}", self.task_definition))?
            .arn
            .clone();
        let mut load_balancers = Vec::new();
        if let Some(name) = &self.target_group {
            load_balancers.push(ServiceLoadBalancer {
                target_group: elbv2::group_arn(world, name)?,
                container: CONTAINER.into(),
                port: self.port,
            });
        }
        let network = json!({ "awsvpcConfiguration": {
            "subnets": DEFAULT_SUBNETS[..2], "securityGroups": [DEFAULT_GROUP], "assignPublicIp": "DISABLED",
        } });
        let extra = [
            ("launchType", json!("FARGATE")),
            ("networkConfiguration", network),
        ];
        let wanted = NewService {
            cluster: Some(self.cluster.clone()),
            name: self.name.clone(),
            task_definition: definition.clone(),
            desired: self.desired_count,
            load_balancers,
            config: DeploymentConfig {
                circuit_breaker: self.circuit_breaker.is_some(),
                rollback: self.circuit_breaker.is_some_and(|breaker| breaker.rollback),
                ..DeploymentConfig::default()
            },
            grace: self.health_check_grace_period_seconds,
            extra: extra
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            tags: self.tags.clone(),
        };
        let key = ServiceKey {
            cluster: self.cluster.clone(),
            name: self.name.clone(),
        };
        if world.ecs.services.contains_key(&key) {
            bail!("service {} is there already", self.name);
        }
        let key = world.add_service(key, definition, wanted);
        world.complete_deployment(&key);
        if let Some(range) = self.autoscaling {
            if range.max < range.min {
                bail!("autoscaling: max {} is less than min {}", range.max, range.min);
            }
            world.add_scalable_target(&key, range.min, range.max, Suspended::default());
        }
        Ok(())
    }
}
