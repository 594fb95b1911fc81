//! Which imports can be adopted, under which roles, and what the others are told.

use super::super::import::Found;
use super::decide;
use crate::model::Service;
use rollout::{Color, Cycle, PerColor, Phase, TrafficSplit};
use std::collections::BTreeMap;
use tfplugin::{Diagnostics, Value};

fn config(flags: [bool; 3], initial: Option<&str>) -> Value {
    let [enable, activate, promote] = flags;
    Value::object([
        ("name", Value::from("web")),
        ("release", "v1".into()),
        ("enable_canary", enable.into()),
        ("activate_canary", activate.into()),
        ("promote_to_all", promote.into()),
        ("initial_color", initial.map(str::to_owned).into()),
        ("alb", alb("arn:blue", Some("arn:green"))),
    ])
}

fn alb(blue: &str, green: Option<&str>) -> Value {
    Value::object([
        ("listener_arn", Value::from("arn:listener")),
        ("priority", 100i64.into()),
        ("path_patterns", Value::list(["/*"])),
        ("blue_target_group_arn", blue.into()),
        ("green_target_group_arn", green.map(str::to_owned).into()),
    ])
}

fn found(weights: &[(&str, u32)]) -> Found {
    Found {
        weights: weights
            .iter()
            .map(|(arn, weight)| ((*arn).to_owned(), *weight))
            .collect::<BTreeMap<_, _>>(),
        sticky: None,
        owner: None,
        journal: None,
        canaries: Vec::new(),
        former: None,
    }
}

fn adopted(config: &Value, found: &Found) -> Result<(TrafficSplit, Cycle, Phase, String), String> {
    let mut diags = Diagnostics::new();
    let service = Service::parse(config, &mut diags);
    assert!(service.is_some(), "{diags:?}");
    let prior = Value::object([
        ("name", Value::from("web")),
        ("rule_arn", "arn:rule".into()),
        ("alb", alb("arn:whoever-is-first", None)),
    ]);
    let adoption = decide(&service.unwrap(), config, &prior, &found.write())?;
    let record = adoption.record;
    Ok((record.split, record.cycle, record.phase, record.change))
}

#[test]
fn a_plain_forward_is_stable_at_100_and_the_other_group_joins() {
    for (arn, live) in [("arn:blue", Color::Blue), ("arn:green", Color::Green)] {
        let (split, cycle, phase, change) = adopted(&config([false; 3], None), &found(&[(arn, 1)])).unwrap();
        assert_eq!(
            (split, cycle.stable, phase),
            (TrafficSplit::all_to(live), live, Phase::Stable)
        );
        assert_eq!(cycle.held[live].as_deref(), Some("v1"));
        assert!(
            change.contains(&format!("{} joins it at 0%", live.other())),
            "{change}"
        );
        assert!(change.ends_with("no traffic moves"), "{change}");
    }
}

#[test]
fn two_colors_with_traffic_need_the_stable_one_named() {
    let both = found(&[("arn:blue", 90), ("arn:green", 10)]);
    let why = adopted(&config([true, true, false], None), &both).unwrap_err();
    assert!(why.contains("set initial_color"), "{why}");
    let (split, cycle, phase, _) = adopted(&config([true, true, false], Some("blue")), &both).unwrap();
    assert_eq!(split, TrafficSplit::giving(Color::Green, 10).unwrap());
    assert_eq!((cycle.stable, phase), (Color::Blue, Phase::Canary));
    // The flags say whose release it is: the candidate's, or stable's own.
    assert_eq!(cycle.held[Color::Green].as_deref(), Some("v1"));
    let (_, cycle, _, _) = adopted(&config([false; 3], Some("green")), &both).unwrap();
    assert_eq!(
        (cycle.stable, cycle.held[Color::Green].as_deref()),
        (Color::Green, Some("v1"))
    );
}

#[test]
fn the_tags_of_our_own_rule_say_who_is_stable_whatever_the_flags() {
    let journal = Cycle {
        stable: Color::Green,
        held: PerColor {
            blue: Some("v2".to_owned()),
            green: Some("v1".to_owned()),
        },
        failed: None,
    };
    let own = |weights: &[(&str, u32)]| Found {
        owner: Some("web".to_owned()),
        journal: Some(journal.clone()),
        ..found(weights)
    };
    for (weights, phase) in [
        ([("arn:blue", 100), ("arn:green", 0)], Phase::Promoted),
        ([("arn:blue", 50), ("arn:green", 50)], Phase::Canary),
        ([("arn:blue", 0), ("arn:green", 100)], Phase::Stable),
    ] {
        for flags in [[false; 3], [true, true, false], [true, false, true]] {
            let (_, cycle, is, _) = adopted(&config(flags, None), &own(&weights)).unwrap();
            assert_eq!((&cycle, is), (&journal, phase), "{flags:?}");
        }
    }
    let audience = Found {
        canaries: vec!["arn:blue".to_owned()],
        ..own(&[("arn:blue", 0), ("arn:green", 100)])
    };
    assert_eq!(
        adopted(&config([false; 3], None), &audience).unwrap().2,
        Phase::Canary
    );
}

#[test]
fn what_is_not_this_service_is_told_so() {
    let told = |config: &Value, found: &Found| adopted(config, found).unwrap_err();
    let rest = config([false; 3], None);
    assert!(told(&rest, &found(&[("arn:blue", 1), ("arn:other", 1)])).contains("arn:other"));
    assert!(told(&rest, &found(&[("arn:blue", 0), ("arn:green", 0)])).contains("sends nobody"));
    let theirs = Found {
        owner: Some("shop".to_owned()),
        ..found(&[("arn:blue", 1)])
    };
    assert!(told(&rest, &theirs).contains("set name = \"shop\""));
    let wrong = config([false; 3], Some("green"));
    assert!(told(&wrong, &found(&[("arn:blue", 1)])).contains("initial_color"));
    let canary = config([true, true, false], None);
    assert!(told(&canary, &found(&[("arn:blue", 1)])).contains("no stable release"));
    let mut moved = rest.clone();
    let mut block = moved.get("alb").clone();
    block.set("listener_arn", "arn:elsewhere".into());
    moved.set("alb", block);
    assert!(told(&moved, &found(&[("arn:blue", 1)])).contains("arn:elsewhere"));
}
