//! What the provider is doing right now, from the progress file that its provider block names.
//!
//! Never waits: it reads the lines that are there. A line it does not understand is passed over.

use anyhow::{Context, Result};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One step that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub detail: String,
    pub took: Duration,
    pub failed: bool,
}

/// The file, as far as it was read.
#[derive(Debug)]
pub struct Progress {
    path: PathBuf,
    read: u64,
    /// The beginning of a line whose end was not there yet.
    rest: Vec<u8>,
    /// What has begun and not ended, by service and step.
    open: BTreeMap<(String, String), Begun>,
}

#[derive(Debug)]
struct Begun {
    detail: String,
    at: Timestamp,
    waiting: Option<String>,
}

#[derive(Deserialize)]
struct Line {
    at: String,
    service: String,
    step: String,
    detail: String,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Begin,
    Wait,
    Done,
    Failed,
}

impl Progress {
    /// Takes away what an earlier run left at `path`.
    pub fn new(path: &Path) -> Result<Self> {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("removing the old {}", path.display()))
            }
            _ => Ok(Self {
                path: path.to_owned(),
                read: 0,
                rest: Vec::new(),
                open: BTreeMap::new(),
            }),
        }
    }

    /// Reads on; the steps that ended since the last time, in order.
    pub fn poll(&mut self) -> Vec<Ended> {
        // No provider has opened it yet, or it can be read the next time.
        let _ = self.read_on();
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let lines: Vec<u8> = self.rest.drain(..=end).collect();
        let lines = String::from_utf8_lossy(&lines);
        let lines = lines
            .lines()
            .filter_map(|line| serde_json::from_str::<Line>(line).ok());
        lines.filter_map(|line| self.take(line)).collect()
    }

    /// What it does, and since when by the clock that the provider used; `None` between two steps.
    pub fn now(&self, clock: Timestamp) -> Option<String> {
        let begun = self.open.values().next()?;
        let so_far = clock.duration_since(begun.at).as_secs_f64().max(0.0);
        let waiting = begun.waiting.as_ref();
        let waiting = waiting.map_or_else(String::new, |why| format!(": {why}"));
        Some(format!("{so_far:.1} s · {}{waiting}", begun.detail))
    }

    /// Forgets what never ended: its provider is gone.
    pub fn over(&mut self) {
        self.open.clear();
    }

    fn read_on(&mut self) -> std::io::Result<()> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.read))?;
        self.read += file.read_to_end(&mut self.rest)? as u64;
        Ok(())
    }

    fn take(&mut self, line: Line) -> Option<Ended> {
        let at: Timestamp = line.at.parse().ok()?;
        let key = (line.service, line.step);
        match line.state {
            State::Begin => {
                let begun = Begun {
                    detail: line.detail,
                    at,
                    waiting: None,
                };
                self.open.insert(key, begun);
                None
            }
            State::Wait => {
                if let Some(begun) = self.open.get_mut(&key) {
                    begun.waiting = Some(line.detail);
                }
                None
            }
            State::Done | State::Failed => {
                let begun = self.open.remove(&key)?;
                let took = at.duration_since(begun.at);
                Some(Ended {
                    detail: begun.detail,
                    took: Duration::try_from(took).unwrap_or_default(),
                    failed: line.state == State::Failed,
                })
            }
        }
    }
}

#[cfg(test)]
mod tests;
