//! Which failures are a verdict on the release.

use super::decide::Decision;
use super::report::condemns;
use crate::executor::Failure;
use rollout::{Blocker, Color, Cycle, Desired, Intent, PerColor, Phase, TrafficSplit};

fn decision(phase: Phase) -> Decision {
    let held = PerColor {
        blue: Some("v1".to_owned()),
        green: Some("v2".to_owned()),
    };
    let cycle = Cycle {
        stable: Color::Blue,
        held,
        failed: None,
    };
    let intent = Intent {
        phase,
        cycle,
        new_cycle: false,
        deploy: None,
    };
    let desired = Desired {
        split: TrafficSplit::all_to(Color::Green),
        capacity: PerColor::default(),
        prove: None,
        resized: false,
    };
    Decision {
        intent,
        desired,
        sentence: String::new(),
    }
}

fn ailing(color: Color) -> Failure {
    Failure::Verdict(Blocker::TooFewHealthy {
        color,
        have: 0,
        need: 2,
        reasons: vec![],
    })
}

#[test]
fn only_a_candidate_that_fails_on_its_way_condemns_its_release() {
    let start = TrafficSplit::all_to(Color::Blue);
    assert!(condemns(&ailing(Color::Green), &decision(Phase::Promoted), start));
    assert!(condemns(&ailing(Color::Green), &decision(Phase::Warm), start));
    // Stable ails: no word about what is being released.
    assert!(!condemns(&ailing(Color::Blue), &decision(Phase::Promoted), start));
    // A resize of a release that serves everybody finds no room.
    assert!(!condemns(
        &ailing(Color::Green),
        &decision(Phase::Promoted),
        TrafficSplit::all_to(Color::Green)
    ));
    // A rollback whose destination ails.
    assert!(!condemns(
        &ailing(Color::Blue),
        &decision(Phase::Stable),
        TrafficSplit::all_to(Color::Green)
    ));
    assert!(!condemns(&Failure::Stopped, &decision(Phase::Promoted), start));
}
