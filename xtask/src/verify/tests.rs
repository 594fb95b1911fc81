//! Which steps run, when the run stops, and that the table hides nothing.

use super::{Fate, drive, green, table};
use crate::step::Step;
use std::time::{Duration, Instant};

fn run(asked: &[Step], red: Option<Step>) -> (Vec<Step>, Vec<(Step, Fate)>) {
    let mut ran = Vec::new();
    let start = Instant::now();
    let mut ticks = 0;
    let mut clock = || {
        ticks += 1;
        start + Duration::from_secs(ticks)
    };
    let fates = drive(asked, &mut clock, |step| {
        ran.push(step);
        Some(step) != red
    });
    (ran, fates)
}

#[test]
fn everything_runs_in_the_fixed_order_when_nothing_is_named() {
    let (ran, fates) = run(&[], None);
    assert_eq!(
        ran,
        [
            Step::Fmt,
            Step::Clippy,
            Step::Doc,
            Step::Peers,
            Step::Deny,
            Step::Build,
            Step::Package,
            Step::Test
        ]
    );
    assert!(green(&fates));
}

#[test]
fn the_first_red_step_stops_the_run_and_the_rest_is_named_as_not_reached() {
    let (ran, fates) = run(&[], Some(Step::Peers));
    assert_eq!(ran, [Step::Fmt, Step::Clippy, Step::Doc, Step::Peers]);
    assert!(!green(&fates));
    assert_eq!(
        table(&fates),
        "step     result       seconds\nfmt      passed           1.0\nclippy   passed           1.0\n\
         doc      passed           1.0\npeers    FAILED           1.0\ndeny     not reached\nbuild    not reached\n\
         package  not reached\ntest     not reached"
    );
}

#[test]
fn named_steps_keep_the_fixed_order_and_the_others_are_named_as_not_asked() {
    let (ran, fates) = run(&[Step::Build, Step::Fmt], None);
    assert_eq!(ran, [Step::Fmt, Step::Build]);
    assert_eq!(fates[1], (Step::Clippy, Fate::NotAsked));
    assert!(green(&fates));
}
