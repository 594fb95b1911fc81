//! Everything that may happen while a run goes on: AWS in trouble, people and controllers at work, and the death of
//! the process. A seed decides what and when.

use super::controllers::Made as Again;
use super::story::Story;
use super::truth::{Shows, Truth, present};
use crate::answers::{Answer, Call, subject};
use crate::cloud::{Cloud, Interface, Rule, Way, arn};
use crate::maker::{Dice, Made};
use crate::wire::{Fate, Trouble, Wire};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// Something that is going to happen.
#[derive(Clone, Debug)]
pub enum Event {
    /// Somebody changes something that the plan would delete.
    Drift,
    /// EKS knows the cluster again.
    Revival(String),
    /// The controller of a living cluster makes a load balancer.
    Birth(String),
    /// A controller makes again what was deleted.
    Again(Box<Again>),
    /// The interface of what it made is there.
    Up(String),
}

#[derive(Debug)]
pub struct Adversary {
    pub dice: Dice,
    pub story: Story,
    pub truth: Truth,
    pub events: Vec<(Instant, Event)>,
    /// Clusters whose controllers live though EKS knows them no more.
    pub ghosts: BTreeSet<String>,
    pub made: Vec<Again>,
    /// Calls until the process dies.
    pub death: Option<usize>,
    /// Refused for good, always.
    pub refused: Option<&'static str>,
    /// Whether it was ever asked for: endpoint services are not where nothing can be held by one.
    pub asked: bool,
    /// Trouble in a row, by action.
    row: BTreeMap<String, u32>,
    /// What befalls the call under way.
    trouble: Option<Trouble>,
    /// When load balancers were last listed: classic, newer.
    pub listed: [Option<Instant>; 2],
}

/// More in a row than this would not be passing.
const IN_A_ROW: u32 = 3;

impl Adversary {
    pub fn new(seed: u64, story: Story, refused: Option<&'static str>) -> Adversary {
        Adversary {
            dice: Dice::new(seed ^ 0x5eed_cafe),
            story,
            truth: Truth::default(),
            events: Vec::new(),
            ghosts: BTreeSet::new(),
            made: Vec::new(),
            death: None,
            refused,
            asked: false,
            row: BTreeMap::new(),
            trouble: None,
            listed: [None, None],
        }
    }

    /// The plan is made, the run begins.
    pub fn begins(&mut self, made: &Made, wire: &Wire) {
        self.truth.tally.executed = 1;
        let most = if self.dice.one_in(8) { 300 } else { 60 };
        let delays: Vec<Duration> = (0..40)
            .map(|_| Duration::from_secs(5 + self.dice.below(most) as u64))
            .collect();
        wire.change(|cloud| cloud.delays = delays.into());
        let times = [
            Duration::ZERO,
            Duration::from_millis(600),
            Duration::from_secs(60),
        ];
        if self.story.kills() {
            self.death = Some(self.dice.below(50));
        }
        if self.story.drifts() {
            for _ in 0..1 + self.dice.below(3) {
                let most = *self.dice.pick(&times);
                self.soon(most, Event::Drift);
            }
        }
        if self.story.has_controllers() {
            let dead: BTreeSet<String> = made.orphans.values().cloned().collect();
            for cluster in dead {
                match self.dice.below(4) {
                    0 | 1 => drop(self.ghosts.insert(cluster)),
                    2 if self.dice.one_in(2) => {
                        let most = *self.dice.pick(&times);
                        self.soon(most, Event::Revival(cluster));
                    }
                    _ => {}
                }
            }
            for (cluster, says) in wire.change(|cloud| cloud.clusters.clone()) {
                if says == "ACTIVE" {
                    let most = *self.dice.pick(&times);
                    self.soon(most, Event::Birth(cluster));
                }
            }
        }
    }

    /// After a death.
    pub fn revives(&mut self, deaths: u32) {
        if deaths < 3 && self.dice.one_in(2) {
            self.death = Some(self.dice.below(50));
        }
    }

    /// Within `most` from now.
    pub fn soon(&mut self, most: Duration, event: Event) {
        let at = Instant::now() + most.mul_f64(self.dice.below(1000) as f64 / 1000.0);
        self.events.push((at, event));
    }

    fn passes(&mut self, cloud: &mut Cloud) {
        let now = Instant::now();
        loop {
            let due = self.events.iter().enumerate().filter(|(_, (at, _))| *at <= now);
            let Some((first, _)) = due.min_by_key(|(_, (at, _))| *at) else {
                return;
            };
            match self.events.swap_remove(first).1 {
                Event::Drift => self.drift(cloud),
                Event::Revival(name) => {
                    self.truth.tally.revived += 1;
                    self.truth.touch(&name, Shows::Cluster);
                    cloud.clusters.insert(name, "ACTIVE".to_owned());
                }
                Event::Birth(cluster) => self.birth(&cluster, cloud),
                Event::Again(made) => self.again(*made, cloud),
                Event::Up(id) => self.up(&id, cloud),
            }
        }
    }

