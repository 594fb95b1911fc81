//! Subnets: creating, changing, deleting.
//!
//! IPv4 only.

use ipnet::Ipv4Net;

use super::access::in_use;
use super::vpcs::parse_cidr;
use super::{Kind, Subnet, ZONES};
use crate::world::{Refusal, Ruled, World};

/// Addresses that AWS keeps in each subnet: the first four and the last.
const KEPT: u32 = 5;

/// A subnet as it is made, by a caller or by a seed, which may choose its id and its owner.
#[derive(Debug, Clone)]
pub struct NewSubnet {
    pub id: Option<String>,
    pub vpc: String,
    pub cidr: Ipv4Net,
    pub zone: String,
    pub owner: String,
    pub default_for_zone: bool,
}

impl World {
    /// A part of its VPC's network that no other subnet has; without a zone in the first.
    pub fn create_subnet(&mut self, vpc: &str, cidr: &str, zone: Option<&str>) -> Ruled<String> {
        let network = self.ec2.vpc(vpc)?;
        let (owner, whole) = (network.owner.clone(), network.cidr);
        self.own(&owner)?;
        let cidr = parse_cidr(cidr, "cidrBlock")?;
        if !(16..=28).contains(&cidr.prefix_len()) || !whole.contains(&cidr) {
            return Err(Refusal::new(
                "InvalidSubnet.Range",
                format!("The CIDR '{cidr}' is invalid."),
            ));
        }
        let mut others = self.ec2.subnets.values().filter(|it| it.vpc == vpc);
        if others.any(|it| it.cidr.contains(&cidr) || cidr.contains(&it.cidr)) {
            return Err(Refusal::new(
                "InvalidSubnet.Conflict",
                format!("The CIDR '{cidr}' conflicts with another subnet"),
            ));
        }
        let zones = ZONES.map(|letter| format!("{}{letter}", self.ids.region()));
        let zone = zone.unwrap_or(&zones[0]);
        if !zones.iter().any(|it| it == zone) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!(
                    "Value ({zone}) for parameter availabilityZone is invalid. Subnets can currently only be created in \
                     the following availability zones: {}.",
                    zones.join(", ")
                ),
            ));
        }
        Ok(self.found_subnet(NewSubnet {
            id: None,
            vpc: vpc.to_owned(),
            cidr,
            zone: zone.to_owned(),
            owner,
            default_for_zone: false,
        }))
    }

    /// Without a caller's checks.
    pub(crate) fn found_subnet(&mut self, wanted: NewSubnet) -> String {
        let subnet = Subnet {
            id: wanted.id.unwrap_or_else(|| self.ec2_id(Kind::Subnet)),
            vpc: wanted.vpc,
            cidr: wanted.cidr,
            zone: wanted.zone,
            owner: wanted.owner,
            default_for_zone: wanted.default_for_zone,
            public_on_launch: wanted.default_for_zone,
        };
        let id = subnet.id.clone();
        let association = self.ec2_id(Kind::AclAssociation);
        let mut acls = self.ec2.network_acls.values_mut();
        if let Some(acl) = acls.find(|it| it.vpc == subnet.vpc && it.is_default) {
            acl.associations.push((association, id.clone()));
        }
        self.ec2.subnets.insert(id.clone(), subnet);
        id
    }

    /// `MapPublicIpOnLaunch`, the one attribute that is kept.
    pub fn modify_subnet(&mut self, id: &str, public_on_launch: bool) -> Ruled<()> {
        let owner = self.ec2.subnet(id)?.owner.clone();
        self.own(&owner)?;
        let subnet = self.ec2.subnets.get_mut(id);
        subnet.ok_or_else(|| Kind::Subnet.missing(id))?.public_on_launch = public_on_launch;
        Ok(())
    }

    /// Only without interfaces, whoever made them; associations go with it.
    pub fn delete_subnet(&mut self, id: &str) -> Ruled<()> {
        let owner = self.ec2.subnet(id)?.owner.clone();
        self.own(&owner)?;
        if self.ec2.interfaces.values().any(|it| it.subnet == id) {
            return Err(in_use("subnet", id));
        }
        for table in self.ec2.route_tables.values_mut() {
            table.associations.retain(|it| it.subnet.as_deref() != Some(id));
        }
        for acl in self.ec2.network_acls.values_mut() {
            acl.associations.retain(|(_, subnet)| subnet != id);
        }
        self.ec2.subnets.remove(id);
        self.tags.remove(id);
        self.note_change();
        Ok(())
    }

    /// Addresses of a subnet that nothing has yet.
    pub fn free_addresses(&self, subnet: &Subnet) -> u32 {
        let size = 1_u32 << (32 - subnet.cidr.prefix_len());
        let taken = self.ec2.interfaces.values().filter(|it| it.subnet == subnet.id);
        let taken = u32::try_from(taken.count()).unwrap_or(u32::MAX);
        size.saturating_sub(KEPT).saturating_sub(taken)
    }
}
