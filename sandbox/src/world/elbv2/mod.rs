//! Application, Network and Gateway Load Balancers: balancers, listeners, rules, target groups, targets.
//!
//! Holds what AWS would store and refuses what AWS would refuse; it never routes a request. Only Application Load
//! Balancers have a data plane: of the others nothing listens and no target is checked.

mod actions;
mod attributes;
mod conditions;
mod interfaces;
mod kind;
mod listeners;
mod load_balancers;
mod propagation;
mod routes;
mod rules;
mod target_groups;
mod targets;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;

pub use actions::{Action, ActionKind, Forward, Redirect, Stickiness};
pub use attributes::defaults as default_attributes;
pub use conditions::Condition;
pub use interfaces::{Interfaces, Looks};
pub use kind::Kind;
pub use listeners::ListenerSettings;
pub use load_balancers::NewLoadBalancer;
pub use target_groups::{HealthCheck, HealthCheckChange, NewTargetGroup};
pub use targets::{TargetHealth, TargetState, describe as reason_text, parse_target};

/// All of ELBv2, each kind by ARN.
#[derive(Debug, Default)]
pub struct Elbv2 {
    pub load_balancers: BTreeMap<String, LoadBalancer>,
    pub listeners: BTreeMap<String, Listener>,
    pub rules: BTreeMap<String, Rule>,
    pub target_groups: BTreeMap<String, TargetGroup>,
    pub propagation: propagation::Propagation,
}

#[derive(Debug, Clone)]
pub struct LoadBalancer {
    pub arn: String,
    pub name: String,
    pub kind: Kind,
    /// The hex id inside the ARN; listeners and rules repeat it.
    pub id: String,
    pub scheme: String,
    pub ip_address_type: String,
    pub vpc_id: String,
    pub subnets: Vec<String>,
    pub security_groups: Vec<String>,
    pub attributes: BTreeMap<String, String>,
    /// Elastic addresses that its maker gave it, by subnet.
    pub allocations: BTreeMap<String, String>,
    pub interfaces: Interfaces,
    pub created: Timestamp,
    /// `provisioning` before this AWS moment, `active` after.
    pub active_at: Duration,
    pub active: bool,
}

#[derive(Debug, Clone)]
pub struct Listener {
    pub arn: String,
    pub load_balancer: String,
    /// 0 on a Gateway Load Balancer, which listens on every port.
    pub port: u16,
    /// Empty on a Gateway Load Balancer.
    pub protocol: String,
    pub ssl_policy: Option<String>,
    pub certificates: Vec<String>,
    pub attributes: BTreeMap<String, String>,
    /// The rule without a priority: it holds the default actions.
    pub default_rule: String,
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub arn: String,
    pub listener: String,
    /// None for the default rule.
    pub priority: Option<u16>,
    pub conditions: Vec<Condition>,
    pub actions: Vec<Action>,
}

#[derive(Debug, Clone)]
pub struct TargetGroup {
    pub arn: String,
    pub name: String,
    pub protocol: String,
    pub protocol_version: String,
    pub port: u16,
    pub vpc_id: String,
    pub target_type: String,
    pub health: HealthCheck,
    pub attributes: BTreeMap<String, String>,
    pub targets: BTreeMap<SocketAddr, Target>,
}

#[derive(Debug, Clone)]
pub struct Target {
    pub addr: SocketAddr,
    pub state: TargetState,
    pub reason: String,
    pub passes: u32,
    pub fails: u32,
    /// Was healthy when the last rule that named its group went: nodes that have not heard of it go on using it.
    pub lingers: bool,
}

impl Elbv2 {
    /// Rules of a listener in the order they are tried, the default last.
    pub fn rules_of(&self, listener: &str) -> Vec<&Rule> {
        let mut rules: Vec<&Rule> = self
            .rules
            .values()
            .filter(|rule| rule.listener == listener)
            .collect();
        rules.sort_by_key(|rule| rule.priority.unwrap_or(u16::MAX));
        rules
    }

    /// Load balancers whose rules name the group; weight 0 counts.
    pub fn balancers_of(&self, group: &str) -> Vec<String> {
        let mut found: Vec<String> = self
            .rules
            .values()
            .filter(|rule| rule.groups().any(|arn| arn == group))
            .filter_map(|rule| self.listeners.get(&rule.listener))
            .map(|listener| listener.load_balancer.clone())
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

impl Rule {
    /// ARNs of the groups this rule forwards to.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().flat_map(Action::groups)
    }
}