    fn drift(&mut self, cloud: &mut Cloud) {
        let there = present(cloud);
        let open = self.truth.orphans.keys();
        let open: Vec<String> = open
            .filter(|id| there.contains(*id) && !self.truth.is_touched(id))
            .cloned()
            .collect();
        if open.is_empty() {
            return;
        }
        self.truth.tally.drifts += 1;
        let id = self.dice.pick(&open).clone();
        let key = if self.dice.one_in(2) {
            "teardown/keep"
        } else {
            "team"
        };
        if let Some(group) = cloud.groups.iter_mut().find(|it| it.id == id) {
            match self.dice.below(3) {
                0 => {
                    group.tags.insert(key.to_owned(), String::new());
                    self.truth.touch(&id, Shows::Itself);
                }
                1 => {
                    let rule = Rule {
                        peer: id.clone(),
                        way: Way::In,
                    };
                    let default = cloud.groups.iter_mut().find(|it| it.name == "default");
                    default.unwrap().rules.insert(format!("sgr-new-{id}"), rule);
                }
                _ => {
                    let interface = Interface {
                        id: format!("eni-of-somebody-{id}"),
                        description: "Primary network interface".to_owned(),
                        vpc: cloud.vpc.clone(),
                        subnet: cloud.subnets[0].0.clone(),
                        in_use: true,
                        managed: false,
                        attached: None,
                        groups: vec![id],
                        tags: Default::default(),
                        released: None,
                    };
                    cloud.interfaces.push(interface);
                }
            }
            return;
        }
        if let Some(target) = cloud.targets.iter_mut().find(|it| it.arn == id) {
            match self.dice.one_in(2) {
                true => {
                    target.tags.insert(key.to_owned(), String::new());
                    self.truth.touch(&id, Shows::Tags);
                }
                false => {
                    target.balancers.push(arn("loadbalancer", "app/somebodys/1"));
                    self.truth.touch(&id, Shows::Itself);
                }
            }
            return;
        }
        let mut all = cloud.classic.iter_mut().chain(&mut cloud.modern);
        let Some(balancer) = all.find(|it| it.id() == id) else {
            return;
        };
        match self.dice.below(4) {
            0 | 1 => {
                balancer.tags.insert(key.to_owned(), String::new());
                self.truth.touch(&id, Shows::Tags);
            }
            2 if balancer.arn.is_empty() => {
                balancer.created = "2025-07-07T07:07:07Z".to_owned();
                self.truth.replaced = true;
                self.truth.touch(&id, Shows::Itself);
            }
            2 => balancer.protected = true,
            _ => {
                self.truth.taken.insert(id.clone());
                let gone = balancer.clone();
                match gone.arn.is_empty() {
                    true => drop(cloud.delete_classic(&gone.name)),
                    // Somebody else may take off its protection first.
                    false => {
                        balancer.protected = false;
                        let _ = cloud.delete_modern(&gone.arn);
                    }
                }
            }
        }
    }

    fn up(&mut self, id: &str, cloud: &mut Cloud) {
        let mut all = cloud.classic.iter().chain(&cloud.modern);
        if let Some(balancer) = all.find(|it| it.id() == id) {
            let subnet = cloud.subnets[0].0.clone();
            let number = cloud.interfaces.len();
            let interface = Interface::of(balancer, &format!("eni-up-{number}"), &subnet);
            cloud.interfaces.push(interface);
            for made in self.made.iter_mut().filter(|it| it.balancer.id() == id) {
                made.up.get_or_insert(Instant::now());
            }
        }
    }

    /// What befalls a call.
    fn befalls(&mut self, call: &Call) -> Option<Trouble> {
        let mut death = false;
        if let Some(left) = &mut self.death {
            death = *left == 0;
            *left = left.saturating_sub(1);
        }
        if death {
            self.death = None;
            self.truth.tally.deaths += 1;
            let before = self.dice.one_in(2);
            return Some(if before {
                Trouble::Dead
            } else {
                Trouble::DeadAfterwards
            });
        }
        let lists = call.action == "elasticloadbalancing:DescribeLoadBalancers";
        let of = match call.version.as_str() {
            "2012-06-01" => "classic",
            _ => "modern",
        };
        if let Some(refused) = self.refused
            && (call.action == refused || lists && of == refused)
        {
            self.asked = true;
            return Some(Trouble::Denied);
        }
        let in_a_row = self.row.entry(call.action.clone()).or_default();
        let odds = self.story.odds();
        if odds == 0 || IN_A_ROW <= *in_a_row || !self.dice.one_in(odds) {
            *in_a_row = 0;
            return None;
        }
        *in_a_row += 1;
        let tally = &mut self.truth.tally;
        if self.story.breaks() && self.dice.one_in(2) {
            tally.broken += 1;
            // The SDK reads no body where nothing is to be said: any 200 to a change says that it was carried out.
            return Some(match (self.dice.below(3), subject(call)) {
                (0, None) => Trouble::Nonsense,
                (1, None) => Trouble::Empty,
                _ => Trouble::Denied,
            });
        }
        Some(match self.dice.below(3) {
            0 => {
                tally.throttled += 1;
                Trouble::Throttled
            }
            1 => {
                tally.failed += 1;
                Trouble::Failed
            }
            _ => {
                tally.lost += 1;
                Trouble::Lost
            }
        })
    }

    /// Whether what the cloud answered reaches the process.
    fn arrives(&self) -> bool {
        !matches!(self.trouble, Some(Trouble::Lost | Trouble::DeadAfterwards))
    }
}

/// The same one, for the wire and for the test.
#[derive(Clone, Debug)]
pub struct Shared(pub Arc<Mutex<Adversary>>);

impl Fate for Shared {
    fn before(&mut self, call: &Call, cloud: &mut Cloud) -> Option<Trouble> {
        let mut it = self.0.lock().unwrap();
        it.truth.tally.calls += 1;
        it.passes(cloud);
        it.truth.arrives(call, cloud);
        it.watches(call, cloud);
        it.trouble = it.befalls(call);
        it.trouble
    }

    fn after(&mut self, call: &Call, answer: &Answer, cloud: &Cloud) {
        let mut it = self.0.lock().unwrap();
        if answer.kind.is_none() || call.version.is_empty() {
            if it.arrives() {
                it.truth.reads(call, cloud);
                it.listed(call);
            }
            if answer.kind.is_none() {
                it.truth.changed(call, cloud);
                it.deleted(call, cloud);
            }
        }
    }
}
