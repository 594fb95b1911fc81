//! Load balancers: creating, changing, deleting.
//!
//! A kind is chosen once; what a load balancer of that kind may be follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Kind, LoadBalancer, attributes};
use crate::world::{Refusal, Ruled, World};

/// AWS seconds from creation to `active`.
const PROVISIONING: Duration = Duration::from_secs(2);
/// Per Region; adjustable in AWS.
const BALANCERS: usize = 50;

/// What CreateLoadBalancer was asked for.
#[derive(Debug, Clone, Default)]
pub struct NewLoadBalancer {
    pub name: String,
    pub kind: Kind,
    pub scheme: Option<String>,
    pub ip_address_type: Option<String>,
    pub subnets: Vec<String>,
    /// Elastic addresses, by subnet: of network load balancers only.
    pub allocations: BTreeMap<String, String>,
    pub security_groups: Vec<String>,
    pub tags: BTreeMap<String, String>,
}

impl World {
    /// Repeating a creation with the same settings returns what exists, as ELBv2 does.
    pub fn create_load_balancer(&mut self, mut wanted: NewLoadBalancer) -> Ruled<String> {
        check_name(&wanted.name)?;
        self.check_subnets(wanted.kind, &wanted.subnets)?;
        if wanted.kind == Kind::Gateway && (wanted.scheme.is_some() || !wanted.security_groups.is_empty()) {
            return Err(Refusal::validation(
                "A gateway load balancer has neither a scheme nor security groups",
            ));
        }
        self.check_balancer_groups(&wanted.subnets, &wanted.security_groups)?;
        // Without groups an Application Load Balancer has the VPC's own, a network one has none.
        if wanted.kind == Kind::Application && wanted.security_groups.is_empty() {
            let vpc = wanted.subnets.first().map(|it| self.vpc_of_subnet(it));
            let vpc = vpc.transpose()?.unwrap_or_default();
            wanted.security_groups = vec![self.default_group(&vpc)];
        }
        let scheme = wanted.scheme.clone().unwrap_or_else(|| "internet-facing".into());
        if let Some(found) = self
            .elbv2
            .load_balancers
            .values()
            .find(|lb| lb.name == wanted.name)
        {
            let same = found.kind == wanted.kind
                && found.scheme == scheme
                && found.subnets == wanted.subnets
                && found.security_groups == wanted.security_groups;
            if same {
                return Ok(found.arn.clone());
            }
            return Err(Refusal::new(
                "DuplicateLoadBalancerName",
                format!(
                    "A load balancer with the same name '{}' exists, but with different settings",
                    wanted.name
                ),
            ));
        }
        if BALANCERS <= self.elbv2.load_balancers.len() {
            return Err(Refusal::new(
                "TooManyLoadBalancers",
                format!("The maximum number of load balancers '{BALANCERS}' has been reached"),
            ));
        }
        Ok(self.add_load_balancer(wanted))
    }

    /// Without ALB's checks: the seed may describe a balancer by its name alone.
    pub(crate) fn add_load_balancer(&mut self, wanted: NewLoadBalancer) -> String {
        let id = self.ids.hex16("loadbalancer", &wanted.name);
        let arn = self.ids.elb_arn(&format!(
            "loadbalancer/{}/{}/{id}",
            wanted.kind.short(),
            wanted.name
        ));
        self.set_tags(&arn, wanted.tags);
        let balancer = LoadBalancer {
            arn: arn.clone(),
            name: wanted.name,
            kind: wanted.kind,
            id,
            scheme: wanted.scheme.unwrap_or_else(|| "internet-facing".into()),
            ip_address_type: wanted.ip_address_type.unwrap_or_else(|| "ipv4".into()),
            vpc_id: wanted
                .subnets
                .first()
                .and_then(|subnet| self.vpc_of_subnet(subnet).ok())
                .unwrap_or_default(),
            subnets: wanted.subnets,
            security_groups: wanted.security_groups,
            attributes: attributes::of_load_balancer(wanted.kind),
            allocations: wanted.allocations,
            interfaces: BTreeMap::new(),
            created: self.now.wall,
            active_at: self.now.aws + PROVISIONING,
            active: false,
        };
        let interfaces = self.settle_interfaces(&BTreeMap::new(), &balancer.subnets, &balancer.looks());
        let balancer = LoadBalancer {
            interfaces,
            ..balancer
        };
        self.elbv2.load_balancers.insert(arn.clone(), balancer);
        arn
    }

    pub fn load_balancer(&self, arn: &str) -> Ruled<&LoadBalancer> {
        self.elbv2.load_balancers.get(arn).ok_or_else(|| not_found(arn))
    }

