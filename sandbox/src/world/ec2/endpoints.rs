//! VPC endpoints, and the services of one's own that stand behind load balancers.
//!
//! An endpoint of the gateway kind is a route; one of the interface kind has an interface in each of its subnets.

use jiff::Timestamp;

use super::endpoint_changes::{FULL_ACCESS, prefix_list};
use super::interfaces::{Attachment, InterfaceKind, NewInterface, Requester};
use super::{Kind, Release, Route, RouteTarget};
use crate::world::{Refusal, Ruled, World};

#[derive(Debug, Clone)]
pub struct Endpoint {
    pub id: String,
    pub vpc: String,
    pub service: String,
    pub reach: Reach,
    /// As it was given.
    pub policy: String,
    /// Whether the service's usual name leads here.
    pub private_dns: bool,
    pub created: Timestamp,
    /// Shown as `deleting` until its interfaces are gone.
    pub deleting: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// By route tables.
    Gateway(Vec<String>),
    Interface {
        subnets: Vec<String>,
        groups: Vec<String>,
        interfaces: Vec<String>,
    },
}

/// A service of one's own: what an endpoint of another VPC reaches is one of these load balancers.
#[derive(Debug, Clone)]
pub struct EndpointService {
    pub id: String,
    pub acceptance_required: bool,
    /// ARNs.
    pub network_balancers: Vec<String>,
    pub gateway_balancers: Vec<String>,
}

impl World {
    /// Adds a route to the service in each table.
    pub fn create_gateway_endpoint(&mut self, vpc: &str, service: &str, tables: &[String]) -> Ruled<String> {
        let id = self.ec2_id(Kind::Endpoint);
        self.found_gateway_endpoint(&id, vpc, service, tables)?;
        Ok(id)
    }

    /// Under an id that a seed may choose.
    pub(crate) fn found_gateway_endpoint(
        &mut self,
        id: &str,
        vpc: &str,
        service: &str,
        tables: &[String],
    ) -> Ruled<()> {
        self.ec2.vpc(vpc)?;
        self.check_tables(vpc, tables)?;
        for table in tables {
            if let Some(table) = self.ec2.route_tables.get_mut(table) {
                table.routes.push(Route {
                    destination: prefix_list(service),
                    target: RouteTarget::Endpoint(id.to_owned()),
                });
            }
        }
        self.keep_endpoint(id, vpc, service, Reach::Gateway(tables.to_vec()));
        Ok(())
    }

    /// An interface in each subnet; without groups they have the VPC's default one.
    pub fn create_interface_endpoint(
        &mut self,
        vpc: &str,
        service: &str,
        subnets: &[String],
        groups: &[String],
    ) -> Ruled<String> {
        let id = self.ec2_id(Kind::Endpoint);
        self.found_interface_endpoint(&id, vpc, service, subnets, groups)?;
        Ok(id)
    }

    /// Under an id that a seed may choose.
    pub(crate) fn found_interface_endpoint(
        &mut self,
        id: &str,
        vpc: &str,
        service: &str,
        subnets: &[String],
        groups: &[String],
    ) -> Ruled<()> {
        self.ec2.vpc(vpc)?;
        self.check_endpoint_subnets(vpc, subnets)?;
        self.check_groups(vpc, groups, "InvalidGroup.NotFound")?;
        let groups = match groups {
            [] => vec![self.default_group(vpc)],
            groups => groups.to_vec(),
        };
        let mut interfaces = Vec::new();
        for subnet in subnets {
            interfaces.push(self.endpoint_interface(id, subnet, &groups));
        }
        let reach = Reach::Interface {
            subnets: subnets.to_vec(),
            groups,
            interfaces,
        };
        self.keep_endpoint(id, vpc, service, reach);
        Ok(())
    }

    pub(super) fn check_tables(&self, vpc: &str, tables: &[String]) -> Ruled<()> {
        for table in tables {
            if self.ec2.route_table(table)?.vpc != vpc {
                return Err(Refusal::new(
                    "InvalidParameter",
                    format!("Route table {table} does not belong to VPC {vpc}"),
                ));
            }
        }
        Ok(())
    }

