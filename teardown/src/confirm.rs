//! Asks for the one word that can't be typed by habit: the id of the VPC.
//!
//! Never asks where nobody can answer, and takes no other word for a yes.

use crate::screen::Screen;
use anyhow::{Context, Result};
use std::io::{BufRead, Write};
use tokio_util::sync::CancellationToken;

/// What the operator said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The VPC's id.
    Yes,
    /// Something else, or nothing.
    No,
    /// Nobody could be asked.
    Nobody,
}

/// Asks whether this many objects are to be deleted, until an answer or a stop.
pub async fn ask(screen: &Screen, vpc: &str, objects: usize, stop: &CancellationToken) -> Result<Answer> {
    if !screen.can_ask() {
        return Ok(Answer::Nobody);
    }
    let many = if objects == 1 { "object" } else { "objects" };
    let prompt = format!("Type {vpc} to delete {objects} {many}; anything else leaves everything as it is: ");
    let mut stderr = std::io::stderr();
    stderr
        .write_all(prompt.as_bytes())
        .and_then(|()| stderr.flush())
        .context("asking")?;
    let typed = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map(|_| line)
    });
    tokio::select! {
        line = typed => {
            let line = line.context("asking")?.context("reading the answer")?;
            Ok(judge(&line, vpc))
        }
        () = stop.cancelled() => {
            screen.tell("");
            Ok(Answer::No)
        }
    }
}

fn judge(line: &str, vpc: &str) -> Answer {
    match line.trim() == vpc {
        true => Answer::Yes,
        false => Answer::No,
    }
}

#[cfg(test)]
mod tests;
