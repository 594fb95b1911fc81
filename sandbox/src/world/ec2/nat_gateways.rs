//! NAT gateways: an interface and, unless private, an elastic address, for as long as they are there.
//!
//! Translates nothing.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::interfaces::{Attachment, InterfaceKind, NewInterface, Public, Requester, not_permitted};
use super::{Kind, Release};
use crate::world::{Refusal, Ruled, World};

/// AWS seconds from creation to `available`.
const PROVISIONING: Duration = Duration::from_secs(60);
/// AWS shows a deleted one for about an hour.
const SHOWN: Duration = Duration::from_secs(3600);

#[derive(Debug, Clone)]
pub struct NatGateway {
    pub id: String,
    pub vpc: String,
    pub subnet: String,
    pub interface: String,
    /// Of its elastic address; none for a private one.
    pub allocation: Option<String>,
    pub public_ip: Option<String>,
    pub private_ip: String,
    pub created: Timestamp,
    pub deleted: Option<Timestamp>,
    pub state: NatState,
    available_at: Duration,
    forgotten_at: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NatState {
    Pending,
    Available,
    Deleting,
    Deleted,
}

impl NatState {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

impl NatGateway {
    /// Whether it still holds its VPC.
    pub fn is_there(&self) -> bool {
        self.state != NatState::Deleted
    }
}

impl World {
    /// Without an allocation id it is a private one.
    pub fn create_nat_gateway(&mut self, subnet: &str, allocation: Option<&str>) -> Ruled<String> {
        let vpc = self.vpc_of_subnet(subnet)?;
        if let Some(allocation) = allocation {
            self.ec2.address(allocation)?;
            if self.holder_of_address(allocation).is_some() {
                return Err(Refusal::new(
                    "Resource.AlreadyAssociated",
                    format!("Elastic IP address [{allocation}] is already associated"),
                ));
            }
            let mut gateways = self.ec2.internet_gateways.values();
            if !gateways.any(|it| it.vpc.as_ref() == Some(&vpc)) {
                return Err(Refusal::new(
                    "Gateway.NotAttached",
                    format!("Network {vpc} has no Internet gateway attached"),
                ));
            }
        }
        let id = self.ec2_id(Kind::NatGateway);
        self.add_nat_gateway(&id, subnet, allocation, NatState::Pending)?;
        Ok(id)
    }

    /// One that a seed describes, which has been there for long.
    pub(crate) fn found_nat_gateway(
        &mut self,
        id: &str,
        subnet: &str,
        allocation: Option<&str>,
    ) -> Ruled<()> {
        if let Some(allocation) = allocation {
            self.ec2.address(allocation)?;
        }
        self.add_nat_gateway(id, subnet, allocation, NatState::Available)
    }

    fn add_nat_gateway(
        &mut self,
        id: &str,
        subnet: &str,
        allocation: Option<&str>,
        state: NatState,
    ) -> Ruled<()> {
        let vpc = self.vpc_of_subnet(subnet)?;
        let attachment = self.attachment_id("ela-attach");
        let owner = self.ids.account().to_owned();
        let interface = self.add_interface(NewInterface {
            subnet: subnet.to_owned(),
            description: format!("Interface for NAT Gateway {id}"),
            kind: InterfaceKind::NatGateway,
            requester: Some(Requester {
                id: "amazon-aws".into(),
                managed: true,
            }),
            attachment: Some(Attachment::of_service(attachment, "amazon-aws")),
            public: allocation.map(|it| Public {
                owner,
                allocation: Some(it.to_owned()),
            }),
            ..NewInterface::default()
        });
        let made = self.ec2.interface(&interface)?;
        let gateway = NatGateway {
            id: id.to_owned(),
            vpc,
            subnet: subnet.to_owned(),
            allocation: allocation.map(str::to_owned),
            public_ip: made.public.as_ref().map(|it| it.ip.to_string()),
            private_ip: made.private_ip.to_string(),
            interface,
            created: self.now.wall,
            deleted: None,
            state,
            available_at: self.now.aws + PROVISIONING,
            forgotten_at: Duration::MAX,
        };
        self.ec2.nat_gateways.insert(id.to_owned(), gateway);
        self.log_nat_gateway(id, state);
        Ok(())
    }

    /// It is `deleting` until its interface is gone, and with it the mapping of its address. Deleting it again succeeds.
    pub fn delete_nat_gateway(&mut self, id: &str) -> Ruled<()> {
        let gateway = self.ec2.nat_gateway(id)?;
        self.own(&self.ec2.vpc(&gateway.vpc)?.owner)
            .map_err(|_| not_permitted())?;
        if matches!(gateway.state, NatState::Deleting | NatState::Deleted) {
            return Ok(());
        }
        let interface = gateway.interface.clone();
        self.set_nat_state(id, NatState::Deleting);
        self.release_interfaces(&[interface], Release::Nat);
        self.tick_nat_gateways();
        Ok(())
    }

    pub(super) fn tick_nat_gateways(&mut self) -> Option<Duration> {
        let now = self.now.aws;
        let mut next: Option<Duration> = None;
        let all: Vec<(String, NatState, Duration, Duration, bool)> = self
            .ec2
            .nat_gateways
            .values()
            .map(|it| {
                let held = self.ec2.interfaces.contains_key(&it.interface);
                (it.id.clone(), it.state, it.available_at, it.forgotten_at, held)
            })
            .collect();
        for (id, state, available_at, forgotten_at, held) in all {
            match state {
                NatState::Pending if available_at <= now => self.set_nat_state(&id, NatState::Available),
                NatState::Pending => next = Some(next.map_or(available_at, |it| it.min(available_at))),
                NatState::Deleting if !held => self.set_nat_state(&id, NatState::Deleted),
                NatState::Deleted if forgotten_at <= now => {
                    self.ec2.nat_gateways.remove(&id);
                    self.tags.remove(&id);
                }
                NatState::Deleted | NatState::Deleting | NatState::Available => {}
            }
        }
        next
    }

    fn set_nat_state(&mut self, id: &str, state: NatState) {
        let (wall, aws) = (self.now.wall, self.now.aws);
        if let Some(gateway) = self.ec2.nat_gateways.get_mut(id) {
            gateway.state = state;
            match state {
                NatState::Deleting => gateway.deleted = Some(wall),
                NatState::Deleted => gateway.forgotten_at = aws + SHOWN,
                NatState::Pending | NatState::Available => {}
            }
        }
        self.log_nat_gateway(id, state);
    }

    fn log_nat_gateway(&mut self, id: &str, state: NatState) {
        self.record(json!({ "event": "nat_gateway", "nat_gateway": id, "state": state.name() }));
    }
}
