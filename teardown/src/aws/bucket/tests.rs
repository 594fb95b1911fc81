//! What a bucket gives, on a clock of tokio's that the tests move.

use super::*;
use tokio::time::advance;

#[tokio::test(start_paused = true)]
async fn a_burst_is_given_at_once_and_then_as_many_as_flow_in() {
    let bucket = Bucket::new(40.0, 10.0, Claim::Whole);
    for _ in 0..40 {
        assert_eq!(bucket.take(1), Ok(1));
    }
    assert_eq!(bucket.take(1), Err(Duration::from_millis(100)));
    advance(Duration::from_secs(1)).await;
    assert_eq!(bucket.take(20), Ok(10), "no more than there are");
    advance(Duration::from_secs(3600)).await;
    assert_eq!(bucket.take(100), Ok(40), "it never holds more than its burst");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_halves_the_rate_and_answers_restore_it() {
    let bucket = Bucket::new(40.0, 10.0, Claim::Whole);
    bucket.throttled();
    assert_eq!(
        bucket.take(1),
        Err(Duration::from_millis(200)),
        "what seemed to be tokens were none, and half as many come"
    );
    for _ in 0..20 {
        bucket.throttled();
    }
    assert_eq!(
        bucket.take(1),
        Err(Duration::from_millis(1600)),
        "a sixteenth is the least"
    );
    for _ in 0..100 {
        bucket.answered();
    }
    assert_eq!(bucket.take(1), Err(Duration::from_millis(100)));
}

/// How many are given in `seconds`, asked for ten times a second.
async fn given(bucket: &Bucket, seconds: u64) -> usize {
    let mut given = 0;
    for _ in 0..seconds * 10 {
        given += bucket.take(20).unwrap_or(0);
        advance(Duration::from_millis(100)).await;
    }
    given
}

#[tokio::test(start_paused = true)]
async fn eight_shares_are_no_more_than_the_whole_until_everybody_had_a_turn() {
    let bucket = Bucket::new(20.0, 3.0, Claim::Share);
    let first = given(&bucket, 15).await;
    // An eighth of the rate, and the part of a token that it began with.
    assert!((5..=6).contains(&first), "{first}");
    assert!(8 * first <= 20 + 15 * 3, "{first}");
}

#[tokio::test(start_paused = true)]
async fn a_share_grows_to_the_whole_rate_while_nothing_is_refused() {
    let bucket = Bucket::new(20.0, 3.0, Claim::Share);
    given(&bucket, 30).await;
    // One more or less: part of a token is left over from before.
    let whole = given(&bucket, 10).await;
    assert!((29..=31).contains(&whole), "{whole}");
    bucket.throttled();
    let after = given(&bucket, 10).await;
    assert!(
        (14..=15).contains(&after),
        "half the rate, and no growth for a while: {after}"
    );
    for _ in 0..20 {
        bucket.throttled();
    }
    let least = given(&bucket, 16).await;
    assert!((2..=3).contains(&least), "a sixteenth is the least: {least}");
}
