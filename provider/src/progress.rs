//! A line of JSON for every step that begins, waits or ends, in the file that the provider block names: Terraform
//! itself shows no more than "Still modifying…". Never holds up a release: a line that can't be written is lost.

use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Begin,
    Wait,
    Done,
    Failed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Begin => "begin",
            State::Wait => "wait",
            State::Done => "done",
            State::Failed => "failed",
        }
    }
}

/// The file of one process, or none.
#[derive(Clone, Debug, Default)]
pub struct ProgressFile(Option<Arc<File>>);

impl ProgressFile {
    /// Lines are appended: several runs may share a file.
    ///
    /// # Errors
    /// If the file can't be opened for writing.
    pub fn open(path: &Path) -> std::io::Result<ProgressFile> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(ProgressFile(Some(Arc::new(file))))
    }

    /// The progress of one service's run.
    pub fn of(&self, service: &str, now: fn() -> jiff::Timestamp) -> Progress {
        Progress {
            file: self.clone(),
            service: service.to_owned(),
            now,
            last: Mutex::default(),
        }
    }
}

/// What one service tells of itself.
pub struct Progress {
    file: ProgressFile,
    service: String,
    now: fn() -> jiff::Timestamp,
    /// The reason for waiting that was told last: polls repeat themselves, the file does not.
    last: Mutex<Option<String>>,
}

impl Progress {
    /// `step` is the step's name, `detail` a sentence about it.
    pub fn tell(&self, step: &str, detail: &str, state: State) {
        let Some(file) = self.file.0.as_deref() else {
            return;
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let reason = (state == State::Wait).then(|| detail.to_owned());
        if reason.is_some() && *last == reason {
            return;
        }
        *last = reason;
        let at = (self.now)();
        let line = json!({
            "at": format!("{at:.3}"),
            "service": self.service,
            "step": step,
            "detail": detail,
            "state": state.name(),
        });
        // One write per line, so that the lines of services that move side by side never mix.
        let mut file = file;
        if let Err(error) = file.write_all(format!("{line}\n").as_bytes()) {
            tracing::warn!(%error, "the progress file could not be written");
        }
    }
}

#[cfg(test)]
mod tests;
