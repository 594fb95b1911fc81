//! From what a scan saw to a verdict on every object that a controller may have left in the VPC.
//!
//! Total and pure: every load balancer, target group and security group of the VPC gets exactly one verdict. Deletes
//! nothing, and lets nothing be deleted that it could not read.

mod balancer;
mod blocker;
mod group;
mod index;
mod target_group;

use crate::claim::{self, Claim, Claims};
use crate::evidence::{Evidence, Level};
use crate::inventory::{Cluster, Inventory, Tags};
use crate::life::{self, Life, Said};
use crate::managed::{Class, Managed};
pub use blocker::Blocker;
use index::Index;
pub(crate) use index::clusters;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What the operator decides. It is part of a plan file: what was agreed on is applied, under the same rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What is said of clusters.
    pub said: Said,
    /// Deletion takes at least this much evidence.
    pub threshold: Level,
    /// Younger load balancers are left alone, unless EKS says that their cluster is gone.
    pub min_age: SignedDuration,
    /// ARNs whose deletion protection may be taken off.
    pub unprotect: BTreeSet<String>,
    /// ARNs, ids or names of what stays whatever speaks against it.
    pub keep: BTreeSet<String>,
    /// What tags that no controller writes are taken for.
    pub other_tags: OtherTags,
}

/// What a tag that no controller writes is taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherTags {
    /// For a default tag of the account or the controller: it says nothing.
    #[default]
    Ignored,
    /// For somebody's interest in the object: it stays.
    Keep,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            said: Said::default(),
            threshold: Level::E4,
            min_age: SignedDuration::from_mins(10),
            unprotect: BTreeSet::new(),
            keep: BTreeSet::new(),
            other_tags: OtherTags::Ignored,
        }
    }
}

/// Why something stays though it may be in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Its cluster lives: it holds the network until its controller or its cluster goes.
    Live(String),
    /// It is in Terraform's state, at this address.
    Managed(String),
    /// No controller claims it, or claims it as somebody else's.
    Foreign(String),
    /// A tag or the operator says so.
    Protected(String),
    /// The operator named clusters, and its is not among them.
    NotNamed(String),
}

/// What is to become of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nobody owns it any more: it may be deleted.
    Orphan,
    /// It stays, and that is right.
    Kept(Keep),
    /// It looks like an orphan, but may not be deleted, for each of these reasons.
    Blocked(Vec<Blocker>),
    /// What would decide could not be read.
    Unknown(String),
}

impl Verdict {
    /// Whether it may be deleted.
    pub fn is_orphan(&self) -> bool {
        *self == Verdict::Orphan
    }
}

/// What kind of object it is, for reading and for the order of deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A load balancer of any kind.
    LoadBalancer,
    /// A target group.
    TargetGroup,
    /// A security group made for one stack.
    SecurityGroup,
    /// The security group that all load balancers of a cluster share.
    SharedSecurityGroup,
}

/// One object and what is to become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// What it is.
    pub subject: Subject,
    /// ARN, or the id of a security group.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose its tags say it is.
    pub claim: Option<Claim>,
    /// How sure that is.
    pub evidence: Evidence,
    /// What is to become of it.
    pub verdict: Verdict,
}

/// All verdicts on one VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Load balancers, then target groups, then security groups, each by id.
    pub objects: Vec<Judged>,
    /// Each cluster that a tag names.
    pub clusters: BTreeMap<String, Life>,
    /// Network interfaces of load balancers that no listing has: being released, or something is missing.
    pub ghosts: Vec<String>,
    /// Listings that may lack something.
    pub gaps: Vec<String>,
}

impl Judgement {
    /// What may be deleted.
    pub fn orphans(&self) -> impl Iterator<Item = &Judged> {
        self.objects.iter().filter(|judged| judged.verdict.is_orphan())
    }

    /// What holds the network for a cluster that lives.
    pub fn living(&self) -> impl Iterator<Item = &Judged> {
        let lives = |judged: &&Judged| matches!(judged.verdict, Verdict::Kept(Keep::Live(_)));
        self.objects.iter().filter(lives)
    }

