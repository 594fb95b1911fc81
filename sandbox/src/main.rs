//! `bluegreen-sandbox`: a local AWS, and the load client that shows whether a release was noticed.
//!
//! Only hands over: each command has a module of its own.

mod cli;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => return told(&refusal),
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match cli.command {
        Some(Command::Probe(asked)) => Ok(cli::probe::run(*asked).await),
        None => cli::serve::run(cli.serve).await.map(|()| ExitCode::SUCCESS),
    }
}

/// Help, or why the command line makes no sense. That is 1: 2 says that requests failed.
fn told(refusal: &clap::Error) -> anyhow::Result<ExitCode> {
    refusal.print()?;
    Ok(if refusal.use_stderr() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}
