//! The command line: the sandbox itself, and the load client by itself.
//!
//! Only parses and starts; what it starts lives in the library.

pub mod probe;
pub mod serve;

use clap::{Parser, Subcommand};

/// A local AWS (ELBv2, ECS, EC2 networks, STS) that refuses what AWS refuses and routes real HTTP.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: serve::Serve,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Probe(Box<probe::args::Args>),
}
