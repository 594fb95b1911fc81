//! An error, a lost answer or the death of the process at every single call of a run.

use crate::Applied;
use crate::cloud::{Cloud, RELEASE};
use crate::run::deleted;
use crate::wire::{Trouble, Wire};
use teardown::exit::Exit;
use teardown::judge::Policy;
use tokio::time::Instant;

/// The calls of a run that meets no trouble.
async fn length() -> usize {
    let wire = Wire::new(Cloud::left());
    let applied = Applied::planned(&wire, &Policy::default()).await;
    let before = wire.calls().len();
    applied.done(&wire).await;
    wire.calls().len() - before
}

#[tokio::test(start_paused = true)]
async fn an_error_at_any_call_never_deletes_what_is_unknown_and_is_never_taken_for_clean() {
    for number in 0..length().await {
        for trouble in [Trouble::Denied, Trouble::Empty, Trouble::Nonsense] {
            let mut wire = Wire::new(Cloud::left());
            let applied = Applied::planned(&wire, &Policy::default()).await;
            wire.trouble(number, trouble);
            let planned = wire.calls().len();
            let began = Instant::now();
            let ran = applied.run(&wire).await.unwrap();
            // Any other answer to a deletion says that it was done.
            if trouble == Trouble::Denied {
                let took = began.elapsed();
                assert!(took < RELEASE * 2, "{number} {trouble:?} is waited out: {took:?}");
            }
            let call = wire.calls()[planned + number].clone();
            assert!(deleted(&wire).is_subset(&Cloud::orphans()), "{call}");
            let exit = match &ran {
                Ok(done) => done.exit(),
                Err(error) => error.exit(),
            };
            let whole = deleted(&wire) == Cloud::orphans();
            match exit {
                // The wait asks again; an empty answer to a change is one.
                Exit::Clean => assert!(whole, "{number} {call} {trouble:?}"),
                Exit::Blocked | Exit::Partial => {}
                other => panic!("{number} {call} {trouble:?}: {other:?} of {ran:?}"),
            }
            wire.calm();
            let again = applied.done(&wire).await;
            assert_eq!(
                again.exit(),
                Exit::Clean,
                "{number} {call} {trouble:?}: {again:?}"
            );
            assert_eq!(deleted(&wire), Cloud::orphans());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn trouble_in_passing_at_any_call_changes_nothing_about_the_end() {
    for number in 0..length().await {
        for trouble in [Trouble::Throttled, Trouble::Failed, Trouble::Lost] {
            let mut wire = Wire::new(Cloud::left());
            let applied = Applied::planned(&wire, &Policy::default()).await;
            wire.trouble(number, trouble);
            let done = applied.done(&wire).await;
            assert_eq!(done.exit(), Exit::Clean, "{number} {trouble:?}: {done:?}");
            assert_eq!(deleted(&wire), Cloud::orphans());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_dies_at_any_call_is_taken_up_again_and_ends_the_same() {
    for number in 0..length().await {
        for trouble in [Trouble::Dead, Trouble::DeadAfterwards] {
            let mut wire = Wire::new(Cloud::left());
            let applied = Applied::planned(&wire, &Policy::default()).await;
            wire.trouble(number, trouble);
            assert!(applied.run(&wire).await.is_none(), "{number} {trouble:?}");
            wire.dead = tokio_util::sync::CancellationToken::new();
            let done = applied.done(&wire).await;
            assert_eq!(done.exit(), Exit::Clean, "{number} {trouble:?}: {done:?}");
            assert_eq!(deleted(&wire), Cloud::orphans());
            let changed = wire.changed();
            assert_eq!(
                changed.len(),
                6 + 2,
                "{number} {trouble:?}: nothing is done twice: {changed:?}"
            );
            teardown::audit::verify(&applied.audit.text()).unwrap();
        }
    }
}
