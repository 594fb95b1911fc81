//! Deployments of a service: starting one, completing it, failing it, rolling it back.
//!
//! Counts only what ECS counts: consecutive failed tasks since the last healthy one.

use super::{Deployment, RolloutState, ServiceKey, TaskState};
use crate::world::World;

/// The circuit breaker trips at half the desired count, within these bounds.
const FEWEST_FAILURES: u32 = 3;
const MOST_FAILURES: u32 = 200;

impl World {
    /// A new PRIMARY; what was primary becomes ACTIVE until its tasks are gone.
    pub(super) fn deploy(&mut self, key: &ServiceKey, definition: &str, reason: &str) {
        let number = self
            .ids
            .decimal19("deployment", &format!("{}/{}", key.cluster, key.name));
        let id = format!("ecs-svc/{number}");
        let now = self.now.wall;
        let Some(service) = self.ecs.services.get_mut(key) else {
            return;
        };
        let reason = if reason.is_empty() {
            format!("ECS deployment {id} in progress.")
        } else {
            reason.to_owned()
        };
        service.task_definition = definition.to_owned();
        service.steady = false;
        service.deployments.insert(
            0,
            Deployment {
                id,
                task_definition: definition.to_owned(),
                network: service.extra.get("networkConfiguration").cloned(),
                state: RolloutState::InProgress,
                reason,
                failed: 0,
                created: now,
                updated: now,
            },
        );
    }

    /// Declares the primary done, for a service that is taken as already there.
    pub(crate) fn complete_deployment(&mut self, key: &ServiceKey) {
        let Some(service) = self.ecs.services.get_mut(key) else {
            return;
        };
        if let Some(deployment) = service.deployments.first_mut() {
            deployment.state = RolloutState::Completed;
            deployment.reason = format!("ECS deployment {} completed.", deployment.id);
            service.last_good = Some((deployment.id.clone(), deployment.task_definition.clone()));
        }
    }

    /// COMPLETED once exactly the wanted tasks of the primary are up and nothing older is left.
    pub(super) fn settle_deployments(&mut self, key: &ServiceKey, healthy: u32) {
        let Some(service) = self.ecs.services.get(key) else {
            return;
        };
        let Some(primary) = service.primary().map(|it| it.id.clone()) else {
            return;
        };
        let left: Vec<String> = self
            .ecs
            .tasks_of(key)
            .filter(|task| task.state != TaskState::Stopped)
            .map(|task| task.deployment.clone())
            .collect();
        let now = self.now.wall;
        let Some(service) = self.ecs.services.get_mut(key) else {
            return;
        };
        let before = service.deployments.len();
        service
            .deployments
            .retain(|it| it.id == primary || left.contains(&it.id));
        let retired = service.deployments.len() != before;
        let steady = service.deployments.len() == 1 && healthy == service.desired;
        let announced = std::mem::replace(&mut service.steady, steady);
        let completes = steady && service.in_progress();
        if let Some(deployment) = service.deployments.first_mut().filter(|_| completes) {
            deployment.state = RolloutState::Completed;
            deployment.reason = format!("ECS deployment {} completed.", deployment.id);
            deployment.updated = now;
            service.last_good = Some((deployment.id.clone(), deployment.task_definition.clone()));
        }
        if retired {
            self.note_change();
        }
        if completes {
            self.service_event(key, &format!("(deployment {primary}) deployment completed."));
        }
        if steady && !announced {
            self.service_event(key, "has reached a steady state.");
        }
    }

    /// One task of the deployment did not make it.
    pub(super) fn count_failure(&mut self, key: &ServiceKey, deployment: &str) {
        let now = self.now.wall;
        let Some(service) = self.ecs.services.get_mut(key) else {
            return;
        };
        let (config, desired) = (service.config, service.desired);
        let is_primary = service.primary().is_some_and(|it| it.id == deployment);
        let last_good = service.last_good.clone();
        let Some(failing) = service.deployments.iter_mut().find(|it| it.id == deployment) else {
            return;
        };
        if failing.state != RolloutState::InProgress {
            return;
        }
        failing.failed += 1;
        failing.updated = now;
        let limit = desired.div_ceil(2).clamp(FEWEST_FAILURES, MOST_FAILURES);
        if !config.circuit_breaker || failing.failed < limit {
            return;
        }
        failing.state = RolloutState::Failed;
        failing.reason = "ECS deployment circuit breaker: tasks failed to start.".into();
        self.service_event(
            key,
            &format!("(deployment {deployment}) deployment failed: tasks failed to start."),
        );
        if let Some((good, definition)) = last_good.filter(|_| config.rollback && is_primary) {
            self.service_event(key, &format!("rolling back to deployment {good}."));
            let reason = format!("ECS deployment circuit breaker: rolling back to deploymentId {good}.");
            self.deploy(key, &definition, &reason);
        }
    }

    /// A healthy task ends the count.
    pub(super) fn count_success(&mut self, key: &ServiceKey, deployment: &str) {
        let Some(service) = self.ecs.services.get_mut(key) else {
            return;
        };
        if let Some(found) = service.deployments.iter_mut().find(|it| it.id == deployment) {
            found.failed = 0;
        }
    }
}
