//! What the service scheduler thinks of a task, judged by its targets.
//!
//! A task with a target that is not healthy is not healthy: initial and unused do not count.

use std::time::Duration;

use super::{ServiceKey, Task, TaskState};
use crate::world::World;
use crate::world::elbv2::{TargetState, reason_text};

impl World {
    /// Running, and healthy in every target group of its service.
    pub(super) fn is_healthy(&self, task: &Task) -> bool {
        let Some(addr) = task.address.filter(|_| task.state == TaskState::Running) else {
            return false;
        };
        self.groups_of(&task.arn).iter().all(|group| {
            let target = self
                .elbv2
                .target_groups
                .get(group)
                .and_then(|group| group.targets.get(&addr));
            target.is_some_and(|target| target.state == TargetState::Healthy)
        })
    }

    /// Counts first successes, and stops tasks whose targets are unhealthy after the grace period.
    pub(super) fn judge_tasks(&mut self, key: &ServiceKey) {
        let running: Vec<String> = self
            .ecs
            .tasks_of(key)
            .filter(|task| task.state == TaskState::Running)
            .map(|task| task.arn.clone())
            .collect();
        for arn in running {
            let Some(task) = self.ecs.tasks.get(&arn) else {
                continue;
            };
            let deployment = task.deployment.clone();
            if !task.was_healthy && self.is_healthy(task) {
                if let Some(task) = self.ecs.tasks.get_mut(&arn) {
                    task.was_healthy = true;
                }
                self.count_success(key, &deployment);
                continue;
            }
            let Some((group, reason)) = self.failing_group(&arn) else {
                continue;
            };
            if self.grace_ends(&arn).is_some_and(|end| self.now.aws < end) {
                continue;
            }
            let short = arn.rsplit('/').next().unwrap_or(&arn).to_owned();
            self.service_event(
                key,
                &format!("(task {short}) is unhealthy in (target-group {group}) due to (reason {reason})"),
            );
            self.stop_task(
                &arn,
                &format!("Task failed ELB health checks in (target-group {group})"),
            );
            self.count_failure(key, &deployment);
        }
    }

    /// When the next forgiven task stops being forgiven.
    pub(super) fn next_grace_end(&self) -> Option<Duration> {
        self.ecs
            .tasks
            .values()
            .filter(|task| task.state == TaskState::Running)
            .filter_map(|task| self.grace_ends(&task.arn))
            .filter(|end| self.now.aws < *end)
            .min()
    }

    /// A group in which the task's target is unhealthy, and why.
    fn failing_group(&self, arn: &str) -> Option<(String, String)> {
        let addr = self.ecs.tasks.get(arn)?.address?;
        self.groups_of(arn).into_iter().find_map(|group| {
            let target = self.elbv2.target_groups.get(&group)?.targets.get(&addr)?;
            let reason =
                (target.state == TargetState::Unhealthy).then(|| reason_text(&target.reason, target))?;
            Some((group, reason))
        })
    }

    fn grace_ends(&self, arn: &str) -> Option<Duration> {
        let task = self.ecs.tasks.get(arn)?;
        let grace = self.ecs.services.get(&task.service)?.grace?;
        Some(task.running_since? + Duration::from_secs(grace.into()))
    }
}
