//! The wait for network interfaces: how soon its end is seen, and how many looks that takes.

use crate::Applied;
use crate::cloud::Cloud;
use crate::maker::Dice;
use crate::wire::Wire;
use std::time::Duration;
use teardown::execute::{Outcome, Stop};
use teardown::exit::Exit;
use teardown::judge::Policy;
use tokio::time::Instant;

/// The latency of one call.
const WAY: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(15);

/// A load balancer with as many interfaces more, each of which goes when it likes.
fn spread(dice: &mut Dice) -> Cloud {
    let mut cloud = Cloud::left();
    let more = dice.below(60);
    let first = cloud.interfaces[1].clone();
    for at in 0..more {
        let mut other = first.clone();
        other.id = format!("eni-more-{at}");
        cloud.interfaces.push(other);
    }
    let most = *dice.pick(&[10, 120, 600, 1700]);
    cloud.delays = (0..2 + more)
        .map(|_| Duration::from_millis(dice.below(most * 1000) as u64))
        .collect();
    cloud
}

#[tokio::test(start_paused = true)]
async fn the_end_is_seen_within_15_seconds_and_25_looks_in_five_minutes_whenever_interfaces_go() {
    for seed in 0..60 {
        let wire = Wire::new(spread(&mut Dice::new(seed)));
        let applied = Applied::planned(&wire, &Policy::default()).await;
        let began = Instant::now();
        let done = applied.done(&wire).await;
        assert_eq!(
            (done.exit(), None::<Stop>),
            (Exit::Clean, done.stop.clone()),
            "seed {seed}: {done:?}"
        );
        let released = wire.change(|cloud| cloud.released_at()).unwrap_or(began);
        let looks = wire.looks();
        let seen = looks.iter().find(|at| released <= **at).copied();
        let over = seen.unwrap_or_else(Instant::now) - released;
        assert!(over <= LONGEST + WAY, "seed {seed}: {over:?} after the last went");
        for (at, first) in looks.iter().enumerate() {
            let five = looks[at..]
                .iter()
                .take_while(|look| **look - *first < Duration::from_secs(300));
            // Before the wait there is one in the first look, after it one in the proof.
            assert!(five.count() <= 25 + 2, "seed {seed}");
        }
        let waited = done
            .steps
            .iter()
            .find(|(step, _)| matches!(step, teardown::sweep::Step::AwaitRelease { .. }));
        assert_eq!(
            waited.map(|(_, outcome)| outcome),
            Some(&Outcome::Deleted),
            "seed {seed}"
        );
    }
}
