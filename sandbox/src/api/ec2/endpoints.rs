//! Actions on VPC endpoints and on services of one's own behind load balancers.
//!
//! Endpoints of the gateway and of the interface kind.

use serde_json::{Value, json};

use super::super::args::Args;
use super::super::page;
use super::listing::{Filters, Listing};
use super::read::{flag, invalid, need, tags};
use super::{done, tag_set};
use crate::world::ec2::{Endpoint, EndpointChange, EndpointService, FULL_ACCESS, Kind, Reach, Sides};
use crate::world::{Refusal, Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "vpc-endpoint")?;
    let (vpc, service) = (need(args, "VpcId")?, need(args, "ServiceName")?);
    let id = match args.text("VpcEndpointType")?.unwrap_or("Gateway") {
        "Gateway" => world.create_gateway_endpoint(vpc, service, &args.texts("RouteTableId")?)?,
        "Interface" => {
            let (subnets, groups) = (args.texts("SubnetId")?, args.texts("SecurityGroupId")?);
            if flag(args, "PrivateDnsEnabled")? == Some(true) {
                world.check_private_dns(vpc, service)?;
            }
            world.create_interface_endpoint(vpc, service, &subnets, &groups)?
        }
        other => return Err(invalid(other, "vpcEndpointType")),
    };
    let rest = EndpointChange {
        policy: args.owned("PolicyDocument")?,
        private_dns: flag(args, "PrivateDnsEnabled")?,
        ..EndpointChange::default()
    };
    world.modify_endpoint(&id, &rest)?;
    world.set_tags(&id, tags);
    let endpoint = world.ec2.endpoints.get(&id);
    let endpoint = endpoint.ok_or_else(|| Kind::Endpoint.missing(&id))?;
    Ok(json!({ "vpcEndpoint": endpoint_json(world, endpoint) }))
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let sides = |add: &str, remove: &str| -> Ruled<Sides> {
        Ok(Sides {
            add: args.texts(add)?,
            remove: args.texts(remove)?,
        })
    };
    let policy = match flag(args, "ResetPolicy")? {
        Some(true) => Some(FULL_ACCESS.to_owned()),
        _ => args.owned("PolicyDocument")?,
    };
    let change = EndpointChange {
        policy,
        private_dns: flag(args, "PrivateDnsEnabled")?,
        tables: sides("AddRouteTableId", "RemoveRouteTableId")?,
        subnets: sides("AddSubnetId", "RemoveSubnetId")?,
        groups: sides("AddSecurityGroupId", "RemoveSecurityGroupId")?,
    };
    world.modify_endpoint(need(args, "VpcEndpointId")?, &change)?;
    Ok(done())
}

/// AWS's own lists of networks: one for each service that gateway endpoints lead to.
pub fn prefix_lists(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let filters = Filters::read(args, &["prefix-list-id", "prefix-list-name"])?;
    let (all, ids) = (world.prefix_lists(), args.texts("PrefixListId")?);
    if let Some(stranger) = ids.iter().find(|id| !all.iter().any(|it| it.id == **id)) {
        return Err(Refusal::new(
            "InvalidPrefixListID.NotFound",
            format!("The prefix list ID '{stranger}' does not exist"),
        ));
    }
    let found = all.into_iter().filter(|it| {
        let asked = ids.is_empty() || ids.contains(&it.id);
        asked
            && filters.fit(world, &it.id, |name| {
                vec![if name == "prefix-list-id" {
                    it.id.clone()
                } else {
                    it.service.clone()
                }]
            })
    });
    let (page, next) = page::by_next_token(args, found.collect(), 1000)?;
    let shown = page.into_iter().map(|it| {
        json!({ "prefixListId": it.id, "prefixListName": it.service, "cidrSet": [it.network.to_string()] })
    });
    Ok(json!({ "prefixListSet": shown.collect::<Vec<_>>(), "nextToken": next }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.endpoints,
        kind: Kind::Endpoint,
        ids: "VpcEndpointId",
        set: "vpcEndpointSet",
        filters: &[
            "service-name",
            "vpc-endpoint-id",
            "vpc-endpoint-state",
            "vpc-endpoint-type",
            "vpc-id",
        ],
        most: 1000,
        values: |_, endpoint, filter| {
            let value = match filter {
                "service-name" => &endpoint.service,
                "vpc-endpoint-state" => state(endpoint),
                "vpc-endpoint-type" => kind(endpoint),
                "vpc-id" => &endpoint.vpc,
                _ => &endpoint.id,
            };
            vec![value.to_owned()]
        },
        json: endpoint_json,
    };
    listing.answer(world, args)
}

/// What cannot be deleted is listed in the answer; the others go.
pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    unsuccessful(args.texts("VpcEndpointId")?, |id| world.delete_endpoint(id))
}

