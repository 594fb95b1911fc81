//! Services: creating, changing, deleting, and ECS's conditions for each.
//!
//! Moves no task; the scheduler does, on the next tick.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value};

use super::clusters::cluster_name;
use super::task_definitions::ports;
use super::{
    DeploymentConfig, RolloutState, Service, ServiceEvent, ServiceKey, ServiceLoadBalancer, ServiceStatus,
    TaskState,
};
use crate::world::{Refusal, Ruled, World};

/// ECS shows this many events.
const EVENTS: usize = 100;

#[derive(Debug, Clone, Default)]
pub struct NewService {
    pub cluster: Option<String>,
    pub name: String,
    pub task_definition: String,
    pub desired: u32,
    pub load_balancers: Vec<ServiceLoadBalancer>,
    pub config: DeploymentConfig,
    pub grace: Option<u32>,
    pub extra: Map<String, Value>,
    pub tags: BTreeMap<String, String>,
}

/// `None` leaves the value.
#[derive(Debug, Clone, Default)]
pub struct ServiceChange {
    pub task_definition: Option<String>,
    pub desired: Option<u32>,
    pub force_new_deployment: bool,
    pub load_balancers: Option<Vec<ServiceLoadBalancer>>,
    pub config: Option<DeploymentConfig>,
    pub grace: Option<u32>,
    /// Members that make ECS start a new deployment (network configuration, platform version…).
    pub redeploying: Map<String, Value>,
    /// Members that do not.
    pub extra: Map<String, Value>,
}

impl World {
    pub fn create_service(&mut self, wanted: NewService) -> Ruled<ServiceKey> {
        let cluster = self.cluster(wanted.cluster.as_deref())?.name.clone();
        let key = ServiceKey {
            cluster,
            name: wanted.name.clone(),
        };
        if wanted.name.is_empty() {
            return Err(Refusal::parameter("Service name must not be empty."));
        }
        if self
            .ecs
            .services
            .get(&key)
            .is_some_and(|it| it.status == ServiceStatus::Active)
        {
            return Err(Refusal::parameter("Creation of service was not idempotent."));
        }
        if self
            .ecs
            .services
            .get(&key)
            .is_some_and(|it| it.status == ServiceStatus::Draining)
        {
            return Err(Refusal::parameter(
                "Unable to Start a service that is still Draining.",
            ));
        }
        check_config(&wanted.config)?;
        let definition = self.usable_task_definition(&wanted.task_definition)?.arn.clone();
        self.check_load_balancers(&definition, &wanted.load_balancers)?;
        if wanted.grace.is_some() && wanted.load_balancers.is_empty() {
            return Err(Refusal::parameter(
                "Health check grace period is only valid for services configured to use load balancers",
            ));
        }
        let awsvpc = self.usable_task_definition(&definition)?.network_mode() == "awsvpc";
        if awsvpc && !wanted.extra.contains_key("networkConfiguration") {
            return Err(Refusal::parameter(
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            ));
        }
        self.check_network(&wanted.extra)?;
        Ok(self.add_service(key, definition, wanted))
    }

    /// Without ECS's checks, for the seed.
    pub(crate) fn add_service(
        &mut self,
        key: ServiceKey,
        definition: String,
        wanted: NewService,
    ) -> ServiceKey {
        let arn = self.ids.ecs_arn(&format!("service/{}/{}", key.cluster, key.name));
        self.set_tags(&arn, wanted.tags);
        let service = Service {
            key: key.clone(),
            arn,
            status: ServiceStatus::Active,
            desired: wanted.desired,
            task_definition: definition.clone(),
            load_balancers: wanted.load_balancers,
            config: wanted.config,
            grace: wanted.grace,
            deployments: Vec::new(),
            last_good: None,
            events: VecDeque::new(),
            created: self.now.wall,
            steady: false,
            extra: wanted.extra,
        };
        self.ecs.services.insert(key.clone(), service);
        self.deploy(&key, &definition, "");
        key
    }

    pub fn update_service(
        &mut self,
        cluster: Option<&str>,
        name: &str,
        change: ServiceChange,
    ) -> Ruled<ServiceKey> {
        let service = self.service(cluster, name)?.clone();
        if service.status != ServiceStatus::Active {
            return Err(Refusal::new(
                "ServiceNotActiveException",
                "Service was not ACTIVE.",
            ));
        }
        let definition = match &change.task_definition {
            // Naming an INACTIVE revision is refused even if the service is on it; scaling alone names none.
            Some(reference) => self.usable_task_definition(reference)?.arn.clone(),
            None if change.force_new_deployment => {
                self.usable_task_definition(&service.task_definition)?.arn.clone()
            }
            None => service.task_definition.clone(),
        };
        if let Some(config) = &change.config {
            check_config(config)?;
        }
        let balancers = change
            .load_balancers
            .clone()
            .unwrap_or_else(|| service.load_balancers.clone());
        if change.load_balancers.is_some() || definition != service.task_definition {
            self.check_load_balancers(&definition, &balancers)?;
        }
        self.check_network(&change.redeploying)?;
        let redeploys = change.force_new_deployment
            || definition != service.task_definition
            || balancers != service.load_balancers
            || change
                .redeploying
                .iter()
                .any(|(name, value)| service.extra.get(name) != Some(value));

        let key = service.key;
        if let Some(service) = self.ecs.services.get_mut(&key) {
            service.desired = change.desired.unwrap_or(service.desired);
            service.load_balancers = balancers;
            service.config = change.config.unwrap_or(service.config);
            service.grace = change.grace.or(service.grace);
            service.extra.extend(change.redeploying);
            service.extra.extend(change.extra);
            service.steady = false;
        }
        if redeploys {
            self.deploy(&key, &definition, "");
        }
        Ok(key)
    }

