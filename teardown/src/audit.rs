//! The audit log: one JSON object a line, each holding the hash of the line before, so that nothing in it can be
//! changed, taken out or cut off without being found.
//!
//! Writes no file and reads no clock: lines go out, text comes in. It finds a change by somebody who does not rewrite
//! all that follows; against that, keep the last hash elsewhere.

use crate::canonical;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a chain begins with.
const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What one line is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The run begins.
    Began,
    /// A call that changes something is about to be made.
    Calling,
    /// It has answered.
    Answered,
    /// Something was left alone.
    Skipped,
    /// The run has ended; nothing follows.
    Ended,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    number: u64,
    at: Timestamp,
    event: Event,
    /// What there is to say of it.
    says: Value,
    previous: String,
    hash: String,
}

/// A log that is being written.
#[derive(Clone, Debug)]
pub struct Chain {
    next: u64,
    previous: String,
}

/// What is wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// There is no line at all.
    #[error("the log is empty")]
    Empty,
    /// A line is not one of ours.
    #[error("line {0} is not a line of an audit log")]
    Unreadable(u64),
    /// A line is not what it was when it was written.
    #[error("line {0} was changed")]
    Changed(u64),
    /// Lines are missing before this one, or their order was changed.
    #[error("line {0} does not follow the line before it")]
    Gap(u64),
    /// Something follows the end of the run.
    #[error("line {0} follows the end of the run")]
    Afterwards(u64),
    /// The end is missing: cut off, or the run was killed.
    #[error("the log ends after line {0} without the end of the run: it was cut off, or the run was killed")]
    Unfinished(u64),
}

impl Default for Chain {
    fn default() -> Self {
        Chain {
            next: 1,
            previous: BEGINNING.to_owned(),
        }
    }
}

impl Chain {
    /// The next line, with its line break.
    ///
    /// # Errors
    /// If `says` is not JSON.
    pub fn line(
        &mut self,
        at: Timestamp,
        event: Event,
        says: &impl Serialize,
    ) -> Result<String, serde_json::Error> {
        let mut line = Line {
            number: self.next,
            at,
            event,
            says: serde_json::to_value(says)?,
            previous: std::mem::take(&mut self.previous),
            hash: String::new(),
        };
        line.hash = canonical::digest(&line)?;
        self.next += 1;
        self.previous.clone_from(&line.hash);
        let mut text = canonical::spell(&serde_json::to_value(&line)?);
        text.push('\n');
        Ok(text)
    }

    /// Goes on with a log that was left unfinished.
    ///
    /// # Errors
    /// If anything but its end is wrong.
    pub fn resume(text: &str) -> Result<Chain, Broken> {
        let mut chain = Chain::default();
        match chain.read(text) {
            Ok(_) => Err(Broken::Afterwards(chain.next)),
            Err(Broken::Unfinished(_)) => Ok(chain),
            Err(other) => Err(other),
        }
    }

    fn read(&mut self, text: &str) -> Result<u64, Broken> {
        let mut ended = false;
        for (number, written) in (1..).zip(text.split_inclusive('\n')) {
            if ended {
                return Err(Broken::Afterwards(number));
            }
            let whole = written.strip_suffix('\n').ok_or(Broken::Unfinished(number - 1));
            let whole = whole?;
            let mut line: Line = serde_json::from_str(whole).map_err(|_| Broken::Unreadable(number))?;
            let hash = std::mem::take(&mut line.hash);
            if canonical::digest(&line).ok() != Some(hash.clone()) {
                return Err(Broken::Changed(number));
            }
            line.hash.clone_from(&hash);
            // Only our own spelling: a change that reads the same is a change.
            if serde_json::to_value(&line)
                .map(|value| canonical::spell(&value))
                .ok()
                .as_deref()
                != Some(whole)
            {
                return Err(Broken::Changed(number));
            }
            if (line.number, line.previous.as_str()) != (self.next, self.previous.as_str()) {
                return Err(Broken::Gap(number));
            }
            ended = line.event == Event::Ended;
            self.next += 1;
            self.previous = hash;
        }
        match (self.next - 1, ended) {
            (0, _) => Err(Broken::Empty),
            (lines, true) => Ok(lines),
            (lines, false) => Err(Broken::Unfinished(lines)),
        }
    }
}

/// Checks a whole log and returns how many lines it has.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn verify(text: &str) -> Result<u64, Broken> {
    Chain::default().read(text)
}

#[cfg(test)]
mod tests;
