//! Target groups: settings, health checks, attributes.
//!
//! Groups of ip and instance targets, for any kind of load balancer; those that speak no HTTP are never checked.

use std::collections::BTreeMap;

use super::load_balancers::check_name;
use super::{Kind, TargetGroup, attributes, targets};
use crate::world::ec2::DEFAULT_VPC;
use crate::world::{Refusal, Ruled, World};

/// Per account and Region; adjustable in AWS.
const GROUPS: usize = 3000;

/// A group's health check, in AWS seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthCheck {
    pub protocol: String,
    /// `traffic-port` or a number.
    pub port: String,
    pub path: String,
    pub interval: u32,
    pub timeout: u32,
    pub healthy: u32,
    pub unhealthy: u32,
    pub matcher: String,
    pub enabled: bool,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self {
            protocol: "HTTP".into(),
            port: "traffic-port".into(),
            path: "/".into(),
            interval: 30,
            // What an Application Load Balancer answers when asked; the API's model says 6.
            timeout: 5,
            healthy: 5,
            unhealthy: 2,
            matcher: "200".into(),
            enabled: true,
        }
    }
}

/// What Create- and ModifyTargetGroup may set; `None` leaves the value.
#[derive(Debug, Clone, Default)]
pub struct HealthCheckChange {
    pub protocol: Option<String>,
    pub port: Option<String>,
    pub path: Option<String>,
    pub interval: Option<u32>,
    pub timeout: Option<u32>,
    pub healthy: Option<u32>,
    pub unhealthy: Option<u32>,
    pub matcher: Option<String>,
    pub enabled: Option<bool>,
}

#[derive(Debug, Clone, Default)]
pub struct NewTargetGroup {
    pub name: String,
    pub protocol: Option<String>,
    pub protocol_version: Option<String>,
    pub port: Option<u16>,
    pub vpc_id: Option<String>,
    pub target_type: Option<String>,
    pub health: HealthCheckChange,
    pub tags: BTreeMap<String, String>,
}

impl HealthCheckChange {
    /// The check as it would be after the change, if ALB allows it.
    fn apply(self, to: &HealthCheck) -> Ruled<HealthCheck> {
        let check = HealthCheck {
            protocol: self.protocol.unwrap_or_else(|| to.protocol.clone()),
            port: self.port.unwrap_or_else(|| to.port.clone()),
            path: self.path.unwrap_or_else(|| to.path.clone()),
            interval: self.interval.unwrap_or(to.interval),
            timeout: self.timeout.unwrap_or(to.timeout),
            healthy: self.healthy.unwrap_or(to.healthy),
            unhealthy: self.unhealthy.unwrap_or(to.unhealthy),
            matcher: self.matcher.unwrap_or_else(|| to.matcher.clone()),
            enabled: self.enabled.unwrap_or(to.enabled),
        };
        check.verify()?;
        Ok(check)
    }

    /// Without ALB's ranges, for the seed: a test may want a one-second check.
    pub(crate) fn force(self) -> HealthCheck {
        let default = HealthCheck::default();
        HealthCheck {
            path: self.path.unwrap_or(default.path),
            interval: self.interval.unwrap_or(default.interval),
            timeout: self.timeout.unwrap_or(default.timeout),
            healthy: self.healthy.unwrap_or(default.healthy),
            unhealthy: self.unhealthy.unwrap_or(default.unhealthy),
            matcher: self.matcher.unwrap_or(default.matcher),
            ..HealthCheck::default()
        }
    }
}

impl HealthCheck {
    /// What a group has that asks for none.
    pub(crate) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Application => Self::default(),
            Kind::Network | Kind::Gateway => Self {
                protocol: "TCP".into(),
                timeout: 10,
                ..Self::default()
            },
        }
    }

    /// A check that only connects has no path and expects no code.
    pub fn is_tcp(&self) -> bool {
        self.protocol == "TCP"
    }

    fn verify(&self) -> Ruled<()> {
        let ranges = [
            ("Health check interval", self.interval, 5, 300),
            ("Health check timeout", self.timeout, 2, 120),
            ("Healthy threshold count", self.healthy, 2, 10),
            ("Unhealthy threshold count", self.unhealthy, 2, 10),
        ];
        for (what, value, low, high) in ranges {
            if !(low..=high).contains(&value) {
                return Err(Refusal::validation(format!(
                    "{what} '{value}' must be between {low} and {high}"
                )));
            }
        }
        if self.interval <= self.timeout {
            return Err(Refusal::validation(format!(
                "Health check timeout '{}' must be smaller than the interval '{}'",
                self.timeout, self.interval
            )));
        }
        if self.is_tcp() {
            return Ok(());
        }
        if !self.path.starts_with('/') || 1024 < self.path.len() {
            return Err(Refusal::validation(format!(
                "Health check path '{}' must begin with a '/' character and be at most 1024 characters",
                self.path
            )));
        }
        if self.port != "traffic-port" && self.port.parse::<u16>().is_ok_and(|port| 0 < port).eq(&false) {
            return Err(Refusal::validation(format!(
                "Health check port '{}' must be 'traffic-port' or between 1 and 65535",
                self.port
            )));
        }
        if !targets::matcher_is_valid(&self.matcher) {
            return Err(Refusal::validation(format!(
                "Health check matcher HTTP code '{}' must be within '200-499'",
                self.matcher
            )));
        }
        if !self.enabled {
            return Err(Refusal::validation(
                "Health check enabled must be true for target groups with target type 'ip'",
            ));
        }
        if self.protocol != "HTTP" && self.protocol != "HTTPS" {
            return Err(Refusal::validation(format!(
                "Health check protocol '{}' must be one of 'HTTPS, HTTP'",
                self.protocol
            )));
        }
        Ok(())
    }
}

