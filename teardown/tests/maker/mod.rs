//! Makes a VPC with clusters that live and clusters that died, everything their controllers made, and everything
//! that people do to it afterwards. Keeps a list of what is an orphan while it makes it.
//!
//! Shares no code with the judge: names, hashes and tags are written here a second time, from the controllers'
//! sources.

mod dice;
mod group;
mod lot;
mod rings;

pub use dice::Dice;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use teardown::inventory::*;
use teardown::judge::Policy;
use teardown::managed::Managed;

const ACCOUNT: &str = "123456789012";
const OTHER: &str = "999999999999";
const VPC: &str = "vpc-0a1b2c";
/// Long before any clock of a machine that runs this.
const MADE_AT: &str = "2024-05-01T00:00:00Z";

pub struct Made {
    pub inventory: Inventory,
    pub managed: Managed,
    pub policy: Policy,
    /// What may be deleted, and the cluster whose controller made it.
    pub orphans: BTreeMap<String, String>,
    /// Load balancers of dead clusters that nobody may delete all the same: not clean while there is one.
    pub stuck: BTreeSet<String>,
    /// Nothing is in the way of a destroy but orphans and what Terraform manages.
    pub solvable: bool,
}

/// Who made a load balancer.
#[derive(Clone, Copy, PartialEq)]
enum Maker {
    Classic,
    CloudNlb,
    ServiceNlb,
    Ingress,
    Group,
    AutoMode,
}

/// One load balancer with what hangs on it.
struct Lot {
    maker: Maker,
    cluster: String,
    arn: String,
    /// Nothing was done to it that keeps it.
    untouched: bool,
    /// Somebody keeps it on purpose, or it does not say whose it is any more.
    spared: bool,
    here: bool,
    target_group: Option<String>,
    group: Option<String>,
}

struct World {
    dice: Dice,
    inventory: Inventory,
    policy: Policy,
    /// Resources of a Terraform state.
    state: Vec<String>,
    lots: Vec<Lot>,
    /// Clusters that are dead and known to have been of EKS here.
    gone: BTreeSet<String>,
    /// Left behind by load balancers that went before: id, and the cluster.
    leftovers: Vec<(String, String)>,
    backends: BTreeMap<String, String>,
    solvable: bool,
    next: usize,
}

pub fn make(seed: u64) -> Made {
    let mut world = World::new(seed);
    world.clusters();
    let clusters: Vec<String> = world.inventory.clusters.keys().cloned().collect();
    for cluster in &clusters {
        for _ in 0..world.dice.below(4) {
            world.lot(cluster);
        }
        if world.dice.one_in(3) {
            world.leftover(cluster);
        }
    }
    world.bystanders(&clusters);
    world.rings();
    world.gaps();
    world.finish()
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    let pairs = pairs.iter();
    pairs
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

fn hash(text: &str) -> String {
    let hex: String = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex[..10].to_owned()
}

/// `%.<n>s` of the text without what is not alphanumeric.
fn cut(text: &str, n: usize) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).take(n).collect()
}

