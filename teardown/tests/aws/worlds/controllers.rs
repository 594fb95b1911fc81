//! Controllers: those of living clusters, who make what they are asked for, and those of clusters that EKS knows no
//! more and who live all the same: they make again what is deleted.

use super::adversary::{Adversary, Event};
use crate::answers::{Call, subject};
use crate::cloud::{Balancer, Cloud, Group, Pairs, Target, arn, pairs};
use std::time::Duration;
use tokio::time::Instant;

/// Where no call is refused for good: looks at the network interfaces, from when on a load balancer that was made again has one, until the run sees it.
const POLLS: u32 = 2;

/// A load balancer that a controller makes again.
#[derive(Clone, Debug)]
pub struct Made {
    pub balancer: Balancer,
    groups: Vec<Group>,
    targets: Vec<Target>,
    /// Since when it is there.
    pub at: Option<Instant>,
    /// Since when it has an interface.
    pub up: Option<Instant>,
    polls: u32,
    /// It was listed after it was there; after that its tags were read.
    listed: bool,
    pub seen: Option<Instant>,
}

impl Adversary {
    /// What goes now may be made again: it is remembered with what hangs on it.
    pub fn watches(&mut self, call: &Call, cloud: &Cloud) {
        let Some(id) = subject(call) else {
            return;
        };
        // Nothing is changed once it could be known that a controller lives.
        let late = |made: &Made| {
            made.seen
                .is_some_and(|at| at + Duration::from_secs(1) < Instant::now())
        };
        if self.made.iter().any(late) && !self.story.breaks() {
            self.truth
                .wrong
                .push(format!("{id}: changed though a controller was seen to live"));
        }
        let lives = self
            .truth
            .orphans
            .get(&id)
            .is_some_and(|cluster| self.ghosts.contains(cluster));
        let mut all = cloud.classic.iter().chain(&cloud.modern);
        if !lives
            || self
                .made
                .iter()
                .any(|it| it.at.is_none() && it.balancer.id() == id)
        {
            return;
        }
        if let Some(balancer) = all.find(|it| it.id() == id) {
            let groups = balancer.groups.iter().filter_map(|id| cloud.group(id)).cloned();
            let targets = cloud
                .targets
                .iter()
                .filter(|it| it.balancers.contains(&id))
                .cloned();
            self.made.push(Made {
                groups: groups.collect(),
                targets: targets.collect(),
                balancer: balancer.clone(),
                at: None,
                up: None,
                polls: 0,
                listed: false,
                seen: None,
            });
        }
    }

    /// It went.
    pub fn deleted(&mut self, call: &Call, cloud: &Cloud) {
        let Some(id) = subject(call) else {
            return;
        };
        let there = cloud.classic.iter().chain(&cloud.modern).any(|it| it.id() == id);
        let Some(at) = self
            .made
            .iter()
            .position(|it| it.at.is_none() && it.balancer.id() == id)
        else {
            return;
        };
        if !there {
            let made = self.made.swap_remove(at);
            let most = *self.dice.pick(&[0, 1, 10, 60]);
            self.soon(Duration::from_secs(most), Event::Again(Box::new(made)));
        }
    }

    /// Under a new ARN, or with a new time of creation; with its old groups and target groups where they are there.
    pub fn again(&mut self, mut made: Made, cloud: &mut Cloud) {
        self.truth.tally.recreated += 1;
        self.truth.returned = true;
        let number = self.made.len() + 1;
        let balancer = &mut made.balancer;
        balancer.created = format!("2025-03-0{}T00:00:00Z", number.min(9));
        balancer.protected = false;
        for group in &made.groups {
            if cloud.group(&group.id).is_none() {
                let mut group = group.clone();
                let old = group.id.clone();
                group.id.push_str(&format!("-again-{number}"));
                group.rules.clear();
                for id in balancer.groups.iter_mut().filter(|id| **id == old) {
                    id.clone_from(&group.id);
                }
                cloud.groups.push(group);
            }
        }
        if balancer.arn.is_empty() {
            cloud.classic.push(balancer.clone());
        } else {
            let (head, _) = balancer.arn.rsplit_once('/').unwrap();
            balancer.arn = format!("{head}/{number:016x}");
            for target in &made.targets {
                match cloud.targets.iter_mut().find(|it| it.arn == target.arn) {
                    Some(target) => target.balancers.push(balancer.arn.clone()),
                    None => cloud.targets.push(Target {
                        arn: format!("{}again{number}", target.arn),
                        balancers: vec![balancer.arn.clone()],
                        ..target.clone()
                    }),
                }
            }
            cloud.modern.push(balancer.clone());
        }
        let id = balancer.id();
        made.at = Some(Instant::now());
        self.made.push(made);
        let most = *self.dice.pick(&[0, 0, 20]);
        self.soon(Duration::from_secs(most), Event::Up(id));
    }

