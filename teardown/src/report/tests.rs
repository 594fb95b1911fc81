//! What people read, as they read it.

use super::*;
use crate::exit::Exit;
use crate::inventory::{Cluster, Reading};
use crate::judge::judge;
use crate::test_world::*;

fn judged(world: &World) -> Judgement {
    judge(&world.inventory, &world.managed, &world.policy)
}

/// One of each verdict.
fn mixed() -> World {
    let mut world = World::new();
    world.inventory.classic.items[0].tags = Reading::Unread("Throttling: Rate exceeded".into());
    world.inventory.modern.items[0].protected = Some(true);
    world.elb_interface("eni-ghost", "net/gone/0123456789abcdef", &[]);
    world.inventory.target_groups.gap = Some("page 2: RequestLimitExceeded".into());
    world
}

#[test]
fn a_table_of_orphans() {
    let judgement = judged(&World::new());
    assert_eq!(Exit::of(&judgement), Exit::Orphans);
    insta::assert_snapshot!(table(&judgement, Show::Candidates, None));
}

#[test]
fn a_table_of_what_can_not_be_deleted_or_judged() {
    let judgement = judged(&mixed());
    assert_eq!(Exit::of(&judgement), Exit::Blocked);
    insta::assert_snapshot!(table(&judgement, Show::Everything, None));
}

#[test]
fn a_narrow_terminal_wraps_the_reasons_and_keeps_the_columns() {
    let text = table(&judged(&World::new()), Show::Candidates, Some(100));
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn a_living_cluster_leaves_nothing_to_do_and_is_in_the_way() {
    let mut world = World::new();
    world.cluster(Cluster::Found("ACTIVE".into()));
    let judgement = judged(&world);
    assert_eq!(Exit::of(&judgement), Exit::Blocked);
    assert_eq!(
        summary(&judgement),
        "No orphans; 6 objects of a cluster that lives."
    );
}

#[test]
fn the_story_of_one_object() {
    let judgement = judged(&mixed());
    let stories: Vec<String> = [CLASSIC_NAME, ALB, BACK_SG, NODE_SG]
        .iter()
        .map(|id| why(&judgement, id).unwrap())
        .collect();
    insta::assert_snapshot!(stories.join("----\n"));
    assert_eq!(why(&judgement, "nobody"), None);
}
