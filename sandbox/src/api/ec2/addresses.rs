//! Elastic address actions.
//!
//! Addresses of VPCs only.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Filters;
use super::read::{flag, need, tags};
use super::{done, tag_set};
use crate::world::ec2::{Address, Kind, Reassociation};
use crate::world::{Refusal, Ruled, World};

const FILTERS: &[&str] = &[
    "allocation-id",
    "association-id",
    "domain",
    "network-interface-id",
    "network-interface-owner-id",
    "private-ip-address",
    "public-ip",
];

pub fn allocate(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let tags = tags(args, "elastic-ip")?;
    let id = world.allocate_address()?;
    world.set_tags(&id, tags);
    let address = world.ec2.address(&id)?;
    let region = world.ids.region();
    Ok(json!({
        "allocationId": id, "publicIp": address.ip.to_string(), "domain": "vpc", "publicIpv4Pool": "amazon",
        "networkBorderGroup": region,
    }))
}

/// To an interface; a machine is reached through one of its own.
pub fn associate(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let reassociation = match flag(args, "AllowReassociation")? {
        Some(true) => Reassociation::Allowed,
        _ => Reassociation::Refused,
    };
    let (allocation, interface) = (need(args, "AllocationId")?, need(args, "NetworkInterfaceId")?);
    let id = world.associate_address(allocation, interface, reassociation)?;
    Ok(json!({ "associationId": id }))
}

pub fn disassociate(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.disassociate_address(need(args, "AssociationId")?)?;
    Ok(done())
}

pub fn release(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.release_address(need(args, "AllocationId")?)?;
    Ok(done())
}

/// Never in pages.
pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let filters = Filters::read(args, FILTERS)?;
    let ids = args.texts("AllocationId")?;
    if let Some(stranger) = ids.iter().find(|id| !world.ec2.addresses.contains_key(*id)) {
        return Err(Kind::Address.missing(stranger));
    }
    let addresses = args.texts("PublicIp")?;
    let found = world.ec2.addresses.values().filter(|it| {
        let of_ids = ids.is_empty() || ids.contains(&it.id);
        let of_addresses = addresses.is_empty() || addresses.contains(&it.ip.to_string());
        of_ids && of_addresses && filters.fit(world, &it.id, |name| values(world, it, name))
    });
    let found: Vec<Value> = found.map(|it| address_json(world, it)).collect();
    if let Some(address) = addresses
        .iter()
        .find(|ip| !found.iter().any(|it| it["publicIp"] == **ip))
    {
        return Err(Refusal::new(
            "InvalidAddress.NotFound",
            format!("Address '{address}' not found."),
        ));
    }
    Ok(json!({ "addressesSet": found }))
}

fn values(world: &World, address: &Address, filter: &str) -> Vec<String> {
    let holder = world.holder_of_address(&address.id);
    let value = match filter {
        "allocation-id" => Some(address.id.clone()),
        "association-id" => holder.and_then(|it| it.public.as_ref()?.id.clone()),
        "domain" => Some("vpc".to_owned()),
        "network-interface-id" => holder.map(|it| it.id.clone()),
        "network-interface-owner-id" => holder.map(|it| it.owner.clone()),
        "private-ip-address" => holder.map(|it| it.private_ip.to_string()),
        _ => Some(address.ip.to_string()),
    };
    value.into_iter().collect()
}

/// AWS's picture of an elastic address.
pub fn address_json(world: &World, address: &Address) -> Value {
    let holder = world.holder_of_address(&address.id);
    let instance = holder.and_then(|it| it.attachment.as_ref()?.instance.clone());
    json!({
        "allocationId": address.id, "publicIp": address.ip.to_string(), "domain": "vpc",
        "publicIpv4Pool": "amazon", "networkBorderGroup": world.ids.region(), "instanceId": instance,
        "associationId": holder.and_then(|it| it.public.as_ref()?.id.clone()),
        "networkInterfaceId": holder.map(|it| &it.id),
        "networkInterfaceOwnerId": holder.map(|it| &it.owner),
        "privateIpAddress": holder.map(|it| it.private_ip.to_string()),
        "tagSet": tag_set(world, &address.id),
    })
}
