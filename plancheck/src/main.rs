//! `bluegreen-plancheck`: parses, runs one command, and turns the outcome into an exit code.
//!
//! Only the edge. Data goes to standard output and talk to standard error.

mod cli;
mod commands;

use clap::Parser;
use clap::error::ErrorKind;
use cli::{Cli, Command};
use plancheck::exit::Exit;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to tell if the streams are closed.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked { Exit::Allowed } else { Exit::Failed });
        }
    };
    let done = match cli.command {
        Command::Check(args) => commands::check(&args),
        Command::Init { file } => commands::init(&file),
        Command::Explain { rule } => commands::explain(rule.as_deref()),
        Command::Completions { shell } => commands::completions(shell),
        Command::Man => commands::man(),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            Exit::Failed.into()
        }
    }
}
