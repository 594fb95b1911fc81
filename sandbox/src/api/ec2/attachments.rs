//! Actions that make and change network interfaces.
//!
//! One private IPv4 address each.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::super::args::Args;
use super::done;
use super::interfaces::interface_json;
use super::read::{flag, inner_flag, invalid, missing, need, number, tags};
use crate::world::ec2::{InterfaceChange, NewInterface};
use crate::world::{Refusal, Ruled, World};

pub fn create(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = world.create_interface(NewInterface {
        subnet: need(args, "SubnetId")?.to_owned(),
        description: args.owned("Description")?.unwrap_or_default(),
        groups: args.texts("SecurityGroupId")?,
        private_ip: private_ip(args)?,
        tags: tags(args, "network-interface")?,
        ..NewInterface::default()
    })?;
    Ok(json!({ "networkInterface": interface_json(world, world.ec2.interface(&id)?) }))
}

/// The one that is asked for, in either way that the call has for it.
fn private_ip(args: &Args<'_>) -> Ruled<Option<Ipv4Addr>> {
    let several = args.structures("PrivateIpAddresses")?;
    let mut asked = Vec::new();
    for it in &several {
        asked.push(need(it, "PrivateIpAddress")?);
    }
    asked.extend(args.text("PrivateIpAddress")?);
    match asked.as_slice() {
        [] => Ok(None),
        [one] => one
            .parse()
            .map(Some)
            .map_err(|_| invalid(one, "privateIpAddress")),
        [_, second, ..] => Err(Refusal::new(
            "PrivateIpAddressLimitExceeded",
            format!("the sandbox gives an interface one private address: {second} is one too many"),
        )),
    }
}

pub fn attach(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let index = number(args, "DeviceIndex")?.ok_or_else(|| missing("deviceIndex"))?;
    let interface = need(args, "NetworkInterfaceId")?;
    let id = world.attach_interface(interface, need(args, "InstanceId")?, index)?;
    Ok(json!({ "attachmentId": id, "networkCardIndex": 0 }))
}

/// `Force` changes nothing: no machine is asked.
pub fn detach(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.detach_attachment(need(args, "AttachmentId")?)?;
    Ok(done())
}

pub fn modify(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    let id = need(args, "NetworkInterfaceId")?;
    let groups = args.texts("SecurityGroupId")?;
    let change = if let Some(description) = args.structure("Description")? {
        InterfaceChange::Description(description.owned("Value")?.unwrap_or_default())
    } else if let Some(on) = inner_flag(args, "SourceDestCheck")? {
        InterfaceChange::SourceDestCheck(on)
    } else if let Some(attachment) = args.structure("Attachment")? {
        let on = flag(&attachment, "DeleteOnTermination")?;
        let on = on.ok_or_else(|| missing("deleteOnTermination"))?;
        InterfaceChange::DeleteOnTermination(need(&attachment, "AttachmentId")?.to_owned(), on)
    } else if groups.is_empty() {
        return Err(missing("attribute"));
    } else {
        InterfaceChange::Groups(groups)
    };
    world.modify_interface(id, change)?;
    Ok(done())
}

pub fn delete(world: &mut World, args: &Args<'_>) -> Ruled<Value> {
    world.delete_interface(need(args, "NetworkInterfaceId")?)?;
    Ok(done())
}
