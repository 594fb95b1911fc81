//! A plan file is applied only where and while it is true, and says so when it is not.

use super::*;
use crate::judge::judge;
use crate::test_world::*;

fn text(world: &World) -> String {
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    let sweep = Sweep::of(&world.inventory, &judgement, &world.policy);
    let document = Document::new(&world.inventory, &world.managed, &world.policy, &judgement, sweep).unwrap();
    document.text().unwrap()
}

fn now(world: &World) -> Timestamp {
    world.inventory.taken_at
}

#[test]
fn the_plan_file_of_what_a_cluster_left() {
    insta::assert_snapshot!(text(&World::new()));
}

#[test]
fn the_same_world_gives_the_same_bytes_in_whatever_order_aws_lists_it() {
    let mut world = World::new();
    let before = text(&world);
    let Inventory {
        interfaces,
        security_groups,
        modern,
        ..
    } = &mut world.inventory;
    interfaces.items.reverse();
    security_groups.items.reverse();
    modern.items[0].subnets.reverse();
    modern.items[0].security_groups.reverse();
    assert_eq!(text(&world), before);
}

#[test]
fn what_was_planned_is_what_is_agreed() {
    let world = World::new();
    let agreed = Agreed::read(&text(&world), now(&world)).unwrap();
    agreed.is_for(&world.inventory, &world.managed).unwrap();
    let planned: Vec<&str> = agreed.fingerprints.keys().map(String::as_str).collect();
    let mut left = [CLASSIC, ALB, TARGET_GROUP, CLASSIC_SG, FRONT_SG, BACK_SG];
    left.sort_unstable();
    assert_eq!(planned, left);
    let prints = fingerprints(&world.inventory).unwrap();
    assert!(
        agreed
            .fingerprints
            .iter()
            .all(|(id, print)| prints.get(id) == Some(print))
    );
}

#[test]
fn any_changed_value_is_found() {
    let world = World::new();
    let text = text(&world);
    for (from, to) in [
        ("sg-classic", "sg-others"),
        ("\"E4\"", "\"E3\""),
        ("2026-01-01T13:00:00Z", "2027-01-01T13:00:00Z"),
        ("\"rules\": 1", "\"rules\": 2"),
    ] {
        assert!(text.contains(from), "{from}");
        let changed = Agreed::read(&text.replace(from, to), now(&world));
        assert!(matches!(changed, Err(Refused::Changed)), "{from}: {changed:?}");
    }
    // Spacing and order say nothing.
    let compact: Value = serde_json::from_str(&text).unwrap();
    Agreed::read(&compact.to_string(), now(&world)).unwrap();
    for cut in [0, 1, text.len() / 2] {
        assert!(matches!(
            Agreed::read(&text[..cut], now(&world)),
            Err(Refused::NoPlan)
        ));
    }
}

#[test]
fn an_old_plan_is_refused() {
    let world = World::new();
    let text = text(&world);
    let later = now(&world) + SignedDuration::from_mins(61);
    assert!(matches!(Agreed::read(&text, later), Err(Refused::Expired { .. })));
}

#[test]
fn a_plan_for_elsewhere_is_refused() {
    let world = World::new();
    let agreed = Agreed::read(&text(&world), now(&world)).unwrap();
    let elsewhere: [fn(&mut World); 3] = [
        |it| it.inventory.caller.account = "999999999999".into(),
        |it| it.inventory.caller.region = "us-east-1".into(),
        |it| it.inventory.vpc.id = "vpc-2".into(),
    ];
    for change in elsewhere {
        let mut other = World::new();
        change(&mut other);
        assert!(matches!(
            agreed.is_for(&other.inventory, &other.managed),
            Err(Refused::Elsewhere { .. })
        ));
    }
    let mut other = World::new();
    other.state(r#"{"type":"aws_vpc","mode":"managed","name":"x","instances":[]}"#);
    assert!(matches!(
        agreed.is_for(&other.inventory, &other.managed),
        Err(Refused::StateChanged)
    ));
}

#[test]
fn every_change_that_matters_changes_the_fingerprint() {
    let prints = |world: &World| fingerprints(&world.inventory).unwrap();
    let before = prints(&World::new());
    type Change = fn(&mut World);
    let changes: [(Change, &str); 8] = [
        (|it| it.tag(CLASSIC, "team", "shop"), CLASSIC),
        (
            |it| it.inventory.classic.items[0].dns_name = "other".into(),
            CLASSIC,
        ),
        (
            |it| it.inventory.classic.items[0].created_at = Timestamp::UNIX_EPOCH,
            CLASSIC,
        ),
        (|it| it.inventory.modern.items[0].security_groups.truncate(1), ALB),
        (|it| it.inventory.modern.items[0].subnets.truncate(1), ALB),
        (
            |it| it.inventory.target_groups.items[0].name = "other".into(),
            TARGET_GROUP,
        ),
        (
            |it| it.inventory.security_groups.items[3].owner = "999999999999".into(),
            CLASSIC_SG,
        ),
        (
            |it| it.inventory.security_groups.items[3].description.clear(),
            CLASSIC_SG,
        ),
    ];
    for (at, (change, id)) in changes.into_iter().enumerate() {
        let mut world = World::new();
        change(&mut world);
        let after = prints(&world);
        let changed: Vec<&String> = before.keys().filter(|id| before[*id] != after[*id]).collect();
        assert_eq!(changed, [id], "change {at}");
    }
}

#[test]
fn a_plan_says_which_load_balancers_a_target_group_may_have() {
    let world = World::new();
    let agreed = Agreed::read(&text(&world), world.inventory.taken_at).unwrap();
    let links = [(TARGET_GROUP.to_owned(), [ALB.to_owned()].into())];
    assert_eq!(agreed.links, links.into());
}
