//! Route tables: their routes, and which subnets they hold for.
//!
//! Routes nothing; a route whose target is gone stays, and is shown as a black hole.

use super::access::in_use;
use super::{Ec2, Kind, Route, RouteAssociation, RouteTable, RouteTarget};
use crate::world::{Refusal, Ruled, World};

impl Ec2 {
    /// `active`, or `blackhole` where the target is not there any more.
    pub fn route_state(&self, route: &Route) -> &'static str {
        let there = match &route.target {
            RouteTarget::Local => true,
            RouteTarget::InternetGateway(id) => {
                self.internet_gateways.get(id).is_some_and(|it| it.vpc.is_some())
            }
            RouteTarget::NatGateway(id) => self.nat_gateways.get(id).is_some_and(|it| it.is_there()),
            RouteTarget::Interface(id) => self.interfaces.contains_key(id),
            RouteTarget::Endpoint(id) => self.endpoints.contains_key(id),
        };
        if there { "active" } else { "blackhole" }
    }

    /// The table with an association, and the association.
    fn association(&self, id: &str) -> Ruled<(&RouteTable, &RouteAssociation)> {
        let found = self.route_tables.values().find_map(|table| {
            let association = table.associations.iter().find(|it| it.id == id)?;
            Some((table, association))
        });
        found.ok_or_else(|| Kind::RouteAssociation.missing(id))
    }
}

impl World {
    pub fn create_route_table(&mut self, vpc: &str) -> Ruled<String> {
        let network = self.ec2.vpc(vpc)?;
        let (owner, cidr) = (network.owner.clone(), network.cidr);
        self.own(&owner)?;
        let table = RouteTable {
            id: self.ec2_id(Kind::RouteTable),
            vpc: vpc.to_owned(),
            owner,
            routes: vec![Route {
                destination: cidr.to_string(),
                target: RouteTarget::Local,
            }],
            associations: Vec::new(),
        };
        let id = table.id.clone();
        self.ec2.route_tables.insert(id.clone(), table);
        Ok(id)
    }

    /// Refused for a main table and while a subnet is associated with it.
    pub fn delete_route_table(&mut self, id: &str) -> Ruled<()> {
        let table = self.ec2.route_table(id)?;
        self.own(&table.owner)?;
        if !table.associations.is_empty() {
            return Err(in_use("routeTable", id));
        }
        self.ec2.route_tables.remove(id);
        self.tags.remove(id);
        Ok(())
    }

    /// A route to what is there, for a destination that has none.
    pub fn create_route(&mut self, table: &str, route: Route) -> Ruled<()> {
        self.check_route(table, &route)?;
        let table = self.route_table_mut(table)?;
        let mut routes = table.routes.iter();
        if routes.any(|it| it.destination == route.destination) {
            return Err(Refusal::new(
                "RouteAlreadyExists",
                format!("The route identified by {} already exists.", route.destination),
            ));
        }
        table.routes.push(route);
        Ok(())
    }

    /// Another target for a destination that has one.
    pub fn replace_route(&mut self, table: &str, route: Route) -> Ruled<()> {
        self.check_route(table, &route)?;
        let table = self.route_table_mut(table)?;
        let missing = no_route(&route.destination, &table.id);
        let mut routes = table.routes.iter_mut();
        let found = routes.find(|it| it.destination == route.destination && it.target != RouteTarget::Local);
        *found.ok_or(missing)? = route;
        Ok(())
    }

    pub fn delete_route(&mut self, table: &str, destination: &str) -> Ruled<()> {
        let table = self.route_table_mut(table)?;
        let of_destination = |it: &Route| it.destination == destination;
        let found = table.routes.iter().find(|it| of_destination(it));
        match found.map(|it| &it.target) {
            None => Err(no_route(destination, &table.id)),
            Some(RouteTarget::Local) => Err(Refusal::new(
                "InvalidParameterValue",
                format!(
                    "cannot remove local route {destination} in route table {}",
                    table.id
                ),
            )),
            Some(_) => {
                table.routes.retain(|it| !of_destination(it));
                Ok(())
            }
        }
    }

