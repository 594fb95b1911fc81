//! Who hangs together with whom, looked up once: a VPC may have 50,000 network interfaces.

use crate::claim::Claims;
use crate::inventory::{Inventory, LoadBalancer, NetworkInterface, Reading, SecurityGroup, TargetGroup};
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) struct Index<'a> {
    inventory: &'a Inventory,
    /// Mark of a load balancer → its network interfaces.
    interfaces: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    /// Security group → the network interfaces it is on.
    users: HashMap<&'a str, Vec<&'a NetworkInterface>>,
    /// Mark → the load balancer, of the whole region.
    balancers: HashMap<&'a str, &'a LoadBalancer>,
    /// Name → the load balancers of that name: a classic one and a newer one may share it.
    named: HashMap<&'a str, Vec<&'a LoadBalancer>>,
    /// ARN of a load balancer → its target groups.
    target_groups: HashMap<&'a str, Vec<&'a TargetGroup>>,
    groups: HashMap<&'a str, &'a SecurityGroup>,
    /// ARN of a load balancer → the endpoint service that holds it.
    held: HashMap<&'a str, &'a str>,
    clusters: BTreeSet<String>,
}

impl<'a> Index<'a> {
    pub(super) fn new(inventory: &'a Inventory) -> Index<'a> {
        let mut interfaces: HashMap<&str, Vec<&NetworkInterface>> = HashMap::new();
        let mut users: HashMap<&str, Vec<&NetworkInterface>> = HashMap::new();
        for interface in &inventory.interfaces.items {
            if let Some(mark) = interface.balancer() {
                interfaces.entry(mark).or_default().push(interface);
            }
            for group in &interface.security_groups {
                users.entry(group).or_default().push(interface);
            }
        }
        let mut target_groups: HashMap<&str, Vec<&TargetGroup>> = HashMap::new();
        for group in &inventory.target_groups.items {
            for arn in &group.load_balancers {
                target_groups.entry(arn).or_default().push(group);
            }
        }
        let services = inventory.endpoint_services.items.iter();
        let held = services.flat_map(|service| {
            let arns = service.load_balancers.iter();
            arns.map(|arn| (arn.as_str(), service.id.as_str()))
        });
        let mut balancers = HashMap::new();
        let mut named: HashMap<&str, Vec<&LoadBalancer>> = HashMap::new();
        for balancer in inventory.classic.items.iter().chain(&inventory.modern.items) {
            balancers.insert(balancer.mark(), balancer);
            named.entry(&balancer.name).or_default().push(balancer);
        }
        Index {
            interfaces,
            users,
            balancers,
            named,
            target_groups,
            groups: inventory
                .security_groups
                .items
                .iter()
                .map(|group| (group.id.as_str(), group))
                .collect(),
            held: held.collect(),
            clusters: clusters(inventory),
            inventory,
        }
    }

    /// The load balancers in the VPC, by ARN.
    pub(super) fn in_vpc(&self) -> Vec<&'a LoadBalancer> {
        let all = self
            .inventory
            .classic
            .items
            .iter()
            .chain(&self.inventory.modern.items);
        let mut here: Vec<_> = all
            .filter(|balancer| balancer.vpc.as_ref() == Some(&self.inventory.vpc.id))
            .collect();
        here.sort_unstable_by(|one, two| one.arn.cmp(&two.arn));
        here
    }

    pub(super) fn interfaces_of(&self, balancer: &LoadBalancer) -> &[&'a NetworkInterface] {
        self.interfaces.get(balancer.mark()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn users_of(&self, group: &str) -> &[&'a NetworkInterface] {
        self.users.get(group).map_or(&[], Vec::as_slice)
    }

    pub(super) fn balancer(&self, mark: &str) -> Option<&'a LoadBalancer> {
        self.balancers.get(mark).copied()
    }

    pub(super) fn named(&self, name: &str) -> &[&'a LoadBalancer] {
        self.named.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn target_groups_of(&self, arn: &str) -> &[&'a TargetGroup] {
        self.target_groups.get(arn).map_or(&[], Vec::as_slice)
    }

    pub(super) fn group(&self, id: &str) -> Option<&'a SecurityGroup> {
        self.groups.get(id).copied()
    }

    pub(super) fn held_by(&self, arn: &str) -> Option<&'a str> {
        self.held.get(arn).copied()
    }

    /// The clusters that tags in the VPC claim for.
    pub(super) fn clusters(&self) -> impl Iterator<Item = &str> {
        self.clusters.iter().map(String::as_str)
    }

    /// Network interfaces of load balancers that no listing has.
    pub(super) fn ghosts(&self) -> Vec<String> {
        let unlisted: HashSet<&str> = self
            .interfaces
            .keys()
            .copied()
            .filter(|mark| !self.balancers.contains_key(mark))
            .collect();
        let mut ghosts: Vec<String> = self
            .inventory
            .interfaces
            .items
            .iter()
            .filter(|interface| interface.balancer().is_some_and(|mark| unlisted.contains(mark)))
            .map(|interface| format!("{} ({})", interface.id, interface.description))
            .collect();
        ghosts.sort_unstable();
        ghosts
    }
}

/// The clusters that the tags of anything in the VPC claim for: those that have to be asked for.
pub(crate) fn clusters(inventory: &Inventory) -> BTreeSet<String> {
    let here = |vpc: &Option<String>| vpc.as_ref() == Some(&inventory.vpc.id);
    let balancers = inventory.classic.items.iter().chain(&inventory.modern.items);
    let balancers = balancers
        .filter(|balancer| here(&balancer.vpc))
        .map(|balancer| &balancer.tags);
    let groups = inventory.target_groups.items.iter();
    let target_groups = groups.filter(|group| here(&group.vpc)).map(|group| &group.tags);
    let read = balancers.chain(target_groups).filter_map(|tags| match tags {
        Reading::Read(tags) => Some(tags),
        Reading::Unread(_) => None,
    });
    let security = inventory.security_groups.items.iter();
    let security = security.map(|group| Claims::of_group(&group.name, &group.description, &group.tags));
    let mut clusters = BTreeSet::new();
    for claims in read.map(Claims::read).chain(security) {
        // Few clusters claim many things: a name is copied once.
        if let Some(claim) = claims.one().filter(|claim| !clusters.contains(&claim.cluster)) {
            clusters.insert(claim.cluster.clone());
        }
    }
    clusters
}
