//! What another account shares, and what a call with several rules does.
//!
//! Owners come from whoever describes the world, never from a call.

use super::super::{Direction, Founding, Peer, Permission, ReleasePace};
use super::world;

#[test]
fn what_another_account_shares_is_seen_and_used_but_not_changed() {
    let mut world = world(ReleasePace::default());
    let vpc = world.found_vpc(Founding {
        id: Some("vpc-aaaaaaaa".into()),
        default_group: None,
        cidr: "10.9.0.0/16".parse().expect("a network"),
        owner: "999999999999".into(),
        tenancy: "default".into(),
        is_default: false,
    });
    for outcome in [
        world.delete_vpc(&vpc),
        world.create_subnet(&vpc, "10.9.1.0/24", None).map(|_| ()),
        world.create_route_table(&vpc).map(|_| ()),
    ] {
        let refusal = outcome.expect_err("not the caller's");
        assert_eq!((refusal.code, refusal.status), ("UnauthorizedOperation", 403));
    }
    world
        .create_security_group(&vpc, "mine", "mine")
        .expect("a participant has groups of its own");
}

#[test]
fn a_call_with_several_rules_applies_all_of_them_or_none() {
    let mut world = world(ReleasePace::default());
    let vpc = world.create_vpc("10.0.0.0/16", "default").expect("a VPC");
    let group = world.create_security_group(&vpc, "a", "a").expect("a group");
    let port = |port| Permission {
        protocol: "tcp".into(),
        ports: Some((port, port)),
        peer: Peer::Ipv4("0.0.0.0/0".into()),
        description: None,
    };
    world
        .authorize(&group, Direction::Ingress, vec![port(80)])
        .expect("new");
    let before = world.ec2.rules.len();
    let twice = world.authorize(&group, Direction::Ingress, vec![port(443), port(80)]);
    assert_eq!(
        twice.expect_err("one is there").code,
        "InvalidPermission.Duplicate"
    );
    let wrong = world.authorize(&group, Direction::Ingress, vec![port(443), port(65536)]);
    assert_eq!(wrong.expect_err("no such port").code, "InvalidParameterValue");
    let unknown = world.revoke(&group, Direction::Ingress, vec![port(80), port(443)]);
    assert_eq!(
        unknown.expect_err("one is not there").code,
        "InvalidPermission.NotFound"
    );
    assert_eq!(world.ec2.rules.len(), before);
}

#[test]
fn an_id_that_names_nothing_is_not_found_and_one_that_cannot_be_is_malformed() {
    let world = world(ReleasePace::default());
    let code = |id: &str| world.vpc_of_subnet(id).expect_err("no such subnet").code;
    assert_eq!(code("subnet-0123456789abcdef0"), "InvalidSubnetID.NotFound");
    assert_eq!(code("subnet-01234567"), "InvalidSubnetID.NotFound");
    assert_eq!(code("subnet-a"), "InvalidSubnetID.Malformed");
    assert_eq!(code("vpc-01234567"), "InvalidSubnetID.Malformed");
}
