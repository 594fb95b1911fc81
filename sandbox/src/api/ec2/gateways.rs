//! Internet gateway actions.
//!
//! Translates only.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::read::{need, tags};
use super::{done, tag_set};
use crate::world::ec2::{InternetGateway, Kind};
use crate::world::{Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "internet-gateway")?;
    let id = world.create_internet_gateway();
    world.set_tags(&id, tags);
    Ok(json!({ "internetGateway": gateway_json(world, world.ec2.internet_gateway(&id)?) }))
}

pub fn attach(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.attach_internet_gateway(need(args, "InternetGatewayId")?, need(args, "VpcId")?)?;
    Ok(done())
}

pub fn detach(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.detach_internet_gateway(need(args, "InternetGatewayId")?, need(args, "VpcId")?)?;
    Ok(done())
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_internet_gateway(need(args, "InternetGatewayId")?)?;
    Ok(done())
}

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.internet_gateways,
        kind: Kind::InternetGateway,
        ids: "InternetGatewayId",
        set: "internetGatewaySet",
        filters: &[
            "attachment.state",
            "attachment.vpc-id",
            "internet-gateway-id",
            "owner-id",
        ],
        most: 1000,
        values,
        json: gateway_json,
    };
    listing.answer(world, args)
}

fn values(_world: &World, gateway: &InternetGateway, filter: &str) -> Vec<String> {
    let value = match filter {
        "attachment.state" => gateway.vpc.as_ref().map(|_| "available".to_owned()),
        "attachment.vpc-id" => gateway.vpc.clone(),
        "owner-id" => Some(gateway.owner.clone()),
        _ => Some(gateway.id.clone()),
    };
    value.into_iter().collect()
}

/// AWS's picture of an internet gateway.
pub fn gateway_json(world: &World, gateway: &InternetGateway) -> Value {
    let attachments = gateway.vpc.iter();
    let attachments = attachments.map(|vpc| json!({ "vpcId": vpc, "state": "available" }));
    json!({
        "internetGatewayId": gateway.id, "ownerId": gateway.owner, "tagSet": tag_set(world, &gateway.id),
        "attachmentSet": attachments.collect::<Vec<_>>(),
    })
}
