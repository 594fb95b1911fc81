//! VPCs: creating, changing, deleting.
//!
//! One IPv4 network each; further ones, IPv6 and address pools are refused where they are asked for.

use ipnet::Ipv4Net;

use super::access::in_use;
use super::{
    Kind, NetworkAcl, Peer, Permission, Route, RouteAssociation, RouteTable, RouteTarget, SecurityGroup, Vpc,
};
use crate::world::{Refusal, Ruled, World};

/// A VPC as it is made, by a caller or by a seed, which may choose its ids and its owner.
#[derive(Debug, Clone)]
pub(crate) struct Founding {
    pub id: Option<String>,
    pub default_group: Option<String>,
    pub cidr: Ipv4Net,
    pub owner: String,
    pub tenancy: String,
    pub is_default: bool,
}

/// What ModifyVpcAttribute can set, one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VpcAttribute {
    DnsSupport(bool),
    DnsHostnames(bool),
}

impl World {
    /// A /16 to a /28, its main route table, its default network ACL and its default security group.
    pub fn create_vpc(&mut self, cidr: &str, tenancy: &str) -> Ruled<String> {
        let cidr = parse_cidr(cidr, "cidrBlock")?;
        if !(16..=28).contains(&cidr.prefix_len()) {
            return Err(Refusal::new(
                "InvalidVpc.Range",
                format!("The CIDR '{cidr}' is invalid."),
            ));
        }
        Ok(self.found_vpc(Founding {
            id: None,
            default_group: None,
            cidr,
            owner: self.ids.account().to_owned(),
            tenancy: tenancy.to_owned(),
            is_default: false,
        }))
    }

    /// Without a caller's checks: what a seed describes is there already.
    pub(crate) fn found_vpc(&mut self, founding: Founding) -> String {
        let id = founding.id.unwrap_or_else(|| self.ec2_id(Kind::Vpc));
        let (owner, is_default) = (founding.owner, founding.is_default);
        let table = RouteTable {
            id: self.ec2_id(Kind::RouteTable),
            vpc: id.clone(),
            owner: owner.clone(),
            routes: vec![Route {
                destination: founding.cidr.to_string(),
                target: RouteTarget::Local,
            }],
            associations: vec![RouteAssociation {
                id: self.ec2_id(Kind::RouteAssociation),
                subnet: None,
            }],
        };
        let acl = NetworkAcl {
            id: self.ec2_id(Kind::NetworkAcl),
            vpc: id.clone(),
            owner: owner.clone(),
            is_default: true,
            entries: NetworkAcl::open(),
            associations: Vec::new(),
        };
        let group = SecurityGroup {
            id: founding
                .default_group
                .unwrap_or_else(|| self.ec2_id(Kind::SecurityGroup)),
            vpc: id.clone(),
            owner: owner.clone(),
            name: "default".into(),
            description: "default VPC security group".into(),
            associated_vpcs: Default::default(),
        };
        let itself = Permission::all(Peer::Group {
            id: group.id.clone(),
            owner: owner.clone(),
        });
        let vpc = Vpc {
            id: id.clone(),
            cidr: founding.cidr,
            owner,
            is_default,
            tenancy: founding.tenancy,
            dns_support: true,
            dns_hostnames: is_default,
        };
        self.ec2.route_tables.insert(table.id.clone(), table);
        self.ec2.network_acls.insert(acl.id.clone(), acl);
        self.ec2.vpcs.insert(id.clone(), vpc);
        self.found_group(group, Some(itself));
        id
    }

    pub fn modify_vpc(&mut self, id: &str, attribute: VpcAttribute) -> Ruled<()> {
        let owner = self.ec2.vpc(id)?.owner.clone();
        self.own(&owner)?;
        let vpc = self.ec2.vpcs.get_mut(id).ok_or_else(|| Kind::Vpc.missing(id))?;
        match attribute {
            VpcAttribute::DnsSupport(on) => vpc.dns_support = on,
            VpcAttribute::DnsHostnames(on) => vpc.dns_hostnames = on,
        }
        Ok(())
    }

    /// Only an empty VPC goes; its main route table, default ACL and default security group go with it.
    pub fn delete_vpc(&mut self, id: &str) -> Ruled<()> {
        let owner = self.ec2.vpc(id)?.owner.clone();
        self.own(&owner)?;
        let ec2 = &self.ec2;
        let needed = ec2.subnets.values().any(|it| it.vpc == id)
            || ec2.interfaces.values().any(|it| it.vpc == id)
            || ec2.security_groups.values().any(|it| {
                let here = it.vpc == id && !it.is_default();
                here || it.associated_vpcs.contains(id)
            })
            || ec2
                .internet_gateways
                .values()
                .any(|it| it.vpc.as_deref() == Some(id))
            || ec2.nat_gateways.values().any(|it| it.vpc == id && it.is_there())
            || ec2.endpoints.values().any(|it| it.vpc == id)
            || ec2.route_tables.values().any(|it| it.vpc == id && !it.is_main())
            || ec2.network_acls.values().any(|it| it.vpc == id && !it.is_default);
        if needed {
            return Err(in_use("vpc", id));
        }
        let default = self.default_group(id);
        self.remove_group(&default);
        let ec2 = &mut self.ec2;
        let gone = ec2
            .route_tables
            .extract_if(.., |_, it| it.vpc == id)
            .map(|it| it.0);
        let mut gone: Vec<String> = gone.collect();
        gone.extend(
            ec2.network_acls
                .extract_if(.., |_, it| it.vpc == id)
                .map(|it| it.0),
        );
        ec2.vpcs.remove(id);
        gone.push(id.to_owned());
        for id in &gone {
            self.tags.remove(id);
        }
        self.note_change();
        Ok(())
    }
}

/// A network in CIDR notation. AWS makes 10.0.0.0/16 of 10.0.0.9/16.
pub(super) fn parse_cidr(text: &str, parameter: &str) -> Ruled<Ipv4Net> {
    let bad = || {
        Refusal::new(
            "InvalidParameterValue",
            format!("Value ({text}) for parameter {parameter} is invalid. This is not a valid CIDR block."),
        )
    };
    text.parse::<Ipv4Net>().map(|net| net.trunc()).map_err(|_| bad())
}
