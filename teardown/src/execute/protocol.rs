//! Where the audit log's lines go: a file, or memory. Each is on disk before the run goes on.

use crate::audit::{Broken, Chain, Event};
use jiff::Timestamp;
use serde_json::Value;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Why an audit log can't be used.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It can't be read or written.
    #[error("the audit log can't be read or written")]
    Io(#[from] std::io::Error),
    /// Two runs would break each other's chain.
    #[error("another run is writing the audit log; give this run another file")]
    Busy,
    /// What is in the file can't be gone on with.
    #[error("the audit log can't be gone on with; give this run another file")]
    Broken(#[from] Broken),
}

/// An audit log that is being written. Clones write to the same one.
#[derive(Clone, Debug)]
pub struct Audit(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    chain: Chain,
    file: Option<File>,
    text: String,
}

impl Audit {
    /// One that lives only as long as the process.
    pub fn memory() -> Audit {
        Audit::over(Chain::default(), None)
    }

    /// One in a file, which is made, or gone on with where a run was killed.
    ///
    /// # Errors
    /// If it can't be opened, was changed, or its run has ended.
    pub fn open(path: &Path) -> Result<Audit, AuditError> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => AuditError::Busy,
            TryLockError::Error(error) => AuditError::Io(error),
        })?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let (chain, lines) = match whole {
            0 => (Chain::default(), 0),
            _ => (
                Chain::resume(&text[..whole])?,
                text[..whole].lines().count() as u64,
            ),
        };
        // A line that the death of the last run cut off. Anything else is somebody's file.
        let (cut, head) = (&text[whole..], r#"{"at":"#);
        if !cut.starts_with(head) && !head.starts_with(cut) {
            return Err(Broken::Unreadable(lines + 1).into());
        }
        if !cut.is_empty() {
            file.set_len(whole as u64)?;
        }
        Ok(Audit::over(chain, Some(file)))
    }

    fn over(chain: Chain, file: Option<File>) -> Audit {
        Audit(Arc::new(Mutex::new(State {
            chain,
            file,
            text: String::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was written through this handle and its clones.
    pub fn text(&self) -> String {
        self.state().text.clone()
    }

    pub(crate) fn write(&self, event: Event, says: &Value) -> Result<(), AuditError> {
        let mut state = self.state();
        let line = state
            .chain
            .line(Timestamp::now(), event, says)
            .map_err(std::io::Error::other)?;
        if let Some(file) = &mut state.file {
            file.write_all(line.as_bytes())?;
            file.sync_data()?;
        }
        state.text.push_str(&line);
        Ok(())
    }
}
