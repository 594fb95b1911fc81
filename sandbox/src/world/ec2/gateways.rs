//! Internet gateways: making, attaching, detaching, deleting.
//!
//! One on a VPC at most; it cannot leave while an address of the VPC is mapped to the outside.

use super::access::in_use;
use super::{InternetGateway, Kind};
use crate::world::{Refusal, Ruled, World};

impl World {
    pub fn create_internet_gateway(&mut self) -> String {
        let gateway = InternetGateway {
            id: self.ec2_id(Kind::InternetGateway),
            owner: self.ids.account().to_owned(),
            vpc: None,
        };
        let id = gateway.id.clone();
        self.ec2.internet_gateways.insert(id.clone(), gateway);
        id
    }

    pub fn attach_internet_gateway(&mut self, id: &str, vpc: &str) -> Ruled<()> {
        let gateway = self.ec2.internet_gateway(id)?;
        self.own(&gateway.owner)?;
        self.own(&self.ec2.vpc(vpc)?.owner)?;
        if let Some(attached) = &gateway.vpc {
            return Err(Refusal::new(
                "Resource.AlreadyAssociated",
                format!("resource {id} is already attached to network {attached}"),
            ));
        }
        let mut others = self.ec2.internet_gateways.values();
        if others.any(|it| it.vpc.as_deref() == Some(vpc)) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Network {vpc} already has an internet gateway attached"),
            ));
        }
        self.set_gateway_vpc(id, Some(vpc));
        Ok(())
    }

    /// Refused while any interface of the VPC has a public address: a load balancer's, a NAT gateway's, anybody's.
    pub fn detach_internet_gateway(&mut self, id: &str, vpc: &str) -> Ruled<()> {
        let gateway = self.ec2.internet_gateway(id)?;
        self.own(&gateway.owner)?;
        self.ec2.vpc(vpc)?;
        if gateway.vpc.as_deref() != Some(vpc) {
            return Err(Refusal::new(
                "Gateway.NotAttached",
                format!("resource {id} is not attached to network {vpc}"),
            ));
        }
        let mut interfaces = self.ec2.interfaces.values();
        if interfaces.any(|it| it.vpc == vpc && it.public.is_some()) {
            return Err(Refusal::new(
                "DependencyViolation",
                format!(
                    "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before \
                     detaching the gateway."
                ),
            ));
        }
        self.set_gateway_vpc(id, None);
        Ok(())
    }

    pub fn delete_internet_gateway(&mut self, id: &str) -> Ruled<()> {
        let gateway = self.ec2.internet_gateway(id)?;
        self.own(&gateway.owner)?;
        if gateway.vpc.is_some() {
            return Err(in_use("internetGateway", id));
        }
        self.ec2.internet_gateways.remove(id);
        self.tags.remove(id);
        Ok(())
    }

    fn set_gateway_vpc(&mut self, id: &str, vpc: Option<&str>) {
        if let Some(gateway) = self.ec2.internet_gateways.get_mut(id) {
            gateway.vpc = vpc.map(str::to_owned);
        }
        self.note_change();
    }
}
