//! `bluegreen-teardown`: parses, runs one command, and turns the outcome into an exit code.
//!
//! Only the edge. Data goes to standard output and talk to standard error.

mod cli;
mod commands;
mod confirm;
mod interrupt;
mod progress;
mod screen;
mod state_source;
mod target;

use anyhow::{Context, Result};
use clap::Parser;
use clap::error::ErrorKind;
use cli::{AuditCommand, Cli, Command};
use interrupt::Interrupt;
use screen::Screen;
use std::process::ExitCode;
use teardown::exit::Exit;
use teardown::scan::ScanError;
use tokio_util::sync::CancellationToken;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to tell if the streams are closed.
            let _ = error.print();
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked { Exit::Clean } else { Exit::Failed });
        }
    };
    let screen = Screen::new(&cli.show);
    match run(cli.command, screen) {
        Ok(exit) => exit.into(),
        Err(error) => {
            screen.fail(&error);
            let scan = error.downcast_ref::<ScanError>();
            scan.map_or(Exit::Failed, ScanError::exit).into()
        }
    }
}

fn run(command: Command, screen: Screen) -> Result<Exit> {
    match command {
        Command::Scan(args) => attended(screen, Exit::Failed, async |stop| {
            let policy = args.rules.policy(&args.place.clusters);
            commands::scan::run(&args.place, &policy, args.patience.limit()?, &screen, stop).await
        }),
        Command::Plan(args) => attended(screen, Exit::Failed, async |stop| {
            let policy = args.rules.policy(&args.place.clusters);
            let limit = args.patience.limit()?;
            commands::plan::run(&args.out, &args.place, &policy, limit, &screen, stop).await
        }),
        Command::Apply(args) => attended(screen, Exit::Partial, async |stop| {
            let policy = args.rules.policy(&args.place.clusters);
            commands::apply::run(&args, &policy, &screen, stop).await
        }),
        Command::Why(args) => attended(screen, Exit::Failed, async |stop| {
            let policy = args.rules.policy(&args.place.clusters);
            let limit = args.patience.limit()?;
            commands::why::run(&args.object, &args.place, &policy, limit, &screen, stop).await
        }),
        Command::Audit(AuditCommand::Verify { file }) => commands::audit::verify(&file, &screen),
        Command::Completions { shell } => commands::shell::completions(shell, &screen),
        Command::Man => commands::shell::man(&screen),
    }
}

/// Works until it is done, or until the operator has asked twice to end it: then with `ended`.
fn attended(
    screen: Screen,
    ended: Exit,
    work: impl AsyncFnOnce(&CancellationToken) -> Result<Exit>,
) -> Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the runtime")?;
    let exit = runtime.block_on(async {
        let interrupt = Interrupt::listen()?;
        let stop = interrupt.token();
        tokio::select! {
            exit = work(&stop) => exit,
            () = interrupt.twice(screen) => {
                screen.tell("Ended at once: a call may have been under way; scan again before anything else.");
                Ok(ended)
            }
        }
    });
    // A read of standard input may still wait for a line that never comes.
    runtime.shutdown_background();
    exit
}
