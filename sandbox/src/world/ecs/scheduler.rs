//! The service scheduler: how many tasks of which deployment should run now.
//!
//! A rolling deployment starts new tasks first, waits until they are healthy, then drains old ones; it never goes
//! below minimumHealthyPercent nor above maximumPercent by its own doing.

use std::time::Duration;

use super::{RolloutState, ServiceKey, Task, TaskState};
use crate::world::{Effect, World};

impl World {
    /// Lets ECS do whatever it would do by now.
    pub(crate) fn tick_ecs(&mut self) -> (Vec<Effect>, Option<Duration>) {
        let mut effects = self.step_tasks();
        let services: Vec<ServiceKey> = self.ecs.services.keys().cloned().collect();
        for key in services {
            self.judge_tasks(&key);
            self.schedule(&key);
        }
        // Stopping a task whose target was not in use ends its draining at once.
        effects.extend(self.step_tasks());
        self.retire_drained_services();
        let next = [self.next_task_deadline(), self.next_grace_end()]
            .into_iter()
            .flatten()
            .min();
        (effects, next)
    }

    fn schedule(&mut self, key: &ServiceKey) {
        let Some(service) = self.ecs.services.get(key) else {
            return;
        };
        let Some(primary) = service.primary().cloned() else {
            return;
        };
        let (desired, config) = (service.desired, service.config);
        let (mut new, mut old): (Vec<&Task>, Vec<&Task>) = self
            .ecs
            .tasks_of(key)
            .filter(|task| task.state.wanted())
            .partition(|task| task.deployment == primary.id);
        // The least useful first: not yet running, then not healthy, then the youngest.
        let usefulness = |task: &&Task| (self.is_healthy(task), task.state, std::cmp::Reverse(task.created));
        new.sort_by_key(usefulness);
        old.sort_by_key(usefulness);

        let count = |tasks: &[&Task]| u32::try_from(tasks.len()).unwrap_or(u32::MAX);
        let healthy = |tasks: &[&Task]| {
            u32::try_from(tasks.iter().filter(|task| self.is_healthy(task)).count()).unwrap_or(u32::MAX)
        };
        let healthy_new = healthy(&new);
        let most = (desired * config.maximum_percent / 100).max(desired.min(1));
        let fewest = (desired * config.minimum_healthy_percent).div_ceil(100);

        // Too many of the current deployment: it was scaled down.
        let surplus = count(&new).saturating_sub(desired);
        let mut stop: Vec<(String, &str)> = take(&new, surplus);
        // Of the older ones go those nobody would miss, and as many healthy ones as the minimum allows.
        let spare = if desired == 0 {
            u32::MAX
        } else {
            (healthy_new + healthy(&old)).saturating_sub(fewest)
        };
        let mut healthy_left = spare;
        for task in &old {
            let goes = if self.is_healthy(task) {
                let goes = 0 < healthy_left;
                healthy_left = healthy_left.saturating_sub(1);
                goes
            } else {
                // A failed deployment's leftovers and tasks that never came up serve nobody.
                0 < healthy_new || desired == 0 || task.state < TaskState::Running || fewest == 0
            };
            if goes {
                stop.push((task.arn.clone(), "Scaling activity initiated by deployment"));
            }
        }
        let staying = count(&old)
            - stop
                .iter()
                .filter(|(arn, _)| old.iter().any(|it| it.arn == *arn))
                .count() as u32;
        let room = most.saturating_sub(staying + count(&new));
        let missing = desired.saturating_sub(count(&new));
        let launches = if primary.state == RolloutState::Failed {
            0
        } else {
            missing.min(room)
        };

        self.carry_out(key, &stop, launches, (&primary.id, &primary.task_definition));
        self.settle_deployments(key, healthy_new);
    }

    fn carry_out(
        &mut self,
        key: &ServiceKey,
        stop: &[(String, &str)],
        launches: u32,
        deployment: (&str, &str),
    ) {
        if !stop.is_empty() {
            self.service_event(key, &format!("has stopped {} running tasks.", stop.len()));
        }
        for (arn, reason) in stop {
            let (id, _) = deployment;
            self.stop_task(arn, &format!("{reason} (deployment {id})"));
        }
        if 0 < launches {
            self.service_event(key, &format!("has started {launches} tasks."));
        }
        for _ in 0..launches {
            self.launch(key, deployment.0, deployment.1);
        }
    }
}

fn take(tasks: &[&Task], count: u32) -> Vec<(String, &'static str)> {
    let reason = "Scaling activity initiated by deployment";
    tasks
        .iter()
        .take(count as usize)
        .map(|task| (task.arn.clone(), reason))
        .collect()
}
