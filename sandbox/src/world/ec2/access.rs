//! Looking things up by id, with AWS's refusal where there is none; and what other services ask of the network.
//!
//! Changes nothing.

use super::{
    Address, Ec2, Instance, Interface, InternetGateway, Kind, NatGateway, RouteTable, SecurityGroup, Subnet,
    Vpc,
};
use crate::world::{Refusal, Ruled, World};

impl Ec2 {
    pub fn vpc(&self, id: &str) -> Ruled<&Vpc> {
        self.vpcs.get(id).ok_or_else(|| Kind::Vpc.missing(id))
    }

    pub fn subnet(&self, id: &str) -> Ruled<&Subnet> {
        self.subnets.get(id).ok_or_else(|| Kind::Subnet.missing(id))
    }

    pub fn security_group(&self, id: &str) -> Ruled<&SecurityGroup> {
        self.security_groups
            .get(id)
            .ok_or_else(|| Kind::SecurityGroup.missing(id))
    }

    pub fn interface(&self, id: &str) -> Ruled<&Interface> {
        self.interfaces.get(id).ok_or_else(|| Kind::Interface.missing(id))
    }

    pub fn internet_gateway(&self, id: &str) -> Ruled<&InternetGateway> {
        self.internet_gateways
            .get(id)
            .ok_or_else(|| Kind::InternetGateway.missing(id))
    }

    pub fn route_table(&self, id: &str) -> Ruled<&RouteTable> {
        self.route_tables
            .get(id)
            .ok_or_else(|| Kind::RouteTable.missing(id))
    }

    pub fn address(&self, id: &str) -> Ruled<&Address> {
        self.addresses.get(id).ok_or_else(|| Kind::Address.missing(id))
    }

    pub fn nat_gateway(&self, id: &str) -> Ruled<&NatGateway> {
        self.nat_gateways
            .get(id)
            .ok_or_else(|| Kind::NatGateway.missing(id))
    }

    pub fn instance(&self, id: &str) -> Ruled<&Instance> {
        self.instances.get(id).ok_or_else(|| Kind::Instance.missing(id))
    }
}

impl World {
    /// The VPC that a subnet lies in; `InvalidSubnetID.NotFound` where there is no such subnet.
    pub fn vpc_of_subnet(&self, subnet: &str) -> Ruled<String> {
        Ok(self.ec2.subnet(subnet)?.vpc.clone())
    }

    /// The zone that a subnet lies in, as `eu-central-1a`.
    pub fn zone_of_subnet(&self, subnet: &str) -> Ruled<String> {
        Ok(self.ec2.subnet(subnet)?.zone.clone())
    }

    /// Whether every group is there and of this VPC. `code` is the calling service's error code for one that is not:
    /// EC2's own is `InvalidGroup.NotFound`, ELBv2's `InvalidSecurityGroup`.
    pub fn check_groups(&self, vpc: &str, groups: &[String], code: &'static str) -> Ruled<()> {
        for id in groups {
            let group = self.ec2.security_groups.get(id);
            let Some(group) = group else {
                let missing = Kind::SecurityGroup.missing(id);
                return Err(Refusal { code, ..missing });
            };
            if group.vpc != vpc && !group.associated_vpcs.contains(vpc) {
                return Err(Refusal::new(
                    code,
                    format!("The security group '{id}' does not belong to VPC '{vpc}'"),
                ));
            }
        }
        Ok(())
    }

    /// The group of a VPC that nobody can delete; empty text where there is no such VPC.
    pub fn default_group(&self, vpc: &str) -> String {
        let mut groups = self.ec2.security_groups.values();
        let found = groups.find(|group| group.vpc == vpc && group.is_default());
        found.map(|group| group.id.clone()).unwrap_or_default()
    }

    /// What is another account's may be looked at and used, but not changed.
    pub(crate) fn own(&self, owner: &str) -> Ruled<()> {
        if owner == self.ids.account() {
            return Ok(());
        }
        let refusal = Refusal::new(
            "UnauthorizedOperation",
            "You are not authorized to perform this operation.",
        );
        Err(refusal.with_status(403))
    }

    /// The next id of a kind.
    pub(crate) fn ec2_id(&mut self, kind: Kind) -> String {
        self.ids.ec2(kind.prefix())
    }
}

/// "Something still needs it".
pub(super) fn in_use(noun: &str, id: &str) -> Refusal {
    Refusal::new(
        "DependencyViolation",
        format!("The {noun} '{id}' has dependencies and cannot be deleted."),
    )
}
