//! EC2's networks: VPCs, subnets, gateways, routes, security groups, network interfaces, addresses, endpoints.
//!
//! Holds what AWS would store and refuses what AWS would refuse; it carries no packet, and starts no instance.

mod access;
mod addresses;
mod attachments;
mod default_vpc;
mod endpoint_changes;
mod endpoints;
mod gateways;
mod interfaces;
mod kind;
mod nat_gateways;
mod network_acls;
mod release;
mod routes;
mod rules;
mod security_groups;
mod subnets;
#[cfg(test)]
mod tests;
mod vpcs;
mod zones;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::time::Duration;

use ipnet::Ipv4Net;
use jiff::Timestamp;

use crate::world::World;

pub use addresses::Reassociation;
pub use attachments::InterfaceChange;
pub use default_vpc::{GROUP as DEFAULT_GROUP, SUBNETS as DEFAULT_SUBNETS, VPC as DEFAULT_VPC};
pub use endpoint_changes::{EndpointChange, FULL_ACCESS, Sides};
pub use endpoints::{Endpoint, EndpointService, Reach};
pub use interfaces::{Attachment, Interface, InterfaceKind, NewInterface, Public, Requester};
pub use kind::Kind;
pub use nat_gateways::{NatGateway, NatState};
pub use network_acls::{AclEntry, LAST as LAST_ACL_ENTRY, NetworkAcl, Verdict};
pub use release::{Release, ReleasePace};
pub use security_groups::{Direction, GroupRule, Peer, Permission, SecurityGroup};
pub use subnets::NewSubnet;
pub(crate) use vpcs::Founding;
pub use vpcs::VpcAttribute;
pub use zones::{ZONES, zone_id};

/// All of EC2, each kind by id.
#[derive(Debug, Default)]
pub struct Ec2 {
    pub vpcs: BTreeMap<String, Vpc>,
    pub subnets: BTreeMap<String, Subnet>,
    pub internet_gateways: BTreeMap<String, InternetGateway>,
    pub route_tables: BTreeMap<String, RouteTable>,
    pub network_acls: BTreeMap<String, NetworkAcl>,
    pub security_groups: BTreeMap<String, SecurityGroup>,
    /// Rules of every security group, by `sgr-` id.
    pub rules: BTreeMap<String, GroupRule>,
    pub interfaces: BTreeMap<String, Interface>,
    pub instances: BTreeMap<String, Instance>,
    /// Elastic addresses, by allocation id.
    pub addresses: BTreeMap<String, Address>,
    pub nat_gateways: BTreeMap<String, NatGateway>,
    pub endpoints: BTreeMap<String, Endpoint>,
    pub endpoint_services: BTreeMap<String, EndpointService>,
    /// How many public addresses were ever given out: none is given twice.
    public_addresses: u32,
    /// How many releases were drawn from the seed.
    released: u64,
}

#[derive(Debug, Clone)]
pub struct Vpc {
    pub id: String,
    pub cidr: Ipv4Net,
    /// Another account than the caller's where the network is shared with it.
    pub owner: String,
    pub is_default: bool,
    pub tenancy: String,
    pub dns_support: bool,
    pub dns_hostnames: bool,
}

#[derive(Debug, Clone)]
pub struct Subnet {
    pub id: String,
    pub vpc: String,
    pub cidr: Ipv4Net,
    /// `eu-central-1a`.
    pub zone: String,
    pub owner: String,
    pub default_for_zone: bool,
    pub public_on_launch: bool,
}

#[derive(Debug, Clone)]
pub struct InternetGateway {
    pub id: String,
    pub owner: String,
    /// The VPC it is attached to.
    pub vpc: Option<String>,
}

#[derive(Debug, Clone)]
pub struct RouteTable {
    pub id: String,
    pub vpc: String,
    pub owner: String,
    pub routes: Vec<Route>,
    pub associations: Vec<RouteAssociation>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// A network in CIDR notation, or a prefix list's id.
    pub destination: String,
    pub target: RouteTarget,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteTarget {
    /// The VPC itself: there from the beginning, and for ever.
    Local,
    InternetGateway(String),
    NatGateway(String),
    Interface(String),
    /// A gateway endpoint, which adds and takes away its own routes.
    Endpoint(String),
}

#[derive(Debug, Clone)]
pub struct RouteAssociation {
    pub id: String,
    /// None for the main table of a VPC, which holds for every subnet that has no association of its own.
    pub subnet: Option<String>,
}

/// An elastic address. What it is mapped to, the interface says.
#[derive(Debug, Clone)]
pub struct Address {
    /// `eipalloc-…`.
    pub id: String,
    pub ip: Ipv4Addr,
}

/// What interfaces are attached to. Nothing runs in it.
#[derive(Debug, Clone)]
pub struct Instance {
    pub id: String,
    pub owner: String,
    pub launched: Timestamp,
}

impl Ec2 {
    /// Addresses of a range that belongs to nobody (RFC 2544), so that none of them is ever reached.
    fn next_public_address(&mut self) -> Ipv4Addr {
        self.public_addresses += 1;
        Ipv4Addr::from(u32::from(Ipv4Addr::new(198, 18, 0, 0)) + self.public_addresses)
    }

    /// Never gives out an address that a seed has given already.
    fn keep_public_address(&mut self, ip: Ipv4Addr) {
        let first = u32::from(Ipv4Addr::new(198, 18, 0, 0));
        if let Some(given) = u32::from(ip).checked_sub(first) {
            self.public_addresses = self.public_addresses.max(given.min(0x1_ffff));
        }
    }

    /// The main route table of a VPC.
    pub fn main_table(&self, vpc: &str) -> Option<&RouteTable> {
        self.route_tables
            .values()
            .find(|table| table.vpc == vpc && table.is_main())
    }
}

impl RouteTable {
    pub fn is_main(&self) -> bool {
        self.associations.iter().any(|it| it.subnet.is_none())
    }
}

impl World {
    /// Lets time do its work on networks; returns when to look again.
    pub(crate) fn tick_ec2(&mut self) -> Option<Duration> {
        let interfaces = self.tick_interfaces();
        self.tick_endpoints();
        let gateways = self.tick_nat_gateways();
        interfaces.into_iter().chain(gateways).min()
    }
}
