//! What must be true at the end: of what the run says, and, where all trouble passes, of all there is.

use super::adversary::{Adversary, Shared};
use super::controllers;
use super::truth::present;
use crate::Applied;
use crate::cloud::Cloud;
use crate::maker::Made;
use crate::wire::Wire;
use std::collections::{BTreeMap, BTreeSet};
use teardown::execute::Stop;
use teardown::exit::Exit;
use teardown::managed::Class;

/// What there is, group by group with its rules.
pub type State = (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>);

fn state(cloud: &Cloud) -> State {
    let rules = cloud
        .groups
        .iter()
        .map(|it| (it.id.clone(), it.rules.keys().cloned().collect()));
    (present(cloud), rules.collect())
}

/// The same without the orphans and the rules that name them.
pub fn without(cloud: &Cloud, orphans: &BTreeMap<String, String>) -> State {
    let (mut left, mut rules) = state(cloud);
    left.retain(|id| !orphans.contains_key(id));
    rules.retain(|id, _| !orphans.contains_key(id));
    for group in &cloud.groups {
        for (id, rule) in &group.rules {
            if orphans.contains_key(&rule.peer)
                && let Some(rules) = rules.get_mut(&group.id)
            {
                rules.remove(id);
            }
        }
    }
    (left, rules)
}

/// Where all trouble passes and nobody interferes the end is known.
pub async fn settled(
    made: &Made,
    wire: &Wire,
    applied: &Applied,
    shared: &Shared,
    expected: State,
    exit: Exit,
) -> Vec<String> {
    let mut wrong = Vec::new();
    if wire.change(|cloud| state(cloud)) != expected {
        wrong.push("not what an undisturbed run leaves".to_owned());
    }
    if made.solvable {
        let refused = wire.change(|cloud| destroy(cloud, made));
        if exit != Exit::Clean || refused.is_some() {
            wrong.push(format!("{exit:?}, and AWS refuses the destroy: {refused:?}"));
        }
        shared.0.lock().unwrap().truth.tally.solved += 1;
    }
    let before = wire.changed().len();
    let again = applied.done(wire).await;
    if wire.changed().len() != before || again.exit() != exit {
        wrong.push(format!("a second time: {:?} after {exit:?}", again.exit()));
    }
    shared.0.lock().unwrap().truth.tally.whole += 1;
    wrong
}

/// What AWS would refuse once Terraform has deleted what it manages: subnets with interfaces, a VPC with groups.
fn destroy(cloud: &Cloud, made: &Made) -> Option<String> {
    let here = |vpc: &String| *vpc == cloud.vpc;
    let balancers = cloud
        .classic
        .iter()
        .chain(&cloud.modern)
        .filter(|it| here(&it.vpc));
    let mut left = balancers.filter(|it| {
        made.managed
            .address(Class::LoadBalancer, &[&it.id(), &it.name])
            .is_none()
    });
    if let Some(it) = left.next() {
        return Some(it.id());
    }
    let present = cloud.present();
    if let Some(it) = present.iter().find(|it| here(&it.vpc)) {
        return Some(format!("{} ({})", it.id, it.description));
    }
    let groups = cloud
        .groups
        .iter()
        .filter(|it| here(&it.vpc) && it.name != "default");
    let mut left = groups.filter(|it| made.managed.address(Class::SecurityGroup, &[&it.id]).is_none());
    left.next().map(|it| it.id.clone())
}

impl Adversary {
    /// What the run says of the world must be true of it.
    pub fn ends(&mut self, made: &Made, cloud: Cloud, exit: Exit, stop: &Option<Stop>) -> Vec<String> {
        let mut wrong = Vec::new();
        self.death = None;
        let listed = |made: &controllers::Made| {
            let at = self.listed[usize::from(!made.balancer.arn.is_empty())];
            made.at < at
        };
        let alive = matches!(stop, Some(Stop::ControllerAlive(_)));
        let back: Vec<String> = self
            .made
            .iter()
            .filter(|it| it.at.is_some() && listed(it))
            .map(|it| it.balancer.id())
            .collect();
        // After a first listing without its list everything looks new: a stop for nothing, which harms nobody.
        if alive && back.is_empty() && !self.truth.replaced && !self.story.breaks() {
            wrong.push(format!("{stop:?}, and nothing was made again"));
        }
        if !alive && !back.is_empty() && !self.story.breaks() {
            wrong.push(format!(
                "{back:?} came back, and the run ended {exit:?}, {stop:?}"
            ));
        }
        self.truth.tally.stopped += u64::from(alive);
        match exit {
            Exit::Clean => {
                self.truth.tally.clean += 1;
                let there = present(&cloud);
                let unseen: BTreeSet<String> = self
                    .made
                    .iter()
                    .filter(|it| !listed(it))
                    .map(|it| it.balancer.id())
                    .collect();
                let left: Vec<_> = made
                    .orphans
                    .keys()
                    .filter(|id| there.contains(*id) && !unseen.contains(*id))
                    .collect();
                if !left.is_empty() || !made.stuck.is_empty() || self.asked {
                    wrong.push(format!(
                        "clean, with {left:?}, {:?} and {:?}",
                        made.stuck, self.refused
                    ));
                }
            }
            _ => self.truth.tally.unclean += 1,
        }
        wrong
    }
}
