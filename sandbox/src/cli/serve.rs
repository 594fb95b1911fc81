//! `bluegreen-sandbox`: a local AWS until Ctrl-C. The endpoint goes to stdout, everything else to stderr.
//!
//! Only the command line; what it starts lives in the library.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use sandbox::{Options, RateLimits, Sandbox, Seed};

#[derive(Debug, Args)]
pub struct Serve {
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
    /// AWS seconds until a change of rules has reached every node of the load balancer.
    #[arg(long, default_value_t = 1.0)]
    propagation: f64,
    /// Free a sticky client when the weight of its group becomes 0.
    #[arg(long)]
    weight_zero_frees_sticky_clients: bool,
    /// Rules per load balancer.
    #[arg(long, default_value_t = 100)]
    rules_per_load_balancer: usize,
    /// AWS seconds until the autoscaler raises a service below its minimum.
    #[arg(long, default_value_t = 60.0)]
    autoscaler_reaction: f64,
    /// Stretch the time for which network interfaces outlive their load balancer; 0 releases them at once.
    #[arg(long, default_value_t = 1.0)]
    release_times: f64,
    /// Draw those times from this seed.
    #[arg(long, default_value_t = 1)]
    release_seed: u64,
    /// Share of interfaces, 0 to 1, that take up to 30 minutes to be released.
    #[arg(long, default_value_t = 0.0)]
    release_tail: f64,
    /// Leave the VPC CNI's interfaces behind when their node ends.
    #[arg(long)]
    cni_forgets_interfaces: bool,
    /// Throttle calls at the rates that AWS publishes for EC2 and Elastic Load Balancing.
    #[arg(long)]
    rate_limits: bool,
    /// Where to write the world as a seed when it ends.
    #[arg(long)]
    dump: Option<PathBuf>,
    /// Request header that stands for the client's address in source-ip conditions.
    #[arg(long)]
    client_ip_header: Option<String>,
}

/// Runs until a signal.
pub async fn run(asked: Serve) -> anyhow::Result<()> {
    let sandbox = Sandbox::start(Options {
        bind: asked.bind,
        time_scale: asked.time_scale,
        log: asked.log,
        region: asked.region,
        account: asked.account,
        client_ip_header: asked.client_ip_header,
        cni_forgets_interfaces: asked.cni_forgets_interfaces,
        propagation: seconds("propagation", asked.propagation)?,
        sticky_outlives_weight_zero: !asked.weight_zero_frees_sticky_clients,
        rules_per_load_balancer: asked.rules_per_load_balancer,
        autoscaler_reaction: seconds("autoscaler-reaction", asked.autoscaler_reaction)?,
        release_times: asked.release_times,
        release_seed: asked.release_seed,
        release_tail: asked.release_tail,
        rate_limits: match asked.rate_limits {
            true => RateLimits::Published,
            false => RateLimits::Off,
        },
    })
    .await?;
    if let Some(path) = &asked.seed {
        let text = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        let seed = Seed::from_json(&text).and_then(|seed| sandbox.seed(&seed));
        seed.with_context(|| format!("in {}", path.display()))?;
    }
    writeln!(std::io::stdout(), "{}", sandbox.endpoint()).context("writing the endpoint")?;
    signal().await.context("waiting for a signal")?;
    if let Some(path) = &asked.dump {
        let seed = serde_json::to_string_pretty(&sandbox.as_seed()).context("writing the world down")?;
        std::fs::write(path, seed).with_context(|| format!("writing {}", path.display()))?;
    }
    sandbox.shutdown().await;
    Ok(())
}

fn seconds(option: &str, value: f64) -> anyhow::Result<Duration> {
    Duration::try_from_secs_f64(value).with_context(|| format!("--{option} {value}"))
}

/// Ctrl-C or SIGTERM.
pub async fn signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}
