//! How much is going on: connections open and handlers running. Lets the process know when nobody needs it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// Counts what is going on; clones share the counts.
#[derive(Clone, Debug)]
pub(crate) struct Activity(watch::Sender<Counts>);

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    connections: usize,
    running: usize,
    /// Those of them that change something outside.
    changing: usize,
    /// Whether there ever was a connection.
    seen: bool,
}

/// One connection or handler; over when dropped.
#[derive(Debug)]
pub(crate) struct Busy {
    counts: watch::Sender<Counts>,
    leave: fn(&mut Counts),
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.counts.send_modify(self.leave);
    }
}

impl Activity {
    pub(crate) fn new() -> Activity {
        Activity(watch::Sender::new(Counts::default()))
    }

    pub(crate) fn connection(&self) -> Busy {
        self.0.send_modify(|counts| {
            counts.connections += 1;
            counts.seen = true;
        });
        Busy {
            counts: self.0.clone(),
            leave: |counts| counts.connections -= 1,
        }
    }

    pub(crate) fn handler(&self) -> Busy {
        self.0.send_modify(|counts| counts.running += 1);
        Busy {
            counts: self.0.clone(),
            leave: |counts| counts.running -= 1,
        }
    }

    /// A handler that changes something.
    pub(crate) fn change(&self) -> Busy {
        self.0.send_modify(|counts| {
            counts.running += 1;
            counts.changing += 1;
        });
        Busy {
            counts: self.0.clone(),
            leave: |counts| {
                counts.running -= 1;
                counts.changing -= 1;
            },
        }
    }

    /// Until no handler runs that changes something, however long that takes.
    pub(crate) async fn settled(&self) {
        self.until(Duration::MAX, |counts| counts.changing == 0).await;
    }

    /// Until no handler runs, at most `limit`. Says whether that came true.
    pub(crate) async fn quiet(&self, limit: Duration) -> bool {
        self.until(limit, |counts| counts.running == 0).await
    }

    /// Until the host is gone: its last connection closed and none came back within `grace`, or none ever came
    /// within `first`.
    pub(crate) async fn host_gone(&self, first: Duration, grace: Duration) {
        if !self.until(first, |counts| counts.seen).await {
            return;
        }
        loop {
            self.until(Duration::MAX, |counts| counts.connections == 0).await;
            if !self.until(grace, |counts| counts.connections > 0).await {
                return;
            }
        }
    }

    async fn until(&self, limit: Duration, holds: fn(&Counts) -> bool) -> bool {
        // The receiver can't see the sender go: `self` holds one.
        timeout(limit, self.0.subscribe().wait_for(holds)).await.is_ok()
    }
}
