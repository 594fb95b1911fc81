//! Network ACLs: what a list begins with, how subnets move between lists, and what holds a list.
//!
//! Numbers and protocols that callers may not use are the table's of the AWS CLI.

use super::super::{AclEntry, DEFAULT_SUBNETS, DEFAULT_VPC, ReleasePace, Verdict};
use super::world;
use crate::world::World;

fn entry(number: u32, egress: bool) -> AclEntry {
    AclEntry {
        egress,
        number,
        protocol: -1,
        verdict: Verdict::Allow,
        network: "0.0.0.0/0".parse().expect("a network"),
        ports: None,
        icmp: None,
    }
}

fn association(world: &World, subnet: &str) -> (String, String) {
    let mut lists = world.ec2.network_acls.values();
    let found = lists.find_map(|acl| {
        let held = acl.associations.iter().find(|it| it.1 == subnet)?;
        Some((acl.id.clone(), held.0.clone()))
    });
    found.expect("every subnet has a list")
}

#[test]
fn the_first_list_of_a_vpc_lets_everything_through_and_another_nothing() {
    let mut world = world(ReleasePace::default());
    let (first, _) = association(&world, DEFAULT_SUBNETS[0]);
    assert_eq!(
        world.ec2.network_acls[&first].entries,
        [entry(100, false), entry(100, true)]
    );
    let own = world.create_network_acl(DEFAULT_VPC).expect("a list");
    assert_eq!(world.ec2.network_acls[&own].entries, []);
}

#[test]
fn a_subnet_has_one_list_and_holds_it_until_it_moves_or_goes() {
    let mut world = world(ReleasePace::default());
    let own = world.create_network_acl(DEFAULT_VPC).expect("a list");
    let (first, held) = association(&world, DEFAULT_SUBNETS[0]);
    let new = world.replace_acl_association(&held, &own).expect("moves");
    assert_eq!(association(&world, DEFAULT_SUBNETS[0]), (own.clone(), new));
    let code = |outcome: crate::world::Ruled<()>| outcome.expect_err("a refusal").code;
    assert_eq!(code(world.delete_network_acl(&own)), "DependencyViolation");
    assert_eq!(code(world.delete_network_acl(&first)), "InvalidParameterValue");
    world.delete_subnet(DEFAULT_SUBNETS[0]).expect("it is empty");
    world.delete_network_acl(&own).expect("no subnet has it");
}

#[test]
fn a_list_of_ones_own_holds_its_vpc() {
    let mut world = world(ReleasePace::default());
    let vpc = world.create_vpc("10.0.0.0/16", "default").expect("a VPC");
    let own = world.create_network_acl(&vpc).expect("a list");
    assert_eq!(
        world.delete_vpc(&vpc).expect_err("held").code,
        "DependencyViolation"
    );
    world.delete_network_acl(&own).expect("no subnet has it");
    world.delete_vpc(&vpc).expect("it is empty");
}

#[test]
fn a_direction_has_twenty_entries_at_most() {
    let mut world = world(ReleasePace::default());
    let own = world.create_network_acl(DEFAULT_VPC).expect("a list");
    for number in 1..=20 {
        world
            .create_acl_entry(&own, entry(number, true))
            .expect("one of twenty");
    }
    let refusal = world
        .create_acl_entry(&own, entry(21, true))
        .expect_err("too many");
    assert_eq!(refusal.code, "NetworkAclEntryLimitExceeded");
    world
        .create_acl_entry(&own, entry(21, false))
        .expect("the other direction is empty");
}