    pub fn load_balancer_mut(&mut self, arn: &str) -> Ruled<&mut LoadBalancer> {
        self.elbv2
            .load_balancers
            .get_mut(arn)
            .ok_or_else(|| not_found(arn))
    }

    /// Deleting what is gone succeeds; its listeners and rules go with it, its interfaces some time later.
    pub fn delete_load_balancer(&mut self, arn: &str) -> Ruled<()> {
        let Some(balancer) = self.elbv2.load_balancers.get(arn) else {
            return Ok(());
        };
        if balancer
            .attributes
            .get("deletion_protection.enabled")
            .is_some_and(|value| value == "true")
        {
            return Err(Refusal::new(
                "OperationNotPermitted",
                format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled"),
            ));
        }
        if !self.endpoint_services_of(arn).is_empty() {
            return Err(Refusal::new(
                "ResourceInUse",
                format!(
                    "Load balancer '{arn}' cannot be deleted because it is currently associated with another service"
                ),
            ));
        }
        let listeners: Vec<String> = self
            .elbv2
            .listeners
            .values()
            .filter(|listener| listener.load_balancer == arn)
            .map(|listener| listener.arn.clone())
            .collect();
        for listener in listeners {
            self.delete_listener(&listener)?;
        }
        if let Some(gone) = self.elbv2.load_balancers.remove(arn) {
            self.settle_interfaces(&gone.interfaces, &[], &gone.looks());
        }
        self.tags.remove(arn);
        Ok(())
    }

    pub fn set_load_balancer_attributes(
        &mut self,
        arn: &str,
        changes: BTreeMap<String, String>,
    ) -> Ruled<&LoadBalancer> {
        let balancer = self.load_balancer_mut(arn)?;
        attributes::check_known(&balancer.attributes, &changes, "Load balancer")?;
        attributes::check_load_balancer(balancer.kind, &changes)?;
        balancer.attributes.extend(changes);
        Ok(balancer)
    }

    /// Subnets of one VPC, each in a zone of its own, and as many as the kind needs: an Application Load Balancer two.
    pub fn check_subnets(&self, kind: Kind, subnets: &[String]) -> Ruled<()> {
        let mut zones = BTreeSet::new();
        let mut vpcs = BTreeSet::new();
        for id in subnets {
            let missing = || Refusal::new("SubnetNotFound", format!("The subnet ID '{id}' does not exist"));
            vpcs.insert(self.vpc_of_subnet(id).map_err(|_| missing())?);
            let zone = self.zone_of_subnet(id).map_err(|_| missing())?;
            if !zones.insert(zone) {
                return Err(Refusal::new(
                    "InvalidConfigurationRequest",
                    "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
                ));
            }
        }
        if 1 < vpcs.len() {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                "All subnets must belong to the same VPC",
            ));
        }
        if kind.fewest_subnets() <= zones.len() {
            return Ok(());
        }
        Err(Refusal::validation(match kind {
            Kind::Application => "At least two subnets in two different Availability Zones must be specified",
            Kind::Network | Kind::Gateway => "At least one subnet must be specified",
        }))
    }

    /// The groups are of the subnets' VPC.
    pub fn check_balancer_groups(&self, subnets: &[String], groups: &[String]) -> Ruled<()> {
        let vpc = subnets
            .first()
            .and_then(|subnet| self.vpc_of_subnet(subnet).ok())
            .unwrap_or_default();
        self.check_groups(&vpc, groups, "InvalidSecurityGroup")
    }

    pub(crate) fn tick_load_balancers(&mut self) -> Option<Duration> {
        let now = self.now.aws;
        for balancer in self.elbv2.load_balancers.values_mut() {
            balancer.active = balancer.active || balancer.active_at <= now;
        }
        self.elbv2
            .load_balancers
            .values()
            .filter(|lb| !lb.active)
            .map(|lb| lb.active_at)
            .min()
    }
}

/// Names of balancers and groups: 32 letters, digits or hyphens, none at either end.
pub(super) fn check_name(name: &str) -> Ruled<()> {
    if name.is_empty() || 32 < name.len() {
        return Err(Refusal::validation(format!(
            "The name '{name}' must be between 1 and 32 characters long"
        )));
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(Refusal::validation(format!(
            "The name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
        )));
    }
    if name.starts_with('-') || name.ends_with('-') {
        return Err(Refusal::validation(format!(
            "The name '{name}' cannot begin or end with a hyphen(-)"
        )));
    }
    Ok(())
}

fn not_found(arn: &str) -> Refusal {
    Refusal::new("LoadBalancerNotFound", format!("Load balancer '{arn}' not found"))
}
