//! Which target group a rule's next request goes to, and which target of the group.
//!
//! Keeps only turn counters; what is healthy is the table's word, never its own guess.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::types::{Action, GroupRoutes, RouteTable};

#[cfg(test)]
mod tests;

/// 2^64 divided by the golden ratio: its multiples, modulo 2^64, spread over the range more evenly than
/// those of any other step, after any number of turns.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Turn counters by rule and group ARN. They outlive a table, so that frequent changes (a health flap, say) do
/// not start the weighted choice over and favour its first group.
#[derive(Default)]
pub(super) struct Balancer {
    turns: RwLock<HashMap<String, Arc<AtomicU64>>>,
}

impl Balancer {
    /// The group for the rule's next request; `None` if every weight is 0.
    ///
    /// Of any run of n consecutive requests a group gets its share within about ln(n) requests.
    pub(super) fn group<'t>(&self, rule: &str, groups: &'t [(String, u32)]) -> Option<&'t str> {
        let total: u64 = groups.iter().map(|(_, weight)| u64::from(*weight)).sum();
        if total == 0 {
            return None;
        }
        let turn = self.turn(rule).wrapping_mul(GOLDEN);
        let mut point = ((u128::from(turn) * u128::from(total)) >> 64) as u64;
        groups.iter().find_map(|(arn, weight)| {
            let weight = u64::from(*weight);
            if point < weight {
                return Some(arn.as_str());
            }
            point -= weight;
            None
        })
    }

    /// The next target: round robin over the healthy ones, or, where they are too few, over every one that is not
    /// draining.
    pub(super) fn target(&self, group: &GroupRoutes) -> Option<SocketAddr> {
        let turn = self.turn(&group.arn);
        let nth = |usable: fn(&super::types::TargetRoute) -> bool| {
            let count = group.targets.iter().filter(|target| usable(target)).count() as u64;
            let turn = turn.checked_rem(count)?;
            group
                .targets
                .iter()
                .filter(|target| usable(target))
                .nth(turn as usize)
                .map(|target| target.addr)
        };
        let healthy = group.targets.iter().filter(|target| target.serves).count();
        if healthy < group.fewest_healthy.max(1) {
            return nth(|target| target.serves || target.initial_or_unhealthy);
        }
        nth(|target| target.serves)
    }

    /// Drops the counters of rules and groups the table no longer has.
    pub(super) fn forget_all_but(&self, table: &RouteTable) {
        let known = |arn: &String| {
            table.groups.contains_key(arn)
                || table
                    .listeners
                    .iter()
                    .flat_map(|listener| listener.every_rule())
                    .any(|rule| matches!(rule.action, Action::Forward { .. }) && rule.arn == *arn)
        };
        self.turns
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|arn, _| known(arn));
    }

    fn turn(&self, arn: &str) -> u64 {
        if let Some(turns) = self.turns.read().unwrap_or_else(PoisonError::into_inner).get(arn) {
            return turns.fetch_add(1, Ordering::Relaxed);
        }
        let mut turns = self.turns.write().unwrap_or_else(PoisonError::into_inner);
        turns
            .entry(arn.to_owned())
            .or_default()
            .fetch_add(1, Ordering::Relaxed)
    }
}