    /// A classic load balancer with its group.
    pub fn birth(&mut self, cluster: &str, cloud: &mut Cloud) {
        self.truth.tally.born += 1;
        let uid = format!("{}4{}8{}", self.dice.hex(12), self.dice.hex(3), self.dice.hex(15));
        let name = format!("a{uid}")[..32].to_owned();
        let owned = format!("kubernetes.io/cluster/{cluster}");
        let group = Group {
            id: format!("sg-new-{}", cloud.groups.len()),
            name: format!("k8s-elb-{name}"),
            owner: crate::cloud::ACCOUNT.to_owned(),
            description: format!("Security group for Kubernetes ELB {name} (shop/new)"),
            vpc: cloud.vpc.clone(),
            tags: pairs(&[(&owned, "owned")]),
            rules: Default::default(),
        };
        let tags: Pairs = pairs(&[(&owned, "owned"), ("kubernetes.io/service-name", "shop/new")]);
        cloud.classic.push(Balancer {
            arn: String::new(),
            kind: "classic",
            created: "2025-04-04T00:00:00Z".to_owned(),
            scheme: "internal".to_owned(),
            vpc: cloud.vpc.clone(),
            subnets: vec![cloud.subnets[0].0.clone()],
            groups: vec![group.id.clone()],
            tags,
            protected: false,
            name: name.clone(),
        });
        cloud.groups.push(group);
        self.soon(Duration::ZERO, Event::Up(arn("loadbalancer", &name)));
    }

    /// What a listing or a look at tags shows of what was made again.
    pub fn listed(&mut self, call: &Call) {
        let now = Instant::now();
        let classic = call.version == "2012-06-01";
        let names = match classic {
            true => call.form.list("LoadBalancerNames.member."),
            false => call.form.list("LoadBalancerArns.member."),
        };
        let of_family = |it: &&mut Made| it.at.is_some() && it.balancer.arn.is_empty() == classic;
        match call.action.as_str() {
            "ec2:DescribeNetworkInterfaces" if call.form.filter("vpc-id").is_some() => {
                for it in self.made.iter_mut().filter(|it| it.up.is_some() && !it.listed) {
                    it.polls += 1;
                    if it.polls == POLLS + 1 && !self.story.breaks() {
                        let id = it.balancer.id();
                        self.truth
                            .wrong
                            .push(format!("{id}: came back, and {POLLS} looks did not see it"));
                    }
                }
            }
            "elasticloadbalancing:DescribeLoadBalancers" if names.is_empty() => {
                self.listed[usize::from(!classic)] = Some(now);
                for it in self.made.iter_mut().filter(of_family) {
                    it.listed = true;
                }
            }
            "elasticloadbalancing:DescribeTags" => {
                let names = match classic {
                    true => names,
                    false => call.form.list("ResourceArns.member."),
                };
                let read = |it: &&mut Made| {
                    let key = if classic {
                        &it.balancer.name
                    } else {
                        &it.balancer.arn
                    };
                    it.listed && names.contains(key)
                };
                for it in self.made.iter_mut().filter(of_family).filter(read) {
                    it.seen.get_or_insert(now);
                }
            }
            _ => {}
        }
    }
}
