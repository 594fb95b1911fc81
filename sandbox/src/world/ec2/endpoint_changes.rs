//! What can be changed of a VPC endpoint, and the networks of AWS's own that gateway endpoints lead to.
//!
//! A policy is kept as it was given; nothing is judged by it.

use ipnet::Ipv4Net;

use super::endpoints::Reach;
use super::{Kind, Release, Route, RouteTarget};
use crate::world::{Refusal, Ruled, World};

/// What ModifyVpcEndpoint can set, all at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointChange {
    pub policy: Option<String>,
    pub private_dns: Option<bool>,
    /// Of a gateway endpoint.
    pub tables: Sides,
    /// Of an interface endpoint.
    pub subnets: Sides,
    pub groups: Sides,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    pub add: Vec<String>,
    pub remove: Vec<String>,
}

/// AWS's own networks of one service, as a route's destination or a rule's peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixList {
    pub id: String,
    pub service: String,
    /// One for each service, of the ranges that belong to nobody (RFC 5737).
    pub network: Ipv4Net,
}

/// What an endpoint allows unless somebody says otherwise.
pub const FULL_ACCESS: &str = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

/// The services with gateway endpoints.
const GATEWAY_SERVICES: [(&str, [u8; 4]); 2] = [("dynamodb", [198, 51, 100, 0]), ("s3", [203, 0, 113, 0])];

impl Sides {
    fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    fn apply(&self, to: &mut Vec<String>) {
        to.retain(|it| !self.remove.contains(it));
        let new = self.add.iter().filter(|it| !to.contains(it)).cloned();
        let new: Vec<String> = new.collect();
        to.extend(new);
    }
}

impl World {
    pub fn modify_endpoint(&mut self, id: &str, change: &EndpointChange) -> Ruled<()> {
        let endpoint = self.ec2.endpoints.get(id).filter(|it| !it.deleting);
        let endpoint = endpoint.ok_or_else(|| Kind::Endpoint.missing(id))?.clone();
        let (vpc, service) = (endpoint.vpc.as_str(), endpoint.service.as_str());
        if change.private_dns == Some(true) && !endpoint.private_dns {
            self.check_private_dns(vpc, service)?;
        }
        let reach = match endpoint.reach {
            Reach::Gateway(tables) if change.subnets.is_empty() && change.groups.is_empty() => {
                self.change_tables(id, vpc, service, tables, &change.tables)?
            }
            Reach::Interface {
                subnets,
                groups,
                interfaces,
            } if change.tables.is_empty() => {
                let now = (subnets, groups, interfaces);
                self.change_interfaces(id, vpc, now, change)?
            }
            _ => {
                return Err(Refusal::new(
                    "InvalidParameter",
                    format!(
                        "Route tables belong to gateway endpoints, subnets and groups to interface endpoints: {id}"
                    ),
                ));
            }
        };
        if let Some(endpoint) = self.ec2.endpoints.get_mut(id) {
            endpoint.reach = reach;
            endpoint.private_dns = change.private_dns.unwrap_or(endpoint.private_dns);
            if let Some(policy) = &change.policy {
                endpoint.policy.clone_from(policy);
            }
        }
        self.note_change();
        Ok(())
    }

    fn change_tables(
        &mut self,
        id: &str,
        vpc: &str,
        service: &str,
        mut tables: Vec<String>,
        change: &Sides,
    ) -> Ruled<Reach> {
        self.check_tables(vpc, &change.add)?;
        change.apply(&mut tables);
        let target = RouteTarget::Endpoint(id.to_owned());
        for table in self.ec2.route_tables.values_mut() {
            table.routes.retain(|it| it.target != target);
            if tables.contains(&table.id) {
                table.routes.push(Route {
                    destination: prefix_list(service),
                    target: target.clone(),
                });
            }
        }
        Ok(Reach::Gateway(tables))
    }

    fn change_interfaces(
        &mut self,
        id: &str,
        vpc: &str,
        (mut subnets, mut groups, mut interfaces): (Vec<String>, Vec<String>, Vec<String>),
        change: &EndpointChange,
    ) -> Ruled<Reach> {
        change.subnets.apply(&mut subnets);
        change.groups.apply(&mut groups);
        self.check_endpoint_subnets(vpc, &subnets)?;
        self.check_groups(vpc, &groups, "InvalidGroup.NotFound")?;
        let leaves = |world: &Self, interface: &String| {
            let interface = world.ec2.interfaces.get(interface);
            interface.is_none_or(|it| !subnets.contains(&it.subnet))
        };
        let gone: Vec<String> = interfaces.iter().filter(|it| leaves(self, it)).cloned().collect();
        self.release_interfaces(&gone, Release::Endpoint);
        interfaces.retain(|it| !gone.contains(it));
        for subnet in &subnets {
            let mut there = interfaces.iter().filter_map(|it| self.ec2.interfaces.get(it));
            if !there.any(|it| it.subnet == *subnet) {
                let made = self.endpoint_interface(id, subnet, &groups);
                interfaces.push(made);
            }
        }
        self.set_interface_groups(&interfaces, &groups);
        Ok(Reach::Interface {
            subnets,
            groups,
            interfaces,
        })
    }

    /// Names of the service can lead to the endpoint only in a VPC that resolves names, and to one endpoint only.
    pub fn check_private_dns(&self, vpc: &str, service: &str) -> Ruled<()> {
        let network = self.ec2.vpc(vpc)?;
        if !(network.dns_support && network.dns_hostnames) {
            return Err(Refusal::new(
                "InvalidParameter",
                format!(
                    "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to \
                     true for {vpc}"
                ),
            ));
        }
        let mut others = self.ec2.endpoints.values();
        if others.any(|it| it.vpc == vpc && it.service == service && it.private_dns) {
            return Err(Refusal::new(
                "InvalidParameter",
                format!(
                    "private-dns-enabled cannot be set because there is already a conflicting DNS domain for {service} \
                     in the VPC {vpc}"
                ),
            ));
        }
        Ok(())
    }

    /// AWS's own lists in this Region.
    pub fn prefix_lists(&self) -> Vec<PrefixList> {
        let lists = GATEWAY_SERVICES.map(|(service, network)| {
            let service = format!("com.amazonaws.{}.{service}", self.ids.region());
            PrefixList {
                id: prefix_list(&service),
                service,
                network: Ipv4Net::new_assert(network.into(), 24),
            }
        });
        lists.into()
    }
}

/// Where a service's networks are listed: its name, in the form of an id.
pub(super) fn prefix_list(service: &str) -> String {
    let sum = service
        .bytes()
        .fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    format!("pl-{sum:08x}")
}
