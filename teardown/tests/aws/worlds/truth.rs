//! Holds every change that a run makes against how the object was made and what was done to it since. Knows nothing
//! of names, hashes or verdicts: an object is an orphan if its maker said so and nobody has touched it.

use super::tally::Tally;
use crate::answers::{Call, subject};
use crate::cloud::{Cloud, Rule, arn};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// Older than a second, and the way of the call, nothing may be that a deletion rests on: AWS has no delete-if-unchanged.
const FRESH: Duration = Duration::from_millis(1100);

/// Where a change of an object shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shows {
    /// Where the object is described.
    Itself,
    /// Where its tags are read, for what has a call of its own for them.
    Tags,
    /// Where EKS is asked for its cluster.
    Cluster,
}

#[derive(Debug, Default)]
pub struct Truth {
    /// Id and cluster.
    pub orphans: BTreeMap<String, String>,
    pub unprotect: BTreeSet<String>,
    /// What was touched since the plan, when, and where that shows.
    touched: BTreeMap<String, (Instant, Shows)>,
    /// What people deleted.
    pub taken: BTreeSet<String>,
    read: BTreeMap<(String, Shows), Instant>,
    deleted: BTreeSet<String>,
    /// What the call under way would change, and whether it is there.
    pending: Option<(String, bool, Vec<Rule>)>,
    /// A controller that was thought dead has made something since: its groups may be in use again.
    pub returned: bool,
    /// Somebody put another load balancer in the place of one, under its name.
    pub replaced: bool,
    pub wrong: Vec<String>,
    pub tally: Tally,
}

impl Truth {
    /// Somebody changed it.
    pub fn touch(&mut self, id: &str, shows: Shows) {
        self.touched
            .entry(id.to_owned())
            .or_insert((Instant::now(), shows));
    }

    pub fn is_touched(&self, id: &str) -> bool {
        self.touched.contains_key(id)
    }

    /// As a call arrives.
    pub fn arrives(&mut self, call: &Call, cloud: &Cloud) {
        self.pending = subject(call).map(|id| {
            let there = match id.starts_with("sgr-") {
                true => true,
                false => present(cloud).contains(&id),
            };
            let ids = call.form.list("SecurityGroupRuleId.");
            let rules = cloud.groups.iter().flat_map(|it| &it.rules);
            let rules = rules
                .filter(|(id, _)| ids.contains(id))
                .map(|(_, rule)| rule.clone());
            (id, there, rules.collect())
        });
    }

    /// A read was answered.
    pub fn reads(&mut self, call: &Call, cloud: &Cloud) {
        let (ids, shows): (Vec<String>, Shows) = match call.action.as_str() {
            "elasticloadbalancing:DescribeLoadBalancers" => match call.version.as_str() {
                "2012-06-01" => (
                    composed(call.form.list("LoadBalancerNames.member.")),
                    Shows::Itself,
                ),
                _ => (call.form.list("LoadBalancerArns.member."), Shows::Itself),
            },
            "elasticloadbalancing:DescribeTags" => match call.version.as_str() {
                "2012-06-01" => (composed(call.form.list("LoadBalancerNames.member.")), Shows::Tags),
                _ => (call.form.list("ResourceArns.member."), Shows::Tags),
            },
            "elasticloadbalancing:DescribeTargetGroups" => {
                (call.form.list("TargetGroupArns.member."), Shows::Itself)
            }
            "ec2:DescribeSecurityGroups" => (call.form.filter("group-id").unwrap_or_default(), Shows::Itself),
            "eks:DescribeCluster" => {
                let name = call.path.rsplit('/').next().unwrap_or_default();
                (vec![name.to_owned()], Shows::Cluster)
            }
            _ => return,
        };
        let ids: Vec<String> = match ids.is_empty() {
            // A listing.
            true => present(cloud).into_iter().collect(),
            false => ids,
        };
        let now = Instant::now();
        self.read.extend(ids.into_iter().map(|id| ((id, shows), now)));
    }

    /// A change was carried out.
    pub fn changed(&mut self, call: &Call, cloud: &Cloud) {
        let Some((id, there, rules)) = self.pending.take() else {
            return;
        };
        if !rules.is_empty() {
            self.tally.revoked += rules.len() as u64;
            return self.revoked(&id, &rules, cloud);
        }
        if call.action.ends_with("ModifyLoadBalancerAttributes") {
            if !self.unprotect.contains(&id) || !self.orphans.contains_key(&id) {
                self.wrong.push(format!("{id}: protection was taken off"));
            }
            return;
        }
        if !there {
            if !self.taken.contains(&id) {
                self.wrong.push(format!("{id}: was deleted again"));
            }
            return;
        }
        self.tally.deleted += 1;
        let Some(cluster) = self.orphans.get(&id).cloned() else {
            return self.wrong.push(format!("{id}: no orphan"));
        };
        if !self.deleted.insert(id.clone()) {
            self.wrong.push(format!("{id}: was deleted twice"));
        }
        let now = Instant::now();
        for shows in [Shows::Itself, Shows::Tags] {
            if shows == Shows::Tags && id.starts_with("sg-") {
                continue;
            }
            let read = self.read.get(&(id.clone(), shows)).copied();
            if read.is_none_or(|at| FRESH < now - at) {
                self.wrong.push(format!(
                    "{id}: deleted {:?} after {shows:?}",
                    read.map(|at| now - at)
                ));
            }
        }
        let of_cluster = self.touched.get(&cluster).map(|touched| (&cluster, touched));
        let of_itself = self.touched.get(&id).map(|touched| (&id, touched));
        for (what, (at, shows)) in of_itself.into_iter().chain(of_cluster) {
            match self.read.get(&(what.clone(), *shows)) {
                Some(read) if at < read => self
                    .wrong
                    .push(format!("{id}: {what} had changed, and that was read")),
                _ => self.tally.raced += 1,
            }
        }
    }

    /// Only what names an orphan, and not while a load balancer still uses that.
    fn revoked(&mut self, id: &str, rules: &[Rule], cloud: &Cloud) {
        for rule in rules {
            if !self.orphans.contains_key(&rule.peer) {
                self.wrong.push(format!("{id}: names {}, no orphan", rule.peer));
            }
            let mut users = cloud.classic.iter().chain(&cloud.modern);
            if !self.returned && users.any(|it| it.groups.contains(&rule.peer)) {
                self.wrong
                    .push(format!("{id}: names {}, which is in use", rule.peer));
            }
        }
    }
}

fn composed(names: Vec<String>) -> Vec<String> {
    names.iter().map(|name| arn("loadbalancer", name)).collect()
}

/// Everything that can be deleted, by id.
pub fn present(cloud: &Cloud) -> BTreeSet<String> {
    let balancers = cloud.classic.iter().chain(&cloud.modern).map(|it| it.id());
    let targets = cloud.targets.iter().map(|it| it.arn.clone());
    let groups = cloud.groups.iter().map(|it| it.id.clone());
    balancers.chain(targets).chain(groups).collect()
}
