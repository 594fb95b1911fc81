//! What a stop does to work under way: a moment to say whether it landed, and no more.

use super::{GRACE, Poll, Stopped, granted, rest, until};
use std::future::pending;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[tokio::test(start_paused = true)]
async fn work_that_hangs_is_given_a_moment_after_the_stop_and_then_left() {
    let stop = CancellationToken::new();
    let began = Instant::now();
    stop.cancel();
    let Err(Stopped) = granted(&stop, pending::<()>()).await else {
        panic!("it never ended by itself");
    };
    assert_eq!(began.elapsed(), GRACE);
}

#[tokio::test(start_paused = true)]
async fn work_that_ends_within_the_moment_is_heard() {
    let stop = CancellationToken::new();
    stop.cancel();
    let work = async {
        let _ = rest(GRACE / 2, &CancellationToken::new()).await;
        7
    };
    assert_eq!(granted(&stop, work).await.ok(), Some(7));
}

#[tokio::test(start_paused = true)]
async fn without_a_stop_work_takes_as_long_as_it_takes() {
    let long = Duration::from_secs(3600);
    let never = CancellationToken::new();
    let began = Instant::now();
    assert!(granted(&never, rest(long, &never)).await.is_ok());
    assert_eq!(began.elapsed(), long);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_beyond_the_clock_is_no_deadline() {
    let asked = std::sync::atomic::AtomicU32::new(0);
    let answer = until(Duration::MAX, &CancellationToken::new(), async || {
        match asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
            0 => Poll::Pending(()),
            _ => Poll::Ready("yes"),
        }
    })
    .await;
    assert!(matches!(answer, Ok("yes")));
}
