//! Application Auto Scaling as ECS sees it: somebody else who sets desired counts.
//!
//! Watches no metric and holds no policy: it keeps a service within its scalable target's range, and whoever drives the
//! sandbox says when load would have scaled it.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::{ServiceKey, ServiceStatus};
use crate::world::{Refusal, Ruled, World};

/// The range in which the autoscaler may move a service.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalableTarget {
    pub arn: String,
    pub min: u32,
    pub max: u32,
    pub suspended: Suspended,
    pub created: Timestamp,
    /// When a count below the range will be raised (AWS time).
    due: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Suspended {
    pub scale_in: bool,
    pub scale_out: bool,
    pub scheduled: bool,
}

/// What RegisterScalableTarget may set; `None` leaves the value.
#[derive(Debug, Clone, Copy, Default)]
pub struct ScalableChange {
    pub min: Option<u32>,
    pub max: Option<u32>,
    pub suspended: Option<Suspended>,
}

impl World {
    /// Creates or changes the scalable target; a count outside the range is brought into it at once.
    pub fn register_scalable_target(&mut self, key: &ServiceKey, change: ScalableChange) -> Ruled<()> {
        let active = self
            .ecs
            .services
            .get(key)
            .is_some_and(|it| it.status == ServiceStatus::Active);
        if !active {
            return Err(invalid(format!(
                "ECS service doesn't exist: service/{}/{}",
                key.cluster, key.name
            )));
        }
        let known = self.ecs.scalable.get(key).cloned();
        let required = |value: Option<u32>, known: Option<u32>, name: &str| {
            value.or(known).ok_or_else(|| {
                invalid(format!(
                    "{name} is required when registering a new scalable target"
                ))
            })
        };
        let min = required(change.min, known.as_ref().map(|it| it.min), "MinCapacity")?;
        let max = required(change.max, known.as_ref().map(|it| it.max), "MaxCapacity")?;
        if max < min {
            return Err(invalid(
                "Maximum capacity cannot be less than minimum capacity".into(),
            ));
        }
        let suspended = change.suspended.or(known.map(|it| it.suspended));
        self.add_scalable_target(key, min, max, suspended.unwrap_or_default());
        self.keep_in_range(key, "registration");
        Ok(())
    }

    /// Without checks, and without moving the service, for the seed.
    pub(crate) fn add_scalable_target(&mut self, key: &ServiceKey, min: u32, max: u32, suspended: Suspended) {
        let (arn, created) = match self.ecs.scalable.get(key) {
            Some(known) => (known.arn.clone(), known.created),
            None => {
                let name = format!("{}/{}", key.cluster, key.name);
                let id = self.ids.hex32("scalable-target", &name);
                (self.ids.scalable_target_arn(&id), self.now.wall)
            }
        };
        let target = ScalableTarget {
            arn,
            min,
            max,
            suspended,
            created,
            due: None,
        };
        self.ecs.scalable.insert(key.clone(), target);
        self.note_change();
    }

    pub fn deregister_scalable_target(&mut self, key: &ServiceKey) -> Ruled<()> {
        match self.ecs.scalable.remove(key) {
            Some(target) => {
                self.tags.remove(&target.arn);
                Ok(())
            }
            None => Err(Refusal::new(
                "ObjectNotFoundException",
                format!(
                    "No scalable target found for service namespace: ecs, resource ID: service/{}/{}, scalable \
                     dimension: ecs:service:DesiredCount",
                    key.cluster, key.name
                ),
            )),
        }
    }

    /// Somebody else wants `count` tasks: the autoscaler, within its range, or a colleague where there is none.
    pub(crate) fn scale(&mut self, key: &ServiceKey, count: u32, reason: &str) -> Result<u32, String> {
        let Some(service) = self.ecs.services.get(key) else {
            return Err(format!("no service {} in cluster {}", key.name, key.cluster));
        };
        if service.status != ServiceStatus::Active {
            return Err(format!("service {} is {}", key.name, service.status.name()));
        }
        let range = self.ecs.scalable.get(key);
        let count = range.map_or(count, |it| count.clamp(it.min, it.max));
        if range.is_some_and(|it| {
            (it.suspended.scale_out && service.desired < count)
                || (it.suspended.scale_in && count < service.desired)
        }) {
            return Err(format!("scaling of service {} is suspended", key.name));
        }
        self.set_desired(key, count, reason);
        Ok(count)
    }

    /// Raises what has been below its range for long enough; returns when to look again.
    pub(crate) fn tick_autoscaler(&mut self) -> Option<Duration> {
        let (now, reaction) = (self.now.aws, self.settings.autoscaler_reaction);
        let mut raise = Vec::new();
        let mut next: Option<Duration> = None;
        for (key, target) in &mut self.ecs.scalable {
            let below = self
                .ecs
                .services
                .get(key)
                .is_some_and(|it| it.status == ServiceStatus::Active && it.desired < target.min);
            if !below || target.suspended.scale_out {
                target.due = None;
                continue;
            }
            let due = *target.due.get_or_insert(now + reaction);
            if due <= now {
                target.due = None;
                raise.push(key.clone());
            } else {
                next = Some(next.map_or(due, |earlier| earlier.min(due)));
            }
        }
        for key in raise {
            self.keep_in_range(&key, "below the minimum capacity");
        }
        next
    }

    fn keep_in_range(&mut self, key: &ServiceKey, reason: &str) {
        let service = self.ecs.services.get(key).map(|it| it.desired);
        let range = self.ecs.scalable.get(key).map(|it| (it.min, it.max));
        if let (Some(desired), Some((min, max))) = (service, range) {
            self.set_desired(key, desired.clamp(min, max), reason);
        }
    }

    fn set_desired(&mut self, key: &ServiceKey, to: u32, reason: &str) {
        let Some(service) = self.ecs.services.get_mut(key) else {
            return;
        };
        let from = std::mem::replace(&mut service.desired, to);
        if from != to {
            service.steady = false;
            self.record(json!({
                "event": "autoscaler", "cluster": key.cluster, "service": key.name,
                "from": from, "to": to, "reason": reason,
            }));
        }
    }
}

fn invalid(message: String) -> Refusal {
    Refusal::new("ValidationException", message)
}
