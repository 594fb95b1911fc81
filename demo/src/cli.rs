//! The command line.
//!
//! Decides nothing: what an option means is up to the module that uses it.

use clap::Parser;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

/// One release after the other on a local AWS, by real Terraform, under load that never stops.
///
/// Builds the provider, starts a local AWS with one load balancer and one service in two colors, and takes the
/// example in examples/ecs-existing through its own tfvars files: a first release, a canary that only the office sees, a
/// promotion in steps, a warm rollback, the promotion again, the next release into the other color, and a broken
/// release that the public must never see. Nothing leaves this machine, and no AWS account is needed.
///
/// All the while the public and the office send HTTP requests to the load balancer. No request is ever retried. A
/// single one that fails turns the run red.
#[derive(Debug, Parser)]
#[command(name = "cargo demo", bin_name = "cargo demo", version, max_term_width = 100, after_help = AFTER)]
pub struct Cli {
    /// Requests per second, of the public and the office together
    #[arg(long, value_name = "N", default_value = "2500")]
    pub rate: NonZeroU32,

    /// The run is red if fewer requests per second were sent
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub min_rate: u32,

    /// Where the local AWS answers on 127.0.0.1 [default: a free port]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,

    /// Use this provider binary instead of building it
    #[arg(long, value_name = "FILE")]
    pub provider: Option<PathBuf>,

    /// Where report.json, switch.svg and events.jsonl go [default: demo/ in cargo's target folder]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,

    /// Leave Terraform's working folder behind and say where it is
    #[arg(long)]
    pub keep: bool,

    /// Tell the office from the public by a request header instead of a second loopback address; chosen by itself
    /// where the system has only one
    #[arg(long)]
    pub by_header: bool,

    /// Self-test: close every connection for this long in the middle of the promotion; the run must turn red
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub plant_gap: Option<Duration>,
}

const AFTER: &str = "\
Needs terraform on the PATH. Ends with 0 if everything held, with 1 if anything did not.

Examples:
  cargo demo
  cargo demo -- --rate 4000
  cargo demo -- --plant-gap 50ms     # see it turn red";

/// `50ms` or `2s`.
fn time(text: &str) -> Result<Duration, String> {
    let number = |end: &str| {
        text.strip_suffix(end)
            .and_then(|digits| digits.parse::<u64>().ok())
    };
    number("ms")
        .map(Duration::from_millis)
        .or_else(|| number("s").map(Duration::from_secs))
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "not a time such as 50ms or 2s".to_owned())
}

#[cfg(test)]
mod tests;