fn unsuccessful(ids: Vec<String>, mut delete: impl FnMut(&str) -> Ruled<()>) -> Ruled<Value> {
    let refused = ids.into_iter().filter_map(|id| {
        let Refusal { code, message, .. } = delete(&id).err()?;
        Some(json!({ "resourceId": id, "error": { "code": code, "message": message } }))
    });
    Ok(json!({ "unsuccessful": refused.collect::<Vec<_>>() }))
}

fn state(endpoint: &Endpoint) -> &'static str {
    if endpoint.deleting {
        "deleting"
    } else {
        "available"
    }
}

fn kind(endpoint: &Endpoint) -> &'static str {
    match endpoint.reach {
        Reach::Gateway(_) => "Gateway",
        Reach::Interface { .. } => "Interface",
    }
}

/// AWS's picture of an endpoint.
pub fn endpoint_json(world: &World, endpoint: &Endpoint) -> Value {
    let none: &[String] = &[];
    let (tables, subnets, groups, interfaces) = match &endpoint.reach {
        Reach::Gateway(tables) => (tables.as_slice(), none, none, none),
        Reach::Interface {
            subnets,
            groups,
            interfaces,
        } => (none, subnets.as_slice(), groups.as_slice(), interfaces.as_slice()),
    };
    let groups = groups.iter().map(|id| {
        let group = world.ec2.security_groups.get(id);
        json!({ "groupId": id, "groupName": group.map(|it| &it.name) })
    });
    json!({
        "vpcEndpointId": endpoint.id, "vpcEndpointType": kind(endpoint), "vpcId": endpoint.vpc,
        "serviceName": endpoint.service, "state": state(endpoint), "ownerId": world.ids.account(),
        "routeTableIdSet": tables, "subnetIdSet": subnets, "groupSet": groups.collect::<Vec<_>>(),
        "networkInterfaceIdSet": interfaces, "privateDnsEnabled": endpoint.private_dns, "policyDocument": endpoint.policy, "requesterManaged": false,
        "creationTimestamp": endpoint.created.to_string(), "dnsEntrySet": [],
        "tagSet": tag_set(world, &endpoint.id),
    })
}

pub fn create_service(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "vpc-endpoint-service")?;
    let id = world.create_endpoint_service(
        args.texts("NetworkLoadBalancerArn")?,
        args.texts("GatewayLoadBalancerArn")?,
        flag(args, "AcceptanceRequired")?.unwrap_or(true),
    )?;
    world.set_tags(&id, tags);
    let service = world.ec2.endpoint_services.get(&id);
    let service = service.ok_or_else(|| Kind::EndpointService.missing(&id))?;
    Ok(json!({ "serviceConfiguration": service_json(world, service) }))
}

pub fn describe_services(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.endpoint_services,
        kind: Kind::EndpointService,
        ids: "ServiceId",
        set: "serviceConfigurationSet",
        filters: &["service-id", "service-name", "service-state"],
        most: 1000,
        values: |world, service, filter| {
            vec![match filter {
                "service-name" => world.endpoint_service_name(service),
                "service-state" => "Available".to_owned(),
                _ => service.id.clone(),
            }]
        },
        json: service_json,
    };
    listing.answer(world, args)
}

pub fn delete_services(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    unsuccessful(args.texts("ServiceId")?, |id| world.delete_endpoint_service(id))
}

/// AWS's picture of a service of one's own.
pub fn service_json(world: &World, service: &EndpointService) -> Value {
    let name = world.endpoint_service_name(service);
    let kind = if service.network_balancers.is_empty() {
        "GatewayLoadBalancer"
    } else {
        "Interface"
    };
    let first = format!("{}a", world.ids.region());
    json!({
        "serviceId": service.id, "serviceName": name, "serviceState": "Available",
        "serviceType": [{ "serviceType": kind }], "acceptanceRequired": service.acceptance_required,
        "managesVpcEndpoints": false, "availabilityZoneSet": [first],
        "networkLoadBalancerArnSet": service.network_balancers,
        "gatewayLoadBalancerArnSet": service.gateway_balancers,
        "baseEndpointDnsNameSet": [format!("{}.{}.vpce.amazonaws.com", service.id, world.ids.region())],
        "tagSet": tag_set(world, &service.id),
    })
}
