//! How a change of rules reaches the nodes of a load balancer: one after the other, some time after the answer.
//!
//! The API always shows the newest rules; only routing lags. New listeners and new balancers do not: nothing routed by
//! them before.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use serde_json::json;

use super::Rule;
use crate::dataplane::types::NODES;
use crate::world::World;

/// What the nodes have not heard of yet.
#[derive(Debug, Clone, Default)]
pub struct Propagation {
    /// By listener.
    lagging: BTreeMap<String, Lag>,
}

/// The changes of one listener that are still on their way.
#[derive(Debug, Clone)]
struct Lag {
    nodes: [Node; NODES],
}

#[derive(Debug, Clone)]
struct Node {
    /// The rules it routes by.
    routes_by: Vec<Rule>,
    /// The rules it will route by, and from when (AWS time), oldest first.
    coming: VecDeque<(Duration, Vec<Rule>)>,
}

impl Propagation {
    /// The rules by which a node still routes, if they are not the newest.
    pub fn behind(&self, listener: &str) -> impl Iterator<Item = (usize, &[Rule])> {
        let nodes = self.lagging.get(listener).into_iter().flat_map(|lag| &lag.nodes);
        nodes
            .enumerate()
            .filter(|(_, node)| !node.coming.is_empty())
            .map(|(index, node)| (index, node.routes_by.as_slice()))
    }

    /// The listeners of which some node still routes by older rules.
    pub fn lagging(&self) -> impl Iterator<Item = &str> {
        self.lagging.keys().map(String::as_str)
    }

    /// Whether some node still routes to the group by older rules.
    pub fn uses(&self, group: &str) -> bool {
        self.lagging
            .keys()
            .flat_map(|listener| self.behind(listener))
            .flat_map(|(_, rules)| rules)
            .any(|rule| rule.groups().any(|arn| arn == group))
    }

    /// Nothing lags on a listener that is gone.
    pub fn forget(&mut self, listener: &str) {
        self.lagging.remove(listener);
    }
}

impl World {
    /// The rules of a listener, to be handed to [`Self::propagate`] after they have changed.
    pub(super) fn rules_before(&self, listener: &str) -> Vec<Rule> {
        self.elbv2.rules_of(listener).into_iter().cloned().collect()
    }

    /// Sends the listener's rules, which were `before`, to the nodes.
    pub(super) fn propagate(&mut self, listener: &str, before: Vec<Rule>) {
        let longest = self.settings.propagation;
        if longest.is_zero() {
            return;
        }
        let (now, after) = (self.now.aws, self.rules_before(listener));
        let lag = self
            .elbv2
            .propagation
            .lagging
            .entry(listener.to_owned())
            .or_insert_with(|| Lag {
                nodes: std::array::from_fn(|_| Node {
                    routes_by: before.clone(),
                    coming: VecDeque::new(),
                }),
            });
        for (nth, node) in (1_u32..).zip(&mut lag.nodes) {
            // The last node takes the whole time, the others their part of it.
            let takes = longest * nth / u32::try_from(NODES).unwrap_or(1);
            node.coming.push_back((now + takes, after.clone()));
        }
        self.touch_routes();
    }

    /// Lets changes arrive; returns when the next one will.
    pub(crate) fn tick_propagation(&mut self) -> Option<Duration> {
        let now = self.now.aws;
        let mut arrived = Vec::new();
        for (listener, lag) in &mut self.elbv2.propagation.lagging {
            for (index, node) in lag.nodes.iter_mut().enumerate() {
                while let Some((_, rules)) = node.coming.pop_front_if(|(due, _)| *due <= now) {
                    node.routes_by = rules;
                    arrived.push((listener.clone(), index));
                }
            }
        }
        let lagging = &mut self.elbv2.propagation.lagging;
        lagging.retain(|_, lag| lag.nodes.iter().any(|node| !node.coming.is_empty()));
        let nodes = lagging.values().flat_map(|lag| &lag.nodes);
        let next = nodes.filter_map(|node| Some(node.coming.front()?.0)).min();
        for (listener, node) in arrived {
            self.record(json!({ "event": "propagation", "listener": listener, "node": node }));
            self.touch_routes();
        }
        next
    }
}
