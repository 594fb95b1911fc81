//! The network interfaces of load balancers: one in each subnet, as long as the load balancer is there and a while
//! longer.
//!
//! Serves classic load balancers too, which differ in their description only. Knows what an interface looks like; when
//! it goes, EC2's rules say.

use std::collections::BTreeMap;

use super::Kind;
use crate::world::ec2::{Attachment, InterfaceKind, NewInterface, Public, Release, Requester};
use crate::world::{Ruled, World};

/// Interfaces by subnet.
pub type Interfaces = BTreeMap<String, String>;

/// What decides the looks of a load balancer's interfaces.
#[derive(Debug, Clone)]
pub struct Looks {
    /// None for a classic one.
    pub kind: Option<Kind>,
    /// `ELB name`, `ELB app/name/id` and so on.
    pub description: String,
    pub groups: Vec<String>,
    pub internet_facing: bool,
    /// Elastic addresses of the account's own, by subnet.
    pub allocations: BTreeMap<String, String>,
}

impl Looks {
    /// How fast AWS lets its interfaces go.
    fn release(&self) -> Release {
        match self.kind {
            None => Release::Classic,
            Some(Kind::Application) => Release::Application,
            Some(Kind::Network | Kind::Gateway) => Release::Network,
        }
    }
}

impl World {
    /// Makes what is missing in these subnets, lets go what is in others, and gives all the right groups.
    pub(crate) fn settle_interfaces(
        &mut self,
        now: &Interfaces,
        subnets: &[String],
        looks: &Looks,
    ) -> Interfaces {
        let mut after = Interfaces::new();
        for subnet in subnets {
            let id = match now.get(subnet) {
                Some(id) => id.clone(),
                None => self.add_balancer_interface(subnet, looks),
            };
            after.insert(subnet.clone(), id);
        }
        let left: Vec<String> = now
            .iter()
            .filter(|(subnet, _)| !after.contains_key(*subnet))
            .map(|(_, id)| id.clone())
            .collect();
        self.release_interfaces(&left, looks.release());
        let ids: Vec<String> = after.values().cloned().collect();
        self.set_interface_groups(&ids, &looks.groups);
        after
    }

    fn add_balancer_interface(&mut self, subnet: &str, looks: &Looks) -> String {
        let newer = matches!(looks.kind, Some(Kind::Network | Kind::Gateway));
        // The account may not detach these, whatever state they are in.
        let (prefix, owner) = if newer {
            ("ela-attach", "amazon-aws")
        } else {
            ("eni-attach", "amazon-elb")
        };
        let allocation = looks.allocations.get(subnet).cloned();
        let public = looks.internet_facing.then(|| Public {
            owner: match (&allocation, newer) {
                (Some(_), _) => self.ids.account().to_owned(),
                (None, true) => "amazon".into(),
                (None, false) => "amazon-elb".into(),
            },
            allocation,
        });
        let attachment = Attachment::of_service(self.attachment_id(prefix), owner);
        self.add_interface(NewInterface {
            subnet: subnet.to_owned(),
            description: looks.description.clone(),
            groups: looks.groups.clone(),
            kind: match looks.kind {
                None | Some(Kind::Application) => InterfaceKind::Interface,
                Some(Kind::Network) => InterfaceKind::NetworkLoadBalancer,
                Some(Kind::Gateway) => InterfaceKind::GatewayLoadBalancer,
            },
            requester: Some(Requester {
                id: "amazon-elb".into(),
                managed: true,
            }),
            attachment: Some(attachment),
            public,
            ..NewInterface::default()
        })
    }

    /// After a change of subnets or groups.
    pub fn settle_load_balancer(&mut self, arn: &str) -> Ruled<()> {
        let balancer = self.load_balancer(arn)?;
        let looks = balancer.looks();
        let (now, subnets) = (balancer.interfaces.clone(), balancer.subnets.clone());
        let after = self.settle_interfaces(&now, &subnets, &looks);
        self.load_balancer_mut(arn)?.interfaces = after;
        Ok(())
    }
}

impl super::LoadBalancer {
    /// What its interfaces look like.
    pub(crate) fn looks(&self) -> Looks {
        Looks {
            kind: Some(self.kind),
            description: format!("ELB {}/{}/{}", self.kind.short(), self.name, self.id),
            groups: self.security_groups.clone(),
            internet_facing: self.kind != Kind::Gateway && self.scheme == "internet-facing",
            allocations: self.allocations.clone(),
        }
    }
}
