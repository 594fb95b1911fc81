//! Creating and deleting classic load balancers.
//!
//! Keeps nothing of what was deleted: the next one of that name differs by creation time and host name only.

use std::collections::BTreeMap;

use super::{Attributes, Classic, HealthCheck, Listener, listeners};
use crate::world::{Refusal, Ruled, World};

/// Per Region; adjustable in AWS.
const BALANCERS: usize = 20;

/// What CreateLoadBalancer was asked for.
#[derive(Debug, Clone, Default)]
pub struct NewClassic {
    pub name: String,
    pub scheme: Option<String>,
    pub subnets: Vec<String>,
    /// Instead of subnets: the default subnet of each.
    pub zones: Vec<String>,
    pub security_groups: Vec<String>,
    pub listeners: Vec<Listener>,
    pub tags: BTreeMap<String, String>,
}

impl World {
    /// Repeating a creation with the same settings succeeds, with others it is refused. Returns the name.
    pub fn create_classic(&mut self, wanted: NewClassic) -> Ruled<String> {
        check_name(&wanted.name)?;
        let scheme = wanted.scheme.clone().unwrap_or_else(|| "internet-facing".into());
        if !["internet-facing", "internal"].contains(&scheme.as_str()) {
            return Err(Refusal::new(
                "InvalidScheme",
                format!("Scheme '{scheme}' is not valid"),
            ));
        }
        if wanted.listeners.is_empty() {
            return Err(Refusal::validation("Listeners must be specified"));
        }
        listeners::check(&wanted.listeners)?;
        if let Some(found) = self.elb.load_balancers.get(&wanted.name) {
            let same = found.scheme == scheme
                && found.subnets == wanted.subnets
                && wanted.listeners.iter().all(|it| found.listeners.contains(it));
            return if same {
                Ok(wanted.name)
            } else {
                Err(Refusal::new(
                    "DuplicateLoadBalancerName",
                    format!(
                        "Load balancer named '{}' already exists and it is configured with different parameters.",
                        wanted.name
                    ),
                ))
            };
        }
        if BALANCERS <= self.elb.load_balancers.len() {
            return Err(Refusal::new(
                "TooManyLoadBalancers",
                format!("The maximum number of load balancers '{BALANCERS}' has been reached"),
            ));
        }
        self.add_classic(wanted)
    }

    /// Without the quota: for a seed, which describes what is there already.
    pub(crate) fn add_classic(&mut self, wanted: NewClassic) -> Ruled<String> {
        let (vpc_id, subnets) = self.classic_network(&wanted)?;
        let security_groups = self.classic_groups(&vpc_id, wanted.security_groups)?;
        let scheme = wanted.scheme.unwrap_or_else(|| "internet-facing".into());
        let number = self.ids.decimal19("classic", &wanted.name);
        let inside = if scheme == "internal" { "internal-" } else { "" };
        let dns_name = format!(
            "{inside}{}-{}.{}.elb.amazonaws.com",
            wanted.name,
            &number[9..],
            self.ids.region()
        );
        let arn = self.ids.elb_arn(&format!("loadbalancer/{}", wanted.name));
        self.set_tags(&arn, wanted.tags);
        let port = wanted.listeners.first().map_or(80, |it| it.instance_port);
        let balancer = Classic {
            name: wanted.name.clone(),
            arn,
            dns_name,
            scheme,
            vpc_id,
            subnets,
            security_groups,
            listeners: wanted.listeners,
            health: HealthCheck {
                target: format!("TCP:{port}"),
                interval: 30,
                timeout: 5,
                unhealthy: 2,
                healthy: 10,
            },
            instances: BTreeMap::new(),
            attributes: Attributes::default(),
            interfaces: BTreeMap::new(),
            created: self.now.wall,
        };
        let interfaces = self.settle_interfaces(&BTreeMap::new(), &balancer.subnets, &balancer.looks());
        let balancer = Classic {
            interfaces,
            ..balancer
        };
        self.elb.load_balancers.insert(wanted.name.clone(), balancer);
        Ok(wanted.name)
    }

    pub fn classic(&self, name: &str) -> Ruled<&Classic> {
        self.elb.load_balancers.get(name).ok_or_else(|| not_found(name))
    }

    pub(super) fn classic_mut(&mut self, name: &str) -> Ruled<&mut Classic> {
        self.elb
            .load_balancers
            .get_mut(name)
            .ok_or_else(|| not_found(name))
    }

    /// Deleting what is gone, or never was, succeeds; there is no deletion protection. Its interfaces go some time later.
    pub fn delete_classic(&mut self, name: &str) {
        if let Some(gone) = self.elb.load_balancers.remove(name) {
            self.tags.remove(&gone.arn);
            self.settle_interfaces(&gone.interfaces, &[], &gone.looks());
        }
    }
}

/// 32 letters, digits or hyphens, no hyphen at either end.
fn check_name(name: &str) -> Ruled<()> {
    let fits = (1..=32).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    if fits {
        return Ok(());
    }
    Err(Refusal::validation(
        "LoadBalancerName can only contain up to 32 alphanumeric characters or hyphens, and cannot begin or end with \
         a hyphen",
    ))
}

pub(super) fn not_found(name: &str) -> Refusal {
    Refusal::new(
        "LoadBalancerNotFound",
        format!("There is no ACTIVE Load Balancer named '{name}'"),
    )
}
