//! What counts as gone, and what never does.

use super::*;
use crate::test_world::*;

fn life(world: &World) -> Life {
    judge(&world.inventory, &world.managed, &world.policy.said, "prod")
}

#[test]
fn a_security_group_that_eks_left_shows_that_the_cluster_was_here() {
    assert!(matches!(life(&World::new()), Life::Gone(how) if how.contains(EKS_SG)));
}

#[test]
fn a_group_that_is_only_named_so_shows_nothing() {
    let mut world = World::new();
    let groups = world.inventory.security_groups.items.iter_mut();
    for group in groups.filter(|group| group.id == EKS_SG) {
        group.tags.remove("aws:eks:cluster-name");
    }
    assert!(matches!(life(&world), Life::Unknown(_)));
}

#[test]
fn a_control_planes_interface_is_life() {
    let mut world = World::new();
    world.interface("eni-control", "Amazon EKS prod", &[]).in_use = true;
    assert!(matches!(life(&world), Life::Alive(how) if how.contains("eni-control")));
    let mut other = World::new();
    other.interface("eni-control", "Amazon EKS other", &[]).in_use = true;
    assert!(matches!(life(&other), Life::Gone(_)));
}

#[test]
fn a_pods_interface_of_another_cluster_is_not() {
    let mut world = World::new();
    let interface = world.interface("eni-pod", "aws-K8S-i-1", &[]);
    interface
        .tags
        .insert("cluster.k8s.amazonaws.com/name".into(), "other".into());
    assert!(matches!(life(&world), Life::Gone(_)));
}

#[test]
fn a_cluster_nobody_asked_for_is_unknown() {
    let mut world = World::new();
    world.inventory.clusters.clear();
    assert!(matches!(life(&world), Life::Unknown(_)));
}

#[test]
fn interfaces_that_could_not_be_listed_hide_life() {
    let mut world = World::new();
    world.inventory.interfaces.gap = Some("AccessDenied".into());
    assert!(matches!(life(&world), Life::Unknown(why) if why.contains("AccessDenied")));
}
