//! Ctrl-C: once ends the run after the call under way, twice ends it at once.
//!
//! Kills nothing by itself: the first cancels a token, the second lets the waiting future go.

use crate::screen::Screen;
use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Hears SIGINT and SIGTERM.
#[derive(Debug)]
pub struct Interrupt {
    interrupt: Signal,
    terminate: Signal,
    stop: CancellationToken,
}

impl Interrupt {
    /// From here on neither signal ends the process by itself.
    pub fn listen() -> Result<Interrupt> {
        let hear = |kind| signal(kind).context("listening to signals");
        Ok(Interrupt {
            interrupt: hear(SignalKind::interrupt())?,
            terminate: hear(SignalKind::terminate())?,
            stop: CancellationToken::new(),
        })
    }

    /// Cancelled by the first signal.
    pub fn token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Ends with the second signal.
    pub async fn twice(mut self, screen: Screen) {
        self.next().await;
        self.stop.cancel();
        screen.tell("Stopping after the call under way; once more ends at once.");
        self.next().await;
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
