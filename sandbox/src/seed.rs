//! A world described by names, to begin a test or a demo with.
//!
//! Goes around AWS's refusals on purpose: what it describes is taken as already there. Names must resolve.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::world::World;
use crate::world::ecs::{DeploymentConfig, NewService, ServiceKey, ServiceLoadBalancer};
use crate::world::elbv2::{
    Action, ActionKind, Condition, Forward, HealthCheckChange, ListenerSettings, NewLoadBalancer,
    NewTargetGroup, Stickiness,
};

/// Names refer to each other; every ARN follows from the names alone.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    pub load_balancers: Vec<SeedLoadBalancer>,
    pub target_groups: Vec<SeedTargetGroup>,
    pub listeners: Vec<SeedListener>,
    pub clusters: Vec<String>,
    pub task_definitions: Vec<SeedTaskDefinition>,
    pub services: Vec<SeedService>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedLoadBalancer {
    pub name: String,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedTargetGroup {
    pub name: String,
    pub port: u16,
    /// Associates the group with this balancer's first listener, through a rule at the lowest priorities whose host
    /// nobody asks for: in AWS nothing else can associate a group without sending it traffic.
    #[serde(default)]
    pub load_balancer: Option<String>,
    #[serde(default)]
    pub health_check: SeedHealthCheck,
    #[serde(default)]
    pub deregistration_delay_seconds: Option<u32>,
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

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedListener {
    pub load_balancer: String,
    pub port: u16,
    pub default: SeedDefault,
}

/// The default action of a listener.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedDefault {
    pub fixed_response: FixedResponse,
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
}

/// The container of every seeded task definition.
const CONTAINER: &str = "app";
const LOWEST_PRIORITY: i64 = 50_000;

impl Seed {
    /// Adds everything to the world, in an order in which names resolve. Stops at the first error; what came before
    /// stays.
    pub(crate) fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        for balancer in &self.load_balancers {
            if world
                .elbv2
                .load_balancers
                .values()
                .any(|it| it.name == balancer.name)
            {
                bail!("load balancer {} is there already", balancer.name);
            }
            world.add_load_balancer(NewLoadBalancer {
                name: balancer.name.clone(),
                subnets: vec!["subnet-a".into(), "subnet-b".into()],
                security_groups: vec!["sg-seed".into()],
                tags: balancer.tags.clone(),
                ..NewLoadBalancer::default()
            });
        }
        for listener in &self.listeners {
            listener.apply(world)?;
        }
        for group in &self.target_groups {
            group
                .apply(world)
                .with_context(|| format!("seeding target group {}", group.name))?;
        }
        for cluster in &self.clusters {
            world.create_cluster(cluster, Map::new())?;
        }
        for definition in &self.task_definitions {
            definition.apply(world)?;
        }
        for service in &self.services {
            service
                .apply(world)
                .with_context(|| format!("seeding service {}", service.name))?;
        }
        Ok(())
    }
}

impl SeedListener {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let settings = ListenerSettings {
            port: Some(self.port),
            protocol: Some("HTTP".into()),
            ..ListenerSettings::default()
        };
        let FixedResponse { status, body } = &self.default.fixed_response;
        let balancer = balancer_arn(world, &self.load_balancer)?;
        world.create_listener(
            &balancer,
            settings,
            vec![Action::fixed_response(*status, body)],
            BTreeMap::new(),
        )?;
        Ok(())
    }
}

impl SeedTargetGroup {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        if world.elbv2.target_groups.values().any(|it| it.name == self.name) {
            bail!("it is there already");
        }
        let check = HealthCheckChange {
            path: self.health_check.path.clone(),
            interval: self.health_check.interval_seconds,
            timeout: self.health_check.timeout_seconds,
            healthy: self.health_check.healthy_threshold,
            unhealthy: self.health_check.unhealthy_threshold,
            ..HealthCheckChange::default()
        };
        let wanted = NewTargetGroup {
            name: self.name.clone(),
            port: Some(self.port),
            target_type: Some("ip".into()),
            ..NewTargetGroup::default()
        };
        let arn = world.add_target_group(wanted, check.force());
        if let Some(delay) = self.deregistration_delay_seconds {
            let group = world.target_group_mut(&arn)?;
            group
                .attributes
                .insert("deregistration_delay.timeout_seconds".into(), delay.to_string());
        }
        match &self.load_balancer {
            Some(balancer) => self.park(world, &arn, balancer),
            None => Ok(()),
        }
    }

    fn park(&self, world: &mut World, arn: &str, balancer: &str) -> anyhow::Result<()> {
        let balancer = balancer_arn(world, balancer)?;
        let listener = world
            .elbv2
            .listeners
            .values()
            .find(|it| it.load_balancer == balancer);
        let listener = listener
            .with_context(|| format!("{balancer} has no listener to associate with"))?
            .arn
            .clone();
        let mut priority = LOWEST_PRIORITY;
        while world
            .elbv2
            .rules_of(&listener)
            .iter()
            .any(|rule| rule.priority.map(i64::from) == Some(priority))
        {
            priority -= 1;
        }
        let forward = Forward {
            groups: vec![(arn.to_owned(), 1)],
            stickiness: Stickiness::default(),
        };
        let host = Condition::Host(vec![format!("{}.parked.invalid", self.name)]);
        let action = Action {
            order: None,
            kind: ActionKind::Forward(forward),
        };
        world.create_rule(&listener, priority, vec![host], vec![action], BTreeMap::new())?;
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
            world.register_task_definition(&self.family, body)?;
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
            let group = world
                .elbv2
                .target_groups
                .values()
                .find(|group| group.name == *name);
            let group = group.with_context(|| format!("no target group {name}"))?;
            load_balancers.push(ServiceLoadBalancer {
                target_group: group.arn.clone(),
                container: CONTAINER.into(),
                port: self.port,
            });
        }
        let network = json!({ "awsvpcConfiguration": {
            "subnets": ["subnet-a", "subnet-b"], "securityGroups": ["sg-seed"], "assignPublicIp": "DISABLED",
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
            config: DeploymentConfig::default(),
            grace: None,
            extra: extra
                .map(|(name, value)| (name.to_owned(), value))
                .into_iter()
                .collect(),
            tags: BTreeMap::new(),
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
        Ok(())
    }
}

fn balancer_arn(world: &World, name: &str) -> anyhow::Result<String> {
    let found = world.elbv2.load_balancers.values().find(|it| it.name == *name);
    Ok(found
        .with_context(|| format!("no load balancer {name}"))?
        .arn
        .clone())
}
