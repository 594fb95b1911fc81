//! The event log: every call, target, task and seed in the order in which it took effect.
//!
//! Belongs to the world and is written under its lock, so `seq` is the order of effect. Never blocks a
//! call on a slow disk error: a log file that cannot be written is reported once and given up.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// `seq`, `at_ms`, `event` and what the kind of event adds.
    pub json: Value,
}

/// Grows only.
#[derive(Debug, Default)]
pub struct EventLog {
    events: Vec<Event>,
    /// What a call in progress has caused; it follows the call's own line.
    held: Option<Vec<Value>>,
    file: Option<BufWriter<File>>,
}

impl EventLog {
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let file = match path {
            Some(path) => {
                Some(BufWriter::new(File::create(path).with_context(|| {
                    format!("creating the event log {}", path.display())
                })?))
            }
            None => None,
        };
        Ok(Self {
            file,
            ..Self::default()
        })
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// From here to [`Self::finish_call`] events wait, so that a call stands before what it caused.
    pub fn begin_call(&mut self) {
        self.held = Some(Vec::new());
    }

    pub fn finish_call(&mut self, at_ms: f64, call: Value) {
        let held = self.held.take().unwrap_or_default();
        self.write(at_ms, call);
        for event in held {
            self.write(at_ms, event);
        }
    }

    /// `event` is an object with its `event` member set.
    pub fn push(&mut self, at_ms: f64, event: Value) {
        match &mut self.held {
            Some(held) => held.push(event),
            None => self.write(at_ms, event),
        }
    }

    fn write(&mut self, at_ms: f64, mut event: Value) {
        if let Value::Object(fields) = &mut event {
            fields.insert("seq".into(), json!(self.events.len() as u64));
            fields.insert("at_ms".into(), json!(at_ms));
        }
        if let Some(file) = &mut self.file {
            let written = writeln!(file, "{event}").and_then(|()| file.flush());
            if let Err(error) = written {
                tracing::error!(%error, "the event log cannot be written; it ends here");
                self.file = None;
            }
        }
        self.events.push(Event { json: event });
    }
}
