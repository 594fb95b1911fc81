//! Targets and their health: what a probe means, and what registration and use by a rule mean.
//!
//! Sends no probe: the data plane reports, this file counts. A target is never healthy on anything but a report.

use std::net::SocketAddr;
use std::time::Duration;

use super::Target;
use crate::dataplane::types::ProbeResult;
use crate::world::{Refusal, Ruled, World};

/// Per target group; adjustable in AWS.
const MOST_TARGETS: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetState {
    /// No rule forwards to the group.
    Unused,
    Initial,
    Healthy,
    Unhealthy,
    /// Deregistered; gone at this AWS moment.
    Draining(Duration),
}

impl TargetState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Initial => "initial",
            Self::Healthy => "healthy",
            Self::Unhealthy => "unhealthy",
            Self::Draining(_) => "draining",
        }
    }
}

/// DescribeTargetHealth's words for one target.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetHealth {
    pub addr: SocketAddr,
    pub state: &'static str,
    pub reason: String,
    pub description: String,
}

impl World {
    /// Registering a target that drains takes it back; one that is there already stays as it is.
    pub fn register_targets(&mut self, arn: &str, addrs: &[SocketAddr]) -> Ruled<()> {
        let group = self.target_group(arn)?;
        let new = addrs.iter().filter(|addr| !group.targets.contains_key(addr));
        if MOST_TARGETS < group.targets.len() + new.count() {
            return Err(Refusal::new(
                "TooManyTargets",
                format!(
                    "The maximum number of targets '{MOST_TARGETS}' has been reached on target group '{arn}'"
                ),
            ));
        }
        let used = !self.elbv2.balancers_of(arn).is_empty();
        for addr in addrs {
            let group = self.target_group_mut(arn)?;
            let present = group
                .targets
                .get(addr)
                .is_some_and(|it| !matches!(it.state, TargetState::Draining(_)));
            if present {
                continue;
            }
            let (state, reason) = if used {
                (TargetState::Initial, "Elb.RegistrationInProgress")
            } else {
                (TargetState::Unused, "Target.NotInUse")
            };
            let target = Target {
                addr: *addr,
                state,
                reason: reason.into(),
                passes: 0,
                fails: 0,
                lingers: false,
            };
            group.targets.insert(*addr, target);
            self.log_target(arn, *addr, state.name(), reason);
        }
        Ok(())
    }

    /// Unknown targets are ignored, as ELBv2 does.
    pub fn deregister_targets(&mut self, arn: &str, addrs: &[SocketAddr]) -> Ruled<()> {
        let now = self.now.aws;
        for addr in addrs {
            let group = self.target_group_mut(arn)?;
            let delay = group.deregistration_delay();
            let Some(target) = group.targets.get_mut(addr) else {
                continue;
            };
            match target.state {
                TargetState::Draining(_) => continue,
                // Nothing flows to it, so there is nothing to drain.
                TargetState::Unused => {
                    group.targets.remove(addr);
                    self.log_target(arn, *addr, "gone", "");
                }
                _ => {
                    target.state = TargetState::Draining(now + delay);
                    target.reason = "Target.DeregistrationInProgress".into();
                    self.log_target(arn, *addr, "draining", "Target.DeregistrationInProgress");
                }
            }
        }
        self.target_group(arn).map(|_| ())
    }

    /// Health of the asked targets, or of all.
    pub fn target_health(&self, arn: &str, asked: &[SocketAddr]) -> Ruled<Vec<TargetHealth>> {
        let group = self.target_group(arn)?;
        let of = |target: &Target| TargetHealth {
            addr: target.addr,
            state: target.state.name(),
            reason: target.reason.clone(),
            description: describe(&target.reason, target),
        };
        if asked.is_empty() {
            return Ok(group.targets.values().map(of).collect());
        }
        let unregistered = |addr: &SocketAddr| TargetHealth {
            addr: *addr,
            state: "unused",
            reason: "Target.NotRegistered".into(),
            description: "Target is not registered to the target group".into(),
        };
        Ok(asked
            .iter()
            .map(|addr| group.targets.get(addr).map_or_else(|| unregistered(addr), of))
            .collect())
    }

    /// Counts one probe. A new target needs one pass; after that the group's thresholds hold.
    pub fn probed(&mut self, arn: &str, addr: SocketAddr, result: &ProbeResult) {
        let Some(group) = self.elbv2.target_groups.get_mut(arn) else {
            return;
        };
        let (healthy, unhealthy) = (group.health.healthy, group.health.unhealthy);
        let Some(target) = group.targets.get_mut(&addr) else {
            return;
        };
        let before = (target.state, target.reason.clone());
        let failure = match result {
            ProbeResult::Ok(_) => None,
            ProbeResult::BadStatus(status) => Some(format!("Target.ResponseCodeMismatch {status}")),
            ProbeResult::Timeout => Some("Target.Timeout".to_owned()),
            ProbeResult::Refused(_) => Some("Target.FailedHealthChecks".to_owned()),
        };
        match failure {
            None => {
                target.passes = target.passes.saturating_add(1);
                target.fails = 0;
            }
            Some(_) => {
                target.fails = target.fails.saturating_add(1);
                target.passes = 0;
            }
        }
        match (target.state, failure) {
            (TargetState::Unused | TargetState::Draining(_), _) | (TargetState::Healthy, None) => {}
            (TargetState::Initial, None) => target.turn(TargetState::Healthy, ""),
            (TargetState::Unhealthy, None) if healthy <= target.passes => {
                target.turn(TargetState::Healthy, "")
            }
            (TargetState::Unhealthy, None) => {}
            (TargetState::Unhealthy, Some(reason)) => target.reason = reason,
            (TargetState::Initial, Some(_)) if target.fails < unhealthy => {
                target.reason = "Elb.InitialHealthChecking".into();
            }
            (TargetState::Initial | TargetState::Healthy, Some(reason)) => {
                if unhealthy <= target.fails {
                    target.turn(TargetState::Unhealthy, &reason);
                }
            }
        }
        let after = (target.state, target.reason.clone());
        if before != after {
            let reason = after.1.split(' ').next().unwrap_or_default().to_owned();
            self.log_target(arn, addr, after.0.name(), &reason);
        }
    }

