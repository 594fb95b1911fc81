//! The command line.
//!
//! Decides nothing: what an option means is up to the part that uses it.

use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// What the provider costs, measured on this machine beside peers.
///
/// Builds the provider as users get it (release), starts local worlds, and runs real Terraform. Close what else is
/// running: a busy machine measures itself.
#[derive(Debug, Parser)]
#[command(
    name = "cargo figures",
    bin_name = "cargo figures",
    version,
    max_term_width = 100
)]
pub struct Cli {
    /// Only these parts [default: all]
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PART")]
    pub only: Vec<Part>,

    /// How often each provider is started
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    pub starts: u32,

    /// How often each plan is made
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    pub plans: u32,

    /// Services of the large plan; each has a canary rule as well
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..))]
    pub services: u32,

    /// Use this provider binary instead of building it
    #[arg(long, value_name = "FILE")]
    pub provider: Option<PathBuf>,

    /// Use this bluegreen-teardown instead of building it
    #[arg(long, value_name = "FILE")]
    pub teardown: Option<PathBuf>,

    /// Where report.json and report.md go [default: figures/ in cargo's target folder]
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Start, memory and size, beside hashicorp/aws
    Start,
    /// What the framework costs by itself, beside hashicorp/aws asked the same
    Framework,
    /// A large plan with nothing to change, beside terraform_data
    Plan,
    /// A promotion of 20 services on one listener
    Promotion,
    /// Requests during the demo's switches
    Load,
    /// Scans of a VPC, beside the AWS CLI and a scan that asks for one load balancer's tags after the other's
    Teardown,
}

impl Part {
    /// What was asked for, in the order of the report.
    pub fn chosen(only: &[Part]) -> Vec<Part> {
        let asked = |part: &&Part| only.is_empty() || only.contains(part);
        Part::value_variants().iter().filter(asked).copied().collect()
    }

    pub fn says(self) -> &'static str {
        match self {
            Part::Start => "starting the providers",
            Part::Framework => "asking a provider that keeps nothing",
            Part::Plan => "planning a large configuration",
            Part::Promotion => "promoting 20 services",
            Part::Load => "running the demo",
            Part::Teardown => "scanning a VPC",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cli, Part};
    use clap::{CommandFactory, Parser};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn parts_come_in_the_reports_order_whatever_order_they_are_asked_in() {
        let cli = Cli::try_parse_from(["figures", "--only", "load,start"]).unwrap();
        assert_eq!(Part::chosen(&cli.only), [Part::Start, Part::Load]);
        assert_eq!(Part::chosen(&[]).len(), 6);
    }
}
