//! What a run has set out to do and what came of it, a line of JSON each, on disk before the call goes out: a run that
//! was killed is taken up again by the same plan and the same journal.
//!
//! Holds no object's state: that is read anew. It says which deletions were ours, and which load balancers were there
//! before the first of them, so that one that a living controller makes again is told from those.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Entry {
    /// The first line.
    Begun {
        plan: String,
        /// Load balancers of the VPC, each with its time of creation.
        present: BTreeSet<String>,
    },
    /// A call is about to be made.
    Intent {
        at: Timestamp,
        call: String,
        id: String,
        /// Whose it is, where it is a load balancer.
        claim: Option<String>,
    },
    /// It has answered, or never will.
    Result { call: String, id: String, said: String },
}

/// Why a journal can't be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It can't be read or written.
    #[error("the journal can't be read or written")]
    Io(#[from] std::io::Error),
    /// Two runs would overwrite what the other is about to do.
    #[error("another run is using the journal")]
    Busy,
    /// A line in it is not one of ours; a last line that was cut off is no fault.
    #[error("line {0} of the journal is not a line of a journal")]
    Unreadable(usize),
    /// It was begun for another plan.
    #[error("the journal is that of another plan; give this plan a journal of its own")]
    OtherPlan,
}

/// A journal. Clones write to the same one.
#[derive(Clone, Debug)]
pub struct Journal(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    entries: Vec<Entry>,
    file: Option<File>,
}

impl Journal {
    /// One that lives only as long as the process.
    pub fn memory() -> Journal {
        Journal(Arc::new(Mutex::new(State {
            entries: Vec::new(),
            file: None,
        })))
    }

    /// One in a file, which is made, or gone on with.
    ///
    /// # Errors
    /// If it can't be opened or is no journal.
    pub fn open(path: &Path) -> Result<Journal, JournalError> {
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)?;
        lock(&file)?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let lines = text[..whole].lines().enumerate();
        let entries = lines.map(|(number, line)| {
            serde_json::from_str(line).map_err(|_| JournalError::Unreadable(number + 1))
        });
        let entries: Vec<Entry> = entries.collect::<Result<_, _>>()?;
        // What the death of the last run cut off was not acted upon. Anything else is somebody's file.
        let cut = &text[whole..];
        let head = if entries.is_empty() {
            r#"{"begun":"#
        } else {
            r#"{""#
        };
        if !cut.starts_with(head) && !head.starts_with(cut) {
            return Err(JournalError::Unreadable(entries.len() + 1));
        }
        if !cut.is_empty() {
            file.set_len(whole as u64)?;
        }
        Ok(Journal(Arc::new(Mutex::new(State {
            entries,
            file: Some(file),
        }))))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins it for a plan, or goes on with it: the load balancers that were present when it was begun.
    pub(crate) fn begin(
        &self,
        plan: &str,
        present: impl FnOnce() -> BTreeSet<String>,
    ) -> Result<BTreeSet<String>, JournalError> {
        let first = self.state().entries.first().cloned();
        match first {
            Some(Entry::Begun { plan: begun, present }) if begun == plan => Ok(present),
            Some(_) => Err(JournalError::OtherPlan),
            None => {
                let present = present();
                self.write(Entry::Begun {
                    plan: plan.to_owned(),
                    present: present.clone(),
                })?;
                Ok(present)
            }
        }
    }

    pub(crate) fn write(&self, entry: Entry) -> Result<(), JournalError> {
        let mut state = self.state();
        if let Some(file) = &mut state.file {
            let mut line = serde_json::to_string(&entry).map_err(std::io::Error::other)?;
            line.push('\n');
            file.write_all(line.as_bytes())?;
            file.sync_data()?;
        }
        state.entries.push(entry);
        Ok(())
    }

    /// Whether a run of this journal set out to delete it.
    pub(crate) fn meant(&self, wanted: &str) -> bool {
        let state = self.state();
        let mut entries = state.entries.iter();
        entries.any(|entry| matches!(entry, Entry::Intent { id, call, .. } if id == wanted && call.contains("Delete")))
    }

    /// The claims of the load balancers that runs of this journal set out to delete.
    pub(crate) fn claims(&self) -> BTreeSet<String> {
        let state = self.state();
        let claims = state.entries.iter().filter_map(|entry| match entry {
            Entry::Intent { claim, .. } => claim.clone(),
            _ => None,
        });
        claims.collect()
    }
}

/// Held until the file is closed, by whatever ends the process.
fn lock(file: &File) -> Result<(), JournalError> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => JournalError::Busy,
        TryLockError::Error(error) => JournalError::Io(error),
    })
}

#[cfg(test)]
mod tests;
