//! In which order what was judged to be an orphan can be deleted: a graph of steps, each waiting only for those that
//! AWS would refuse it without.
//!
//! Holds nothing but orphans, the rules that name their security groups, and one wait. The same judgement gives the
//! same sweep, byte for byte.

use crate::inventory::{Direction, Inventory};
use crate::judge::{Judgement, Policy, Subject};
use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Take off deletion protection; only where the operator allowed it.
    Unprotect {
        /// ARN.
        load_balancer: String,
    },
    /// Delete a load balancer with its listeners and rules.
    DeleteLoadBalancer {
        /// ARN.
        load_balancer: String,
    },
    /// Delete a target group.
    DeleteTargetGroup {
        /// ARN.
        target_group: String,
    },
    /// Wait until AWS has released the network interfaces of all deleted load balancers. No security group on one of
    /// them, and no subnet, can be deleted before.
    AwaitRelease {
        /// ARNs.
        load_balancers: Vec<String>,
    },
    /// Revoke the rules of one security group, in one direction, that name security groups which go.
    RevokeRules {
        /// The group whose rules they are.
        security_group: String,
        /// Which way.
        direction: Direction,
        /// `sgr-…`.
        rules: Vec<String>,
    },
    /// Delete a security group.
    DeleteSecurityGroup {
        /// `sg-…`.
        security_group: String,
    },
}

/// A step and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What to do.
    pub step: Step,
    /// The places in the sweep of the steps that have to be done before.
    pub after: Vec<usize>,
}

/// All steps; each waits only for earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sweep {
    /// In an order that works.
    pub nodes: Vec<Node>,
}

impl Sweep {
    /// The sweep of everything that was judged to be an orphan.
    pub fn of(inventory: &Inventory, judgement: &Judgement, policy: &Policy) -> Sweep {
        let mut sweep = Sweep::default();
        let of = |subject: Subject| -> Vec<&str> {
            judgement
                .orphans()
                .filter(|judged| judged.subject == subject)
                .map(|judged| judged.id.as_str())
                .collect()
        };
        let deleted = sweep.load_balancers(inventory, &of(Subject::LoadBalancer), policy);
        sweep.target_groups(inventory, &of(Subject::TargetGroup), &deleted);
        let released = (!deleted.is_empty()).then(|| {
            let load_balancers = deleted.keys().map(|arn| (*arn).to_owned()).collect();
            sweep.push(Step::AwaitRelease { load_balancers }, deleted.values().copied())
        });
        let first: BTreeSet<&str> = of(Subject::SecurityGroup).into_iter().collect();
        let last: BTreeSet<&str> = of(Subject::SharedSecurityGroup).into_iter().collect();
        sweep.security_groups(inventory, &first, &last, released);
        sweep
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn push(&mut self, step: Step, after: impl IntoIterator<Item = usize>) -> usize {
        let after: BTreeSet<usize> = after.into_iter().collect();
        self.nodes.push(Node {
            step,
            after: after.into_iter().collect(),
        });
        self.nodes.len() - 1
    }

    fn load_balancers<'a>(
        &mut self,
        inventory: &Inventory,
        orphans: &[&'a str],
        policy: &Policy,
    ) -> BTreeMap<&'a str, usize> {
        let protected: BTreeSet<&str> = inventory
            .modern
            .items
            .iter()
            .filter(|balancer| balancer.protected == Some(true) && policy.unprotect.contains(&balancer.arn))
            .map(|balancer| balancer.arn.as_str())
            .collect();
        let mut deleted = BTreeMap::new();
        for &arn in orphans {
            let load_balancer = arn.to_owned();
            let unprotected = protected.contains(arn).then(|| {
                let load_balancer = load_balancer.clone();
                self.push(Step::Unprotect { load_balancer }, [])
            });
            deleted.insert(
                arn,
                self.push(Step::DeleteLoadBalancer { load_balancer }, unprotected),
            );
        }
        deleted
    }

    fn target_groups(&mut self, inventory: &Inventory, orphans: &[&str], deleted: &BTreeMap<&str, usize>) {
        let used: BTreeMap<&str, &[String]> = inventory
            .target_groups
            .items
            .iter()
            .map(|group| (group.arn.as_str(), group.load_balancers.as_slice()))
            .collect();
        for &arn in orphans {
            let users = used.get(arn).copied().unwrap_or_default();
            let after = users
                .iter()
                .filter_map(|user| deleted.get(user.as_str()).copied());
            let target_group = arn.to_owned();
            self.push(Step::DeleteTargetGroup { target_group }, after);
        }
    }

