//! Runs provider code so that neither a vanished client nor a panic cuts it off from its result.
//!
//! A handler runs in a task of its own: when the RPC's future is dropped, the task goes on to its end. A panic ends
//! the task only, and comes back as a value.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use tracing::Instrument;

use super::Activity;
use super::activity::Busy;
use crate::diag::Diagnostic;

tokio::task_local! {
    /// Set while provider code runs, whose panics are caught; the panic hook leaves the place of one here.
    static PLACE: Arc<OnceLock<String>>;
}

/// Provider code panicked.
#[derive(Debug)]
pub(crate) struct Panicked {
    message: String,
}

/// Runs `work` to its end, whoever still waits for it.
///
/// # Errors
/// The panic that ended it.
pub(crate) async fn run<T: Send + 'static>(
    activity: &Activity,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Panicked> {
    detached(activity.handler(), work).await
}

/// As [`run`], for what changes something outside: only for such work does the process outlive its host.
///
/// # Errors
/// The panic that ended it.
pub(crate) async fn change<T: Send + 'static>(
    activity: &Activity,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Panicked> {
    detached(activity.change(), work).await
}

async fn detached<T: Send + 'static>(
    busy: Busy,
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Panicked> {
    let task = async move {
        let _busy = busy;
        work.await
    };
    let place = Arc::new(OnceLock::new());
    let task = PLACE.scope(place.clone(), task);
    tokio::spawn(task.in_current_span())
        .await
        .map_err(|error| match error.try_into_panic() {
            Ok(panic) => Panicked::from(panic.as_ref(), &place),
            Err(_) => Panicked {
                message: "the runtime shut down".to_owned(),
            },
        })
}

/// Runs provider code that waits for nothing, such as the functions of a schema.
///
/// # Errors
/// The panic that ended it.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    let place = Arc::new(OnceLock::new());
    // What it worked on is dropped with it.
    let work = AssertUnwindSafe(work);
    PLACE
        .sync_scope(place.clone(), || catch_unwind(work))
        .map_err(|panic| Panicked::from(panic.as_ref(), &place))
}

/// Notes where the provider code on this thread panicked. False when a panic here is not caught.
pub(crate) fn note_place(place: &str) -> bool {
    // Only the first counts: a second panic while unwinding is a consequence.
    PLACE.try_with(|held| held.set(place.to_owned())).is_ok()
}

/// How much of what a panic said is passed on.
const LONGEST: usize = 200;

/// What a panic said: its first line, cut. The rest is where an `unwrap` shows what it found, secrets and all.
pub(crate) fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let first = text.and_then(|text| text.lines().next()).unwrap_or("no message");
    match first.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None => first.to_owned(),
    }
}

impl Panicked {
    fn from(panic: &(dyn std::any::Any + Send), place: &OnceLock<String>) -> Panicked {
        let message = match place.get() {
            Some(place) => format!("{} (at {place})", message(panic)),
            None => message(panic),
        };
        Panicked { message }
    }

    /// What the operator reads; `doing` completes "panicked while".
    pub(crate) fn diagnostic(&self, name: &str, doing: &str) -> Diagnostic {
        Diagnostic::error(
            format!("{name}: the provider panicked while {doing}"),
            format!("{}. This is a bug in the provider.", self.message),
        )
    }

    /// As [`diagnostic`](Self::diagnostic), where something may have been changed by then.
    pub(crate) fn half_way(&self, name: &str, doing: &str) -> Diagnostic {
        let mut diagnostic = self.diagnostic(name, doing);
        diagnostic.detail +=
            " The last known state is kept; check what is really there before the next apply.";
        diagnostic
    }

    /// What a caller of a function reads. Terraform sets the full stop.
    pub(crate) fn in_function(&self) -> String {
        format!("the provider panicked, which is a bug in it: {}", self.message)
    }
}