impl World {
    /// Repeating a creation with the same settings returns what exists, as ELBv2 does.
    pub fn create_target_group(&mut self, wanted: NewTargetGroup) -> Ruled<String> {
        check_name(&wanted.name)?;
        let protocol = wanted
            .protocol
            .clone()
            .ok_or_else(|| Refusal::validation("A protocol must be specified"))?;
        let kind = Kind::of_protocol(&protocol)?;
        let port = wanted
            .port
            .filter(|port| 0 < *port)
            .ok_or_else(|| Refusal::validation("A port must be specified"))?;
        let vpc = wanted
            .vpc_id
            .as_deref()
            .ok_or_else(|| Refusal::validation("A VPC ID must be specified"))?;
        if !self.ec2.vpcs.contains_key(vpc) {
            return Err(Refusal::validation(format!("The VPC ID '{vpc}' is not found")));
        }
        let target_type = wanted.target_type.clone().unwrap_or_else(|| "instance".into());
        if target_type != "ip" && target_type != "instance" {
            return Err(Refusal::validation(format!(
                "Target type '{target_type}' is not supported"
            )));
        }
        let health = wanted.health.clone().apply(&HealthCheck::of(kind))?;
        if let Some(found) = self
            .elbv2
            .target_groups
            .values()
            .find(|group| group.name == wanted.name)
        {
            let same = found.protocol == protocol
                && found.port == port
                && found.target_type == target_type
                && found.health == health
                && Some(&found.vpc_id) == wanted.vpc_id.as_ref();
            if same {
                return Ok(found.arn.clone());
            }
            return Err(Refusal::new(
                "DuplicateTargetGroupName",
                format!(
                    "A target group with the same name '{}' exists, but with different settings",
                    wanted.name
                ),
            ));
        }
        if GROUPS <= self.elbv2.target_groups.len() {
            return Err(Refusal::new(
                "TooManyTargetGroups",
                format!("The maximum number of target groups '{GROUPS}' has been reached"),
            ));
        }
        Ok(self.add_target_group(wanted, health))
    }

    /// Without ALB's checks, with a health check that may lie outside its ranges.
    pub(crate) fn add_target_group(&mut self, wanted: NewTargetGroup, health: HealthCheck) -> String {
        let id = self.ids.hex16("targetgroup", &wanted.name);
        let arn = self.ids.elb_arn(&format!("targetgroup/{}/{id}", wanted.name));
        self.set_tags(&arn, wanted.tags);
        let protocol = wanted.protocol.unwrap_or_else(|| "HTTP".into());
        let kind = Kind::of_protocol(&protocol).unwrap_or_default();
        let group = TargetGroup {
            arn: arn.clone(),
            name: wanted.name,
            protocol,
            protocol_version: wanted.protocol_version.unwrap_or_else(|| "HTTP1".into()),
            port: wanted.port.unwrap_or(80),
            vpc_id: wanted.vpc_id.unwrap_or_else(|| DEFAULT_VPC.into()),
            target_type: wanted.target_type.unwrap_or_else(|| "instance".into()),
            health,
            attributes: attributes::of_target_group(kind),
            targets: BTreeMap::new(),
        };
        self.elbv2.target_groups.insert(arn.clone(), group);
        self.touch_routes();
        arn
    }

    pub fn target_group(&self, arn: &str) -> Ruled<&TargetGroup> {
        self.elbv2.target_groups.get(arn).ok_or_else(|| not_found(arn))
    }

    pub fn target_group_mut(&mut self, arn: &str) -> Ruled<&mut TargetGroup> {
        self.elbv2
            .target_groups
            .get_mut(arn)
            .ok_or_else(|| not_found(arn))
    }

    pub fn modify_target_group(&mut self, arn: &str, change: HealthCheckChange) -> Ruled<()> {
        let group = self.target_group_mut(arn)?;
        group.health = change.apply(&group.health)?;
        self.touch_routes();
        Ok(())
    }

    /// Refused while any rule or default action names it; deleting what is gone succeeds.
    pub fn delete_target_group(&mut self, arn: &str) -> Ruled<()> {
        if self
            .elbv2
            .rules
            .values()
            .any(|rule| rule.groups().any(|group| group == arn))
        {
            return Err(Refusal::new(
                "ResourceInUse",
                format!("Target group '{arn}' is currently in use by a listener or a rule"),
            ));
        }
        if let Some(group) = self.elbv2.target_groups.remove(arn) {
            for addr in group.targets.into_keys() {
                self.log_target(arn, addr, "gone", "");
            }
        }
        self.tags.remove(arn);
        self.touch_routes();
        Ok(())
    }
}

fn not_found(arn: &str) -> Refusal {
    Refusal::new("TargetGroupNotFound", format!("Target group '{arn}' not found"))
}
