//! One run's way to AWS: each call waits for its turn in the bucket of its class, is repeated while that may help, and
//! is not begun after a stop. The SDK's own retries are off: they would be neither counted nor paced.
//!
//! Repeats reads only. A change is made once: whoever makes it looks again before it makes it again.

use super::Aws;
use super::bucket::Class;
use super::error::{Error, Kind};
use super::wait::{Stopped, jitter, rest};
use crate::watch::{Event, Watch, Wave};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error as StdError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

/// How often a read is tried. With half of all calls throttled one in a thousand still fails.
const ATTEMPTS: u32 = 10;
/// A broken answer is not broken by chance very often.
const ATTEMPTS_AT_NONSENSE: u32 = 3;
const TICK: Duration = Duration::from_millis(1);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// One run.
pub(crate) struct Run<'a> {
    pub aws: &'a Aws,
    pub watch: &'a dyn Watch,
    pub stop: &'a CancellationToken,
    deadline: Instant,
    calls: AtomicU64,
}

impl<'a> Run<'a> {
    pub fn new(aws: &'a Aws, watch: &'a dyn Watch, stop: &'a CancellationToken, limit: Duration) -> Run<'a> {
        Run {
            aws,
            watch,
            stop,
            deadline: Instant::now() + limit,
            calls: AtomicU64::new(0),
        }
    }

    /// A read. `send` is called once per attempt; an answer that comes after the end of the run is none.
    pub async fn read<T, E, F>(
        &self,
        class: Class,
        doing: &'static str,
        on: &str,
        mut send: impl FnMut() -> F,
    ) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let mut attempt = 1;
        loop {
            self.turn(class, 1, doing, on).await?;
            let answer = tokio::select! {
                biased;
                () = self.stop.cancelled() => return Err(stopped(doing, on)),
                answer = timeout_at(self.deadline, self.flight(send())) => match answer {
                    Ok(answer) => answer,
                    Err(_) => return Err(late(doing, on)),
                },
            };
            let error = match self.weigh(class, doing, on, answer) {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let enough = match error.kind {
                Kind::Malformed => ATTEMPTS_AT_NONSENSE,
                _ => ATTEMPTS,
            };
            if !error.passes() || enough <= attempt || !self.aws.may_repeat() {
                return Err(error);
            }
            self.pause(class, attempt, &error).await?;
            attempt += 1;
        }
    }

    /// A change, made once. Its turn was taken before, with [`Run::turn`]; a stop does not interrupt it.
    pub async fn change<T, E>(
        &self,
        class: Class,
        doing: &'static str,
        on: &str,
        sent: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        if self.stop.is_cancelled() {
            return Err(stopped(doing, on));
        }
        let answer = self.flight(sent).await;
        self.weigh(class, doing, on, answer)
    }

    /// Waits until at least one call may be made, and says how many, `most` at most.
    pub async fn turn(
        &self,
        class: Class,
        most: usize,
        doing: &'static str,
        on: &str,
    ) -> Result<usize, Error> {
        loop {
            if self.stop.is_cancelled() {
                return Err(stopped(doing, on));
            }
            let pause = match self.aws.bucket(class).take(most) {
                Ok(taken) => return Ok(taken),
                Err(pause) => pause,
            };
            // What is left of a token after rounding takes no time at all to flow in: time has to pass all the same.
            self.rest(pause.max(TICK), doing, on).await?;
        }
    }

    /// Lets a moment pass before the same is tried again; longer each time, and never as long as somebody else.
    pub async fn pause(&self, class: Class, attempt: u32, after: &Error) -> Result<(), Error> {
        let most = FIRST_PAUSE
            .saturating_mul(1 << attempt.min(10))
            .min(LONGEST_PAUSE);
        let pause = jitter(most);
        if after.kind == Kind::Throttled {
            self.watch.see(&Event::Throttled { class, pause });
        }
        self.rest(pause, after.doing, &after.on).await
    }

    /// Lets time pass, unless a stop or the end of the run comes first.
    pub async fn rest(&self, pause: Duration, doing: &'static str, on: &str) -> Result<(), Error> {
        if self.deadline <= Instant::now() + pause {
            return Err(late(doing, on));
        }
        rest(pause, self.stop).await.map_err(|Stopped| stopped(doing, on))
    }

    pub fn begin(&self, wave: Wave) {
        self.watch.see(&Event::WaveBegun { wave });
    }

    pub fn done(&self, wave: Wave) {
        let calls = self.calls.load(Ordering::Relaxed);
        self.watch.see(&Event::WaveDone { wave, calls });
    }

    async fn flight<T>(&self, sent: impl Future<Output = T>) -> T {
        // Never closed: the semaphore lives as long as the clients.
        let _flight = self.aws.flights().acquire().await;
        self.calls.fetch_add(1, Ordering::Relaxed);
        sent.await
    }

    fn weigh<T, E>(
        &self,
        class: Class,
        doing: &'static str,
        on: &str,
        answer: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<T, Error>
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let answer = answer.map_err(|error| Error::of(doing, on, error));
        match &answer {
            Err(error) if error.kind == Kind::Throttled => self.aws.bucket(class).throttled(),
            Err(error) if error.passes() => {}
            _ => {
                self.aws.bucket(class).answered();
                self.aws.earn();
            }
        }
        answer
    }
}

fn late(doing: &'static str, on: &str) -> Error {
    Error::ours(Kind::Late, doing, on, "no time was left for it")
}

fn stopped(doing: &'static str, on: &str) -> Error {
    Error::ours(Kind::Stopped, doing, on, "the run was stopped")
}