    /// Of the VPC, and one in a zone at most.
    pub(super) fn check_endpoint_subnets(&self, vpc: &str, subnets: &[String]) -> Ruled<()> {
        let mut zones = std::collections::BTreeSet::new();
        for subnet in subnets {
            if self.vpc_of_subnet(subnet)? != vpc {
                return Err(Refusal::new(
                    "InvalidParameter",
                    format!("Subnet {subnet} does not belong to VPC {vpc}"),
                ));
            }
            if !zones.insert(self.zone_of_subnet(subnet)?) {
                return Err(Refusal::new(
                    "DuplicateSubnetsInSameZone",
                    format!(
                        "Found another VPC endpoint subnet in the availability zone of {subnet}. VPC endpoint subnets \
                             should be in different availability zones supported by the VPC endpoint service."
                    ),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn endpoint_interface(&mut self, endpoint: &str, subnet: &str, groups: &[String]) -> String {
        let attachment = self.attachment_id("ela-attach");
        self.add_interface(NewInterface {
            subnet: subnet.to_owned(),
            description: format!("VPC Endpoint Interface {endpoint}"),
            groups: groups.to_vec(),
            kind: InterfaceKind::VpcEndpoint,
            requester: Some(Requester {
                id: "amazon-aws".into(),
                managed: true,
            }),
            attachment: Some(Attachment::of_service(attachment, "amazon-aws")),
            ..NewInterface::default()
        })
    }

    fn keep_endpoint(&mut self, id: &str, vpc: &str, service: &str, reach: Reach) {
        let endpoint = Endpoint {
            id: id.to_owned(),
            vpc: vpc.to_owned(),
            service: service.to_owned(),
            reach,
            policy: FULL_ACCESS.into(),
            private_dns: false,
            created: self.now.wall,
            deleting: false,
        };
        self.ec2.endpoints.insert(id.to_owned(), endpoint);
        self.note_change();
    }

    /// A gateway endpoint goes with its routes at once, an interface endpoint when its interfaces are gone.
    pub fn delete_endpoint(&mut self, id: &str) -> Ruled<()> {
        let endpoint = self.ec2.endpoints.get_mut(id);
        let endpoint = endpoint.ok_or_else(|| Kind::Endpoint.missing(id))?;
        endpoint.deleting = true;
        if let Reach::Interface { interfaces, .. } = &endpoint.reach {
            let interfaces = interfaces.clone();
            self.release_interfaces(&interfaces, Release::Endpoint);
        }
        let target = RouteTarget::Endpoint(id.to_owned());
        for table in self.ec2.route_tables.values_mut() {
            table.routes.retain(|it| it.target != target);
        }
        self.tick_endpoints();
        Ok(())
    }

    /// Forgets endpoints whose interfaces are gone: the interfaces have the deadlines.
    pub(super) fn tick_endpoints(&mut self) {
        let interfaces = &self.ec2.interfaces;
        let over = |it: &super::Endpoint| match &it.reach {
            Reach::Gateway(_) => true,
            Reach::Interface { interfaces: ids, .. } => !ids.iter().any(|id| interfaces.contains_key(id)),
        };
        let gone = self.ec2.endpoints.extract_if(.., |_, it| it.deleting && over(it));
        let gone: Vec<String> = gone.map(|(id, _)| id).collect();
        for id in gone {
            self.tags.remove(&id);
            self.note_change();
        }
    }

    /// Offers load balancers as a service. Whether an ARN is a Network Load Balancer's says the balancer's own kind.
    pub fn create_endpoint_service(
        &mut self,
        network_balancers: Vec<String>,
        gateway_balancers: Vec<String>,
        acceptance_required: bool,
    ) -> Ruled<String> {
        for arn in network_balancers.iter().chain(&gateway_balancers) {
            if !self.elbv2.load_balancers.contains_key(arn) {
                return Err(Refusal::new(
                    "InvalidParameter",
                    format!("The load balancer '{arn}' does not exist"),
                ));
            }
        }
        if network_balancers.is_empty() && gateway_balancers.is_empty() {
            return Err(Refusal::new(
                "InvalidParameter",
                "At least one Network Load Balancer or Gateway Load Balancer must be specified",
            ));
        }
        let service = EndpointService {
            id: self.ec2_id(Kind::EndpointService),
            acceptance_required,
            network_balancers,
            gateway_balancers,
        };
        let id = service.id.clone();
        self.ec2.endpoint_services.insert(id.clone(), service);
        Ok(id)
    }

    /// Refused while an endpoint uses it.
    pub fn delete_endpoint_service(&mut self, id: &str) -> Ruled<()> {
        let service = self.ec2.endpoint_services.get(id);
        let service = service.ok_or_else(|| Kind::EndpointService.missing(id))?;
        let name = self.endpoint_service_name(service);
        if self.ec2.endpoints.values().any(|it| it.service == name) {
            return Err(Refusal::new(
                "ExistingVpcEndpointConnections",
                format!("Service {id} has existing active VPC Endpoint connections!"),
            ));
        }
        self.ec2.endpoint_services.remove(id);
        self.tags.remove(id);
        Ok(())
    }

    /// `com.amazonaws.vpce.eu-central-1.vpce-svc-…`.
    pub fn endpoint_service_name(&self, service: &EndpointService) -> String {
        format!("com.amazonaws.vpce.{}.{}", self.ids.region(), service.id)
    }

    /// The services that a load balancer stands behind, by id: while there is one, the balancer cannot be deleted.
    pub fn endpoint_services_of(&self, balancer: &str) -> Vec<String> {
        let services = self.ec2.endpoint_services.values();
        let behind = services.filter(|it| {
            let mut arns = it.network_balancers.iter().chain(&it.gateway_balancers);
            arns.any(|arn| arn == balancer)
        });
        behind.map(|it| it.id.clone()).collect()
    }
}
