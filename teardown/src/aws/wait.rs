//! Where time passes, and several questions are asked at once. There is no other sleep in this crate.

use std::future::poll_fn;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The operator asked to stop.
#[derive(Debug)]
pub(crate) struct Stopped;

/// Lets `pause` pass, unless a stop comes first.
pub(crate) async fn rest(pause: Duration, stop: &CancellationToken) -> Result<(), Stopped> {
    #[expect(clippy::disallowed_methods, reason = "the waiting helper itself")]
    let pause = tokio::time::sleep(pause);
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(Stopped),
        () = pause => Ok(()),
    }
}

/// Anything from nothing to `most`: callers that were refused together must not come back together.
pub(crate) fn jitter(most: Duration) -> Duration {
    // Keyed anew each time by the standard library: as random as this needs, and no dependency.
    let dice = RandomState::new().build_hasher().finish();
    most.mul_f64((dice >> 11) as f64 / (1u64 << 53) as f64)
}

/// A question under way.
pub(crate) type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Runs all of them at once and gives their answers in the same order.
pub(crate) async fn together<'a, T>(futures: impl IntoIterator<Item = Boxed<'a, T>>) -> Vec<T> {
    let mut all: Vec<Running<'a, T>> = futures.into_iter().map(Running::Yet).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for one in &mut all {
            if let Running::Yet(future) = one {
                match future.as_mut().poll(context) {
                    Poll::Ready(answer) => *one = Running::Done(answer),
                    Poll::Pending => waiting = true,
                }
            }
        }
        match waiting {
            true => Poll::Pending,
            false => Poll::Ready(()),
        }
    })
    .await;
    let answers = all.into_iter().filter_map(|one| match one {
        Running::Done(answer) => Some(answer),
        Running::Yet(_) => None,
    });
    answers.collect()
}

enum Running<'a, T> {
    Yet(Boxed<'a, T>),
    Done(T),
}