    /// DRAINING until its last task is gone, then INACTIVE.
    pub fn delete_service(&mut self, cluster: Option<&str>, name: &str, force: bool) -> Ruled<ServiceKey> {
        let service = self.service(cluster, name)?;
        if service.status == ServiceStatus::Inactive {
            return Err(Refusal::new("ServiceNotFoundException", "Service not found."));
        }
        if service.desired != 0 && !force {
            return Err(Refusal::parameter(
                "The service cannot be stopped while it is scaled above 0.",
            ));
        }
        let key = service.key.clone();
        if let Some(service) = self.ecs.services.get_mut(&key) {
            service.status = ServiceStatus::Draining;
            service.desired = 0;
        }
        Ok(key)
    }

    /// By name or ARN; an INACTIVE one is found, as ECS does for a while.
    pub fn service(&self, cluster: Option<&str>, reference: &str) -> Ruled<&Service> {
        let cluster = self.cluster(cluster)?.name.clone();
        let name = reference.rsplit('/').next().unwrap_or(reference);
        if reference.starts_with("arn:") {
            let named = reference
                .rsplit(":service/")
                .next()
                .and_then(|rest| rest.split_once('/'));
            if named.is_some_and(|(in_arn, _)| in_arn != cluster_name(&cluster)) {
                return Err(Refusal::new("ServiceNotFoundException", "Service not found."));
            }
        }
        self.ecs
            .services
            .get(&ServiceKey {
                cluster,
                name: name.to_owned(),
            })
            .ok_or_else(|| Refusal::new("ServiceNotFoundException", "Service not found."))
    }

    /// Services that drained are INACTIVE once nothing of them runs.
    pub(super) fn retire_drained_services(&mut self) {
        let busy = |world: &Self, key: &ServiceKey| {
            world
                .ecs
                .tasks_of(key)
                .any(|task| task.state != TaskState::Stopped)
        };
        let done: Vec<ServiceKey> = self
            .ecs
            .services
            .values()
            .filter(|it| it.status == ServiceStatus::Draining && !busy(self, &it.key))
            .map(|it| it.key.clone())
            .collect();
        for key in done {
            self.note_change();
            if let Some(service) = self.ecs.services.get_mut(&key) {
                service.status = ServiceStatus::Inactive;
                service.deployments.clear();
                self.ecs.scalable.remove(&key);
            }
        }
    }

    pub(super) fn service_event(&mut self, key: &ServiceKey, message: &str) {
        let id = self
            .ids
            .uuid("service-event", &format!("{}/{}", key.cluster, key.name));
        let at = self.now.wall;
        self.note_change();
        if let Some(service) = self.ecs.services.get_mut(key) {
            let message = format!("(service {}) {message}", key.name);
            service.events.push_front(ServiceEvent { id, at, message });
            service.events.truncate(EVENTS);
        }
    }

    fn check_load_balancers(&self, definition: &str, wanted: &[ServiceLoadBalancer]) -> Ruled<()> {
        let definition = self.usable_task_definition(definition)?;
        for balancer in wanted {
            let arn = &balancer.target_group;
            let group = self.elbv2.target_groups.get(arn).ok_or_else(|| {
                Refusal::parameter(format!("The specified target group does not exist: {arn}"))
            })?;
            if self.elbv2.balancers_of(arn).is_empty() {
                return Err(Refusal::parameter(format!(
                    "The target group with targetGroupArn {arn} does not have an associated load balancer."
                )));
            }
            let awsvpc = definition.network_mode() == "awsvpc";
            if awsvpc != (group.target_type == "ip") {
                return Err(Refusal::parameter(format!(
                    "The provided target group {arn} has target type {}, which is incompatible with the {} network mode \
                     specified in the task definition.",
                    group.target_type,
                    definition.network_mode(),
                )));
            }
            let container = definition.container(&balancer.container).ok_or_else(|| {
                Refusal::parameter(format!(
                    "The container {} does not exist in the task definition.",
                    balancer.container
                ))
            })?;
            if !ports(container).any(|port| port == balancer.port) {
                return Err(Refusal::parameter(format!(
                    "The container {} did not have a container port {} defined.",
                    balancer.container, balancer.port
                )));
            }
        }
        Ok(())
    }
}

impl Service {
    /// The deployment new tasks belong to.
    pub fn primary(&self) -> Option<&super::Deployment> {
        self.deployments.first()
    }

    pub(super) fn in_progress(&self) -> bool {
        self.primary()
            .is_some_and(|it| it.state == RolloutState::InProgress)
    }
}

fn check_config(config: &DeploymentConfig) -> Ruled<()> {
    if config.maximum_percent <= config.minimum_healthy_percent && config.maximum_percent <= 100 {
        return Err(Refusal::parameter(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
        ));
    }
    Ok(())
}
