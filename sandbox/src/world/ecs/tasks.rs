//! The life of one task: provisioning, running, leaving its target groups, stopping.
//!
//! Every step is taken by time (a deadline), by the data plane's answer, or by the last target being gone.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;

use super::{ServiceKey, Task, TaskState};
use crate::world::{Effect, World};

/// AWS time in PROVISIONING and in PENDING.
const PROVISIONING: Duration = Duration::from_secs(2);
const PENDING: Duration = Duration::from_secs(1);
/// ECS's stopTimeout.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// How long ECS shows a stopped task.
const REMEMBERED: Duration = Duration::from_secs(3600);

impl World {
    pub(super) fn launch(&mut self, key: &ServiceKey, deployment: &str, definition: &str) -> String {
        let id = self.ids.hex32("task", &format!("{}/{}", key.cluster, key.name));
        let arn = self.ids.ecs_arn(&format!("task/{}/{id}", key.cluster));
        let task = Task {
            arn: arn.clone(),
            service: key.clone(),
            deployment: deployment.to_owned(),
            task_definition: definition.to_owned(),
            state: TaskState::Provisioning,
            deadline: Some(self.now.aws + PROVISIONING),
            address: None,
            running_since: None,
            was_healthy: false,
            stop_reason: None,
            created: self.now.wall,
            started: None,
            stopping: None,
            stopped: None,
        };
        self.ecs.tasks.insert(arn.clone(), task);
        self.log_task(&arn);
        arn
    }

    /// Tells a task to stop; a running one leaves its target groups first.
    pub(super) fn stop_task(&mut self, arn: &str, reason: &str) {
        let Some(task) = self.ecs.tasks.get_mut(arn) else {
            return;
        };
        if !task.state.wanted() {
            return;
        }
        let started = task.state;
        task.stop_reason = Some(reason.to_owned());
        task.stopping = Some(self.now.wall);
        task.deadline = None;
        match started {
            TaskState::Running => {
                let (groups, address) = (
                    self.groups_of(arn),
                    self.ecs.tasks.get(arn).and_then(|it| it.address),
                );
                self.set_task_state(arn, TaskState::Deactivating);
                for (group, addr) in groups.iter().zip(std::iter::repeat(address)) {
                    // A group deleted meanwhile has nothing left to leave.
                    let _gone = addr.map(|addr| self.deregister_targets(group, &[addr]));
                }
            }
            // The server is on its way up: `task_started` sees the state and stops it.
            TaskState::Activating => self.set_task_state(arn, TaskState::Stopping),
            _ => self.finish_task(arn),
        }
    }

    /// Moves every task that time or the data plane allows to move.
    pub(super) fn step_tasks(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let now = self.now.aws;
        let due: Vec<String> = self
            .ecs
            .tasks
            .values()
            .filter(|task| match task.state {
                TaskState::Deactivating => !self.is_registered(task),
                _ => task.deadline.is_some_and(|deadline| deadline <= now),
            })
            .map(|task| task.arn.clone())
            .collect();
        for arn in due {
            let Some(task) = self.ecs.tasks.get_mut(&arn) else {
                continue;
            };
            task.deadline = None;
            match task.state {
                TaskState::Provisioning => {
                    task.deadline = Some(now + PENDING);
                    self.set_task_state(&arn, TaskState::Pending);
                }
                TaskState::Pending => {
                    self.set_task_state(&arn, TaskState::Activating);
                    effects.extend(self.start_effect(&arn));
                }
                TaskState::Deactivating => {
                    self.set_task_state(&arn, TaskState::Stopping);
                    effects.push(Effect::Stop {
                        task: arn,
                        grace: STOP_TIMEOUT,
                    });
                }
                TaskState::Stopped => {
                    self.ecs.tasks.remove(&arn);
                }
                TaskState::Activating | TaskState::Running | TaskState::Stopping => {}
            }
        }
        effects
    }

