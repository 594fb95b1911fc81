//! Everything a program reads is what the published schemas say, and the same world gives the same bytes.

use super::schema::Schemas;
use super::*;
use crate::audit::{Chain, Event};
use crate::document::Document;
use crate::evidence::Level;
use crate::inventory::{Cluster, Reading};
use crate::judge::judge;
use crate::test_world::*;
use serde_json::Value;

/// Refuses what a schema does not allow, telling what and where.
pub(in crate::report) fn check(schema: &str, text: &str) {
    let value: Value = serde_json::from_str(text).unwrap();
    let complaints = Schemas::load().complaints(schema, &value);
    assert!(complaints.is_empty(), "{}\n{text}", complaints.join("\n"));
}

fn worlds() -> Vec<World> {
    let mut mixed = World::new();
    mixed.inventory.classic.items[0].tags = Reading::Unread("Throttling: Rate exceeded".into());
    mixed.inventory.modern.items[0].protected = Some(true);
    mixed.elb_interface("eni-ghost", "net/gone/0123456789abcdef", &[]);
    mixed.inventory.target_groups.gap = Some("page 2: RequestLimitExceeded".into());
    let mut alive = World::new();
    alive.cluster(Cluster::Found("ACTIVE".into()));
    let mut unprotected = World::new();
    unprotected.inventory.modern.items[0].protected = Some(true);
    unprotected.policy.unprotect.insert(ALB.into());
    unprotected.policy.said.clusters.insert("prod".into());
    let mut stated = World::new();
    stated.state(
        r#"{"type":"aws_lb","mode":"managed","name":"x","instances":[{"attributes":{"name":"other"}}]}"#,
    );
    vec![World::new(), mixed, alive, unprotected, stated]
}

#[test]
fn every_output_is_what_its_schema_says() {
    for world in worlds() {
        let judgement = judge(&world.inventory, &world.managed, &world.policy);
        let sweep = Sweep::of(&world.inventory, &judgement, &world.policy);
        let vpc = Vpc::new(&world.inventory, &judgement, sweep.clone());
        check(
            "scan.schema.json",
            &text(&Scan::new(Exit::of(&judgement), vec![vpc])).unwrap(),
        );
        for judged in &judgement.objects {
            let why = Why::new(&world.inventory, Row::of(judged));
            check("why.schema.json", &text(&why).unwrap());
        }
        let plan = Document::new(&world.inventory, &world.managed, &world.policy, &judgement, sweep).unwrap();
        check("plan.schema.json", &plan.text().unwrap());
    }
    for audit in [
        Audit::new(3, None),
        Audit::new(0, Some("the log is empty".into())),
    ] {
        check("audit.schema.json", &text(&audit).unwrap());
    }
    let mut chain = Chain::default();
    for event in [
        Event::Began,
        Event::Calling,
        Event::Answered,
        Event::Skipped,
        Event::Ended,
    ] {
        let line = chain
            .line(worlds()[0].inventory.taken_at, event, &"delete")
            .unwrap();
        check("audit-line.schema.json", &line);
    }
}

#[test]
#[should_panic(expected = "verdict")]
fn a_schema_lets_no_other_word_pass() {
    let world = World::new();
    let judgement = judge(&world.inventory, &world.managed, &world.policy);
    let mut row = Row::of(&judgement.objects[0]);
    row.verdict = "probably";
    check(
        "why.schema.json",
        &text(&Why::new(&world.inventory, row)).unwrap(),
    );
}

#[test]
fn the_same_world_gives_the_same_bytes_at_any_time() {
    let bytes = |world: &World| {
        let judgement = judge(&world.inventory, &world.managed, &world.policy);
        let sweep = Sweep::of(&world.inventory, &judgement, &world.policy);
        text(&Vpc::new(&world.inventory, &judgement, sweep)).unwrap()
    };
    let before = bytes(&World::new());
    let mut later = World::new();
    later.inventory.taken_at = "2026-01-01T12:34:56Z".parse().unwrap();
    later.inventory.security_groups.items.reverse();
    later.inventory.interfaces.items.reverse();
    assert_eq!(bytes(&later), before);
    let young = |taken_at: &str| {
        let mut world = World::new();
        world.inventory.taken_at = taken_at.parse().unwrap();
        world.policy.threshold = Level::E3;
        world.inventory.clusters.clear();
        world.inventory.classic.items[0].created_at = "2026-01-01T12:00:00Z".parse().unwrap();
        bytes(&world)
    };
    let told = young("2026-01-01T12:01:00Z");
    assert!(told.contains("may still be in the making"), "{told}");
    assert_eq!(young("2026-01-01T12:02:00Z"), told);
}