    /// What a cluster's load balancers share goes `last`. A group can only be deleted when no other names it: those
    /// that stay lose exactly the rules that name it; among those that go, the one that names goes first, and where
    /// they name each other in a circle the rules are revoked too.
    fn security_groups(
        &mut self,
        inventory: &Inventory,
        first: &BTreeSet<&str>,
        last: &BTreeSet<&str>,
        released: Option<usize>,
    ) {
        let goes = |id: &str| first.contains(id) || last.contains(id);
        // Rule owner → direction → peer → rules, of all rules that name a group which goes.
        let mut named: BTreeMap<(&str, Direction), Vec<(&str, &str)>> = BTreeMap::new();
        for group in &inventory.security_groups.items {
            for reference in &group.references {
                // A group may name itself: AWS lets it go.
                if goes(&reference.peer) && reference.peer != group.id {
                    named
                        .entry((&group.id, reference.direction))
                        .or_default()
                        .push((&reference.peer, &reference.rule));
                }
            }
        }
        let (order, circular) = order(first, last, &named);
        let mut revoked: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for ((owner, direction), rules) in &named {
            let rules: BTreeSet<(&str, &str)> = rules
                .iter()
                .filter(|(peer, _)| !goes(owner) || circular.contains(&(*owner, *peer)))
                .copied()
                .collect();
            if rules.is_empty() {
                continue;
            }
            let step = Step::RevokeRules {
                security_group: (*owner).to_owned(),
                direction: *direction,
                rules: rules.iter().map(|(_, rule)| (*rule).to_owned()).collect(),
            };
            // Not earlier than the wait begins: until its load balancer is deleted a rule may still carry traffic.
            let after: Vec<usize> = released
                .map(|at| self.nodes[at].after.clone())
                .unwrap_or_default();
            let at = self.push(step, after);
            // Before its own group goes, or there is nothing to revoke from; before the groups go that it names.
            revoked.entry(owner).or_default().insert(at);
            for (peer, _) in rules {
                revoked.entry(peer).or_default().insert(at);
            }
        }
        let mut namers: HashMap<&str, Vec<&str>> = HashMap::new();
        for ((owner, _), rules) in &named {
            for (peer, _) in rules {
                namers.entry(peer).or_default().push(owner);
            }
        }
        let mut deleted: HashMap<&str, usize> = HashMap::new();
        for id in order {
            let named_by = namers.get(id).into_iter().flatten();
            let namers = named_by.filter_map(|owner| deleted.get(owner).copied());
            // Asked once, not for each of those that go first.
            let before = last.contains(id).then_some(first).into_iter().flatten();
            let before = before.filter_map(|other| deleted.get(other).copied());
            let revoked = revoked.get(id).into_iter().flatten().copied();
            let after: Vec<usize> = namers.chain(before).chain(revoked).chain(released).collect();
            let step = Step::DeleteSecurityGroup {
                security_group: id.to_owned(),
            };
            deleted.insert(id, self.push(step, after));
        }
    }
}

type Named<'a> = BTreeMap<(&'a str, Direction), Vec<(&'a str, &'a str)>>;

/// The groups that go, each after those that name it, and the pairs (namer, named) for which no order can do that.
fn order<'a>(
    first: &BTreeSet<&'a str>,
    last: &BTreeSet<&'a str>,
    named: &Named<'a>,
) -> (Vec<&'a str>, BTreeSet<(&'a str, &'a str)>) {
    let mut graph = DiGraphMap::<&str, ()>::new();
    for id in first.iter().chain(last) {
        graph.add_node(id);
    }
    let mut circular = BTreeSet::new();
    for ((owner, _), rules) in named {
        for (peer, _) in rules {
            // What is shared goes last whoever it names.
            if last.contains(owner) && first.contains(peer) {
                circular.insert((*owner, *peer));
            } else if graph.contains_node(owner) {
                graph.add_edge(owner, peer, ());
            }
        }
    }
    // Tarjan's circles come with the named ones first; deletion begins with those that name.
    let mut order: Vec<&str> = Vec::new();
    for mut circle in tarjan_scc(&graph).into_iter().rev() {
        circle.sort_unstable();
        order.extend(circle);
    }
    order.sort_by_key(|id| last.contains(id));
    let place: HashMap<&str, usize> = order.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let backwards = graph
        .all_edges()
        .filter(|(owner, peer, ())| place[peer] < place[owner])
        .map(|(owner, peer, ())| (owner, peer));
    circular.extend(backwards);
    (order, circular)
}

#[cfg(test)]
mod tests;
