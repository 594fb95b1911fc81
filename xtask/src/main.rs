//! `cargo verify`: every check of the project in one order, and the peers those checks need. `cargo xtask docs`: the
//! registry's pages and the modules' tables. `cargo xtask fuzz`: what the wire and the plan reader can stand. `cargo
//! xtask plans`: the plans that it is tried on. `cargo xtask dist`: the files of a release.
//!
//! Refuses to skip: a step that did not run is named in the table at the end, with the reason.

mod cache;
mod dist;
mod fuzz;
mod peers;
mod plans;
mod shell;
mod step;
mod verify;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "xtask", about = "Chores of this repository")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run every check, in order, and stop at the first that fails
    Verify {
        /// Only these steps, still in their fixed order
        #[arg(value_enum)]
        steps: Vec<step::Step>,
    },
    /// Write the registry's pages anew, from the provider's schemas and the examples, the rules of the plan checks, and the
    /// tables of the modules' READMEs from their HCL; record the terminal session
    Docs,
    /// Fuzz the framework, every target for its share of the time
    Fuzz(fuzz::Asked),
    /// Make the plans anew that the plan checks are tried on, with the real Terraform and the real AWS provider
    Plans(plans::Asked),
    /// Build the programs for release and pack archives, sums, the registry's manifest and a mirror
    Dist(dist::Asked),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Verify { steps } => verify::verify(&steps),
        Command::Docs => docs(),
        Command::Fuzz(asked) => fuzz::fuzz(&asked),
        Command::Plans(asked) => plans::plans(&asked),
        Command::Dist(asked) => dist::dist(asked),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            shell::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The tests that compare the pages, the tables and the recorded session are also what writes them.
fn docs() -> anyhow::Result<bool> {
    let place = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (package, target, tests) in [
        ("terraform-provider-bluegreen", &["--lib"][..], "docs::"),
        ("bluegreen-teardown", &["--test", "cli"], "docs::"),
        ("bluegreen-plancheck", &["--test", "judge"], "docs::"),
        ("acceptance", &["--test", "it"], "modules::tables::"),
    ] {
        shell::Program::cargo()
            .args(["test", "--quiet", "--package", package])
            .args(target)
            .args([tests])
            .env("BLESS", "1")
            .within(place)
            .run()?;
    }
    Ok(true)
}
