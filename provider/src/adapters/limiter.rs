//! How many changing calls a second the whole process makes: AWS throttles an account, not a resource.
//!
//! A call keeps its turn until one second after its answer, so that AWS too sees no second with more calls than
//! allowed, however long each was under way. Never limits reading.

use crate::wait::{Stopped, rest};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Changing calls a second where the provider block says nothing.
pub const DEFAULT: f64 = 3.0;

/// As many turns as calls a second are allowed, each free again a second after its call.
#[derive(Debug)]
pub struct Limiter {
    // Fair: who waits longest goes first.
    turns: Semaphore,
    free_at: Mutex<VecDeque<Instant>>,
    rest: Duration,
}

impl Limiter {
    /// `per_second` is above 0. A fraction above 1 counts as the whole number below it.
    pub fn new(per_second: f64) -> Limiter {
        let turns = if per_second < 1.0 {
            1.0
        } else {
            per_second.min(1000.0).floor()
        };
        let rest = Duration::try_from_secs_f64(turns / per_second.min(turns)).unwrap_or(Duration::MAX);
        let turns = turns as usize;
        Limiter {
            turns: Semaphore::new(turns),
            free_at: Mutex::new(std::iter::repeat_n(Instant::now(), turns).collect()),
            rest,
        }
    }

    /// Waits for a turn; keep it until the answer is there.
    ///
    /// # Errors
    /// A stop ends the wait, and no call may follow.
    pub async fn turn(&self, stop: &CancellationToken) -> Result<Turn<'_>, Stopped> {
        let permit = tokio::select! {
            biased;
            () = stop.cancelled() => return Err(Stopped),
            permit = self.turns.acquire() => permit.map_err(|_| Stopped)?,
        };
        let free = self.free().pop_front().unwrap_or_else(Instant::now);
        let mut turn = Turn {
            limiter: self,
            free: Some(free),
            _permit: permit,
        };
        rest(free.saturating_duration_since(Instant::now()), stop).await?;
        turn.free = None;
        Ok(turn)
    }

    fn free(&self) -> std::sync::MutexGuard<'_, VecDeque<Instant>> {
        self.free_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to make one call.
#[derive(Debug)]
pub struct Turn<'a> {
    limiter: &'a Limiter,
    /// Not used yet: free again when it was free before.
    free: Option<Instant>,
    _permit: SemaphorePermit<'a>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut free = self.limiter.free();
        match self.free {
            Some(unused) => free.push_front(unused),
            None => free.push_back(Instant::now() + self.limiter.rest),
        }
    }
}

#[cfg(test)]
mod tests;