    /// A subnet has one association at most.
    pub fn associate_route_table(&mut self, table: &str, subnet: &str) -> Ruled<String> {
        let found = self.ec2.route_table(table)?;
        self.own(&found.owner)?;
        if self.ec2.subnet(subnet)?.vpc != found.vpc {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Route table {table} and subnet {subnet} belong to different networks"),
            ));
        }
        let association = self.ec2.route_tables.values().find_map(|it| {
            let mut associations = it.associations.iter();
            let found = associations.find(|it| it.subnet.as_deref() == Some(subnet))?;
            Some((it.id.clone(), found.id.clone()))
        });
        if let Some((other, association)) = association {
            if other == table {
                return Ok(association);
            }
            return Err(Refusal::new(
                "Resource.AlreadyAssociated",
                format!(
                    "the specified association for route table {table} conflicts with an existing association"
                ),
            ));
        }
        let id = self.ec2_id(Kind::RouteAssociation);
        self.route_table_mut(table)?.associations.push(RouteAssociation {
            id: id.clone(),
            subnet: Some(subnet.to_owned()),
        });
        Ok(id)
    }

    pub fn disassociate_route_table(&mut self, association: &str) -> Ruled<()> {
        let (table, found) = self.ec2.association(association)?;
        if found.subnet.is_none() {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("cannot disassociate the main route table association {association}"),
            ));
        }
        let table = table.id.clone();
        self.route_table_mut(&table)?
            .associations
            .retain(|it| it.id != association);
        Ok(())
    }

    /// The association goes to another table under another id; the main one makes that table the main one.
    pub fn replace_route_table_association(&mut self, association: &str, table: &str) -> Ruled<String> {
        let (from, found) = self.ec2.association(association)?;
        let (from, subnet) = (from.id.clone(), found.subnet.clone());
        let vpc = self.ec2.route_table(&from)?.vpc.clone();
        if self.ec2.route_table(table)?.vpc != vpc {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Route table {table} does not belong to VPC {vpc}"),
            ));
        }
        let id = self.ec2_id(Kind::RouteAssociation);
        self.route_table_mut(&from)?
            .associations
            .retain(|it| it.id != association);
        self.route_table_mut(table)?.associations.push(RouteAssociation {
            id: id.clone(),
            subnet,
        });
        Ok(id)
    }

    fn route_table_mut(&mut self, id: &str) -> Ruled<&mut RouteTable> {
        let owner = self.ec2.route_table(id)?.owner.clone();
        self.own(&owner)?;
        self.note_change();
        let table = self.ec2.route_tables.get_mut(id);
        table.ok_or_else(|| Kind::RouteTable.missing(id))
    }

    /// Whether a route's target is there, and of this VPC.
    fn check_route(&self, table: &str, route: &Route) -> Ruled<()> {
        let vpc = &self.ec2.route_table(table)?.vpc;
        match &route.target {
            RouteTarget::Local | RouteTarget::Endpoint(_) => Ok(()),
            RouteTarget::NatGateway(id) => self.ec2.nat_gateway(id).map(|_| ()),
            RouteTarget::Interface(id) => self.ec2.interface(id).map(|_| ()),
            RouteTarget::InternetGateway(id) => {
                let gateway = self.ec2.internet_gateway(id)?;
                if gateway.vpc.as_ref() == Some(vpc) {
                    return Ok(());
                }
                Err(Refusal::new(
                    "InvalidParameterValue",
                    format!("route table {table} and network gateway {id} belong to different networks"),
                ))
            }
        }
    }
}

fn no_route(destination: &str, table: &str) -> Refusal {
    Refusal::new(
        "InvalidRoute.NotFound",
        format!("no route with destination-cidr-block {destination} in route table {table}"),
    )
}
