//! Network interfaces: what load balancers, gateways and instances are reached through, and what keeps a network alive.
//!
//! No packet passes one. Who made an interface alone may take it away.

use std::net::Ipv4Addr;

use jiff::Timestamp;
use serde_json::json;

use super::release::Releasing;
use super::{Instance, Kind};
use crate::world::{Refusal, World};

/// What made an interface, as `InterfaceType` says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InterfaceKind {
    /// Of an instance, a classic or an Application Load Balancer, a task, anybody.
    #[default]
    Interface,
    NetworkLoadBalancer,
    GatewayLoadBalancer,
    NatGateway,
    VpcEndpoint,
    Lambda,
}

#[derive(Debug, Clone)]
pub struct Interface {
    pub id: String,
    pub kind: InterfaceKind,
    pub vpc: String,
    pub subnet: String,
    pub owner: String,
    pub description: String,
    pub groups: Vec<String>,
    pub private_ip: Ipv4Addr,
    pub mac: String,
    pub source_dest_check: bool,
    pub requester: Option<Requester>,
    /// None makes it `available`.
    pub attachment: Option<Attachment>,
    pub public: Option<Association>,
    pub created: Timestamp,
    pub(super) releasing: Option<Releasing>,
}

/// Who made it on the account's behalf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requester {
    /// `amazon-elb`, an account.
    pub id: String,
    /// Whether only an AWS service may change it.
    pub managed: bool,
}

/// What it is attached to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// `eni-attach-…`; `ela-attach-…` for what no account may detach.
    pub id: String,
    /// `amazon-elb`, `amazon-aws`, an account.
    pub instance_owner: String,
    /// Absent where the machine is AWS's own.
    pub instance: Option<String>,
    pub device_index: i64,
    pub delete_on_termination: bool,
}

/// A public address that is wanted for a new interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    /// `amazon-elb`, `amazon`, an account: `IpOwnerId`.
    pub owner: String,
    /// Of an elastic address that somebody gave; AWS's own addresses have none.
    pub allocation: Option<String>,
}

/// A public address that an interface has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Association {
    pub ip: Ipv4Addr,
    pub owner: String,
    pub allocation: Option<String>,
    /// `eipassoc-…`, of an elastic address only.
    pub id: Option<String>,
}

/// An interface that is asked for.
#[derive(Debug, Clone, Default)]
pub struct NewInterface {
    /// A new one where nobody asks for one.
    pub id: Option<String>,
    pub subnet: String,
    pub description: String,
    pub groups: Vec<String>,
    /// The lowest free one of the subnet where nobody asks for one.
    pub private_ip: Option<Ipv4Addr>,
    pub kind: InterfaceKind,
    pub requester: Option<Requester>,
    pub attachment: Option<Attachment>,
    pub public: Option<Public>,
    pub tags: std::collections::BTreeMap<String, String>,
}

impl InterfaceKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Interface => "interface",
            Self::NetworkLoadBalancer => "network_load_balancer",
            Self::GatewayLoadBalancer => "gateway_load_balancer",
            Self::NatGateway => "nat_gateway",
            Self::VpcEndpoint => "vpc_endpoint",
            Self::Lambda => "lambda",
        }
    }
}

impl Interface {
    /// `in-use` or `available`.
    pub fn status(&self) -> &'static str {
        if self.attachment.is_some() {
            "in-use"
        } else {
            "available"
        }
    }

    /// Whether an AWS service keeps it.
    pub fn managed(&self) -> bool {
        self.requester.as_ref().is_some_and(|it| it.managed)
    }
}

impl Attachment {
    /// To a machine of AWS's that the account cannot see.
    pub fn of_service(id: String, owner: &str) -> Self {
        Self {
            id,
            instance_owner: owner.to_owned(),
            instance: None,
            device_index: 1,
            delete_on_termination: false,
        }
    }
}

