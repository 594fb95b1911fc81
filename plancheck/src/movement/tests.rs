//! Clean-up, drift and requests, told apart by the smallest difference that there can be.

use super::*;
use crate::model::{Ecs, PerColor};
use crate::view::Known::{Is, Null};

/// v2 on green serves, promoted; blue still runs.
fn promoted() -> Service {
    Service {
        release: Is("v2".to_owned()),
        phase: Is(Phase::Promoted),
        live: Is(Color::Green),
        stable: Is(Color::Blue),
        traffic: PerColor {
            blue: Is(0),
            green: Is(100),
        },
        capacity: PerColor {
            blue: Is(2),
            green: Is(2),
        },
        rule_intact: Is(true),
        ecs: Some(Ecs::default()),
        ..Service::default()
    }
}

fn between(before: Service, after: Service) -> Movement {
    movement(&Changed {
        address: "bluegreen_service.web".to_owned(),
        action: Action::Update,
        importing: false,
        repeated: before.release == after.release,
        before: Some(before),
        after: Some(after),
        movement: Movement::Nothing,
    })
}

fn but(change: impl Fn(&mut Service)) -> Service {
    let mut service = promoted();
    change(&mut service);
    service
}

#[test]
fn fewer_tasks_on_the_idle_color_alone_are_clean_up() {
    assert_eq!(
        between(promoted(), but(|after| after.capacity.blue = Is(0))),
        Movement::Settle
    );
}

#[test]
fn fewer_tasks_on_the_live_color_are_drift() {
    assert_eq!(
        between(promoted(), but(|after| after.capacity.green = Is(1))),
        Movement::Drift
    );
    assert_eq!(
        between(promoted(), but(|after| after.capacity.blue = Is(3))),
        Movement::Drift
    );
}

#[test]
fn traffic_that_moves_although_nobody_asks_is_drift() {
    let moved = but(|before| {
        before.traffic = PerColor {
            blue: Is(50),
            green: Is(50),
        }
    });
    assert_eq!(between(moved, promoted()), Movement::Drift);
    assert_eq!(
        between(
            but(|before| before.rule = Null),
            but(|after| after.rule = Known::Unknown)
        ),
        Movement::Drift
    );
    assert_eq!(
        between(but(|before| before.rule_intact = Is(false)), promoted()),
        Movement::Drift
    );
}

#[test]
fn a_rollback_is_cold_if_the_other_color_has_to_grow() {
    let back = |service: &mut Service| {
        service.phase = Is(Phase::Stable);
        service.live = Is(Color::Blue);
        service.traffic = PerColor {
            blue: Is(100),
            green: Is(0),
        };
        service.release = Is("v1".to_owned());
    };
    assert_eq!(between(promoted(), but(back)), Movement::WarmRollback);
    for tasks in [Is(0), Is(1), Null] {
        let cold = but(|before| before.capacity.blue = tasks.clone());
        assert_eq!(between(cold, but(back)), Movement::ColdRollback, "{tasks:?}");
    }
}

#[test]
fn what_is_unknown_is_never_called_anything_else() {
    for hide in [
        (|after: &mut Service| after.phase = Known::Unknown) as fn(&mut Service),
        |after| after.live = Known::Unknown,
        |after| after.traffic.blue = Known::Unknown,
    ] {
        assert_eq!(between(promoted(), but(hide)), Movement::Unknown);
    }
}
