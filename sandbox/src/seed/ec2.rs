//! Networks of a seed: VPCs with their subnets, security groups, machines, interfaces.
//!
//! The default VPC and its default group are there without being asked for; a seed may give them tags and rules by
//! naming them. Goes around AWS's refusals where a seed describes what is there already.

use std::collections::BTreeMap;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use super::Seed;
use crate::world::World;
use crate::world::ec2::{
    Attachment, DEFAULT_VPC, Direction, Founding, InternetGateway, NewInterface, NewSubnet, Peer, Permission,
    Public, Requester, SecurityGroup,
};

pub(super) type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedVpc {
    pub id: String,
    /// 10.0.0.0/16 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<String>,
    /// Another account that shares the VPC with the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Id of an internet gateway that is attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internet_gateway: Option<String>,
    /// Id of its default security group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_group: Option<String>,
    /// On if absent, as AWS has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_support: Option<bool>,
    /// Off if absent, as AWS has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_hostnames: Option<bool>,
    #[serde(default)]
    pub subnets: Vec<SeedSubnet>,
    #[serde(default)]
    pub tags: Tags,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedSubnet {
    pub id: String,
    pub cidr: String,
    /// `eu-central-1a`; the Region's first zone if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Whether machines get a public address in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub public_on_launch: bool,
    #[serde(default)]
    pub tags: Tags,
}

/// With the rule that lets everything out; a group that is there already gets the tags and the rules.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedSecurityGroup {
    pub id: String,
    /// The default VPC if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpc: Option<String>,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Other VPCs that may use it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub associated_vpcs: Vec<String>,
    #[serde(default)]
    pub ingress: Vec<SeedPermission>,
    /// Besides the one that every group begins with.
    #[serde(default)]
    pub egress: Vec<SeedPermission>,
    #[serde(default)]
    pub tags: Tags,
}

/// One peer: a network in CIDR notation or a security group's id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPermission {
    /// `-1`, all of them, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// First and last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ports: Option<(i64, i64)>,
    pub peer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A machine that interfaces can be attached to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedInstance {
    pub id: String,
}

/// An interface of anybody's: a node's, a control plane's, a leaked one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedInterface {
    /// For routes that lead to it; AWS's choice if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub subnet: String,
    #[serde(default)]
    pub description: String,
    /// The default group of its VPC if empty.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Makes it a service's: `RequesterId`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<String>,
    /// Makes it in use: the owner of the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_owner: Option<String>,
    /// Of the machine, where it is the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Gives it a public address of this owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_owner: Option<String>,
    /// Id of an elastic address that is mapped to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default)]
    pub tags: Tags,
}

impl Seed {
    pub(super) fn apply_ec2(&self, world: &mut World) -> anyhow::Result<()> {
        for id in self.ids() {
            world.ids.take(id);
        }
        for (index, vpc) in self.vpcs.iter().enumerate() {
            vpc.apply(world)
                .with_context(|| format!("vpcs[{index}] ({})", vpc.id))?;
        }
        for (index, group) in self.security_groups.iter().enumerate() {
            let at = || format!("security_groups[{index}] ({})", group.id);
            group.found(world).with_context(at)?;
        }
        // Groups may name each other.
        for (index, group) in self.security_groups.iter().enumerate() {
            let at = || format!("security_groups[{index}] ({})", group.id);
            group.add_rules(world).with_context(at)?;
        }
        for instance in &self.instances {
            world.add_instance(&instance.id);
        }
        self.apply_addresses(world);
        for (index, interface) in self.interfaces.iter().enumerate() {
            let at = || format!("interfaces[{index}] ({})", interface.description);
            interface.apply(world).with_context(at)?;
        }
        self.apply_plumbing(world)
    }

    /// Every id that it gives to something: nothing else may get it, whenever it is made.
    fn ids(&self) -> impl Iterator<Item = &str> {
        let of_vpcs = self.vpcs.iter().flat_map(|it| {
            let others = it.internet_gateway.iter().chain(&it.default_group);
            let subnets = it.subnets.iter().map(|it| &it.id);
            [&it.id].into_iter().chain(others).chain(subnets)
        });
        let all = of_vpcs
            .chain(self.security_groups.iter().map(|it| &it.id))
            .chain(self.instances.iter().map(|it| &it.id))
            .chain(self.interfaces.iter().filter_map(|it| it.id.as_ref()))
            .chain(self.addresses.iter().map(|it| &it.id))
            .chain(self.nat_gateways.iter().map(|it| &it.id))
            .chain(self.route_tables.iter().map(|it| &it.id))
            .chain(self.vpc_endpoints.iter().map(|it| &it.id))
            .chain(self.network_acls.iter().map(|it| &it.id));
        all.map(String::as_str)
    }
}