impl World {
    /// Makes an interface for whoever asks, in the zone and VPC of its subnet; without groups it has the VPC's default
    /// one. A subnet that is not there gives an interface that is nowhere, so services check it first.
    pub fn add_interface(&mut self, wanted: NewInterface) -> String {
        let id = wanted.id.unwrap_or_else(|| self.ec2_id(Kind::Interface));
        let vpc = self.vpc_of_subnet(&wanted.subnet).unwrap_or_default();
        let private_ip = wanted
            .private_ip
            .unwrap_or_else(|| self.free_address(&wanted.subnet));
        let public = wanted.public.map(|public| self.associate_new(public));
        let [a, b, c, d] = private_ip.octets();
        let interface = Interface {
            id: id.clone(),
            kind: wanted.kind,
            vpc,
            subnet: wanted.subnet,
            owner: self.ids.account().to_owned(),
            description: wanted.description,
            groups: wanted.groups,
            private_ip,
            mac: format!("02:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}"),
            source_dest_check: true,
            requester: wanted.requester,
            attachment: wanted.attachment,
            public,
            created: self.now.wall,
            releasing: None,
        };
        self.set_tags(&id, wanted.tags);
        self.log_interface(&id, interface.status());
        self.ec2.interfaces.insert(id.clone(), interface);
        id
    }

    /// An id for [`Attachment::id`]: `prefix` is `eni-attach` or `ela-attach`.
    pub fn attachment_id(&mut self, prefix: &str) -> String {
        self.ids.ec2(prefix)
    }

    /// Gives interfaces other groups, as a load balancer whose groups are set does; ids of none are passed over.
    pub fn set_interface_groups(&mut self, ids: &[String], groups: &[String]) {
        for id in ids {
            if let Some(interface) = self.ec2.interfaces.get_mut(id) {
                interface.groups = groups.to_vec();
            }
        }
        self.note_change();
    }

    /// A machine to attach interfaces to, with none yet.
    pub fn add_instance(&mut self, id: &str) {
        let instance = Instance {
            id: id.to_owned(),
            owner: self.ids.account().to_owned(),
            launched: self.now.wall,
        };
        self.ec2.instances.insert(id.to_owned(), instance);
        self.note_change();
    }

    /// A machine ends: interfaces that go with it are gone, the others become `available`.
    pub fn remove_instance(&mut self, id: &str) {
        self.ec2.instances.remove(id);
        let attached = |it: &&Interface| {
            let attachment = it.attachment.as_ref();
            attachment.is_some_and(|it| it.instance.as_deref() == Some(id))
        };
        let attached: Vec<(String, bool)> = self
            .ec2
            .interfaces
            .values()
            .filter(attached)
            .map(|it| {
                (
                    it.id.clone(),
                    it.attachment.as_ref().is_some_and(|it| it.delete_on_termination),
                )
            })
            .collect();
        for (interface, goes_along) in attached {
            if goes_along {
                self.remove_interface(&interface);
            } else {
                self.detach_interface(&interface);
            }
        }
    }

    pub(super) fn detach_interface(&mut self, id: &str) {
        if let Some(interface) = self.ec2.interfaces.get_mut(id) {
            interface.attachment = None;
            self.log_interface(id, "available");
        }
    }

    pub(super) fn remove_interface(&mut self, id: &str) {
        self.ec2.interfaces.remove(id);
        self.tags.remove(id);
        self.log_interface(id, "gone");
    }

    pub(super) fn log_interface(&mut self, id: &str, state: &str) {
        self.record(json!({ "event": "interface", "interface": id, "state": state }));
    }

    /// The lowest address of a subnet that nothing has. The first four are AWS's.
    fn free_address(&self, subnet: &str) -> Ipv4Addr {
        let Ok(subnet) = self.ec2.subnet(subnet) else {
            return Ipv4Addr::UNSPECIFIED;
        };
        let of_subnet = self.ec2.interfaces.values().filter(|it| it.subnet == subnet.id);
        let taken: std::collections::BTreeSet<Ipv4Addr> = of_subnet.map(|it| it.private_ip).collect();
        let mut free = subnet.cidr.hosts().skip(3).filter(|it| !taken.contains(it));
        free.next().unwrap_or(Ipv4Addr::UNSPECIFIED)
    }
}

/// "You may not": what an AWS service keeps is not the account's to change.
pub(super) fn not_permitted() -> Refusal {
    Refusal::new(
        "AuthFailure",
        "You do not have permission to access the specified resource.",
    )
}
