//! The one place that lets time pass: polls a question until it is answered, the deadline is over, or a stop comes.

use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// First pause between two looks. Short, because most waits are nearly over when they begin.
const FIRST: Duration = Duration::from_millis(150);
/// Longest pause: ALB health checks run every 5 s at most, so looking more often sees nothing new.
const LONGEST: Duration = Duration::from_secs(5);
/// How long a call under way may still say whether it landed. With the one call back (1.5 s) and the last look (1 s)
/// an operator has an answer in 4 s, though AWS gives none.
const GRACE: Duration = Duration::from_millis(1500);

/// One answer to "is it so yet?".
pub enum Poll<T, W> {
    Ready(T),
    /// Not yet, and why; the last reason is kept for the failure.
    Pending(W),
}

/// The operator asked to stop.
#[derive(Debug)]
pub struct Stopped;

/// How a wait ended without an answer.
#[derive(Debug)]
pub enum Patience<W> {
    Stopped,
    /// The deadline passed; what was last missing.
    Over(W),
}

/// Asks until ready. `ask` is asked at least once, and once more right at the deadline.
pub async fn until<T, W, F, Fut>(
    limit: Duration,
    stop: &CancellationToken,
    mut ask: F,
) -> Result<T, Patience<W>>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Poll<T, W>>,
{
    // None: further away than the clock can count.
    let deadline = Instant::now().checked_add(limit);
    let mut pause = FIRST;
    loop {
        let answer = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(Patience::Stopped),
            answer = ask() => answer,
        };
        let why = match answer {
            Poll::Ready(value) => return Ok(value),
            Poll::Pending(why) => why,
        };
        let left = deadline.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        if left.is_zero() {
            return Err(Patience::Over(why));
        }
        rest(pause.min(left), stop)
            .await
            .map_err(|Stopped| Patience::Stopped)?;
        pause = LONGEST.min(pause * 3 / 2);
    }
}

/// Runs `work` to its end, or until shortly after a stop: AWS that does not answer must not keep the operator.
pub async fn granted<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> Result<T, Stopped> {
    let grace = async {
        stop.cancelled().await;
        let _ = rest(GRACE, &CancellationToken::new()).await;
    };
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = grace => Err(Stopped),
    }
}

/// Lets `pause` pass, unless a stop comes first.
pub async fn rest(pause: Duration, stop: &CancellationToken) -> Result<(), Stopped> {
    #[expect(clippy::disallowed_methods, reason = "the waiting helper itself")]
    let pause = tokio::time::sleep(pause);
    tokio::select! {
        biased;
        () = stop.cancelled() => Err(Stopped),
        () = pause => Ok(()),
    }
}

#[cfg(test)]
mod tests;
