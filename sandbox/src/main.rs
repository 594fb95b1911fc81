//! `bluegreen-sandbox`: a local AWS until Ctrl-C. The endpoint goes to stdout, everything else to stderr.
//!
//! Only the command line; what it starts lives in the library.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use sandbox::{Options, Sandbox, Seed};
use tracing_subscriber::EnvFilter;

/// A local AWS (ELBv2, ECS, STS) that refuses what AWS refuses and routes real HTTP.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Where the API answers; port 0 lets the system choose.
    #[arg(long, default_value = "127.0.0.1:0")]
    bind: SocketAddr,
    /// Real seconds per AWS second.
    #[arg(long, default_value_t = 1.0)]
    time_scale: f64,
    /// File for the event log, one JSON object a line.
    #[arg(long)]
    log: Option<PathBuf>,
    /// A world to begin with, as JSON.
    #[arg(long)]
    seed: Option<PathBuf>,
    #[arg(long, default_value = "eu-central-1")]
    region: String,
    #[arg(long, default_value = "123456789012")]
    account: String,
    /// Request header that stands for the client's address in source-ip conditions.
    #[arg(long)]
    client_ip_header: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let sandbox = Sandbox::start(Options {
        bind: cli.bind,
        time_scale: cli.time_scale,
        log: cli.log,
        region: cli.region,
        account: cli.account,
        client_ip_header: cli.client_ip_header,
    })
    .await?;
    if let Some(path) = &cli.seed {
        let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let seed: Seed = serde_json::from_slice(&text).with_context(|| format!("in {}", path.display()))?;
        sandbox.seed(&seed)?;
    }
    writeln!(std::io::stdout(), "{}", sandbox.endpoint()).context("writing the endpoint")?;
    stopped().await.context("waiting for a signal")?;
    sandbox.shutdown().await;
    Ok(())
}

/// Ctrl-C or SIGTERM.
async fn stopped() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}
