//! Attributes of target groups and load balancers: their defaults, what each kind accepts, and what they mean.
//!
//! Attributes that nothing here acts on are kept and shown, slow start among them; a cookie that is not modelled is
//! refused.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Kind, TargetGroup, TargetState};
use crate::world::{Refusal, Ruled, World};

pub type Attributes = BTreeMap<String, String>;

const DEREGISTRATION_DELAY: &str = "deregistration_delay.timeout_seconds";
const SLOW_START: &str = "slow_start.duration_seconds";
const STICKY: &str = "stickiness.enabled";
const STICKY_TYPE: &str = "stickiness.type";
const STICKY_SECONDS: &str = "stickiness.lb_cookie.duration_seconds";
const ALGORITHM: &str = "load_balancing.algorithm.type";
const FEWEST_HEALTHY: &str = "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count";
const FEWEST_HEALTHY_PERCENT: &str =
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage";
const MOST_TARGETS: u64 = 1000;

const TARGET_GROUP: &[(&str, &str)] = &[
    (DEREGISTRATION_DELAY, "300"),
    (STICKY, "false"),
    (STICKY_TYPE, "lb_cookie"),
    (STICKY_SECONDS, "86400"),
    ("stickiness.app_cookie.cookie_name", ""),
    ("stickiness.app_cookie.duration_seconds", "86400"),
    (SLOW_START, "0"),
    (ALGORITHM, "round_robin"),
    ("load_balancing.algorithm.anomaly_mitigation", "off"),
    (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
    ),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
    ),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
    ),
    (FEWEST_HEALTHY, "1"),
    (FEWEST_HEALTHY_PERCENT, "off"),
];

