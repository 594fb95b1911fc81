//! Instances behind classic load balancers, and the check that would tell whether they work.
//!
//! Nobody runs on them: an instance is in service once its checks had the time to pass.

use std::time::Duration;

use super::HealthCheck;
use crate::world::{Refusal, Ruled, World};

/// What DescribeInstanceHealth says of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceState {
    pub instance: String,
    pub in_service: bool,
}

impl World {
    pub fn set_classic_health_check(&mut self, name: &str, check: HealthCheck) -> Ruled<()> {
        let balancer = self.classic_mut(name)?;
        verify(&check)?;
        balancer.health = check;
        Ok(())
    }

    /// Returns every instance that is registered then.
    pub fn register_classic_instances(&mut self, name: &str, instances: &[String]) -> Ruled<Vec<String>> {
        let now = self.now.aws;
        let balancer = self.classic_mut(name)?;
        if let Some(odd) = instances.iter().find(|it| !it.starts_with("i-")) {
            return Err(invalid(odd));
        }
        for instance in instances {
            balancer.instances.entry(instance.clone()).or_insert(now);
        }
        Ok(balancer.instances.keys().cloned().collect())
    }

    /// Returns every instance that is registered then.
    pub fn deregister_classic_instances(&mut self, name: &str, instances: &[String]) -> Ruled<Vec<String>> {
        let balancer = self.classic_mut(name)?;
        if let Some(stranger) = instances.iter().find(|it| !balancer.instances.contains_key(*it)) {
            return Err(invalid(stranger));
        }
        balancer.instances.retain(|it, _| !instances.contains(it));
        Ok(balancer.instances.keys().cloned().collect())
    }

    /// Of the instances named, or of all.
    pub fn classic_instance_health(&self, name: &str, instances: &[String]) -> Ruled<Vec<InstanceState>> {
        let balancer = self.classic(name)?;
        if let Some(stranger) = instances.iter().find(|it| !balancer.instances.contains_key(*it)) {
            return Err(invalid(stranger));
        }
        let passing =
            Duration::from_secs(u64::from(balancer.health.interval)).saturating_mul(balancer.health.healthy);
        let asked = balancer
            .instances
            .iter()
            .filter(|(it, _)| instances.is_empty() || instances.contains(it));
        Ok(asked
            .map(|(instance, registered)| InstanceState {
                instance: instance.clone(),
                in_service: *registered + passing <= self.now.aws,
            })
            .collect())
    }
}

fn invalid(instance: &str) -> Refusal {
    Refusal::new(
        "InvalidInstance",
        format!("Could not find EC2 instance {instance}."),
    )
}

fn verify(check: &HealthCheck) -> Ruled<()> {
    let ranges = [
        ("interval", check.interval, 5, 300),
        ("timeout", check.timeout, 2, 60),
        ("unhealthy threshold", check.unhealthy, 2, 10),
        ("healthy threshold", check.healthy, 2, 10),
    ];
    for (what, value, low, high) in ranges {
        if !(low..=high).contains(&value) {
            return Err(Refusal::validation(format!(
                "HealthCheck {what} must be between {low} and {high}"
            )));
        }
    }
    if check.interval <= check.timeout {
        return Err(Refusal::validation(
            "HealthCheck timeout must be less than interval",
        ));
    }
    let known = check.target.split_once(':').is_some_and(|(protocol, rest)| {
        let (port, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let http = ["HTTP", "HTTPS"].contains(&protocol);
        let known = http || ["TCP", "SSL"].contains(&protocol);
        known && port.parse::<u16>().is_ok_and(|port| 0 < port) && http != path.is_empty()
    });
    if known {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "HealthCheck target '{}' must be PROTOCOL:PORT, with a path for HTTP and HTTPS alone",
        check.target
    )))
}
