//! What leads out of the networks of a seed: elastic addresses, NAT gateways, route tables, endpoints, network ACLs.
//!
//! Goes around AWS's refusals where a seed describes what is there already: a route may lead nowhere.

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::Seed;
use super::ec2::Tags;
use crate::world::World;
use crate::world::ec2::{
    AclEntry, DEFAULT_VPC, EndpointChange, NetworkAcl, Route, RouteAssociation, RouteTable, RouteTarget,
    Verdict,
};

/// An elastic address.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedAddress {
    /// `eipalloc-…`, by which interfaces and NAT gateways name it.
    pub id: String,
    /// The next free one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<std::net::Ipv4Addr>,
    #[serde(default)]
    pub tags: Tags,
}

/// One that is available from the first moment; it makes its interface itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedNatGateway {
    pub id: String,
    pub subnet: String,
    /// Id of an elastic address; a private gateway has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRouteTable {
    pub id: String,
    /// The default VPC if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    /// Stands for the table that its VPC begins with.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub main: bool,
    /// All but the VPC's own and those of endpoints.
    #[serde(default)]
    pub routes: Vec<SeedRoute>,
    /// Subnets that are associated with it.
    #[serde(default)]
    pub subnets: Vec<String>,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedRoute {
    /// A network in CIDR notation.
    pub destination: String,
    /// Id of an internet gateway, a NAT gateway or an interface.
    pub target: String,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedEndpoint {
    pub id: String,
    #[serde(default)]
    pub kind: SeedEndpointKind,
    /// The default VPC if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    pub service: String,
    /// Route tables of a gateway endpoint.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<String>,
    /// Of an interface endpoint, which has an interface in each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<String>,
    /// Of those interfaces; the default group of the VPC if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security_groups: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private_dns: bool,
    /// Full access if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedEndpointKind {
    #[default]
    Gateway,
    Interface,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedNetworkAcl {
    pub id: String,
    /// The default VPC if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    /// Stands for the list that its VPC begins with, which has every subnet that no other list names.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub default: bool,
    /// All but the last of each direction, which denies everything.
    #[serde(default)]
    pub entries: Vec<SeedAclEntry>,
    #[serde(default)]
    pub subnets: Vec<String>,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedAclEntry {
    pub number: u32,
    pub direction: SeedDirection,
    pub verdict: SeedVerdict,
    /// In CIDR notation.
    pub network: String,
    /// A protocol's number; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<i64>,
    /// First and last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<(i64, i64)>,
    /// Type and code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icmp: Option<(i64, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedDirection {
    Ingress,
    Egress,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeedVerdict {
    Allow,
    Deny,
}

impl Seed {
    /// Before interfaces, which may have them.
    pub(super) fn apply_addresses(&self, world: &mut World) {
        for it in &self.addresses {
            world.found_address(&it.id, it.ip);
            world.set_tags(&it.id, it.tags.clone());
        }
    }

    pub(super) fn apply_plumbing(&self, world: &mut World) -> anyhow::Result<()> {
        for (index, it) in self.nat_gateways.iter().enumerate() {
            let made = world.found_nat_gateway(&it.id, &it.subnet, it.address.as_deref());
            made.with_context(|| format!("nat_gateways[{index}] ({})", it.id))?;
            world.set_tags(&it.id, it.tags.clone());
        }
        for (index, it) in self.route_tables.iter().enumerate() {
            it.apply(world)
                .with_context(|| format!("route_tables[{index}] ({})", it.id))?;
        }
        for (index, it) in self.vpc_endpoints.iter().enumerate() {
            it.apply(world)
                .with_context(|| format!("vpc_endpoints[{index}] ({})", it.id))?;
        }
        for (index, it) in self.network_acls.iter().enumerate() {
            it.apply(world)
                .with_context(|| format!("network_acls[{index}] ({})", it.id))?;
        }
        Ok(())
    }
}

fn vpc_or_default(vpc: Option<&String>) -> String {
    vpc.cloned().unwrap_or_else(|| DEFAULT_VPC.into())
}

impl SeedRouteTable {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let vpc = vpc_or_default(self.vpc.as_ref());
        let network = world.ec2.vpc(&vpc)?;
        let mut table = RouteTable {
            id: self.id.clone(),
            owner: network.owner.clone(),
            routes: vec![Route {
                destination: network.cidr.to_string(),
                target: RouteTarget::Local,
            }],
            associations: Vec::new(),
            vpc: vpc.clone(),
        };
        if self.main {
            let first = world.ec2.main_table(&vpc).map(|it| it.id.clone());
            let first = first.and_then(|id| world.ec2.route_tables.remove(&id));
            table.associations = first.map(|it| it.associations).unwrap_or_default();
        }
        ensure!(
            !world.ec2.route_tables.contains_key(&self.id),
            "it is there already"
        );
        for route in &self.routes {
            let id = route.target.clone();
            let target = match id.split('-').next() {
                Some("igw") => RouteTarget::InternetGateway(id),
                Some("nat") => RouteTarget::NatGateway(id),
                Some("eni") => RouteTarget::Interface(id),
                _ => anyhow::bail!("{id} is no internet gateway, NAT gateway or interface"),
            };
            table.routes.push(Route {
                destination: route.destination.clone(),
                target,
            });
        }
        for subnet in &self.subnets {
            ensure!(world.vpc_of_subnet(subnet)? == vpc, "{subnet} is in another VPC");
            let id = world.ec2_id(crate::world::ec2::Kind::RouteAssociation);
            table.associations.push(RouteAssociation {
                id,
                subnet: Some(subnet.clone()),
            });
        }
        world.ec2.route_tables.insert(table.id.clone(), table);
        world.set_tags(&self.id, self.tags.clone());
        Ok(())
    }
}

impl SeedEndpoint {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let vpc = vpc_or_default(self.vpc.as_ref());
        match self.kind {
            SeedEndpointKind::Gateway => {
                world.found_gateway_endpoint(&self.id, &vpc, &self.service, &self.tables)?;
            }
            SeedEndpointKind::Interface => {
                let (subnets, groups) = (&self.subnets, &self.security_groups);
                world.found_interface_endpoint(&self.id, &vpc, &self.service, subnets, groups)?;
            }
        }
        let change = EndpointChange {
            policy: self.policy.clone(),
            private_dns: Some(self.private_dns),
            ..EndpointChange::default()
        };
        world.modify_endpoint(&self.id, &change)?;
        world.set_tags(&self.id, self.tags.clone());
        Ok(())
    }
}

impl SeedNetworkAcl {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let vpc = vpc_or_default(self.vpc.as_ref());
        let owner = world.ec2.vpc(&vpc)?.owner.clone();
        let mut associations = Vec::new();
        if self.default {
            let mut lists = world.ec2.network_acls.values();
            let first = lists
                .find(|it| it.vpc == vpc && it.is_default)
                .map(|it| it.id.clone());
            let first = first.and_then(|id| world.ec2.network_acls.remove(&id));
            associations = first.map(|it| it.associations).unwrap_or_default();
        }
        ensure!(
            !world.ec2.network_acls.contains_key(&self.id),
            "it is there already"
        );
        for subnet in &self.subnets {
            ensure!(world.vpc_of_subnet(subnet)? == vpc, "{subnet} is in another VPC");
            for acl in world.ec2.network_acls.values_mut() {
                associations.extend(acl.associations.extract_if(.., |it| it.1 == *subnet));
            }
        }
        let entries: anyhow::Result<_> = self.entries.iter().map(SeedAclEntry::read).collect();
        let entries = entries?;
        let acl = NetworkAcl {
            id: self.id.clone(),
            vpc,
            owner,
            is_default: self.default,
            entries,
            associations,
        };
        world.ec2.network_acls.insert(acl.id.clone(), acl);
        world.set_tags(&self.id, self.tags.clone());
        Ok(())
    }
}

impl SeedAclEntry {
    fn read(&self) -> anyhow::Result<AclEntry> {
        let network: ipnet::IpNet = self
            .network
            .parse()
            .with_context(|| format!("the network {}", self.network))?;
        Ok(AclEntry {
            egress: self.direction == SeedDirection::Egress,
            number: self.number,
            protocol: self.protocol.unwrap_or(-1),
            verdict: match self.verdict {
                SeedVerdict::Allow => Verdict::Allow,
                SeedVerdict::Deny => Verdict::Deny,
            },
            network: network.trunc(),
            ports: self.ports,
            icmp: self.icmp,
        })
    }

    pub(super) fn of(entry: &AclEntry) -> Self {
        Self {
            number: entry.number,
            direction: if entry.egress {
                SeedDirection::Egress
            } else {
                SeedDirection::Ingress
            },
            verdict: match entry.verdict {
                Verdict::Allow => SeedVerdict::Allow,
                Verdict::Deny => SeedVerdict::Deny,
            },
            network: entry.network.to_string(),
            protocol: Some(entry.protocol).filter(|it| *it != -1),
            ports: entry.ports,
            icmp: entry.icmp,
        }
    }
}
