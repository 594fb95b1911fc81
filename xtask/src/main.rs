//! `cargo verify`: every check of the project in one order, and the peers those checks need.
//!
//! Refuses to skip: a step that did not run is named in the table at the end, with the reason.

mod cache;
mod peers;
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
}

fn main() -> ExitCode {
    let Command::Verify { steps } = Cli::parse().command;
    match verify::verify(&steps) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            shell::say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