impl World {
    fn new(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let solvable = dice.one_in(3);
        let owner = |dice: &mut Dice, n| {
            let other = dice.one_in(n) && !solvable;
            if other { OTHER } else { ACCOUNT }.to_owned()
        };
        let vpc = Vpc {
            id: VPC.into(),
            owner: owner(&mut dice, 25),
        };
        let subnets = (0..2 + dice.below(2)).map(|at| Subnet {
            id: format!("subnet-{at}"),
            owner: owner(&mut dice, 60),
        });
        let subnets = Listing {
            items: subnets.collect(),
            gap: None,
        };
        let inventory = Inventory {
            taken_at: "2026-06-01T12:00:00Z".parse().expect("a time"),
            caller: Caller {
                account: ACCOUNT.into(),
                region: "eu-central-1".into(),
            },
            vpc,
            subnets,
            classic: Listing::default(),
            modern: Listing::default(),
            target_groups: Listing::default(),
            interfaces: Listing::default(),
            security_groups: Listing::default(),
            endpoint_services: Listing::default(),
            clusters: BTreeMap::new(),
        };
        World {
            dice,
            inventory,
            policy: Policy::default(),
            state: Vec::new(),
            lots: Vec::new(),
            gone: BTreeSet::new(),
            leftovers: Vec::new(),
            backends: BTreeMap::new(),
            solvable,
            next: 0,
        }
    }

    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn clusters(&mut self) {
        let names = ["prod", "prod-2", "stage", "kops.example.com"];
        let count = 2 + self.dice.below(3);
        for name in &names[..count] {
            let name = (*name).to_owned();
            let mut says = Cluster::NotFound;
            let fate = match self.solvable {
                // Gone, and known from Terraform's state: nothing of it is left in the VPC.
                true => 6,
                false => self.dice.below(9),
            };
            match fate {
                0 => says = Cluster::Found("ACTIVE".into()),
                1 => says = Cluster::Found("DELETING".into()),
                2 => says = Cluster::Unread("ThrottlingException".into()),
                // Never known to EKS here.
                3 => {}
                // Gone by EKS's word, but its pods are still there.
                4 => {
                    self.eks_group(&name);
                    let pods = self.plain_interface("aws-K8S-i-0123456789abcdef0", true);
                    pods.tags
                        .insert("cluster.k8s.amazonaws.com/name".into(), name.clone());
                }
                // Gone, and a leaked interface of its CNI plugin is left.
                5 => {
                    self.eks_group(&name);
                    let leaked = self.plain_interface("aws-K8S-i-0123456789abcdef0", false);
                    leaked
                        .tags
                        .insert("cluster.k8s.amazonaws.com/name".into(), name.clone());
                    self.gone.insert(name.clone());
                }
                6 => {
                    self.in_state("aws_eks_cluster", &format!("\"name\":\"{name}\""));
                    self.gone.insert(name.clone());
                }
                // EKS can't be asked, but the run has just destroyed it.
                7 => {
                    says = Cluster::Unread("AccessDeniedException".into());
                    self.in_state("aws_eks_cluster", &format!("\"name\":\"{name}\""));
                    self.policy.said.destroyed.insert(name.clone());
                    self.gone.insert(name.clone());
                }
                _ => {
                    self.eks_group(&name);
                    self.gone.insert(name.clone());
                }
            }
            self.inventory.clusters.insert(name, says);
        }
        if !self.solvable && self.dice.one_in(6) {
            // Names the dead one that nothing shows to have been here, too.
            let named = names[self.dice.below(count)].to_owned();
            if self.inventory.clusters[&named] == Cluster::NotFound && !self.has_pods(&named) {
                self.gone.insert(named.clone());
            }
            self.gone.retain(|name| *name == named);
            self.policy.said.clusters.insert(named);
        }
    }

    fn has_pods(&self, cluster: &str) -> bool {
        let mut all = self.inventory.interfaces.items.iter();
        all.any(|it| it.in_use && it.tags.values().any(|value| value == cluster))
    }

    fn eks_group(&mut self, cluster: &str) {
        let pairs = [
            ("aws:eks:cluster-name", cluster),
            (&format!("kubernetes.io/cluster/{cluster}"), "owned"),
        ];
        let name = format!("eks-cluster-sg-{cluster}-123");
        self.group(&name, "EKS created security group", tags(&pairs));
    }

    fn in_state(&mut self, kind: &str, attributes: &str) {
        let at = self.number();
        self.state.push(format!(
            r#"{{"mode":"managed","type":"{kind}","name":"r{at}","instances":[{{"attributes":{{{attributes}}}}}]}}"#
        ));
    }

    fn group(&mut self, name: &str, description: &str, tags: Tags) -> String {
        let id = format!("sg-{:04}", self.number());
        self.inventory.security_groups.items.push(SecurityGroup {
            id: id.clone(),
            owner: ACCOUNT.into(),
            name: name.into(),
            description: description.into(),
            tags,
            references: Vec::new(),
        });
        id
    }

