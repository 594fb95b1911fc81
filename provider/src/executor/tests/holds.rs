//! What a hold takes for proof: it ends well only on a look that saw the color healthy.

use super::*;

/// The third call gives green 10 % under a minute's bake, the fourth everything.
const MOVES: [usize; 2] = [3, 4];
const EVER: u32 = u32::MAX;

/// Where traffic stands in the end, and how long that took.
async fn blinded(nth: usize, kind: Kind, looks: u32) -> (Outcome, TrafficSplit, Duration) {
    let fake = Fake::new((nth, Trouble::Blind(kind, looks)));
    let began = tokio::time::Instant::now();
    let outcome = go(&fake).await;
    let split = fake.world.lock().unwrap().split;
    (outcome, split, began.elapsed())
}

fn unseen(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::RolledBack {
            why: Failure::Port(_),
            ..
        }
    )
}

#[tokio::test(start_paused = true)]
async fn a_look_that_asking_again_can_not_mend_ends_the_hold_at_once() {
    for nth in MOVES {
        let (outcome, split, took) = blinded(nth, Kind::Refused, EVER).await;
        assert!(unseen(&outcome), "call {nth}: {outcome:?}");
        assert_eq!(split, TrafficSplit::all_to(Color::Blue), "call {nth}");
        let before = if nth == 3 { 0 } else { 60 };
        assert!(took < Duration::from_secs(before + 20), "call {nth}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hold_whose_end_nobody_saw_is_no_proof() {
    for nth in MOVES {
        let (outcome, split, _) = blinded(nth, Kind::Transient, EVER).await;
        assert!(unseen(&outcome), "call {nth}: {outcome:?}");
        assert_eq!(split, TrafficSplit::all_to(Color::Blue), "call {nth}");
    }
}

#[tokio::test(start_paused = true)]
async fn looks_that_fail_in_passing_cost_nothing_and_at_the_end_a_little_time() {
    let (_, _, usual) = blinded(3, Kind::Transient, 0).await;
    let (outcome, _, took) = blinded(3, Kind::Transient, 3).await;
    assert!(
        matches!(outcome, Outcome::Reached { unsettled: None }),
        "{outcome:?}"
    );
    assert_eq!(took, usual);
    // The last move is watched for three looks.
    let (outcome, split, took) = blinded(4, Kind::Transient, 4).await;
    assert!(
        matches!(outcome, Outcome::Reached { unsettled: None }),
        "{outcome:?}"
    );
    assert_eq!(split, TrafficSplit::all_to(Color::Green));
    assert!(usual < took, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_color_that_is_short_right_at_the_end_is_looked_at_once_more() {
    // Of the three looks of the last hold, the third is the first that sees anything.
    let fake = Fake::new((4, Trouble::Unseen(2)));
    let outcome = go(&fake).await;
    let Outcome::RolledBack {
        why: Failure::Verdict(_),
        ..
    } = &outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        fake.world.lock().unwrap().split,
        TrafficSplit::all_to(Color::Blue)
    );
}

#[tokio::test(start_paused = true)]
async fn the_last_move_is_watched_for_as_long_as_health_checks_take_to_notice() {
    let took = async |last: Bake| {
        let fake = Fake::new((0, Trouble::None));
        let began = tokio::time::Instant::now();
        let outcome = go_by(&fake, &ending(last)).await;
        assert!(
            matches!(outcome, Outcome::Reached { unsettled: None }),
            "{outcome:?}"
        );
        began.elapsed()
    };
    let least = took(Bake::For(Duration::ZERO)).await;
    let told = took(Bake::For(Duration::from_secs(90))).await;
    let derived = took(Bake::UntilChecksTell).await;
    assert!(Duration::from_secs(89) < told - least, "{told:?}");
    assert!(NOTICE - Duration::from_secs(1) < derived - least, "{derived:?}");
    assert!(derived < told, "{derived:?}");
}

#[tokio::test(start_paused = true)]
async fn a_color_that_gives_way_only_when_checks_have_noticed_still_loses_its_traffic() {
    // A hold of a moment takes three looks, and six of them are good.
    let fake = Fake::new((4, Trouble::Fades(6)));
    let outcome = go_by(&fake, &ending(Bake::UntilChecksTell)).await;
    let Outcome::RolledBack {
        why: Failure::Verdict(_),
        ..
    } = &outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(
        fake.world.lock().unwrap().split,
        TrafficSplit::all_to(Color::Blue)
    );
}
