//! Interfaces of the account's own: made, attached, changed, detached, deleted.
//!
//! What a service made is the service's: nobody else detaches, changes or deletes it.

use std::net::Ipv4Addr;

use super::Kind;
use super::interfaces::{Attachment, NewInterface, not_permitted};
use crate::world::{Refusal, Ruled, World};

/// What ModifyNetworkInterfaceAttribute can set, one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterfaceChange {
    Description(String),
    Groups(Vec<String>),
    SourceDestCheck(bool),
    /// Of this attachment.
    DeleteOnTermination(String, bool),
}

impl World {
    /// In a subnet that is there, with groups of its VPC; without any it has the VPC's default one.
    pub fn create_interface(&mut self, mut wanted: NewInterface) -> Ruled<String> {
        let vpc = self.vpc_of_subnet(&wanted.subnet)?;
        self.check_groups(&vpc, &wanted.groups, "InvalidGroup.NotFound")?;
        if self.free_addresses(self.ec2.subnet(&wanted.subnet)?) == 0 {
            return Err(Refusal::new(
                "InsufficientFreeAddressesInSubnet",
                "The specified subnet does not have enough free addresses to satisfy the request.",
            ));
        }
        if let Some(address) = wanted.private_ip {
            self.check_address(&wanted.subnet, address)?;
        }
        if wanted.groups.is_empty() {
            wanted.groups = vec![self.default_group(&vpc)];
        }
        Ok(self.add_interface(wanted))
    }

    /// Whether an address of a subnet can be given to somebody who asks for it.
    fn check_address(&self, subnet: &str, address: Ipv4Addr) -> Ruled<()> {
        let network = self.ec2.subnet(subnet)?.cidr;
        let invalid = |message: &str| Err(Refusal::new("InvalidParameterValue", message));
        if !network.contains(&address) {
            return invalid("Address does not fall within the subnet's address range");
        }
        if !network.hosts().skip(3).any(|it| it == address) {
            return invalid("Address is in subnet's reserved address range");
        }
        let mut interfaces = self.ec2.interfaces.values();
        if interfaces.any(|it| it.subnet == subnet && it.private_ip == address) {
            return Err(Refusal::new(
                "InvalidIPAddress.InUse",
                format!("Address {address} is in use"),
            ));
        }
        Ok(())
    }

    pub fn attach_interface(&mut self, id: &str, instance: &str, device_index: i64) -> Ruled<String> {
        let interface = self.ec2.interface(id)?;
        let owner = self.ec2.instance(instance)?.owner.clone();
        if interface.attachment.is_some() {
            return Err(Refusal::new(
                "InvalidNetworkInterface.InUse",
                format!("Interface: [{id}] in use."),
            ));
        }
        if interface.managed() {
            return Err(not_permitted());
        }
        let mut attached = self
            .ec2
            .interfaces
            .values()
            .filter_map(|it| it.attachment.as_ref());
        if attached.any(|it| it.instance.as_deref() == Some(instance) && it.device_index == device_index) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!(
                    "Instance '{instance}' already has an interface attached at device index '{device_index}'."
                ),
            ));
        }
        let attachment = Attachment {
            id: self.ec2_id(Kind::Attachment),
            instance_owner: owner,
            instance: Some(instance.to_owned()),
            device_index,
            delete_on_termination: false,
        };
        let attachment_id = attachment.id.clone();
        if let Some(interface) = self.ec2.interfaces.get_mut(id) {
            interface.attachment = Some(attachment);
        }
        self.log_interface(id, "in-use");
        Ok(attachment_id)
    }

    /// Only what the account attached; the first interface of a machine stays with it.
    pub fn detach_attachment(&mut self, attachment: &str) -> Ruled<()> {
        let service = attachment.starts_with("ela-attach-");
        if service {
            return Err(Refusal::new(
                "OperationNotPermitted",
                "You are not allowed to manage 'ela-attach' attachments.",
            ));
        }
        let mut interfaces = self.ec2.interfaces.values();
        let found = interfaces.find_map(|it| {
            let held = it.attachment.as_ref().filter(|it| it.id == attachment)?;
            Some((it.id.clone(), it.managed(), held.clone()))
        });
        let (id, managed, held) = found.ok_or_else(|| Kind::Attachment.missing(attachment))?;
        if managed || held.instance_owner != self.ids.account() {
            return Err(not_permitted());
        }
        if held.device_index == 0 {
            return Err(Refusal::new(
                "OperationNotPermitted",
                "The network interface at device index 0 and networkCard index 0 cannot be detached.",
            ));
        }
        self.detach_interface(&id);
        Ok(())
    }

    pub fn modify_interface(&mut self, id: &str, change: InterfaceChange) -> Ruled<()> {
        let interface = self.ec2.interface(id)?;
        if interface.managed() {
            return Err(not_permitted());
        }
        if let InterfaceChange::Groups(groups) = &change {
            self.check_groups(&interface.vpc, groups, "InvalidGroup.NotFound")?;
        }
        let interface = self.ec2.interfaces.get_mut(id);
        let interface = interface.ok_or_else(|| Kind::Interface.missing(id))?;
        match change {
            InterfaceChange::Description(text) => interface.description = text,
            InterfaceChange::Groups(groups) => interface.groups = groups,
            InterfaceChange::SourceDestCheck(on) => interface.source_dest_check = on,
            InterfaceChange::DeleteOnTermination(attachment, on) => {
                let held = interface.attachment.as_mut().filter(|it| it.id == attachment);
                held.ok_or_else(|| Kind::Attachment.missing(&attachment))?
                    .delete_on_termination = on;
            }
        }
        self.note_change();
        Ok(())
    }

    /// Only what is `available` and not kept by a service can be deleted.
    pub fn delete_interface(&mut self, id: &str) -> Ruled<()> {
        let interface = self.ec2.interface(id)?;
        if interface.attachment.is_some() {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Network interface '{id}' is currently in use."),
            ));
        }
        if interface.managed() {
            return Err(not_permitted());
        }
        self.remove_interface(id);
        Ok(())
    }
}
