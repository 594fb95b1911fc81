//! Route table actions.
//!
//! Routes to internet gateways, NAT gateways and interfaces; other targets are refused by name.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::read::{missing, need, tags};
use super::{done, tag_set};
use crate::world::ec2::{Kind, Route, RouteTable, RouteTarget};
use crate::world::{Refusal, Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "route-table")?;
    let id = world.create_route_table(need(args, "VpcId")?)?;
    world.set_tags(&id, tags);
    Ok(json!({ "routeTable": table_json(world, world.ec2.route_table(&id)?) }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_route_table(need(args, "RouteTableId")?)?;
    Ok(done())
}

pub fn create_route(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.create_route(need(args, "RouteTableId")?, route(args)?)?;
    Ok(done())
}

pub fn replace_route(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.replace_route(need(args, "RouteTableId")?, route(args)?)?;
    Ok(done())
}

pub fn delete_route(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_route(need(args, "RouteTableId")?, destination(args)?)?;
    Ok(done())
}

pub fn associate(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = world.associate_route_table(need(args, "RouteTableId")?, need(args, "SubnetId")?)?;
    Ok(json!({ "associationId": id, "associationState": { "state": "associated" } }))
}

pub fn disassociate(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.disassociate_route_table(need(args, "AssociationId")?)?;
    Ok(done())
}

pub fn replace_association(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let (association, table) = (need(args, "AssociationId")?, need(args, "RouteTableId")?);
    let id = world.replace_route_table_association(association, table)?;
    Ok(json!({ "newAssociationId": id, "associationState": { "state": "associated" } }))
}

fn destination<'a>(args: &Args<'a>) -> Ruled<&'a str> {
    let ipv6 = args.text("DestinationIpv6CidrBlock")?;
    let ipv4 = args.text("DestinationCidrBlock")?;
    ipv4.or(ipv6).ok_or_else(|| missing("destinationCidrBlock"))
}

fn route(args: &Args<'_>) -> Ruled<Route> {
    let target = if let Some(id) = args.owned("GatewayId")? {
        if !id.starts_with("igw-") {
            return Err(Refusal::new(
                "InvalidGatewayID.NotFound",
                format!("The gateway ID '{id}' does not exist"),
            ));
        }
        RouteTarget::InternetGateway(id)
    } else if let Some(id) = args.owned("NatGatewayId")? {
        RouteTarget::NatGateway(id)
    } else if let Some(id) = args.owned("NetworkInterfaceId")? {
        RouteTarget::Interface(id)
    } else {
        return Err(missing("gatewayId"));
    };
    Ok(Route {
        destination: destination(args)?.to_owned(),
        target,
    })
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.route_tables,
        kind: Kind::RouteTable,
        ids: "RouteTableId",
        set: "routeTableSet",
        filters: &[
            "association.main",
            "association.route-table-association-id",
            "association.route-table-id",
            "association.subnet-id",
            "owner-id",
            "route-table-id",
            "route.destination-cidr-block",
            "route.gateway-id",
            "route.nat-gateway-id",
            "route.state",
            "vpc-id",
        ],
        most: 100,
        values,
        json: table_json,
    };
    listing.answer(world, args)
}

fn values(world: &World, table: &RouteTable, filter: &str) -> Vec<String> {
    let associations = table.associations.iter();
    let routes = table.routes.iter();
    match filter {
        "association.main" => associations.map(|it| it.subnet.is_none().to_string()).collect(),
        "association.route-table-association-id" => associations.map(|it| it.id.clone()).collect(),
        "association.route-table-id" => associations.map(|_| table.id.clone()).collect(),
        "association.subnet-id" => associations.filter_map(|it| it.subnet.clone()).collect(),
        "route.destination-cidr-block" => routes.map(|it| it.destination.clone()).collect(),
        "route.gateway-id" => routes.filter_map(|it| gateway(&it.target)).collect(),
        "route.nat-gateway-id" => routes
            .filter_map(|it| match &it.target {
                RouteTarget::NatGateway(id) => Some(id.clone()),
                _ => None,
            })
            .collect(),
        "route.state" => routes.map(|it| world.ec2.route_state(it).to_owned()).collect(),
        "owner-id" => vec![table.owner.clone()],
        "vpc-id" => vec![table.vpc.clone()],
        _ => vec![table.id.clone()],
    }
}

/// What stands in `GatewayId`.
fn gateway(target: &RouteTarget) -> Option<String> {
    match target {
        RouteTarget::Local => Some("local".to_owned()),
        RouteTarget::InternetGateway(id) | RouteTarget::Endpoint(id) => Some(id.clone()),
        RouteTarget::NatGateway(_) | RouteTarget::Interface(_) => None,
    }
}

/// AWS's picture of a route table.
pub fn table_json(world: &World, table: &RouteTable) -> Value {
    let routes = table.routes.iter().map(|it| route_json(world, it));
    let associations = table.associations.iter().map(|it| {
        json!({
            "routeTableAssociationId": it.id, "routeTableId": table.id, "main": it.subnet.is_none(),
            "subnetId": it.subnet, "associationState": { "state": "associated" },
        })
    });
    json!({
        "routeTableId": table.id, "vpcId": table.vpc, "ownerId": table.owner, "propagatingVgwSet": [],
        "tagSet": tag_set(world, &table.id), "routeSet": routes.collect::<Vec<_>>(),
        "associationSet": associations.collect::<Vec<_>>(),
    })
}

fn route_json(world: &World, route: &Route) -> Value {
    let (name, origin) = if route.destination.starts_with("pl-") {
        ("destinationPrefixListId", "CreateRoute")
    } else if route.destination.contains(':') {
        ("destinationIpv6CidrBlock", "CreateRoute")
    } else {
        ("destinationCidrBlock", "CreateRoute")
    };
    let origin = match route.target {
        RouteTarget::Local => "CreateRouteTable",
        _ => origin,
    };
    let mut shown = json!({
        name: route.destination, "state": world.ec2.route_state(route), "origin": origin,
        "gatewayId": gateway(&route.target),
    });
    match &route.target {
        RouteTarget::NatGateway(id) => shown["natGatewayId"] = json!(id),
        RouteTarget::Interface(id) => shown["networkInterfaceId"] = json!(id),
        RouteTarget::Local | RouteTarget::InternetGateway(_) | RouteTarget::Endpoint(_) => {}
    }
    shown
}
