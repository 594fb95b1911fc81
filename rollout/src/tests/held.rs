//! With all flags false the configuration names what serves, or it is refused: never a label on something else.

use crate::*;

fn facts(split: TrafficSplit, stables: Option<&str>) -> Facts {
    Facts {
        cycle: Cycle {
            stable: Color::Blue,
            held: PerColor {
                blue: stables.map(str::to_owned),
                green: Some("v2".into()),
            },
            failed: None,
        },
        split,
        versions: PerColor {
            blue: Some("web:1".into()),
            green: Some("web:2".into()),
        },
        canary_open: PerColor::default(),
    }
}

fn ask(release: Option<&str>, version: &str) -> Ask {
    Ask {
        phase: Phase::Stable,
        release: release.map(str::to_owned),
        version: Version::Known(version.into()),
        version_edited: false,
        retry: false,
    }
}

fn edited(release: &str, version: &str) -> Ask {
    Ask {
        version_edited: true,
        ..ask(Some(release), version)
    }
}

#[test]
fn a_release_that_nobody_holds_is_not_what_serves() {
    let rest = TrafficSplit::all_to(Color::Blue);
    let ramp = TrafficSplit::giving(Color::Green, 10).unwrap();
    for split in [rest, ramp] {
        let refusal = resolve(&ask(Some("v9"), "web:9"), &facts(split, Some("v1"))).unwrap_err();
        assert!(matches!(refusal, Refusal::Unheld { .. }), "{refusal}");
        assert!(refusal.to_string().contains("blue serves v1"), "{refusal}");
    }
    // Back to who held it two releases ago: v1 went from green when v2 came.
    let refusal = resolve(&ask(Some("v0"), "web:1"), &facts(rest, Some("v1"))).unwrap_err();
    assert!(matches!(refusal, Refusal::Unheld { .. }), "{refusal}");
}

#[test]
fn an_abort_by_the_candidates_own_release_stays_one() {
    let rest = TrafficSplit::all_to(Color::Blue);
    let facts = facts(rest, Some("v1"));
    let intent = resolve(&ask(Some("v2"), "web:2"), &facts).unwrap();
    assert_eq!(intent.live(), Color::Blue);
    assert_eq!(intent.cycle, facts.cycle);
}

#[test]
fn another_version_under_stables_own_release_is_refused_while_it_serves() {
    let rest = facts(TrafficSplit::all_to(Color::Blue), Some("v1"));
    let refusal = resolve(&edited("v1", "web:3"), &rest).unwrap_err();
    assert_eq!(refusal, Refusal::LiveVersion { color: Color::Blue });
    assert!(resolve(&edited("v1", "web:1"), &rest).is_ok());
    assert!(
        resolve(&ask(Some("v1"), "web:3"), &rest).is_ok(),
        "a rollback named it before, which is no edit"
    );
}

#[test]
fn the_way_back_is_open_whatever_version_it_names() {
    for share in [10, 100] {
        let split = TrafficSplit::giving(Color::Green, share).unwrap();
        let intent = resolve(&edited("v1", "web:3"), &facts(split, Some("v1"))).unwrap();
        assert_eq!(intent.live(), Color::Blue);
        assert_eq!(intent.deploy, None);
    }
}

#[test]
fn what_served_without_a_name_gets_one_if_it_is_that_version() {
    let rest = facts(TrafficSplit::all_to(Color::Blue), None);
    let intent = resolve(&ask(Some("v1"), "web:1"), &rest).unwrap();
    assert_eq!(intent.cycle.held.blue.as_deref(), Some("v1"));
    let refusal = resolve(&ask(Some("v1"), "web:3"), &rest).unwrap_err();
    assert_eq!(refusal, Refusal::LiveVersion { color: Color::Blue });
    // Without releases the flags do what they say.
    assert!(resolve(&ask(None, "web:3"), &rest).is_ok());
}
