//! The command that runs under load, with this program's own input and output.
//!
//! Never ends it: Ctrl-C reaches it from the terminal as it reaches us, and SIGTERM is handed on.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use anyhow::Context;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended(ExitStatus);

impl Ended {
    /// As shells count it: its own, or 128 and the signal that ended it.
    pub fn code(self) -> u8 {
        let code = self.0.code().or(self.0.signal().map(|signal| 128 + signal));
        // An exit code is one byte everywhere this runs.
        code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

pub async fn run(line: &[OsString]) -> anyhow::Result<Ended> {
    let (program, arguments) = line.split_first().context("there is no command")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    let mut child = Command::new(program)
        .args(arguments)
        .spawn()
        .with_context(|| format!("starting {}", program.to_string_lossy()))?;
    let id = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .map(Pid::from_raw);
    loop {
        tokio::select! {
            status = child.wait() => return status.map(Ended).context("waiting for the command"),
            // A second one of ours would make Terraform drop everything: it has had the terminal's.
            _ = interrupt.recv() => super::say("the load goes on until the command has ended"),
            _ = terminate.recv() => {
                if let Some(id) = id {
                    let _ = kill(id, Signal::SIGTERM);
                }
            }
        }
    }
}