const LOAD_BALANCER: &[(&str, &str)] = &[
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.prefix", ""),
    ("client_keep_alive.seconds", "3600"),
    ("connection_logs.s3.bucket", ""),
    ("connection_logs.s3.enabled", "false"),
    ("connection_logs.s3.prefix", ""),
    ("deletion_protection.enabled", "false"),
    ("health_check_logs.s3.bucket", ""),
    ("health_check_logs.s3.enabled", "false"),
    ("health_check_logs.s3.prefix", ""),
    ("idle_timeout.timeout_seconds", "60"),
    ("ipv6.deny_all_igw_traffic", "false"),
    ("load_balancing.cross_zone.enabled", "true"),
    ("routing.http.desync_mitigation_mode", "defensive"),
    ("routing.http.drop_invalid_header_fields.enabled", "false"),
    ("routing.http.preserve_host_header.enabled", "false"),
    (
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        "false",
    ),
    ("routing.http.xff_client_port.enabled", "false"),
    ("routing.http.xff_header_processing.mode", "append"),
    ("routing.http2.enabled", "true"),
    ("waf.fail_open.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];

const NETWORK_TARGET_GROUP: &[(&str, &str)] = &[
    (DEREGISTRATION_DELAY, "300"),
    ("deregistration_delay.connection_termination.enabled", "false"),
    ("preserve_client_ip.enabled", "false"),
    ("proxy_protocol_v2.enabled", "false"),
    (STICKY, "false"),
    (STICKY_TYPE, "source_ip"),
    (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
    ),
    (
        "target_health_state.unhealthy.connection_termination.enabled",
        "true",
    ),
];

const NETWORK: &[(&str, &str)] = &[
    ("access_logs.s3.bucket", ""),
    ("access_logs.s3.enabled", "false"),
    ("access_logs.s3.prefix", ""),
    ("deletion_protection.enabled", "false"),
    ("dns_record.client_routing_policy", "any_availability_zone"),
    ("ipv6.deny_all_igw_traffic", "false"),
    ("load_balancing.cross_zone.enabled", "false"),
    ("zonal_shift.config.enabled", "false"),
];

const GATEWAY: &[(&str, &str)] = &[
    ("deletion_protection.enabled", "false"),
    ("load_balancing.cross_zone.enabled", "false"),
];

pub(super) fn of_target_group(kind: Kind) -> Attributes {
    match kind {
        Kind::Application => owned(TARGET_GROUP),
        Kind::Network | Kind::Gateway => owned(NETWORK_TARGET_GROUP),
    }
}

pub(super) fn of_load_balancer(kind: Kind) -> Attributes {
    owned(balancer_defaults(kind))
}

fn balancer_defaults(kind: Kind) -> &'static [(&'static str, &'static str)] {
    match kind {
        Kind::Application => LOAD_BALANCER,
        Kind::Network => NETWORK,
        Kind::Gateway => GATEWAY,
    }
}

/// Of a load balancer and of a target group for it.
pub fn defaults(kind: Kind) -> (Attributes, Attributes) {
    (of_load_balancer(kind), of_target_group(kind))
}

fn owned(defaults: &[(&str, &str)]) -> Attributes {
    let pairs = defaults.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// Attributes can be changed, not invented.
pub(super) fn check_known(known: &Attributes, changes: &Attributes, what: &str) -> Ruled<()> {
    if changes.is_empty() {
        return Err(Refusal::validation(format!(
            "{what} attributes must be specified"
        )));
    }
    match changes.keys().find(|key| !known.contains_key(*key)) {
        Some(key) => Err(Refusal::validation(format!(
            "{what} attribute key '{key}' is not recognized"
        ))),
        None => Ok(()),
    }
}

pub(super) fn check_load_balancer(kind: Kind, changes: &Attributes) -> Ruled<()> {
    number(changes, "idle_timeout.timeout_seconds", 1, 4000)?;
    number(changes, "client_keep_alive.seconds", 60, 604_800)?;
    one_of(
        changes,
        "routing.http.desync_mitigation_mode",
        &["monitor", "defensive", "strictest"],
    )?;
    one_of(
        changes,
        "routing.http.xff_header_processing.mode",
        &["append", "preserve", "remove"],
    )?;
    if kind == Kind::Application {
        // Always on.
        one_of(changes, "load_balancing.cross_zone.enabled", &["true"])?;
    }
    for (key, default) in balancer_defaults(kind) {
        if ["true", "false"].contains(default) {
            one_of(changes, key, &["true", "false"])?;
        }
    }
    Ok(())
}

fn check_target_group(changes: &Attributes) -> Ruled<()> {
    number(changes, DEREGISTRATION_DELAY, 0, 3600)?;
    number(changes, STICKY_SECONDS, 1, 604_800)?;
    number(changes, "stickiness.app_cookie.duration_seconds", 1, 604_800)?;
    if changes.get(SLOW_START).is_some_and(|value| value != "0") {
        number(changes, SLOW_START, 30, 900)?;
    }
    number(changes, FEWEST_HEALTHY, 1, MOST_TARGETS)?;
    if changes
        .get(FEWEST_HEALTHY_PERCENT)
        .is_some_and(|value| value != "off")
    {
        number(changes, FEWEST_HEALTHY_PERCENT, 1, 100)?;
    }
    one_of(changes, STICKY, &["true", "false"])?;
    one_of(changes, STICKY_TYPE, &["lb_cookie", "app_cookie", "source_ip"])?;
    one_of(
        changes,
        "load_balancing.algorithm.anomaly_mitigation",
        &["on", "off"],
    )?;
    one_of(
        changes,
        ALGORITHM,
        &["round_robin", "least_outstanding_requests", "weighted_random"],
    )
}

fn number(changes: &Attributes, key: &str, low: u64, high: u64) -> Ruled<()> {
    match changes.get(key) {
        Some(value) if !value.parse().is_ok_and(|n: u64| (low..=high).contains(&n)) => Err(
            Refusal::validation(format!("'{key}' must be between '{low}' and '{high}' inclusive")),
        ),
        _ => Ok(()),
    }
}

fn one_of(changes: &Attributes, key: &str, allowed: &[&str]) -> Ruled<()> {
    match changes.get(key) {
        Some(value) if !allowed.contains(&value.as_str()) => Err(Refusal::validation(format!(
            "'{key}' must be one of '[{}]'",
            allowed.join(", ")
        ))),
        _ => Ok(()),
    }
}

impl World {
    pub fn set_target_group_attributes(&mut self, arn: &str, changes: Attributes) -> Ruled<&TargetGroup> {
        let group = self.target_group(arn)?;
        check_known(&group.attributes, &changes, "Target group")?;
        check_target_group(&changes)?;
        let mut after = group.attributes.clone();
        after.extend(changes);
        let is = |key: &str, value: &str| after.get(key).is_some_and(|it| it == value);
        if is(STICKY, "true") {
            if is(STICKY_TYPE, "app_cookie") {
                return Err(Refusal::validation(
                    "Stickiness of type 'app_cookie' is not supported here",
                ));
            }
            self.check_group_stickiness_enabled(arn)?;
        }
        if after.get(SLOW_START).is_some_and(|seconds| seconds != "0") && !is(ALGORITHM, "round_robin") {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                "Slow start is only supported with the round_robin algorithm",
            ));
        }
        let group = self.target_group_mut(arn)?;
        group.attributes = after;
        self.touch_routes();
        self.target_group(arn)
    }

    fn check_group_stickiness_enabled(&self, arn: &str) -> Ruled<()> {
        let loose = self.elbv2.rules.values().find(|rule| {
            rule.groups().any(|group| group == arn) && rule.actions.iter().any(super::Action::splits_loosely)
        });
        loose.map_or(Ok(()), |rule| {
            Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!(
                    "This target group appears behind a rule with group stickiness disabled ({}). You must enable group \
                     stickiness before enabling target stickiness",
                    rule.arn
                ),
            ))
        })
    }
}

impl TargetGroup {
    /// AWS time a target drains before it is gone.
    pub fn deregistration_delay(&self) -> Duration {
        Duration::from_secs(self.attribute(DEREGISTRATION_DELAY).unwrap_or(300))
    }

    /// Seconds for which a client stays on its target, if it does.
    pub fn stickiness(&self) -> Option<u64> {
        let enabled = self.attributes.get(STICKY).is_some_and(|value| value == "true");
        self.attribute(STICKY_SECONDS).filter(|_| enabled)
    }

    /// With fewer healthy targets the group fails open.
    pub fn fewest_healthy(&self) -> usize {
        let registered = self
            .targets
            .values()
            .filter(|target| !matches!(target.state, TargetState::Draining(_)))
            .count();
        let count = self.attribute(FEWEST_HEALTHY).unwrap_or(1);
        let percent = self.attribute(FEWEST_HEALTHY_PERCENT).unwrap_or(0);
        let share = (registered * usize::try_from(percent).unwrap_or(0)).div_ceil(100);
        usize::try_from(count).unwrap_or(1).max(share)
    }

    fn attribute(&self, key: &str) -> Option<u64> {
        self.attributes.get(key)?.parse().ok()
    }
}