    /// After any change of rules: groups that gained their first rule are checked, those that lost their last are not.
    pub(super) fn refresh_group_use(&mut self) {
        let groups: Vec<(String, bool)> = self
            .elbv2
            .target_groups
            .keys()
            .map(|arn| (arn.clone(), !self.elbv2.balancers_of(arn).is_empty()))
            .collect();
        let mut changed = Vec::new();
        for (arn, used) in groups {
            let Some(group) = self.elbv2.target_groups.get_mut(&arn) else {
                continue;
            };
            for target in group.targets.values_mut() {
                match (target.state, used) {
                    (TargetState::Unused, true) => {
                        target.turn(TargetState::Initial, "Elb.InitialHealthChecking");
                    }
                    (TargetState::Initial | TargetState::Healthy | TargetState::Unhealthy, false) => {
                        let lingers = target.state == TargetState::Healthy;
                        target.turn(TargetState::Unused, "Target.NotInUse");
                        target.lingers = lingers;
                    }
                    _ => continue,
                }
                changed.push((
                    arn.clone(),
                    target.addr,
                    target.state.name(),
                    target.reason.clone(),
                ));
            }
        }
        for (arn, addr, state, reason) in changed {
            self.log_target(&arn, addr, state, &reason);
        }
        self.touch_routes();
    }

    /// Drops targets that have drained; returns when the next one will have.
    pub(crate) fn tick_targets(&mut self) -> Option<Duration> {
        let now = self.now.aws;
        let mut gone = Vec::new();
        for group in self.elbv2.target_groups.values_mut() {
            group.targets.retain(|addr, target| {
                let over = matches!(target.state, TargetState::Draining(until) if until <= now);
                if over {
                    gone.push((group.arn.clone(), *addr));
                }
                !over
            });
        }
        for (arn, addr) in gone {
            self.log_target(&arn, addr, "gone", "");
        }
        self.next_target_deadline()
    }

    fn next_target_deadline(&self) -> Option<Duration> {
        self.elbv2
            .target_groups
            .values()
            .flat_map(|group| group.targets.values())
            .filter_map(|target| match target.state {
                TargetState::Draining(until) => Some(until),
                _ => None,
            })
            .min()
    }
}

impl Target {
    fn turn(&mut self, state: TargetState, reason: &str) {
        (self.state, self.reason) = (state, reason.to_owned());
        (self.passes, self.fails) = (0, 0);
        self.lingers = false;
    }

    /// The reason without the detail kept behind it.
    pub fn reason_code(&self) -> &str {
        self.reason.split(' ').next().unwrap_or_default()
    }
}

/// The reason in AWS's words.
pub fn describe(reason: &str, target: &Target) -> String {
    let (code, detail) = reason.split_once(' ').unwrap_or((reason, ""));
    match code {
        "" => String::new(),
        "Elb.RegistrationInProgress" => "Target registration is in progress".into(),
        "Elb.InitialHealthChecking" => "Initial health checks in progress".into(),
        "Target.DeregistrationInProgress" => "Target deregistration is in progress".into(),
        "Target.NotInUse" => {
            "Target group is not configured to receive traffic from the load balancer".into()
        }
        "Target.ResponseCodeMismatch" => format!("Health checks failed with these codes: [{detail}]"),
        "Target.Timeout" => "Request timed out".into(),
        "Target.FailedHealthChecks" => "Health checks failed".into(),
        other => format!("{other} on {}", target.addr),
    }
}

/// `200`, `200-299` or a list of them, within 200–499.
pub(super) fn matcher_is_valid(matcher: &str) -> bool {
    let code = |text: &str| {
        text.trim()
            .parse::<u16>()
            .ok()
            .filter(|code| (200..=499).contains(code))
    };
    !matcher.is_empty()
        && matcher.split(',').all(|part| match part.split_once('-') {
            Some((low, high)) => code(low).zip(code(high)).is_some_and(|(low, high)| low <= high),
            None => code(part).is_some(),
        })
}

/// An ip target as the API names it.
pub fn parse_target(id: &str, port: u16) -> Ruled<SocketAddr> {
    id.parse().map(|ip| SocketAddr::new(ip, port)).map_err(|_| {
        Refusal::validation(format!(
            "The IP address '{id}' is not a valid IPv4 or IPv6 address"
        ))
    })
}
