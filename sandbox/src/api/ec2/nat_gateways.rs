//! NAT gateway actions.
//!
//! One address each.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::read::{invalid, missing, need, tags};
use super::tag_set;
use crate::world::ec2::{Kind, NatGateway, NatState};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "natgateway")?;
    let allocation = args.text("AllocationId")?;
    match args.text("ConnectivityType")?.unwrap_or("public") {
        "public" if allocation.is_none() => return Err(missing("AllocationId")),
        "private" if allocation.is_some() => return Err(invalid("private", "connectivityType")),
        "public" | "private" => {}
        other => return Err(invalid(other, "connectivityType")),
    }
    let id = world.create_nat_gateway(need(args, "SubnetId")?, allocation)?;
    world.set_tags(&id, tags);
    Ok(json!({ "natGateway": nat_json(world, world.ec2.nat_gateway(&id)?) }))
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = need(args, "NatGatewayId")?;
    world.delete_nat_gateway(id)?;
    Ok(json!({ "natGatewayId": id }))
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.nat_gateways,
        kind: Kind::NatGateway,
        ids: "NatGatewayId",
        set: "natGatewaySet",
        filters: &["nat-gateway-id", "state", "subnet-id", "vpc-id"],
        most: 1000,
        values: |_, gateway, filter| {
            let value = match filter {
                "state" => gateway.state.name(),
                "subnet-id" => &gateway.subnet,
                "vpc-id" => &gateway.vpc,
                _ => &gateway.id,
            };
            vec![value.to_owned()]
        },
        json: nat_json,
    };
    listing.answer(world, args)
}

/// AWS's picture of a NAT gateway; what it had is still told when it is deleted.
pub fn nat_json(world: &World, gateway: &NatGateway) -> Value {
    let kind = if gateway.allocation.is_some() {
        "public"
    } else {
        "private"
    };
    let status = match gateway.state {
        NatState::Pending | NatState::Available => "succeeded",
        NatState::Deleting | NatState::Deleted => "disassociating",
    };
    let interface = world.ec2.interfaces.get(&gateway.interface);
    let association = interface.and_then(|it| it.public.as_ref()?.id.clone());
    json!({
        "natGatewayId": gateway.id, "vpcId": gateway.vpc, "subnetId": gateway.subnet,
        "state": gateway.state.name(), "connectivityType": kind, "createTime": gateway.created.to_string(),
        "deleteTime": gateway.deleted.map(|it| it.to_string()), "tagSet": tag_set(world, &gateway.id),
        "natGatewayAddressSet": [{
            "allocationId": gateway.allocation, "networkInterfaceId": gateway.interface,
            "privateIp": gateway.private_ip, "publicIp": gateway.public_ip, "isPrimary": true, "status": status,
            "associationId": association,
        }],
    })
}
