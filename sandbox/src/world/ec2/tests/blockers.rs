//! What stands in the way of a deletion, each with the code and the words that AWS has for it.
//!
//! One test for each thing that can be deleted.

use std::time::Duration;

use super::super::{
    Attachment, DEFAULT_GROUP, DEFAULT_SUBNETS, DEFAULT_VPC, Direction, NatState, NewInterface, Peer,
    Permission, Public, Release, ReleasePace, Requester,
};
use super::{of_balancer, world};
use crate::world::{Ruled, World};

fn refused<T: std::fmt::Debug>(outcome: Ruled<T>, code: &str, words: &str) {
    let refusal = outcome.expect_err("a refusal");
    assert_eq!(refusal.code, code, "{refusal}");
    assert!(refusal.message.contains(words), "{refusal}");
}

fn from(group: &str) -> Permission {
    Permission::all(Peer::Group {
        id: group.to_owned(),
        owner: "123456789012".into(),
    })
}

/// A VPC with one subnet and one group.
fn network(world: &mut World) -> (String, String, String) {
    let vpc = world.create_vpc("10.0.0.0/16", "default").expect("a VPC");
    let subnet = world.create_subnet(&vpc, "10.0.1.0/24", None).expect("a subnet");
    let group = world
        .create_security_group(&vpc, "front", "front")
        .expect("a group");
    (vpc, subnet, group)
}

#[test]
fn a_security_group_stays_while_an_interface_has_it() {
    let mut world = world(ReleasePace::default());
    let (_, subnet, group) = network(&mut world);
    let wanted = NewInterface {
        subnet,
        groups: vec![group.clone()],
        ..NewInterface::default()
    };
    let card = world.create_interface(wanted).expect("an interface");
    let words = format!("resource {group} has a dependent object");
    refused(world.delete_security_group(&group), "DependencyViolation", &words);
    world.delete_interface(&card).expect("nothing holds it");
    world.delete_security_group(&group).expect("nothing holds it");
    refused(
        world.delete_security_group(&group),
        "InvalidGroup.NotFound",
        "does not exist",
    );
}

#[test]
fn a_security_group_stays_while_another_of_its_vpc_names_it_but_not_for_its_own_sake() {
    let mut world = world(ReleasePace::default());
    let (vpc, _, group) = network(&mut world);
    let nodes = world
        .create_security_group(&vpc, "nodes", "nodes")
        .expect("a group");
    world
        .authorize(&group, Direction::Ingress, vec![from(&group)])
        .expect("a group may let itself in");
    for direction in [Direction::Ingress, Direction::Egress] {
        world
            .authorize(&nodes, direction, vec![from(&group)])
            .expect("a rule");
        refused(world.delete_security_group(&group), "DependencyViolation", &group);
        let (revoked, _) = world
            .revoke(&nodes, direction, vec![from(&group)])
            .expect("it is there");
        assert_eq!(revoked.len(), 1);
    }
    world.delete_security_group(&group).expect("only it names itself");
}

#[test]
fn a_security_group_stays_while_another_vpc_is_associated_with_it() {
    let mut world = world(ReleasePace::default());
    let (_, _, group) = network(&mut world);
    let found = world.ec2.security_groups.get_mut(&group).expect("the group");
    found.associated_vpcs.insert(DEFAULT_VPC.into());
    refused(world.delete_security_group(&group), "DependencyViolation", &group);
}

#[test]
fn nobody_deletes_the_default_group_of_a_vpc() {
    let mut world = world(ReleasePace::default());
    let words = format!("the specified group: \"{DEFAULT_GROUP}\" name: \"default\"");
    refused(world.delete_security_group(DEFAULT_GROUP), "CannotDelete", &words);
}

#[test]
fn a_subnet_stays_while_any_interface_is_in_it_whoever_made_it() {
    let mut world = world(ReleasePace::default());
    let id = of_balancer(&mut world, DEFAULT_SUBNETS[2]);
    let words = format!(
        "The subnet '{}' has dependencies and cannot be deleted.",
        DEFAULT_SUBNETS[2]
    );
    refused(
        world.delete_subnet(DEFAULT_SUBNETS[2]),
        "DependencyViolation",
        &words,
    );
    world.release_interfaces(&[id], Release::At(Duration::ZERO));
    world.delete_subnet(DEFAULT_SUBNETS[2]).expect("it is empty");
}

#[test]
fn an_internet_gateway_stays_attached_while_a_public_address_is_mapped() {
    let mut world = world(ReleasePace::default());
    let gateway = world
        .ec2
        .internet_gateways
        .keys()
        .next()
        .expect("a gateway")
        .clone();
    let attachment = world.attachment_id("ela-attach");
    let id = world.add_interface(NewInterface {
        subnet: DEFAULT_SUBNETS[0].into(),
        requester: Some(Requester {
            id: "amazon-elb".into(),
            managed: true,
        }),
        attachment: Some(Attachment::of_service(attachment.clone(), "amazon-aws")),
        public: Some(Public {
            owner: "amazon-elb".into(),
            allocation: None,
        }),
        ..NewInterface::default()
    });
    refused(
        world.detach_internet_gateway(&gateway, DEFAULT_VPC),
        "DependencyViolation",
        "has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
    );
    refused(
        world.detach_attachment(&attachment),
        "OperationNotPermitted",
        "'ela-attach' attachments",
    );
    refused(
        world.delete_interface(&id),
        "InvalidParameterValue",
        "is currently in use",
    );
    world.release_interfaces(&[id], Release::At(Duration::from_secs(10)));
    world.now.aws = Duration::from_secs(8);
    world.tick();
    world
        .detach_internet_gateway(&gateway, DEFAULT_VPC)
        .expect("an available interface has no address left");
    world.delete_internet_gateway(&gateway).expect("it is detached");
}

