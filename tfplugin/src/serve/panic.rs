//! What a panic says on stderr. One that is caught is a log line; one that is not must look like a crash to
//! Terraform, which then shows it to the operator.

use std::backtrace::Backtrace;
use std::io::Write;

use crate::server::task;

/// Replaces the default hook for the whole process.
pub(super) fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let message = task::message(info.payload());
        if task::note_place(&place) {
            let backtrace = Backtrace::force_capture();
            tracing::error!(place, %backtrace, "provider code panicked: {message}");
        } else {
            crash(&message, &place);
        }
    }));
}

fn crash(message: &str, place: &str) {
    // The prefix turns on Terraform's crash report, which takes every plain line after it and never ends.
    let text = format!("panic: {message} at {place}\n{}\n", Backtrace::force_capture());
    // A closed stderr is nobody to tell.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
