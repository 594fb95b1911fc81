//! The one way to wait: until a condition holds, with a deadline and the last status in the error.
//!
//! Never waits for a fixed time.

use anyhow::{Result, bail};
use std::fmt::Display;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

const PAUSE: Duration = Duration::from_millis(20);

/// Calls `attempt` until it returns `Ok`. The error names the last `Err`, which says what was seen instead.
pub async fn eventually<T, S, F, A>(deadline: Duration, mut attempt: F) -> Result<T>
where
    S: Display,
    F: FnMut() -> A,
    A: Future<Output = Result<T, S>>,
{
    let end = Instant::now() + deadline;
    let mut status = None;
    loop {
        match timeout_at(end, attempt()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(seen)) => status = Some(seen.to_string()),
            Err(_) => {}
        }
        // An attempt that is ready at once never runs into the timeout, so the clock is asked as well.
        if Instant::now() >= end {
            let seen = status.unwrap_or_else(|| "the first attempt had not answered".to_owned());
            bail!("after {deadline:?}: {seen}");
        }
        #[expect(clippy::disallowed_methods, reason = "the interval of the one waiting helper")]
        tokio::time::sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests;
