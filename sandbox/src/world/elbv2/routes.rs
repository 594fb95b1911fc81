//! The picture of the world the sockets work from.
//!
//! A pure view: reading it twice gives the same table, and it is never a second source of truth.

use std::collections::HashMap;
use std::time::Duration;

use super::{Action, ActionKind, Condition, Rule, TargetGroup, TargetState};
use crate::dataplane::types;
use crate::world::World;

/// Probes never come faster than this, however small the time scale.
const SHORTEST: Duration = Duration::from_millis(10);
/// Nor do they give up sooner: time is scaled, but the machine that has to answer is not faster for it.
const LEAST_PATIENCE: Duration = Duration::from_millis(500);

impl World {
    /// `real` turns an AWS duration into how long it takes here.
    pub fn route_table(&self, real: impl Fn(Duration) -> Duration) -> types::RouteTable {
        let listeners = self
            .elbv2
            .listeners
            .values()
            .map(|listener| types::ListenerRoutes {
                arn: listener.arn.clone(),
                port: listener.port,
                load_balancer: listener.load_balancer.clone(),
                rules: self
                    .elbv2
                    .rules_of(&listener.arn)
                    .into_iter()
                    .filter_map(rule)
                    .collect(),
            });
        let listeners = listeners.collect();
        let mut groups = HashMap::new();
        for found in self.elbv2.target_groups.values() {
            let used = !self.elbv2.balancers_of(&found.arn).is_empty();
            groups.insert(found.arn.clone(), group(found, used, &real));
        }
        types::RouteTable { listeners, groups }
    }
}

fn rule(rule: &Rule) -> Option<types::RuleRoutes> {
    Some(types::RuleRoutes {
        arn: rule.arn.clone(),
        conditions: rule.conditions.iter().map(condition).collect(),
        action: action(rule.actions.last()?),
    })
}

fn condition(condition: &Condition) -> types::Condition {
    match condition.clone() {
        Condition::Host(values) => types::Condition::Host(values),
        Condition::Path(values) => types::Condition::Path(values),
        Condition::Header { name, values } => types::Condition::Header { name, values },
        Condition::Query(pairs) => types::Condition::Query(pairs),
        Condition::Method(values) => types::Condition::Method(values),
        Condition::SourceIp(nets) => types::Condition::SourceIp(nets),
    }
}

fn action(action: &Action) -> types::Action {
    match &action.kind {
        ActionKind::Forward(forward) => types::Action::Forward {
            groups: forward.groups.clone(),
            stickiness_seconds: forward.stickiness.seconds.filter(|_| forward.stickiness.enabled),
        },
        ActionKind::FixedResponse {
            status,
            content_type,
            body,
        } => types::Action::FixedResponse {
            status: *status,
            content_type: content_type.clone().unwrap_or_default(),
            body: body.clone().unwrap_or_default(),
        },
        ActionKind::Redirect(to) => types::Action::Redirect {
            status: to.status,
            protocol: to.protocol.clone(),
            host: to.host.clone(),
            port: to.port.clone(),
            path: to.path.clone(),
            query: to.query.clone(),
        },
    }
}

fn group(group: &TargetGroup, used: bool, real: &impl Fn(Duration) -> Duration) -> types::GroupRoutes {
    let seconds = |aws: u32| real(Duration::from_secs(aws.into())).max(SHORTEST);
    let targets = group.targets.values().map(|target| {
        let draining = matches!(target.state, TargetState::Draining(_));
        types::TargetRoute {
            addr: target.addr,
            serves: used && target.state == TargetState::Healthy,
            initial_or_unhealthy: used
                && matches!(target.state, TargetState::Initial | TargetState::Unhealthy),
            probe: used && !draining,
        }
    });
    types::GroupRoutes {
        arn: group.arn.clone(),
        health: types::HealthCheck {
            path: group.health.path.clone(),
            port_override: group.health.port.parse().ok(),
            interval: seconds(group.health.interval),
            timeout: seconds(group.health.timeout).max(LEAST_PATIENCE),
            matcher: group.health.matcher.clone(),
            enabled: group.health.enabled,
        },
        targets: targets.collect(),
    }
}
