//! A VPC in memory: what is there, what refers to what, and what AWS refuses to delete. Knows nothing of the code
//! under test.

mod left;

pub use left::{CLASSIC, alb};

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;
use tokio::time::Instant;

pub const ACCOUNT: &str = "123456789012";
/// How long interfaces outlive their load balancer, where nothing else is said.
pub const RELEASE: Duration = Duration::from_secs(45);

pub type Pairs = BTreeMap<String, String>;

#[derive(Clone, Debug)]
pub struct Balancer {
    pub name: String,
    /// Empty for a classic one.
    pub arn: String,
    pub kind: &'static str,
    pub created: String,
    pub scheme: String,
    pub vpc: String,
    pub subnets: Vec<String>,
    pub groups: Vec<String>,
    pub tags: Pairs,
    pub protected: bool,
}

impl Balancer {
    /// What stands after `ELB ` in the description of its interfaces.
    pub fn mark(&self) -> &str {
        let tail = self.arn.split_once(":loadbalancer/");
        tail.map_or(&self.name, |(_, tail)| tail)
    }

    /// Its ARN; a classic one's is composed.
    pub fn id(&self) -> String {
        match self.arn.is_empty() {
            true => arn("loadbalancer", &self.name),
            false => self.arn.clone(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Target {
    pub name: String,
    pub arn: String,
    pub vpc: String,
    pub balancers: Vec<String>,
    pub tags: Pairs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    In,
    Out,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The group that it names.
    pub peer: String,
    pub way: Way,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: String,
    pub name: String,
    pub owner: String,
    pub description: String,
    pub vpc: String,
    pub tags: Pairs,
    pub rules: BTreeMap<String, Rule>,
}

#[derive(Clone, Debug)]
pub struct Interface {
    pub id: String,
    pub description: String,
    pub vpc: String,
    pub subnet: String,
    pub in_use: bool,
    pub managed: bool,
    pub attached: Option<String>,
    pub groups: Vec<String>,
    pub tags: Pairs,
    /// From when on it is detached, and from when on gone.
    pub released: Option<(Instant, Instant)>,
}

impl Interface {
    /// As a load balancer's is.
    pub fn of(balancer: &Balancer, id: &str, subnet: &str) -> Interface {
        let by = if balancer.kind == "network" {
            "amazon-aws"
        } else {
            "amazon-elb"
        };
        Interface {
            id: id.to_owned(),
            description: format!("ELB {}", balancer.mark()),
            vpc: balancer.vpc.clone(),
            subnet: subnet.to_owned(),
            in_use: true,
            managed: true,
            attached: Some(by.to_owned()),
            groups: balancer.groups.clone(),
            tags: Pairs::new(),
            released: None,
        }
    }

    pub fn is_detached(&self) -> bool {
        let now = Instant::now();
        !self.in_use || self.released.is_some_and(|(at, _)| at <= now)
    }
}

#[derive(Clone, Debug, Default)]
pub struct Cloud {
    pub vpc: String,
    pub owner: String,
    /// Id and owner.
    pub subnets: Vec<(String, String)>,
    pub classic: Vec<Balancer>,
    pub modern: Vec<Balancer>,
    pub targets: Vec<Target>,
    pub groups: Vec<Group>,
    pub interfaces: Vec<Interface>,
    /// Endpoint services: id and the ARNs behind it.
    pub services: Vec<(String, Vec<String>)>,
    /// ARNs that something holds which no listing shows.
    pub held: BTreeSet<String>,
    /// What EKS says: a status, or DENIED where the caller may not ask. Of any other it knows nothing.
    pub clusters: BTreeMap<String, String>,
    /// Names and ARNs whose tags no answer has.
    pub silent: BTreeSet<String>,
    /// A controller that makes its classic load balancer again.
    pub controller: bool,
    /// How long the next interfaces take to be released; then all take [`RELEASE`].
    pub delays: VecDeque<Duration>,
}

pub fn pairs(list: &[(&str, &str)]) -> Pairs {
    let list = list.iter();
    list.map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn arn(kind: &str, tail: &str) -> String {
    format!("arn:aws:elasticloadbalancing:eu-central-1:{ACCOUNT}:{kind}/{tail}")
}

impl Cloud {
    pub fn present(&self) -> Vec<&Interface> {
        let now = Instant::now();
        let there = |it: &&Interface| it.released.is_none_or(|(_, gone)| now < gone);
        self.interfaces.iter().filter(there).collect()
    }

    /// Its interfaces go, one after the other.
    fn release(&mut self, mark: &str) {
        let description = format!("ELB {mark}");
        let now = Instant::now();
        let Cloud {
            interfaces, delays, ..
        } = self;
        let its = interfaces.iter_mut();
        let its = its.filter(|it| it.description == description && it.managed && it.released.is_none());
        for interface in its {
            let gone = delays.pop_front().unwrap_or(RELEASE);
            interface.released = Some((now + gone * 2 / 3, now + gone));
        }
    }

    /// When the last of what is being released is gone.
    pub fn released_at(&self) -> Option<Instant> {
        let gone = self.interfaces.iter().filter_map(|it| it.released);
        gone.map(|(_, gone)| gone).max()
    }

    /// A group as AWS shows it.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|it| it.id == id)
    }

    /// Whether there was one.
    pub fn delete_classic(&mut self, name: &str) -> bool {
        let before = self.classic.len();
        self.classic.retain(|it| it.name != name);
        let deleted = self.classic.len() < before;
        if deleted {
            self.release(name);
            if self.controller {
                self.put_classic(name, "2026-06-01T00:00:00Z");
            }
        }
        deleted
    }

    pub fn delete_modern(&mut self, arn: &str) -> Result<bool, &'static str> {
        let Some(at) = self.modern.iter().position(|it| it.arn == arn) else {
            return Ok(false);
        };
        if self.modern[at].protected {
            return Err("OperationNotPermitted");
        }
        let mut behind = self.services.iter().flat_map(|(_, arns)| arns);
        if self.held.contains(arn) || behind.any(|it| it == arn) {
            return Err("ResourceInUse");
        }
        self.modern.remove(at);
        self.release(arn.split_once(":loadbalancer/").unwrap().1);
        for target in &mut self.targets {
            target.balancers.retain(|user| user != arn);
        }
        Ok(true)
    }

    pub fn delete_target(&mut self, arn: &str) -> Result<bool, &'static str> {
        let Some(at) = self.targets.iter().position(|it| it.arn == arn) else {
            return Ok(false);
        };
        if !self.targets[at].balancers.is_empty() {
            return Err("ResourceInUse");
        }
        self.targets.remove(at);
        Ok(true)
    }

    pub fn delete_group(&mut self, id: &str) -> Result<bool, &'static str> {
        let Some(at) = self.groups.iter().position(|it| it.id == id) else {
            return Err("InvalidGroup.NotFound");
        };
        let used = self
            .present()
            .iter()
            .any(|it| it.groups.iter().any(|group| group == id));
        let others = self.groups.iter().filter(|it| it.id != id);
        let named = others
            .flat_map(|it| it.rules.values())
            .any(|rule| rule.peer == id);
        if used || named {
            return Err("DependencyViolation");
        }
        self.groups.remove(at);
        Ok(true)
    }

    /// Takes rules of one group away, all or none.
    pub fn revoke(&mut self, group: &str, way: Way, rules: &[String]) -> Result<bool, &'static str> {
        let Some(it) = self.groups.iter_mut().find(|it| it.id == group) else {
            return Err("InvalidGroup.NotFound");
        };
        let has = |rule: &String| it.rules.get(rule).is_some_and(|it| it.way == way);
        if !rules.iter().all(has) {
            return Err("InvalidSecurityGroupRuleId.NotFound");
        }
        it.rules.retain(|rule, _| !rules.contains(rule));
        Ok(true)
    }
}
