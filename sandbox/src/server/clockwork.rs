//! Time: calls the world's tick whenever something changed or is due, and carries out what it asks for.
//!
//! Sleeps in one place only, until the world's own deadline.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::shared::Shared;
use crate::dataplane::backend::{self, BackendSpec};
use crate::world::Effect;

/// Runs until `stop`.
pub(super) async fn run(shared: Arc<Shared>, stop: CancellationToken, tasks: TaskTracker) {
    loop {
        let (effects, next) = shared.quietly(|world| world.tick());
        let idle = effects.is_empty();
        for effect in effects {
            carry_out(effect, &shared, &stop, &tasks);
        }
        let acting = shared.act();
        if !idle {
            // What was carried out may have changed the world already.
            tokio::task::yield_now().await;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = shared.changed.notified() => {}
            () = until(next.into_iter().chain(acting).min().map(|aws| shared.clock.instant(aws))) => {}
        }
    }
}

fn carry_out(effect: Effect, shared: &Arc<Shared>, stop: &CancellationToken, tasks: &TaskTracker) {
    match effect {
        Effect::Start { task, env, port } => {
            let started = backend::start(BackendSpec {
                env,
                port,
                task: task.clone(),
            });
            let result = started.map_err(|error| error.to_string()).map(|backend| {
                let addr = backend.addr();
                shared.keep_backend(&task, backend);
                addr
            });
            shared.change(|world| world.task_started(&task, result));
        }
        Effect::Stop { task, grace } => {
            let (shared, stop) = (Arc::clone(shared), stop.clone());
            tasks.spawn(async move {
                if let Some(backend) = shared.take_backend(&task) {
                    // A sandbox that shuts down does not wait for a task's grace: dropping kills it.
                    let grace = shared.clock.real(grace);
                    let _stopped = stop.run_until_cancelled(backend.stop(grace)).await;
                }
                shared.change(|world| world.task_stopped(&task));
            });
        }
    }
}

/// Real time a call is held back for, as a fault asked.
pub(super) async fn pause(duration: Duration) {
    until(Some(Instant::now() + duration)).await;
}

/// The crate's one wait: until a moment, or for ever.
async fn until(moment: Option<Instant>) {
    match moment {
        // Deadlines are computed in floating point; a hair of delay keeps a tick from coming too early.
        Some(moment) => tokio::time::sleep_until(moment + Duration::from_millis(1)).await,
        None => std::future::pending().await,
    }
}