    /// Whether something could not be read or may not be deleted.
    pub fn is_blocked(&self) -> bool {
        let stuck = |judged: &Judged| matches!(judged.verdict, Verdict::Blocked(_) | Verdict::Unknown(_));
        !self.gaps.is_empty() || !self.ghosts.is_empty() || self.objects.iter().any(stuck)
    }
}

/// Judges everything in the VPC.
pub fn judge(inventory: &Inventory, managed: &Managed, policy: &Policy) -> Judgement {
    let index = Index::new(inventory);
    let clusters = index
        .clusters()
        .map(|name| {
            let life = life::judge(inventory, managed, &policy.said, name);
            (name.to_owned(), life)
        })
        .collect();
    let bench = Bench {
        inventory,
        managed,
        policy,
        index: &index,
        clusters: &clusters,
    };
    let balancers = bench.balancers();
    let orphans: HashSet<&str> = balancers
        .iter()
        .filter(|judged| judged.verdict.is_orphan())
        .map(|judged| judged.id.as_str())
        .collect();
    let target_groups = bench.target_groups(&orphans);
    let groups = bench.security_groups(&orphans);
    let mut objects = balancers;
    objects.extend(target_groups);
    objects.extend(groups);
    Judgement {
        objects,
        ghosts: index.ghosts(),
        gaps: gaps(inventory),
        clusters,
    }
}

fn gaps(inventory: &Inventory) -> Vec<String> {
    let listings = [
        ("subnets", &inventory.subnets.gap),
        ("classic load balancers", &inventory.classic.gap),
        ("load balancers", &inventory.modern.gap),
        ("target groups", &inventory.target_groups.gap),
        ("network interfaces", &inventory.interfaces.gap),
        ("security groups", &inventory.security_groups.gap),
        ("endpoint services", &inventory.endpoint_services.gap),
    ];
    listings
        .into_iter()
        .filter_map(|(what, gap)| gap.as_ref().map(|why| format!("{what}: {why}")))
        .collect()
}

/// Everything a single verdict is made from.
struct Bench<'a> {
    inventory: &'a Inventory,
    managed: &'a Managed,
    policy: &'a Policy,
    index: &'a Index<'a>,
    clusters: &'a BTreeMap<String, Life>,
}