    /// The data plane's answer to [`Effect::Start`].
    pub fn task_started(&mut self, arn: &str, result: Result<SocketAddr, String>) {
        let Some(task) = self.ecs.tasks.get_mut(arn) else {
            return;
        };
        let (key, deployment) = (task.service.clone(), task.deployment.clone());
        let addr = match result {
            Ok(addr) => addr,
            Err(error) => {
                task.stop_reason = Some(format!("CannotStartContainerError: {error}"));
                task.stopping = Some(self.now.wall);
                self.finish_task(arn);
                self.count_failure(&key, &deployment);
                return;
            }
        };
        task.address = Some(addr);
        if task.state != TaskState::Activating {
            // Told to stop while starting: it never joins a target group.
            self.set_task_state(arn, TaskState::Deactivating);
            return;
        }
        task.running_since = Some(self.now.aws);
        task.started = Some(self.now.wall);
        self.set_task_state(arn, TaskState::Running);
        for group in self.groups_of(arn) {
            match self.register_targets(&group, &[addr]) {
                Ok(()) => self.service_event(&key, &format!("registered 1 targets in (target-group {group})")),
                Err(_) => self.service_event(
                    &key,
                    &format!("failed to register targets in (target-group {group}) with (error target group not found)"),
                ),
            }
        }
    }

    /// The data plane's answer to [`Effect::Stop`].
    pub fn task_stopped(&mut self, arn: &str) {
        if self
            .ecs
            .tasks
            .get(arn)
            .is_some_and(|task| task.state == TaskState::Stopping)
        {
            self.finish_task(arn);
        }
    }

    pub(super) fn next_task_deadline(&self) -> Option<Duration> {
        self.ecs.tasks.values().filter_map(|task| task.deadline).min()
    }

    /// Target groups of the service the task belongs to.
    pub(super) fn groups_of(&self, arn: &str) -> Vec<String> {
        let service = self
            .ecs
            .tasks
            .get(arn)
            .and_then(|task| self.ecs.services.get(&task.service));
        service
            .map(|it| {
                it.load_balancers
                    .iter()
                    .map(|lb| lb.target_group.clone())
                    .collect()
            })
            .unwrap_or_default()
    }

    fn is_registered(&self, task: &Task) -> bool {
        let Some(addr) = task.address else { return false };
        self.elbv2
            .target_groups
            .values()
            .any(|group| group.targets.contains_key(&addr))
    }

    fn start_effect(&self, arn: &str) -> Option<Effect> {
        let task = self.ecs.tasks.get(arn)?;
        let balancer = self.ecs.services.get(&task.service)?.load_balancers.first();
        let definition = self.find_task_definition(&task.task_definition)?;
        let (mut env, first): (BTreeMap<_, _>, _) =
            definition.program(balancer.map(|it| it.container.as_str()));
        // A task learns its service from the metadata endpoint (ServiceName in v4); one definition serves both
        // colors, so the reference application takes its color from there.
        env.insert("ECS_SERVICE_NAME".to_owned(), task.service.name.clone());
        let port = balancer.map(|it| it.port).or(first).unwrap_or(80);
        Some(Effect::Start {
            task: arn.to_owned(),
            env,
            port,
        })
    }

    fn finish_task(&mut self, arn: &str) {
        if let Some(task) = self.ecs.tasks.get_mut(arn) {
            task.stopped = Some(self.now.wall);
            task.deadline = Some(self.now.aws + REMEMBERED);
        }
        self.set_task_state(arn, TaskState::Stopped);
    }

    fn set_task_state(&mut self, arn: &str, state: TaskState) {
        if let Some(task) = self.ecs.tasks.get_mut(arn) {
            task.state = state;
            self.log_task(arn);
        }
    }

    fn log_task(&mut self, arn: &str) {
        let Some(task) = self.ecs.tasks.get(arn) else {
            return;
        };
        let event = json!({
            "event": "task", "cluster": task.service.cluster, "service": task.service.name, "task": arn,
            "state": task.state.name(), "task_definition": task.task_definition,
            "address": task.address.map(|addr| addr.to_string()),
        });
        self.record(event);
    }
}
