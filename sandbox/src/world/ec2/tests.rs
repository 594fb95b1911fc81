//! Rules of networks, asked of the world itself with a clock of the test's own.
//!
//! No HTTP: how a refusal is written down is shown elsewhere.

mod blockers;
mod network_acls;
mod owners;

use std::time::Duration;

use jiff::Timestamp;

use super::{
    Attachment, DEFAULT_GROUP, DEFAULT_SUBNETS, DEFAULT_VPC, NewInterface, Release, ReleasePace, Requester,
};
use crate::clock::Now;
use crate::log::EventLog;
use crate::world::{Settings, World};

pub(super) fn world(release: ReleasePace) -> World {
    let now = Now {
        aws: Duration::ZERO,
        real_ms: 0.0,
        wall: Timestamp::UNIX_EPOCH,
    };
    let settings = Settings {
        cni_forgets_interfaces: false,
        propagation: Duration::ZERO,
        rules_per_balancer: 100,
        autoscaler_reaction: Duration::from_secs(60),
        release,
    };
    World::new("123456789012", "eu-central-1", EventLog::default(), now, settings)
}

pub(super) fn of_balancer(world: &mut World, subnet: &str) -> String {
    let attachment = world.attachment_id("eni-attach");
    world.add_interface(NewInterface {
        subnet: subnet.into(),
        description: "ELB app/web/0123456789abcdef".into(),
        groups: vec![DEFAULT_GROUP.into()],
        requester: Some(Requester {
            id: "amazon-elb".into(),
            managed: true,
        }),
        attachment: Some(Attachment::of_service(attachment, "amazon-elb")),
        ..NewInterface::default()
    })
}

#[test]
fn an_account_begins_with_a_default_vpc() {
    let world = world(ReleasePace::default());
    for (subnet, letter) in DEFAULT_SUBNETS.into_iter().zip(["a", "b", "c"]) {
        assert_eq!(world.vpc_of_subnet(subnet).as_deref(), Ok(DEFAULT_VPC));
        assert_eq!(world.zone_of_subnet(subnet), Ok(format!("eu-central-1{letter}")));
    }
    assert_eq!(world.default_group(DEFAULT_VPC), DEFAULT_GROUP);
    let vpc = &world.ec2.vpcs[DEFAULT_VPC];
    assert!(vpc.is_default && vpc.cidr.to_string() == "172.31.0.0/16");
    let main = world.ec2.main_table(DEFAULT_VPC).expect("a main table");
    assert_eq!(main.routes.len(), 2);
    assert_eq!(world.ec2.internet_gateways.len(), 1);
}

#[test]
fn a_released_interface_is_in_use_then_available_then_gone() {
    let mut world = world(ReleasePace::default());
    let id = of_balancer(&mut world, DEFAULT_SUBNETS[0]);
    world.release_interfaces(std::slice::from_ref(&id), Release::At(Duration::from_secs(100)));
    let state = |world: &World| {
        world
            .ec2
            .interfaces
            .get(&id)
            .map(|it| (it.status(), it.managed()))
    };
    assert_eq!(state(&world), Some(("in-use", true)));
    world.now.aws = Duration::from_secs(90);
    let (_, next) = world.tick();
    assert_eq!(state(&world), Some(("available", true)));
    assert_eq!(next, Some(Duration::from_secs(100)));
    assert_eq!(
        world.delete_interface(&id).expect_err("a service's").code,
        "AuthFailure"
    );
    world.now.aws = Duration::from_secs(100);
    world.tick();
    assert_eq!(state(&world), None);
    assert!(world.delete_subnet(DEFAULT_SUBNETS[0]).is_ok());
}

#[test]
fn each_owner_releases_in_its_own_range_and_the_seed_decides() {
    let last = |kind: Release, pace: ReleasePace| {
        let mut world = world(pace);
        let ids: Vec<String> = (0..50)
            .map(|_| of_balancer(&mut world, DEFAULT_SUBNETS[1]))
            .collect();
        world.release_interfaces(&ids, kind);
        let mut gone = Vec::new();
        while let Some(at) = world.tick().1 {
            world.now.aws = at;
            let before = world.ec2.interfaces.len();
            world.tick();
            gone.extend(std::iter::repeat_n(at, before - world.ec2.interfaces.len()));
        }
        assert_eq!(gone.len(), 50);
        gone
    };
    for (kind, low, high) in [
        (Release::Classic, 5, 60),
        (Release::Application, 20, 180),
        (Release::Network, 60, 300),
    ] {
        let gone = last(kind, ReleasePace::default());
        let within = |at: &Duration| (low..=high).contains(&at.as_secs());
        assert!(gone.iter().all(within), "{kind:?}: {gone:?}");
        assert!(Duration::from_secs((high - low) / 3) < gone[49] - gone[0]);
        assert_eq!(gone, last(kind, ReleasePace::default()));
        let other = ReleasePace {
            seed: 2,
            ..ReleasePace::default()
        };
        assert_ne!(gone, last(kind, other));
    }
    let tail = ReleasePace {
        tail: 1.0,
        ..ReleasePace::default()
    };
    assert!(Duration::from_secs(600) <= last(Release::Classic, tail)[0]);
    let at_once = ReleasePace {
        times: 0.0,
        ..ReleasePace::default()
    };
    let mut world = world(at_once);
    let id = of_balancer(&mut world, DEFAULT_SUBNETS[0]);
    world.release_interfaces(&[id], Release::Network);
    assert!(world.ec2.interfaces.is_empty());
}
