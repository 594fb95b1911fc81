//! One connection's worth of load: take the next request that is due, send it, enter how it ended.
//!
//! Never sends a request twice. What fails is entered as failed, and the next request is another one.

use std::{
    io,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    time::{sleep_until, timeout},
};
use tokio_util::task::TaskTracker;

use super::{
    Connections,
    http::{Answer, Connection},
    labels::Labels,
    record::{Failure, Record},
    target::Target,
};

/// Without a rate, a server that refuses would otherwise be asked as fast as it can refuse.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(5);
/// A request that is sent this much after it was due had no free connection: there should be one more.
const LATE: Duration = Duration::from_millis(10);

/// What the workers of one audience share.
pub(super) struct Lane {
    pub audience: usize,
    pub target: Target,
    pub source: Option<IpAddr>,
    /// The whole request, ready to be written.
    pub request: Vec<u8>,
    pub labels: Labels,
    pub connections: Connections,
    pub timeout: Duration,
    pub pace: Option<Pace>,
    pub record: Arc<Record>,
    pub workers: AtomicUsize,
}

/// When the requests of one audience are due: fixed in advance, whatever the server does.
pub(super) struct Pace {
    pub first: Instant,
    pub every: Duration,
    pub next: AtomicU64,
}

impl Pace {
    fn take(&self) -> Instant {
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        self.first
            + Duration::from_nanos(
                u64::try_from(self.every.as_nanos())
                    .unwrap_or(u64::MAX)
                    .saturating_mul(turn),
            )
    }
}

/// One more worker for the lane, unless it has as many as it may.
pub(super) fn spawn(lane: &Arc<Lane>, stop: &watch::Receiver<bool>, workers: &TaskTracker) {
    let more = |count: usize| (count < lane.connections.most).then_some(count + 1);
    let added = lane
        .workers
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    if added.is_ok() {
        workers.spawn(run(Arc::clone(lane), stop.clone(), workers.clone()));
    }
}

/// Runs until `stop` says true; a request under way is finished and entered first.
async fn run(lane: Arc<Lane>, mut stop: watch::Receiver<bool>, workers: TaskTracker) {
    let mut connection = None;
    let mut pause = None;
    while !*stop.borrow() {
        let due = lane.pace.as_ref().map(Pace::take);
        if let Some(until) = due.or(pause.take()).filter(|until| Instant::now() < *until) {
            tokio::select! {
                () = sleep_until(until.into()) => {}
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        lane.record.started();
        let begun = Instant::now();
        let due = due.unwrap_or(begun);
        let late = begun - due;
        if LATE < late {
            spawn(&lane, &stop, &workers);
        }
        if lane.timeout < late {
            lane.record.failed(lane.audience, &Failure::Unsent, due);
            // A long backlog is entered without making those wait who have answers to read.
            tokio::task::yield_now().await;
            continue;
        }
        let outcome = match timeout(lane.timeout, lane.request(&mut connection)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::Timeout),
        };
        match outcome {
            Ok(answer) => {
                lane.record.answered(lane.audience, &answer, due);
                if !answer.keep {
                    connection = None;
                }
            }
            Err(failure) => {
                lane.record.failed(lane.audience, &failure, due);
                connection = None;
                if matches!(failure, Failure::Connect(_)) {
                    pause = Some(Instant::now() + PAUSE_AFTER_REFUSAL);
                }
            }
        }
    }
}

impl Lane {
    async fn request(&self, connection: &mut Option<Connection>) -> Result<Answer, Failure> {
        let open = match connection.take().filter(Connection::is_quiet) {
            Some(open) => open,
            None => self.open().await.map_err(Failure::Connect)?,
        };
        let answer = connection
            .insert(open)
            .exchange(&self.request, &self.labels)
            .await;
        answer.map_err(Failure::Broken)
    }

    async fn open(&self) -> io::Result<Connection> {
        let nowhere = || io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        let address = self.target.addresses.next().ok_or_else(nowhere)?;
        Connection::open(address, self.source, self.target.tls.as_ref()).await
    }

    /// One request of its own, entered nowhere.
    pub(super) async fn once(&self) -> Result<Answer, Failure> {
        let outcome = timeout(self.timeout, self.request(&mut None)).await;
        outcome.unwrap_or(Err(Failure::Timeout))
    }
}
