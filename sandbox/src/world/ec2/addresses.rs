//! Elastic addresses: given, mapped to interfaces, released.
//!
//! What a load balancer or a NAT gateway has mapped, only it lets go.

use std::net::Ipv4Addr;

use super::interfaces::{Association, Public, not_permitted};
use super::{Address, Kind};
use crate::world::{Refusal, Ruled, World};

/// Per Region; adjustable in AWS, where it is 5. Higher here, so that it is in nobody's way.
const MOST: usize = 100;

impl World {
    pub fn allocate_address(&mut self) -> Ruled<String> {
        if MOST <= self.ec2.addresses.len() {
            return Err(Refusal::new(
                "AddressLimitExceeded",
                "The maximum number of addresses has been reached.",
            ));
        }
        let address = Address {
            id: self.ec2_id(Kind::Address),
            ip: self.ec2.next_public_address(),
        };
        let id = address.id.clone();
        self.ec2.addresses.insert(id.clone(), address);
        Ok(id)
    }

    /// Without a caller's checks: what a seed describes is there already.
    pub(crate) fn found_address(&mut self, id: &str, ip: Option<Ipv4Addr>) {
        let ip = ip.unwrap_or_else(|| self.ec2.next_public_address());
        self.ec2.keep_public_address(ip);
        let id = id.to_owned();
        self.ec2.addresses.insert(id.clone(), Address { id, ip });
        self.note_change();
    }

    /// The interface that an elastic address is mapped to, by the address's allocation id.
    pub fn holder_of_address(&self, allocation: &str) -> Option<&super::Interface> {
        let mut interfaces = self.ec2.interfaces.values();
        interfaces.find(|it| {
            let public = it.public.as_ref();
            public.is_some_and(|it| it.allocation.as_deref() == Some(allocation))
        })
    }

    /// Maps an address to an interface; what it was mapped to before must let go of it first, unless told otherwise.
    pub fn associate_address(
        &mut self,
        allocation: &str,
        interface: &str,
        reassociation: Reassociation,
    ) -> Ruled<String> {
        self.ec2.address(allocation)?;
        let target = self.ec2.interface(interface)?;
        if target.managed() {
            return Err(not_permitted());
        }
        let holder = self
            .holder_of_address(allocation)
            .map(|it| (it.id.clone(), it.managed()));
        match holder {
            Some((_, true)) => return Err(not_permitted()),
            Some((holder, false)) if holder != interface && reassociation == Reassociation::Refused => {
                return Err(Refusal::new(
                    "Resource.AlreadyAssociated",
                    format!("resource {allocation} is already associated with associate-id {holder}"),
                ));
            }
            Some((holder, false)) => self.unmap(&holder),
            None => {}
        }
        let owner = self.ids.account().to_owned();
        let association = self.associate_new(Public {
            owner,
            allocation: Some(allocation.to_owned()),
        });
        let id = association.id.clone().unwrap_or_default();
        if let Some(target) = self.ec2.interfaces.get_mut(interface) {
            target.public = Some(association);
        }
        self.note_change();
        Ok(id)
    }

    /// By association id.
    pub fn disassociate_address(&mut self, association: &str) -> Ruled<()> {
        let mut interfaces = self.ec2.interfaces.values();
        let holder = interfaces.find(|it| {
            let public = it.public.as_ref();
            public.is_some_and(|it| it.id.as_deref() == Some(association))
        });
        let holder = holder.ok_or_else(|| Kind::AddressAssociation.missing(association))?;
        if holder.managed() {
            return Err(not_permitted());
        }
        let holder = holder.id.clone();
        self.unmap(&holder);
        Ok(())
    }

    /// Refused while it is mapped: `AuthFailure` where a service's interface has it, else `InvalidIPAddress.InUse`.
    pub fn release_address(&mut self, allocation: &str) -> Ruled<()> {
        let address = self.ec2.address(allocation)?;
        match self.holder_of_address(allocation) {
            Some(holder) if holder.managed() => Err(not_permitted()),
            Some(_) => Err(Refusal::new(
                "InvalidIPAddress.InUse",
                format!("Address {} is in use.", address.ip),
            )),
            None => {
                self.ec2.addresses.remove(allocation);
                self.tags.remove(allocation);
                self.note_change();
                Ok(())
            }
        }
    }

    /// Takes its public address from an interface.
    pub(super) fn unmap(&mut self, interface: &str) {
        if let Some(interface) = self.ec2.interfaces.get_mut(interface) {
            interface.public = None;
        }
        self.note_change();
    }

    /// An elastic address where one is named, else one of the service's own.
    pub(super) fn associate_new(&mut self, public: Public) -> Association {
        let allocated = public.allocation.as_ref();
        let elastic: Option<Ipv4Addr> = allocated.and_then(|id| Some(self.ec2.addresses.get(id)?.ip));
        Association {
            ip: elastic.unwrap_or_else(|| self.ec2.next_public_address()),
            owner: public.owner,
            id: elastic.map(|_| self.ec2_id(Kind::AddressAssociation)),
            allocation: public.allocation,
        }
    }
}

/// Whether an address that is mapped elsewhere may be taken from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reassociation {
    Allowed,
    Refused,
}
