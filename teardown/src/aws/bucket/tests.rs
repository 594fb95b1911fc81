//! What a bucket gives, on a clock of tokio's that the tests move.

use super::*;
use tokio::time::advance;

#[tokio::test(start_paused = true)]
async fn a_burst_is_given_at_once_and_then_as_many_as_flow_in() {
    let bucket = Bucket::new(40.0, 10.0);
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
    let bucket = Bucket::new(40.0, 10.0);
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