    fn plain_interface(&mut self, description: &str, in_use: bool) -> &mut NetworkInterface {
        let id = format!("eni-{:04}", self.number());
        let subnet = self.inventory.subnets.items[0].id.clone();
        self.inventory.interfaces.items.push(NetworkInterface {
            id,
            subnet,
            description: description.into(),
            in_use,
            requester_managed: false,
            attached_to: in_use.then(|| ACCOUNT.to_owned()),
            security_groups: Vec::new(),
            tags: Tags::new(),
        });
        let all = &mut self.inventory.interfaces.items;
        let last = all.len() - 1;
        &mut all[last]
    }

    fn gaps(&mut self) {
        if self.solvable || !self.dice.one_in(8) {
            return;
        }
        let it = &mut self.inventory;
        let gaps = [
            &mut it.classic.gap,
            &mut it.modern.gap,
            &mut it.target_groups.gap,
            &mut it.interfaces.gap,
            &mut it.security_groups.gap,
            &mut it.endpoint_services.gap,
        ];
        let at = self.dice.below(gaps.len());
        for (_, gap) in gaps.into_iter().enumerate().filter(|(it, _)| *it == at) {
            *gap = Some("RequestLimitExceeded".into());
        }
    }

    fn finish(self) -> Made {
        let it = &self.inventory;
        let ours = it.vpc.owner == ACCOUNT && it.subnets.items.iter().all(|subnet| subnet.owner == ACCOUNT);
        let seen = ours && it.interfaces.gap.is_none();
        let goes = |lot: &Lot| {
            let listed = match lot.maker {
                Maker::Classic => it.classic.gap.is_none(),
                Maker::Ingress | Maker::Group => it.modern.gap.is_none(),
                _ => it.modern.gap.is_none() && it.endpoint_services.gap.is_none(),
            };
            seen && listed && lot.untouched && lot.here && self.gone.contains(&lot.cluster)
        };
        let mut orphans = BTreeMap::new();
        let groups_seen = seen
            && [&it.security_groups.gap, &it.classic.gap, &it.modern.gap]
                .iter()
                .all(|gap| gap.is_none());
        for lot in self.lots.iter().filter(|lot| goes(lot)) {
            let target_group = lot.target_group.iter();
            let group = lot.group.iter().filter(|_| groups_seen);
            let all = target_group
                .filter(|_| it.target_groups.gap.is_none())
                .chain(group);
            let all = all.chain([&lot.arn]);
            orphans.extend(all.map(|id| (id.clone(), lot.cluster.clone())));
        }
        for (cluster, id) in &self.backends {
            let users = |lot: &&Lot| {
                lot.cluster == *cluster && lot.here && matches!(lot.maker, Maker::Ingress | Maker::Group)
            };
            if groups_seen && self.gone.contains(cluster) && self.lots.iter().filter(users).all(goes) {
                orphans.insert(id.clone(), cluster.clone());
            }
        }
        let left = self.leftovers.iter();
        orphans.extend(
            left.filter(|(_, cluster)| groups_seen && self.gone.contains(cluster))
                .cloned(),
        );
        let stuck = self.lots.iter().filter(|lot| {
            let dead = lot.here && self.gone.contains(&lot.cluster);
            dead && !lot.spared && !orphans.contains_key(&lot.arn)
        });
        let stuck = stuck.map(|lot| lot.arn.clone()).collect();
        let mut managed = Managed::default();
        let state = format!(
            r#"{{"version":4,"lineage":"l","serial":1,"resources":[{}]}}"#,
            self.state.join(",")
        );
        managed.add(&state).expect("a state");
        Made {
            inventory: self.inventory,
            managed,
            policy: self.policy,
            orphans,
            stuck,
            solvable: self.solvable,
        }
    }
}