impl SeedVpc {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let caller = world.ids.account().to_owned();
        let owner = self.owner.clone().unwrap_or(caller);
        ensure!(!world.ec2.vpcs.contains_key(&self.id), "it is there already");
        let cidr = self.cidr.as_deref().unwrap_or("10.0.0.0/16");
        world.found_vpc(Founding {
            id: Some(self.id.clone()),
            default_group: self.default_group.clone(),
            cidr: cidr.parse().with_context(|| format!("the network {cidr}"))?,
            owner: owner.clone(),
            tenancy: "default".into(),
            is_default: false,
        });
        world.set_tags(&self.id, self.tags.clone());
        if let Some(vpc) = world.ec2.vpcs.get_mut(&self.id) {
            vpc.dns_support = self.dns_support.unwrap_or(vpc.dns_support);
            vpc.dns_hostnames = self.dns_hostnames.unwrap_or(vpc.dns_hostnames);
        }
        for subnet in &self.subnets {
            let there = world.ec2.subnets.contains_key(&subnet.id);
            ensure!(!there, "subnet {} is there already", subnet.id);
            let first = format!("{}a", world.ids.region());
            world.found_subnet(NewSubnet {
                id: Some(subnet.id.clone()),
                vpc: self.id.clone(),
                cidr: subnet
                    .cidr
                    .parse()
                    .with_context(|| format!("the network {}", subnet.cidr))?,
                zone: subnet.zone.clone().unwrap_or(first),
                owner: subnet.owner.clone().unwrap_or_else(|| owner.clone()),
                default_for_zone: false,
            });
            world.set_tags(&subnet.id, subnet.tags.clone());
            if let Some(made) = world.ec2.subnets.get_mut(&subnet.id) {
                made.public_on_launch = subnet.public_on_launch;
            }
        }
        if let Some(id) = &self.internet_gateway {
            let gateway = InternetGateway {
                id: id.clone(),
                owner,
                vpc: Some(self.id.clone()),
            };
            world.ec2.internet_gateways.insert(id.clone(), gateway);
        }
        Ok(())
    }
}

impl SeedSecurityGroup {
    fn found(&self, world: &mut World) -> anyhow::Result<()> {
        let vpc = self.vpc.clone().unwrap_or_else(|| DEFAULT_VPC.into());
        world.ec2.vpc(&vpc)?;
        world.set_tags(&self.id, self.tags.clone());
        if let Some(group) = world.ec2.security_groups.get(&self.id) {
            ensure!(group.vpc == vpc, "it is there already, in {}", group.vpc);
            return Ok(());
        }
        let caller = world.ids.account().to_owned();
        let description = match self.description.as_str() {
            "" => self.name.clone(),
            text => text.to_owned(),
        };
        let group = SecurityGroup {
            id: self.id.clone(),
            vpc,
            owner: self.owner.clone().unwrap_or(caller),
            name: self.name.clone(),
            description,
            associated_vpcs: self.associated_vpcs.iter().cloned().collect(),
        };
        world.found_group(group, None);
        Ok(())
    }

    fn add_rules(&self, world: &mut World) -> anyhow::Result<()> {
        for (direction, permissions) in [
            (Direction::Ingress, &self.ingress),
            (Direction::Egress, &self.egress),
        ] {
            for permission in permissions {
                let permission = permission.read(world)?;
                let mut rules = world.ec2.rules.values();
                let there = rules.any(|rule| {
                    rule.group == self.id && rule.direction == direction && rule.permission.same(&permission)
                });
                if !there {
                    world.add_rule(&self.id, direction, permission);
                }
            }
        }
        Ok(())
    }
}

impl SeedPermission {
    fn read(&self, world: &World) -> anyhow::Result<Permission> {
        let peer = if self.peer.starts_with("sg-") {
            let group = world.ec2.security_group(&self.peer)?;
            Peer::Group {
                id: group.id.clone(),
                owner: group.owner.clone(),
            }
        } else if self.peer.contains(':') {
            Peer::Ipv6(self.peer.clone())
        } else if self.peer.starts_with("pl-") {
            Peer::PrefixList(self.peer.clone())
        } else {
            Peer::Ipv4(self.peer.clone())
        };
        Ok(Permission {
            protocol: self.protocol.clone().unwrap_or_else(|| "-1".into()),
            ports: self.ports,
            peer,
            description: self.description.clone(),
        })
    }

    pub(super) fn of(permission: &Permission) -> Self {
        let peer = match &permission.peer {
            Peer::Ipv4(peer) | Peer::Ipv6(peer) | Peer::PrefixList(peer) => peer,
            Peer::Group { id, .. } => id,
        };
        Self {
            protocol: Some(permission.protocol.clone()).filter(|it| it != "-1"),
            ports: permission.ports,
            peer: peer.clone(),
            description: permission.description.clone(),
        }
    }
}

impl SeedInterface {
    fn apply(&self, world: &mut World) -> anyhow::Result<()> {
        let vpc = world.vpc_of_subnet(&self.subnet)?;
        world.check_groups(&vpc, &self.groups, "InvalidGroup.NotFound")?;
        if let Some(instance) = &self.instance {
            world.ec2.instance(instance)?;
        }
        let groups = match self.groups.as_slice() {
            [] => vec![world.default_group(&vpc)],
            groups => groups.to_vec(),
        };
        let attachment = self.instance_owner.as_ref().map(|owner| Attachment {
            instance: self.instance.clone(),
            ..Attachment::of_service(world.attachment_id("eni-attach"), owner)
        });
        let public = match (&self.address, &self.public_owner) {
            (Some(address), _) => {
                world.ec2.address(address)?;
                Some(Public {
                    owner: world.ids.account().to_owned(),
                    allocation: Some(address.clone()),
                })
            }
            (None, Some(owner)) => Some(Public {
                owner: owner.clone(),
                allocation: None,
            }),
            (None, None) => None,
        };
        world.add_interface(NewInterface {
            id: self.id.clone(),
            subnet: self.subnet.clone(),
            description: self.description.clone(),
            groups,
            requester: self.requester.clone().map(|id| Requester { id, managed: true }),
            attachment,
            public,
            tags: self.tags.clone(),
            ..NewInterface::default()
        });
        Ok(())
    }
}
