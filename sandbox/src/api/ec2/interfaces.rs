//! Network interface actions.
//!
//! One private IPv4 address each.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::tag_set;
use crate::world::ec2::{Interface, Kind, zone_id};
use crate::world::{Ruled, World};

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.interfaces,
        kind: Kind::Interface,
        ids: "NetworkInterfaceId",
        set: "networkInterfaceSet",
        filters: &[
            "addresses.association.owner-id",
            "addresses.association.public-ip",
            "addresses.primary",
            "addresses.private-ip-address",
            "association.allocation-id",
            "association.association-id",
            "association.ip-owner-id",
            "association.public-ip",
            "attachment.attachment-id",
            "attachment.delete-on-termination",
            "attachment.device-index",
            "attachment.instance-id",
            "attachment.instance-owner-id",
            "attachment.status",
            "availability-zone",
            "description",
            "group-id",
            "group-name",
            "interface-type",
            "mac-address",
            "network-interface-id",
            "owner-id",
            "private-ip-address",
            "requester-id",
            "requester-managed",
            "source-dest-check",
            "status",
            "subnet-id",
            "vpc-id",
        ],
        most: 1000,
        values,
        json: interface_json,
    };
    listing.answer(world, args)
}

fn values(world: &World, it: &Interface, filter: &str) -> Vec<String> {
    let attachment = it.attachment.as_ref();
    let public = it.public.as_ref();
    let value = match filter {
        "addresses.association.owner-id" | "association.ip-owner-id" => public.map(|it| it.owner.clone()),
        "addresses.association.public-ip" | "association.public-ip" => public.map(|it| it.ip.to_string()),
        "association.allocation-id" => public.and_then(|it| it.allocation.clone()),
        "association.association-id" => public.and_then(|it| it.id.clone()),
        "addresses.primary" => Some(true.to_string()),
        "addresses.private-ip-address" | "private-ip-address" => Some(it.private_ip.to_string()),
        "attachment.attachment-id" => attachment.map(|it| it.id.clone()),
        "attachment.delete-on-termination" => attachment.map(|it| it.delete_on_termination.to_string()),
        "attachment.device-index" => attachment.map(|it| it.device_index.to_string()),
        "attachment.instance-id" => attachment.and_then(|it| it.instance.clone()),
        "attachment.instance-owner-id" => attachment.map(|it| it.instance_owner.clone()),
        "attachment.status" => attachment.map(|_| "attached".to_owned()),
        "availability-zone" => world.zone_of_subnet(&it.subnet).ok(),
        "description" => Some(it.description.clone()),
        "group-id" => return it.groups.clone(),
        "group-name" => return it.groups.iter().map(|id| group_name(world, id)).collect(),
        "interface-type" => Some(it.kind.name().to_owned()),
        "mac-address" => Some(it.mac.clone()),
        "network-interface-id" => Some(it.id.clone()),
        "owner-id" => Some(it.owner.clone()),
        "requester-id" => it.requester.as_ref().map(|it| it.id.clone()),
        "requester-managed" => Some(it.managed().to_string()),
        "source-dest-check" => Some(it.source_dest_check.to_string()),
        "status" => Some(it.status().to_owned()),
        "subnet-id" => Some(it.subnet.clone()),
        _ => Some(it.vpc.clone()),
    };
    value.into_iter().collect()
}

fn group_name(world: &World, id: &str) -> String {
    let group = world.ec2.security_groups.get(id);
    group.map(|it| it.name.clone()).unwrap_or_default()
}

/// AWS's picture of a network interface.
pub fn interface_json(world: &World, it: &Interface) -> Value {
    let zone = world.zone_of_subnet(&it.subnet).unwrap_or_default();
    let region = world.ids.region();
    let private_dns = format!(
        "ip-{}.{region}.compute.internal",
        dashes(&it.private_ip.to_string())
    );
    let attachment = it.attachment.as_ref().map(|attachment| {
        json!({
            "attachmentId": attachment.id, "instanceId": attachment.instance,
            "instanceOwnerId": attachment.instance_owner, "deviceIndex": attachment.device_index,
            "networkCardIndex": 0, "status": "attached", "attachTime": it.created.to_string(),
            "deleteOnTermination": attachment.delete_on_termination,
        })
    });
    let association = it.public.as_ref().map(|public| {
        let host = dashes(&public.ip.to_string());
        json!({
            "publicIp": public.ip.to_string(), "ipOwnerId": public.owner, "allocationId": public.allocation,
            "associationId": public.id,
            "publicDnsName": format!("ec2-{host}.{region}.compute.amazonaws.com"),
        })
    });
    let groups = it
        .groups
        .iter()
        .map(|id| json!({ "groupId": id, "groupName": group_name(world, id) }));
    json!({
        "networkInterfaceId": it.id, "interfaceType": it.kind.name(), "vpcId": it.vpc, "subnetId": it.subnet,
        "availabilityZone": zone, "availabilityZoneId": zone_id(&zone), "ownerId": it.owner,
        "description": it.description, "status": it.status(), "macAddress": it.mac,
        "sourceDestCheck": it.source_dest_check,
        "requesterId": it.requester.as_ref().map(|it| &it.id), "requesterManaged": it.managed(),
        "privateIpAddress": it.private_ip.to_string(), "privateDnsName": private_dns,
        "privateIpAddressesSet": [{
            "privateIpAddress": it.private_ip.to_string(), "privateDnsName": private_dns, "primary": true,
            "association": association,
        }],
        "ipv6AddressesSet": [], "groupSet": groups.collect::<Vec<_>>(), "attachment": attachment,
        "association": association, "tagSet": tag_set(world, &it.id),
    })
}

fn dashes(address: &str) -> String {
    address.replace('.', "-")
}