#[test]
fn an_attachment_of_a_service_that_is_no_ela_attach_is_not_the_accounts_to_detach() {
    let mut world = world(ReleasePace::default());
    let id = of_balancer(&mut world, DEFAULT_SUBNETS[0]);
    let attachment = world.ec2.interfaces[&id].attachment.clone().expect("in use").id;
    refused(world.detach_attachment(&attachment), "AuthFailure", "permission");
}

#[test]
fn a_vpc_stays_while_anything_of_anybodys_is_in_it() {
    let mut world = world(ReleasePace::default());
    let (vpc, subnet, group) = network(&mut world);
    let words = format!("The vpc '{vpc}' has dependencies and cannot be deleted.");
    let stays = |world: &mut World| refused(world.delete_vpc(&vpc), "DependencyViolation", &words);
    stays(&mut world);
    world.delete_security_group(&group).expect("free");
    stays(&mut world);
    world.delete_subnet(&subnet).expect("free");

    let gateway = world.create_internet_gateway();
    world.attach_internet_gateway(&gateway, &vpc).expect("attaches");
    stays(&mut world);
    world.detach_internet_gateway(&gateway, &vpc).expect("detaches");

    let table = world.create_route_table(&vpc).expect("a table");
    stays(&mut world);
    world.delete_route_table(&table).expect("free");

    let endpoint = world
        .create_gateway_endpoint(&vpc, "s3", &[])
        .expect("an endpoint");
    stays(&mut world);
    world.delete_endpoint(&endpoint).expect("goes");

    world.delete_vpc(&vpc).expect("it is empty");
    assert!(!world.ec2.security_groups.values().any(|it| it.vpc == vpc));
    assert!(
        !world
            .ec2
            .rules
            .values()
            .any(|it| !world.ec2.security_groups.contains_key(&it.group))
    );
    assert!(!world.ec2.route_tables.values().any(|it| it.vpc == vpc));
    assert!(!world.ec2.network_acls.values().any(|it| it.vpc == vpc));
}

#[test]
fn a_nat_gateway_is_deleting_until_its_interface_is_gone_and_only_then_frees_its_address() {
    let mut world = world(ReleasePace::default());
    let address = world.allocate_address().expect("an address");
    let nat = world
        .create_nat_gateway(DEFAULT_SUBNETS[0], Some(&address))
        .expect("a gateway");
    let card = world.ec2.nat_gateways[&nat].interface.clone();
    let made = &world.ec2.interfaces[&card];
    assert_eq!(made.description, format!("Interface for NAT Gateway {nat}"));
    refused(world.release_address(&address), "AuthFailure", "permission");
    world.delete_nat_gateway(&nat).expect("goes");
    let state = |world: &World| world.ec2.nat_gateways[&nat].state;
    assert_eq!(state(&world), NatState::Deleting);
    refused(
        world.delete_subnet(DEFAULT_SUBNETS[0]),
        "DependencyViolation",
        "dependencies",
    );
    for _ in 0..2 {
        world.now.aws = world.tick().1.expect("a deadline");
    }
    world.tick();
    assert_eq!(state(&world), NatState::Deleted);
    assert!(!world.ec2.interfaces.contains_key(&card));
    world.release_address(&address).expect("nothing holds it");
    world.delete_subnet(DEFAULT_SUBNETS[0]).expect("it is empty");
    world.now.aws += Duration::from_secs(3600);
    world.tick();
    assert!(world.ec2.nat_gateways.is_empty());
}

#[test]
fn an_address_of_the_accounts_own_interface_is_in_use_until_it_is_unmapped() {
    let mut world = world(ReleasePace::default());
    let address = world.allocate_address().expect("an address");
    let wanted = NewInterface {
        subnet: DEFAULT_SUBNETS[0].into(),
        ..NewInterface::default()
    };
    let card = world.create_interface(wanted).expect("an interface");
    let association = world
        .associate_address(&address, &card, super::super::Reassociation::Refused)
        .expect("maps");
    let ip = world.ec2.addresses[&address].ip;
    assert_eq!(
        world.ec2.interfaces[&card].public.as_ref().map(|it| it.ip),
        Some(ip)
    );
    refused(
        world.release_address(&address),
        "InvalidIPAddress.InUse",
        &ip.to_string(),
    );
    world.disassociate_address(&association).expect("unmaps");
    world.release_address(&address).expect("nothing holds it");
}
