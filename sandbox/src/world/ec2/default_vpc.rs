//! The default VPC, which an account has in every Region before anybody asks for one.
//!
//! Its ids never change, so that examples and tests can name them.

use ipnet::Ipv4Net;

use super::vpcs::Founding;
use super::{InternetGateway, Kind, NewSubnet, Route, RouteTarget, ZONES};
use crate::world::World;

pub const VPC: &str = "vpc-0b1ae6f0c0ffee000";
/// One in each zone.
pub const SUBNETS: [&str; 3] = ["subnet-11111111", "subnet-22222222", "subnet-33333333"];
/// Its default security group.
pub const GROUP: &str = "sg-11111111";

impl World {
    /// As AWS makes it: 172.31.0.0/16, a /20 in each zone, an internet gateway that everything is routed to.
    pub(crate) fn found_default_vpc(&mut self) {
        let owner = self.ids.account().to_owned();
        self.found_vpc(Founding {
            id: Some(VPC.into()),
            default_group: Some(GROUP.into()),
            cidr: network(0, 16),
            owner: owner.clone(),
            tenancy: "default".into(),
            is_default: true,
        });
        for (index, (id, letter)) in (0_u8..).zip(SUBNETS.into_iter().zip(ZONES)) {
            self.found_subnet(NewSubnet {
                id: Some(id.into()),
                vpc: VPC.into(),
                cidr: network(index * 16, 20),
                zone: format!("{}{letter}", self.ids.region()),
                owner: owner.clone(),
                default_for_zone: true,
            });
        }
        let gateway = InternetGateway {
            id: self.ec2_id(Kind::InternetGateway),
            owner,
            vpc: Some(VPC.into()),
        };
        let main = self.ec2.route_tables.values_mut().find(|it| it.vpc == VPC);
        if let Some(main) = main {
            main.routes.push(Route {
                destination: "0.0.0.0/0".into(),
                target: RouteTarget::InternetGateway(gateway.id.clone()),
            });
        }
        self.ec2.internet_gateways.insert(gateway.id.clone(), gateway);
    }
}

/// `172.31.third.0/prefix`.
fn network(third: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert([172, 31, third, 0].into(), prefix)
}
