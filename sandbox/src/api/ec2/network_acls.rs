//! Network ACL actions: the default one of each VPC is shown, as Terraform's provider reads it.
//!
//! None can be made or changed.

use serde_json::{Value, json};

use super::super::args::Args;
use super::listing::Listing;
use super::tag_set;
use crate::world::ec2::{Kind, NetworkAcl};
use crate::world::{Ruled, World};

pub fn describe(world: &World, args: &Args<'_>) -> Ruled<Value> {
    let listing = Listing {
        all: &world.ec2.network_acls,
        kind: Kind::NetworkAcl,
        ids: "NetworkAclId",
        set: "networkAclSet",
        filters: &[
            "association.association-id",
            "association.network-acl-id",
            "association.subnet-id",
            "default",
            "network-acl-id",
            "owner-id",
            "vpc-id",
        ],
        most: 1000,
        values,
        json: acl_json,
    };
    listing.answer(world, args)
}

fn values(_world: &World, acl: &NetworkAcl, filter: &str) -> Vec<String> {
    let associations = acl.associations.iter();
    match filter {
        "association.association-id" => associations.map(|it| it.0.clone()).collect(),
        "association.network-acl-id" => associations.map(|_| acl.id.clone()).collect(),
        "association.subnet-id" => associations.map(|it| it.1.clone()).collect(),
        "default" => vec![acl.is_default.to_string()],
        "owner-id" => vec![acl.owner.clone()],
        "vpc-id" => vec![acl.vpc.clone()],
        _ => vec![acl.id.clone()],
    }
}

/// AWS's picture of a network ACL: it lets everything in and out, and denies what no entry names.
pub fn acl_json(world: &World, acl: &NetworkAcl) -> Value {
    let associations = acl.associations.iter().map(
        |(id, subnet)| json!({ "networkAclAssociationId": id, "networkAclId": acl.id, "subnetId": subnet }),
    );
    let entry = |number: u32, action: &str, egress: bool| {
        json!({
            "ruleNumber": number, "protocol": "-1", "ruleAction": action, "egress": egress,
            "cidrBlock": "0.0.0.0/0",
        })
    };
    let entries = [true, false]
        .into_iter()
        .flat_map(|egress| [entry(100, "allow", egress), entry(32767, "deny", egress)]);
    json!({
        "networkAclId": acl.id, "vpcId": acl.vpc, "ownerId": acl.owner, "default": acl.is_default,
        "tagSet": tag_set(world, &acl.id), "entrySet": entries.collect::<Vec<_>>(),
        "associationSet": associations.collect::<Vec<_>>(),
    })
}
