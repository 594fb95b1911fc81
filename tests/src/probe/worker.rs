//! One connection's worth of load: take the next request that is due, send it, enter how it ended.
//!
//! Never sends a request twice. What fails is entered as failed, and the next request is another one.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    time::{sleep_until, timeout},
};

use super::{
    http::{Answer, Connection},
    record::{Failure, Record},
};

/// Without a rate, a server that refuses would otherwise be asked as fast as it can refuse.
const PAUSE_AFTER_REFUSAL: Duration = Duration::from_millis(5);

/// What the workers of one audience share.
pub(super) struct Lane {
    pub audience: usize,
    pub target: SocketAddr,
    pub source: Option<IpAddr>,
    /// The whole request, ready to be written.
    pub request: Vec<u8>,
    pub timeout: Duration,
    pub pace: Option<Pace>,
    pub record: Arc<Record>,
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

/// Runs until `stop` says true; a request under way is finished and entered first.
pub(super) async fn run(lane: Arc<Lane>, mut stop: watch::Receiver<bool>) {
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
        let begun = due.unwrap_or_else(Instant::now);
        let outcome = match timeout(lane.timeout, lane.request(&mut connection)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::Timeout),
        };
        match outcome {
            Ok(answer) => {
                lane.record.answered(lane.audience, &answer, begun.elapsed());
                if !answer.keep {
                    connection = None;
                }
            }
            Err(failure) => {
                lane.record.failed(lane.audience, &failure);
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
            None => Connection::open(self.target, self.source)
                .await
                .map_err(Failure::Connect)?,
        };
        let answer = connection.insert(open).exchange(&self.request).await;
        answer.map_err(Failure::Broken)
    }
}
