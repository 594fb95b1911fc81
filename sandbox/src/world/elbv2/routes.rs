//! The picture of the world the sockets work from.
//!
//! A pure view: reading it twice gives the same table, and it is never a second source of truth.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::{Action, ActionKind, Condition, Kind, Listener, Rule, TargetGroup, TargetState};
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
            .filter(|listener| self.carries_http(listener))
            .map(|listener| types::ListenerRoutes {
                arn: listener.arn.clone(),
                port: listener.port,
                load_balancer: listener.load_balancer.clone(),
                rules: {
                    let rules = self.elbv2.rules_of(&listener.arn).into_iter();
                    rules.filter_map(|it| rule(it, &real)).collect()
                },
                behind: self.behind(&listener.arn, &real),
            });
        let listeners = listeners.collect();
        let mut groups = HashMap::new();
        let spoken = |it: &&TargetGroup| Kind::Application.protocols().contains(&it.protocol.as_str());
        for found in self.elbv2.target_groups.values().filter(spoken) {
            let used = if !self.elbv2.balancers_of(&found.arn).is_empty() {
                Use::Named
            } else if self.elbv2.propagation.uses(&found.arn) {
                Use::Lingering
            } else {
                Use::None
            };
            groups.insert(found.arn.clone(), group(found, used, &real));
        }
        types::RouteTable { listeners, groups }
    }

    /// Of the kinds of load balancers only one has a data plane.
    fn carries_http(&self, listener: &Listener) -> bool {
        let balancer = self.elbv2.load_balancers.get(&listener.load_balancer);
        balancer.is_some_and(|it| it.kind == Kind::Application)
    }

    fn behind(
        &self,
        listener: &str,
        real: &impl Fn(Duration) -> Duration,
    ) -> BTreeMap<usize, Vec<types::RuleRoutes>> {
        let nodes = self.elbv2.propagation.behind(listener);
        nodes
            .map(|(node, rules)| (node, rules.iter().filter_map(|it| rule(it, real)).collect()))
            .collect()
    }
}

/// Who sends requests to a group.
#[derive(Clone, Copy, PartialEq)]
enum Use {
    Named,
    /// Only nodes that have not heard that its last rule is gone.
    Lingering,
    None,
}

fn rule(rule: &Rule, real: &impl Fn(Duration) -> Duration) -> Option<types::RuleRoutes> {
    Some(types::RuleRoutes {
        arn: rule.arn.clone(),
        conditions: rule.conditions.iter().map(condition).collect(),
        action: action(rule.actions.last()?, real),
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

fn action(action: &Action, real: &impl Fn(Duration) -> Duration) -> types::Action {
    match &action.kind {
        ActionKind::Forward(forward) => types::Action::Forward {
            groups: forward.groups.clone(),
            stickiness: forward
                .stickiness
                .seconds
                .filter(|_| forward.stickiness.enabled)
                .map(|seconds| stickiness(seconds, real)),
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

fn stickiness(seconds: u64, real: &impl Fn(Duration) -> Duration) -> types::Stickiness {
    types::Stickiness {
        seconds,
        lasts: real(Duration::from_secs(seconds)),
    }
}

fn group(group: &TargetGroup, used: Use, real: &impl Fn(Duration) -> Duration) -> types::GroupRoutes {
    let seconds = |aws: u32| real(Duration::from_secs(aws.into())).max(SHORTEST);
    let targets = group.targets.values().map(|target| {
        let draining = matches!(target.state, TargetState::Draining(_));
        types::TargetRoute {
            addr: target.addr,
            serves: match used {
                Use::Named => target.state == TargetState::Healthy,
                Use::Lingering => target.lingers,
                Use::None => false,
            },
            initial_or_unhealthy: used == Use::Named
                && matches!(target.state, TargetState::Initial | TargetState::Unhealthy),
            probe: used == Use::Named && !draining,
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
        stickiness: group.stickiness().map(|seconds| stickiness(seconds, real)),
        fewest_healthy: group.fewest_healthy(),
        targets: targets.collect(),
    }
}
