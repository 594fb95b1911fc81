//! Where classic load balancers stand in a network: subnets, security groups, and changes of either.
//!
//! Which networks there are is not decided here.

use super::{Classic, NewClassic};
use crate::world::elbv2::VPC;
use crate::world::{Refusal, Ruled, World};

impl World {
    /// The VPC and the subnets of a load balancer that is asked for.
    pub(super) fn classic_network(&self, wanted: &NewClassic) -> Ruled<(String, Vec<String>)> {
        if wanted.subnets.is_empty() {
            return Err(Refusal::validation(
                "Either AvailabilityZones or SubnetIds must be specified",
            ));
        }
        Ok((VPC.into(), wanted.subnets.clone()))
    }

    /// The groups asked for.
    pub(super) fn classic_groups(&self, _vpc: &str, groups: Vec<String>) -> Ruled<Vec<String>> {
        Ok(groups)
    }

    pub fn apply_classic_groups(&mut self, name: &str, groups: Vec<String>) -> Ruled<Vec<String>> {
        let vpc = self.classic(name)?.vpc_id.clone();
        if groups.is_empty() {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                "A load balancer in a VPC needs at least one security group",
            ));
        }
        let groups = self.classic_groups(&vpc, groups)?;
        self.classic_mut(name)?.security_groups.clone_from(&groups);
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
        let wanted = NewClassic {
            name: name.to_owned(),
            subnets: after,
            ..NewClassic::default()
        };
        let (_, after) = self.classic_network(&wanted)?;
        Ok(self.set_classic_subnets(name, after)?.subnets.clone())
    }

    /// The last one stays. Returns every subnet that is attached then.
    pub fn detach_classic_subnets(&mut self, name: &str, subnets: &[String]) -> Ruled<Vec<String>> {
        let balancer = self.classic(name)?;
        if let Some(stranger) = subnets.iter().find(|it| !balancer.subnets.contains(it)) {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("{stranger} is not attached to the load balancer '{name}'"),
            ));
        }
        let mut after = balancer.subnets.clone();
        after.retain(|it| !subnets.contains(it));
        if after.is_empty() {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("The load balancer '{name}' must keep at least one subnet"),
            ));
        }
        Ok(self.set_classic_subnets(name, after)?.subnets.clone())
    }

    fn set_classic_subnets(&mut self, name: &str, subnets: Vec<String>) -> Ruled<&Classic> {
        let balancer = self.classic_mut(name)?;
        balancer.subnets = subnets;
        Ok(balancer)
    }
}

impl World {
    /// The Availability Zones of its subnets.
    pub fn classic_zones(&self, balancer: &Classic) -> Vec<String> {
        let region = self.ids.region();
        balancer.subnets.iter().map(|_| format!("{region}a")).collect()
    }

    /// Name of the group that instances are to let in.
    pub fn classic_source_group(&self, balancer: &Classic) -> Option<String> {
        balancer.security_groups.first().cloned()
    }
}
