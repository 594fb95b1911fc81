//! What leads out of the networks of a world as a seed says it.
//!
//! Of what every VPC begins with it says only what was changed since: the main table, the first network ACL.

use std::collections::BTreeMap;

use super::Seed;
use super::plumbing::{
    SeedAclEntry, SeedAddress, SeedEndpoint, SeedEndpointKind, SeedNatGateway, SeedNetworkAcl, SeedRoute,
    SeedRouteTable,
};
use crate::world::World;
use crate::world::ec2::{
    DEFAULT_VPC, Endpoint, FULL_ACCESS, NatState, NetworkAcl, Reach, RouteTable, RouteTarget,
};

pub(super) fn plumbing(world: &World) -> Seed {
    let ec2 = &world.ec2;
    let addresses = ec2.addresses.values().map(|it| SeedAddress {
        id: it.id.clone(),
        ip: Some(it.ip),
        tags: tags(world, &it.id),
    });
    let there = |state| matches!(state, NatState::Pending | NatState::Available);
    let nat_gateways = ec2.nat_gateways.values().filter(|it| there(it.state));
    let nat_gateways = nat_gateways.map(|it| SeedNatGateway {
        id: it.id.clone(),
        subnet: it.subnet.clone(),
        address: it.allocation.clone(),
        tags: tags(world, &it.id),
    });
    let endpoints = ec2.endpoints.values().filter(|it| !it.deleting);
    Seed {
        addresses: addresses.collect(),
        nat_gateways: nat_gateways.collect(),
        route_tables: ec2
            .route_tables
            .values()
            .filter_map(|it| table(world, it))
            .collect(),
        vpc_endpoints: endpoints.map(|it| endpoint(world, it)).collect(),
        network_acls: ec2
            .network_acls
            .values()
            .filter_map(|it| acl(world, it))
            .collect(),
        ..Seed::default()
    }
}

/// None for a main table as AWS makes it.
fn table(world: &World, table: &RouteTable) -> Option<SeedRouteTable> {
    let routes: Vec<SeedRoute> = table
        .routes
        .iter()
        .filter_map(|it| {
            let target = match &it.target {
                RouteTarget::InternetGateway(id)
                | RouteTarget::NatGateway(id)
                | RouteTarget::Interface(id) => id,
                RouteTarget::Local | RouteTarget::Endpoint(_) => return None,
            };
            Some(SeedRoute {
                destination: it.destination.clone(),
                target: target.clone(),
            })
        })
        .collect();
    let told = SeedRouteTable {
        id: table.id.clone(),
        vpc: Some(table.vpc.clone()).filter(|it| it != DEFAULT_VPC),
        main: table.is_main(),
        routes,
        subnets: table
            .associations
            .iter()
            .filter_map(|it| it.subnet.clone())
            .collect(),
        tags: tags(world, &table.id),
    };
    let named = world.ec2.endpoints.values().any(|it| match &it.reach {
        Reach::Gateway(tables) => tables.contains(&table.id),
        Reach::Interface { .. } => false,
    });
    let begun = match told.routes.as_slice() {
        [] => told.vpc.is_some(),
        // The way out that the default VPC has.
        [one] => told.vpc.is_none() && one.destination == "0.0.0.0/0" && one.target.starts_with("igw-"),
        _ => false,
    };
    let as_made = told.main && begun && told.subnets.is_empty() && told.tags.is_empty() && !named;
    (!as_made).then_some(told)
}

fn endpoint(world: &World, it: &Endpoint) -> SeedEndpoint {
    let told = SeedEndpoint {
        id: it.id.clone(),
        vpc: Some(it.vpc.clone()).filter(|it| it != DEFAULT_VPC),
        service: it.service.clone(),
        private_dns: it.private_dns,
        policy: Some(it.policy.clone()).filter(|it| it != FULL_ACCESS),
        tags: tags(world, &it.id),
        ..SeedEndpoint::default()
    };
    match &it.reach {
        Reach::Gateway(tables) => SeedEndpoint {
            tables: tables.clone(),
            ..told
        },
        Reach::Interface { subnets, groups, .. } => SeedEndpoint {
            kind: SeedEndpointKind::Interface,
            subnets: subnets.clone(),
            security_groups: groups.clone(),
            ..told
        },
    }
}

/// None for a VPC's first list as AWS makes it.
fn acl(world: &World, acl: &NetworkAcl) -> Option<SeedNetworkAcl> {
    let tags = tags(world, &acl.id);
    if acl.is_default && tags.is_empty() && acl.entries == NetworkAcl::open() {
        return None;
    }
    let subnets = acl.associations.iter().map(|it| it.1.clone());
    Some(SeedNetworkAcl {
        id: acl.id.clone(),
        vpc: Some(acl.vpc.clone()).filter(|it| it != DEFAULT_VPC),
        default: acl.is_default,
        entries: acl.entries.iter().map(SeedAclEntry::of).collect(),
        subnets: if acl.is_default {
            Vec::new()
        } else {
            subnets.collect()
        },
        tags,
    })
}

fn tags(world: &World, id: &str) -> BTreeMap<String, String> {
    world.tags.get(id).cloned().unwrap_or_default()
}
