//! `cargo figures`: what the provider costs, measured on this machine beside peers that do comparable work.
//!
//! Only the edge: it reads the command line, runs what was asked for, and turns the outcome into an exit code. A missed
//! aim is a figure like any other and fails nothing.

mod calls;
mod cli;
mod configuration;
mod framework;
mod ground;
mod grpc;
mod load;
mod plan;
mod plugin;
mod promotion;
mod report;
mod schema;
mod start;
mod stats;
mod teardown;
mod town;

use anyhow::{Context, Result};
use clap::Parser;
use cli::{Cli, Part};
use report::Report;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    let ground = ground::ground(cli)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let mut report = Report::new(ground.machine.clone());
    for part in Part::chosen(&cli.only) {
        tell(&format!("{} …", part.says()));
        let rows = match part {
            Part::Start => start::rows(&runtime, &ground, cli.starts),
            Part::Framework => framework::rows(&runtime, &ground, cli.starts),
            Part::Plan => runtime.block_on(plan::rows(&ground, cli.services, cli.plans)),
            Part::Promotion => runtime.block_on(promotion::rows(&ground)),
            Part::Load => load::rows(&ground),
            Part::Teardown => runtime.block_on(teardown::rows(&ground, cli.starts)),
        };
        report.rows.extend(rows.with_context(|| part.says())?);
    }
    report.write(&ground.out)?;
    say(&report.table());
    tell(&format!(
        "report.json and report.md are in {}",
        ground.out.display()
    ));
    Ok(())
}

/// The figures. A closed pipe is the reader's choice, not a failure.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// What happens meanwhile.
fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
