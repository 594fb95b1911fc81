//! `audit verify`: finds what was changed in an audit log. Repairs nothing.

use crate::screen::Screen;
use crate::state_source::{is_stdin, stdin_text};
use anyhow::{Context, Result};
use std::path::Path;
use teardown::audit::{self, Broken};
use teardown::exit::Exit;
use teardown::report::json::Audit;

/// Reads the whole log; a broken one is a failure.
pub fn verify(file: &Path, screen: &Screen) -> Result<Exit> {
    let text = match is_stdin(file) {
        true => stdin_text()?,
        false => std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?,
    };
    let (says, value, exit) = match audit::verify(&text) {
        Ok(lines) => (
            format!("{lines} lines, each follows the one before; the run has ended.\n"),
            Audit::new(lines, None),
            Exit::Clean,
        ),
        Err(broken) => (
            format!("broken: {broken}\n"),
            Audit::new(good(&broken), Some(broken.to_string())),
            Exit::Failed,
        ),
    };
    screen.show(|| says, &value)?;
    Ok(exit)
}

/// How many lines before it are whole.
fn good(broken: &Broken) -> u64 {
    match broken {
        Broken::Empty => 0,
        Broken::Unreadable(line) | Broken::Changed(line) | Broken::Gap(line) | Broken::Afterwards(line) => {
            line.saturating_sub(1)
        }
        Broken::Unfinished(lines) => *lines,
    }
}
