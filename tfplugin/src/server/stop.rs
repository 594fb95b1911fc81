//! Who is told to wind up: everything a run began, whichever configuration it began under.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// The tokens of the run that goes on.
pub(crate) struct Stop(Mutex<Tokens>);

struct Tokens {
    /// Cancelled by a stop, and with it all tokens of its configurations.
    run: CancellationToken,
    configured: CancellationToken,
}

impl Stop {
    pub(crate) fn new() -> Stop {
        let run = CancellationToken::new();
        let configured = run.child_token();
        Stop(Mutex::new(Tokens { run, configured }))
    }

    /// The token of a new configuration, with which a stopped run begins anew. What earlier configurations began can
    /// still be stopped: under a debugger one process serves many.
    pub(crate) fn configure(&self) -> CancellationToken {
        let mut tokens = self.tokens();
        if tokens.run.is_cancelled() {
            tokens.run = CancellationToken::new();
        }
        tokens.configured = tokens.run.child_token();
        tokens.configured.clone()
    }

    /// Tells every running and every later request to wind up, until the next configuration.
    pub(crate) fn stop(&self) {
        self.tokens().run.cancel();
    }

    /// The token a request starting now is given.
    pub(crate) fn token(&self) -> CancellationToken {
        self.tokens().configured.clone()
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