impl Bench<'_> {
    /// What the claim's cluster says about it: the fact for the highest level, or what lacks.
    fn life(&self, claim: &Claim) -> Result<String, String> {
        match self.clusters.get(&claim.cluster) {
            Some(Life::Gone(how)) => Ok(format!("cluster {} is gone: {how}", claim.cluster)),
            Some(other) => Err(format!("cluster {} is {other}", claim.cluster)),
            None => Err(format!("nobody asked for cluster {}", claim.cluster)),
        }
    }

    /// What keeps it whatever the evidence: the operator, a tag, a state, another owner, a living cluster.
    /// `names` are the object's ARN or id, and its name.
    fn kept(&self, names: [&str; 2], claims: &Claims, class: Class, tags: &Tags) -> Option<Keep> {
        if let Some(address) = self.managed.address(class, &names) {
            return Some(Keep::Managed(address.to_owned()));
        }
        if let Some(name) = names.into_iter().find(|name| self.policy.keep.contains(*name)) {
            return Some(Keep::Protected(format!("the operator keeps {name}")));
        }
        let keeps = |key: &&String| key.as_str() == KEEP || key.starts_with("aws:cloudformation:");
        if let Some(key) = tags.keys().find(keeps) {
            return Some(Keep::Protected(format!("it carries the tag {key}")));
        }
        let claim = match claims {
            Claims::None => return Some(Keep::Foreign("no controller's tags are on it".to_owned())),
            Claims::Partial(why) => {
                return Some(Keep::Foreign(format!("no controller's whole set of tags: {why}")));
            }
            Claims::Conflicting(_) => return None,
            Claims::One(claim) => claim,
        };
        let other = |key: &&String| !claim::is_controllers(key);
        if self.policy.other_tags == OtherTags::Keep
            && let Some(key) = tags.keys().find(other)
        {
            return Some(Keep::Protected(format!(
                "it carries the tag {key}, which no controller writes"
            )));
        }
        if !claim.owned {
            return Some(Keep::Foreign(format!(
                "cluster {} shares it and does not own it",
                claim.cluster
            )));
        }
        let named = &self.policy.said.clusters;
        if !named.is_empty() && !named.contains(&claim.cluster) {
            return Some(Keep::NotNamed(format!(
                "cluster {} is not among those that were named",
                claim.cluster
            )));
        }
        if let Some(Life::Alive(how)) = self.clusters.get(&claim.cluster) {
            return Some(Keep::Live(format!("cluster {} is alive: {how}", claim.cluster)));
        }
        None
    }

    /// What blocks every deletion in this VPC.
    fn foreign_owner(&self) -> Option<Blocker> {
        let Inventory {
            caller, vpc, subnets, ..
        } = self.inventory;
        if vpc.owner != caller.account {
            return Some(Blocker::ForeignNetwork {
                what: "the VPC".to_owned(),
                owner: vpc.owner.clone(),
                caller: caller.account.clone(),
            });
        }
        let other = subnets.items.iter().find(|subnet| subnet.owner != caller.account);
        let foreign = other.map(|other| Blocker::ForeignNetwork {
            what: format!("subnet {}", other.id),
            owner: other.owner.clone(),
            caller: caller.account.clone(),
        });
        foreign.or_else(|| gap("subnets", &subnets.gap))
    }

    /// What a claim, what it was made for and its cluster's life amount to.
    fn evidence(&self, claims: &Claims, made_for: impl FnOnce(&Claim) -> Result<String, String>) -> Evidence {
        match claims.one() {
            Some(claim) => Evidence::begin(Level::E2, format!("its tags are those of {claim}"))
                .climb(Level::E3, || made_for(claim))
                .climb(Level::E4, || self.life(claim)),
            None => Evidence::none("no whole set of one controller's tags is on it"),
        }
    }

    /// What EKS says of the cluster that claims it.
    fn says(&self, claims: &Claims) -> Option<&Cluster> {
        claims
            .one()
            .and_then(|claim| self.inventory.clusters.get(&claim.cluster))
    }

    /// No verdict, where EKS was asked for its cluster, gave no answer, and nothing else shows that it is gone.
    fn unread(&self, claims: &Claims, evidence: &Evidence) -> Option<Verdict> {
        match self.says(claims) {
            Some(Cluster::Unread(why)) if evidence.level < Level::E4 => Some(Verdict::Unknown(format!(
                "EKS could not be asked for its cluster: {why}"
            ))),
            _ => None,
        }
    }

    /// Too little evidence, and what would be more.
    fn weak(&self, evidence: &Evidence) -> Option<Blocker> {
        (evidence.level < self.policy.threshold).then(|| Blocker::Weak {
            level: evidence.level,
            needed: self.policy.threshold,
            lacks: evidence
                .lacks
                .clone()
                .unwrap_or_else(|| "nothing more was looked for".to_owned()),
        })
    }
}

/// The tag with which anybody can keep anything, whatever its value.
pub const KEEP: &str = "teardown/keep";

fn verdict(blockers: Vec<Blocker>) -> Verdict {
    match blockers.is_empty() {
        true => Verdict::Orphan,
        false => Verdict::Blocked(blockers),
    }
}

/// What blocks a deletion where a listing may lack something.
fn gap(what: &'static str, gap: &Option<String>) -> Option<Blocker> {
    let why = gap.clone()?;
    Some(Blocker::Incomplete { what, why })
}

fn conflict(claims: &Claims) -> Option<Blocker> {
    match claims {
        Claims::Conflicting(what) => Some(Blocker::Conflict(what.clone())),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
