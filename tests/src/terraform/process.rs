//! One running command: its own process group, its output as it comes, signals, and an end by the deadline.
//!
//! Never outlives its handle: a dropped command is killed together with the plugins it started.

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// What a command that ended said.
#[derive(Debug, Clone)]
pub struct Run {
    /// The arguments, for messages.
    pub command: String,
    /// The exit code, or minus the number of the signal that ended it.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
    pub took: Duration,
}

impl Run {
    /// Standard output, then standard error.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A command that has not been waited for.
#[derive(Debug)]
pub struct Running {
    command: String,
    child: Child,
    group: Pid,
    started: Instant,
    deadline: Duration,
    stdout: Stream,
    stderr: Stream,
    ended: bool,
}

impl Running {
    pub(super) fn start(mut command: Command, name: String, deadline: Duration) -> Result<Self> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let mut child = command
            .spawn()
            .with_context(|| format!("starting terraform {name}"))?;
        let id = child.id().context("a child that was not waited for has an id")?;
        let group = Pid::from_raw(i32::try_from(id).context("a process id fits")?);
        let stdout = Stream::read(child.stdout.take().context("standard output is a pipe")?);
        let stderr = Stream::read(child.stderr.take().context("standard error is a pipe")?);
        Ok(Self {
            command: name,
            child,
            group,
            started: Instant::now(),
            deadline,
            stdout,
            stderr,
            ended: false,
        })
    }

    /// The process group, which Terraform's plugins belong to as well.
    pub fn group(&self) -> i32 {
        self.group.as_raw()
    }

    /// What it printed until now: standard output, then standard error.
    pub fn text(&self) -> String {
        format!("{}{}", self.stdout.text(), self.stderr.text())
    }

    /// Ctrl-C, as a terminal sends it: SIGINT to the whole group.
    pub fn interrupt(&self) -> Result<()> {
        self.signal(Signal::SIGINT)
    }

    /// SIGKILL to the whole group: the machine lost power.
    pub fn kill(&self) -> Result<()> {
        self.signal(Signal::SIGKILL)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        killpg(self.group, signal).with_context(|| format!("sending {signal} to terraform {}", self.command))
    }

    /// Waits for the end. A command still running at its deadline is killed, and the error shows what it printed.
    pub async fn wait(mut self) -> Result<Run> {
        let end = self.started + self.deadline;
        let Ok(status) = timeout_at(end, self.child.wait()).await else {
            self.kill()?;
            bail!(
                "terraform {} still ran after {:?}:\n{}",
                self.command,
                self.deadline,
                self.text()
            );
        };
        let status = status.with_context(|| format!("waiting for terraform {}", self.command))?;
        let took = self.started.elapsed();
        // A plugin that survives Terraform holds the pipes open: that is a fault of its own, with the same deadline.
        let drained = async {
            let (stdout, stderr) = (&mut self.stdout.reader, &mut self.stderr.reader);
            stdout.await.is_ok() && stderr.await.is_ok()
        };
        if timeout_at(end, drained).await != Ok(true) {
            bail!(
                "a process that terraform {} started outlived it:\n{}",
                self.command,
                self.text()
            );
        }
        self.ended = true;
        let code = status
            .code()
            .or_else(|| signal_of(status).map(|signal| -signal))
            .unwrap_or(-1);
        Ok(Run {
            command: self.command.clone(),
            code,
            stdout: self.stdout.text(),
            stderr: self.stderr.text(),
            took,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        match killpg(self.group, Signal::SIGKILL) {
            // Gone already: nothing is left to kill.
            Ok(()) | Err(Errno::ESRCH) => {}
            Err(error) => tracing::warn!(%error, command = self.command, "could not kill terraform"),
        }
    }
}

fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

/// The text of a pipe, readable while it grows.
#[derive(Debug)]
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl Stream {
    fn read(mut pipe: impl AsyncRead + Unpin + Send + 'static) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let reader = tokio::spawn(async move {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = pipe.read(&mut buffer).await {
                sink.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&buffer[..count]);
            }
        });
        Self { bytes, reader }
    }

    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
