//! The state of one pretend AWS account and the rules AWS applies to it.
//!
//! No HTTP, no sockets, no clock: callers set [`World::now`] before they ask for anything, and what has to be done outside
//! (starting a task's server, stopping it) comes back as [`Effect`]s from [`World::tick`].

pub mod ec2;
pub mod ecs;
pub mod eks;
pub mod elb;
pub mod elbv2;
mod ids;
mod refusal;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

pub use ids::Ids;
pub use refusal::{Refusal, Ruled};

use crate::clock::Now;
use crate::log::EventLog;

/// Everything the account holds.
#[derive(Debug)]
pub struct World {
    pub ids: Ids,
    pub elb: elb::Elb,
    pub elbv2: elbv2::Elbv2,
    pub ec2: ec2::Ec2,
    pub ecs: ecs::Ecs,
    pub eks: eks::Eks,
    /// Tags of every kind of resource, by ARN; EC2's by id.
    pub tags: BTreeMap<String, BTreeMap<String, String>>,
    pub log: EventLog,
    /// The moment at which everything below happens.
    pub now: Now,
    pub settings: Settings,
    /// Whether sockets have to be told of a change.
    routes_changed: bool,
    /// Counts changes, so that [`World::tick`] knows when it is done.
    changes: u64,
}

/// What an operator of AWS would set: quotas and how slow things are. Durations are AWS time.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// From a change of rules to its effect on the last node.
    pub propagation: Duration,
    /// Adjustable in AWS.
    pub rules_per_balancer: usize,
    /// From a desired count outside the scalable target's range to the autoscaler's answer.
    pub autoscaler_reaction: Duration,
    /// Whether the VPC CNI's interfaces stay behind when their node ends.
    pub cni_forgets_interfaces: bool,
    /// How long interfaces outlive what they belonged to.
    pub release: ec2::ReleasePace,
}

/// Work for whoever owns the sockets.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Start the server of a task; answer with [`World::task_started`].
    Start {
        task: String,
        env: BTreeMap<String, String>,
        port: u16,
    },
    /// Stop it, with SIGTERM's grace; answer with [`World::task_stopped`].
    Stop { task: String, grace: Duration },
}

impl World {
    pub fn new(account: &str, region: &str, log: EventLog, now: Now, settings: Settings) -> Self {
        let mut world = Self {
            ids: Ids::new(account, region),
            elb: elb::Elb::default(),
            elbv2: elbv2::Elbv2::default(),
            ec2: ec2::Ec2::default(),
            ecs: ecs::Ecs::default(),
            eks: eks::Eks::default(),
            tags: BTreeMap::new(),
            log,
            now,
            settings,
            routes_changed: true,
            changes: 0,
        };
        world.found_default_vpc();
        world
    }

    /// Lets time do its work. Returns what to do outside and the next AWS moment at which to call again.
    pub fn tick(&mut self) -> (Vec<Effect>, Option<Duration>) {
        let mut effects = Vec::new();
        // One step may allow the next (a stopped task makes room for a new one), so go on until nothing moves.
        loop {
            let before = self.changes;
            let targets = self.tick_targets();
            let balancers = self.tick_load_balancers();
            let nodes = self.tick_propagation();
            let autoscaler = self.tick_autoscaler();
            let network = self.tick_ec2();
            let kubernetes = self.tick_eks();
            let (more, tasks) = self.tick_ecs();
            effects.extend(more);
            if self.changes == before {
                let deadlines = [targets, balancers, nodes, autoscaler, network, kubernetes, tasks];
                return (effects, deadlines.into_iter().flatten().min());
            }
        }
    }

    /// True once after any change that routing depends on.
    pub fn take_routes_changed(&mut self) -> bool {
        std::mem::take(&mut self.routes_changed)
    }

    pub(crate) fn touch_routes(&mut self) {
        self.routes_changed = true;
    }

    pub(crate) fn log_target(&mut self, group: &str, target: SocketAddr, state: &str, reason: &str) {
        let event = json!({
            "event": "target", "target_group": group, "target": target.to_string(),
            "state": state, "reason": reason,
        });
        self.record(event);
        self.touch_routes();
    }

    pub(crate) fn record(&mut self, event: Value) {
        self.changes += 1;
        self.log.push(self.now.real_ms, event);
    }

    pub(crate) fn note_change(&mut self) {
        self.changes += 1;
    }

    pub(crate) fn set_tags(&mut self, arn: &str, tags: BTreeMap<String, String>) {
        if !tags.is_empty() {
            self.tags.entry(arn.to_owned()).or_default().extend(tags);
        }
    }
}
