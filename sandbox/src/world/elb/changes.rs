//! Where classic load balancers stand in a network: subnets, security groups, and changes of either.
//!
//! Which networks there are is not decided here.

use std::collections::BTreeSet;

use super::{Classic, NewClassic};
use crate::world::ec2::DEFAULT_VPC;
use crate::world::{Refusal, Ruled, World};

impl World {
    /// The VPC and the subnets of a load balancer that is asked for: subnets by id, or the default one of each zone.
    pub(super) fn classic_network(&self, wanted: &NewClassic) -> Ruled<(String, Vec<String>)> {
        let mut subnets = wanted.subnets.clone();
        for zone in &wanted.zones {
            let default = |it: &&crate::world::ec2::Subnet| it.vpc == DEFAULT_VPC && it.zone == *zone;
            let found = self
                .ec2
                .subnets
                .values()
                .filter(|it| it.default_for_zone)
                .find(default);
            let found =
                found.ok_or_else(|| configuration(format!("There is no default subnet in '{zone}'")))?;
            subnets.push(found.id.clone());
        }
        if subnets.is_empty() {
            return Err(Refusal::validation(
                "Either AvailabilityZones or SubnetIds must be specified",
            ));
        }
        Ok((self.classic_vpc(&subnets)?, subnets))
    }

    /// The one VPC of these subnets, of which no two may lie in one zone.
    fn classic_vpc(&self, subnets: &[String]) -> Ruled<String> {
        let (mut vpcs, mut zones) = (BTreeSet::new(), BTreeSet::new());
        for id in subnets {
            let subnet = self.ec2.subnet(id);
            let missing = |_| Refusal::new("SubnetNotFound", format!("The subnet ID '{id}' does not exist"));
            let subnet = subnet.map_err(missing)?;
            vpcs.insert(subnet.vpc.clone());
            if !zones.insert(subnet.zone.clone()) {
                return Err(configuration(
                    "ELB cannot be attached to multiple subnets in the same AZ.",
                ));
            }
        }
        let vpc = vpcs.pop_first().unwrap_or_default();
        if vpcs.is_empty() {
            return Ok(vpc);
        }
        Err(Refusal::new(
            "InvalidSubnet",
            "The subnets lie in more than one VPC",
        ))
    }

    /// The groups asked for; without any the VPC's default one.
    pub(super) fn classic_groups(&self, vpc: &str, groups: Vec<String>) -> Ruled<Vec<String>> {
        self.check_groups(vpc, &groups, "InvalidSecurityGroup")?;
        if groups.is_empty() {
            return Ok(vec![self.default_group(vpc)]);
        }
        Ok(groups)
    }

    pub fn apply_classic_groups(&mut self, name: &str, groups: Vec<String>) -> Ruled<Vec<String>> {
        let vpc = self.classic(name)?.vpc_id.clone();
        if groups.is_empty() {
            return Err(configuration(
                "A load balancer in a VPC needs at least one security group",
            ));
        }
        let groups = self.classic_groups(&vpc, groups)?;
        self.classic_mut(name)?.security_groups.clone_from(&groups);
        self.settle_classic(name)?;
        Ok(groups)
    }

    /// Attaching what is attached changes nothing. Returns every subnet that is attached then.
    pub fn attach_classic_subnets(&mut self, name: &str, subnets: &[String]) -> Ruled<Vec<String>> {
        let balancer = self.classic(name)?;
        let mut after = balancer.subnets.clone();
        after.extend(
            subnets
                .iter()
                .filter(|it| !balancer.subnets.contains(it))
                .cloned(),
        );
        let vpc = self.classic_vpc(&after)?;
        if vpc != balancer.vpc_id {
            return Err(Refusal::new(
                "InvalidSubnet",
                "The subnets lie in more than one VPC",
            ));
        }
        self.set_classic_subnets(name, after)
    }

    /// The last one stays. Returns every subnet that is attached then.
    pub fn detach_classic_subnets(&mut self, name: &str, subnets: &[String]) -> Ruled<Vec<String>> {
        let balancer = self.classic(name)?;
        if let Some(stranger) = subnets.iter().find(|it| !balancer.subnets.contains(it)) {
            return Err(configuration(format!(
                "{stranger} is not attached to the load balancer '{name}'"
            )));
        }
        let mut after = balancer.subnets.clone();
        after.retain(|it| !subnets.contains(it));
        if after.is_empty() {
            return Err(configuration(format!(
                "The load balancer '{name}' must keep at least one subnet"
            )));
        }
        self.set_classic_subnets(name, after)
    }

    fn set_classic_subnets(&mut self, name: &str, subnets: Vec<String>) -> Ruled<Vec<String>> {
        self.classic_mut(name)?.subnets.clone_from(&subnets);
        self.settle_classic(name)?;
        Ok(subnets)
    }

    fn settle_classic(&mut self, name: &str) -> Ruled<()> {
        let balancer = self.classic(name)?;
        let (now, looks) = (balancer.interfaces.clone(), balancer.looks());
        let subnets = balancer.subnets.clone();
        self.classic_mut(name)?.interfaces = self.settle_interfaces(&now, &subnets, &looks);
        Ok(())
    }

    /// The Availability Zones of its subnets.
    pub fn classic_zones(&self, balancer: &Classic) -> Vec<String> {
        let zones = balancer.subnets.iter();
        zones.filter_map(|it| self.zone_of_subnet(it).ok()).collect()
    }

    /// Name of the group that instances are to let in.
    pub fn classic_source_group(&self, balancer: &Classic) -> Option<String> {
        let group = balancer.security_groups.first()?;
        self.ec2.security_group(group).ok().map(|it| it.name.clone())
    }
}

fn configuration(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidConfigurationRequest", message)
}
