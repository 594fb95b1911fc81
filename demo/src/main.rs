//! `cargo demo`: one release after the other on a local AWS, by real Terraform, under load that never stops.
//!
//! Only the edge: it reads the command line, and turns how it ended into one sentence and an exit code.

mod act;
mod audiences;
mod check;
mod cli;
mod example;
mod live;
mod picture;
mod plan;
mod preflight;
mod progress;
mod provider;
mod report;
mod screen;
mod stage;
mod table;
mod words;

use anyhow::{Context, Error, Result, anyhow};
use clap::Parser;
use cli::Cli;
use std::io::Write;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let line = format!(
                "{} {}\n",
                console::style("error:").for_stderr().red().bold(),
                one_line(&error)
            );
            // Nobody is left to tell if standard error is closed.
            let _ = std::io::stderr().write_all(line.as_bytes());
            ExitCode::FAILURE
        }
    }
}

/// Whether everything held. What did not is on the screen by then.
fn run(cli: &Cli) -> Result<bool> {
    let ground = preflight::ground(cli)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(async {
        // Terraform runs in a process group of its own: it ends when `stage::play` is dropped.
        tokio::select! {
            outcome = stage::play(cli, &ground) => outcome,
            stopped = stopped() => Err(stopped),
        }
    })
}

/// Ctrl-C or SIGTERM, as the error that the run ends with.
async fn stopped() -> Error {
    let signals = async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupt = tokio::signal::ctrl_c() => interrupt,
            _ = terminate.recv() => Ok(()),
        }
    };
    match signals.await {
        Ok(()) => anyhow!("stopped before the end; nothing is left running"),
        Err(error) => Error::new(error).context("listening for signals"),
    }
}

/// The whole chain, without a backtrace.
fn one_line(error: &Error) -> String {
    let chain = format!("{error:#}");
    chain.split_whitespace().collect::<Vec<_>>().join(" ")
}
