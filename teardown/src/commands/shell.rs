//! `completions` and `man`: made from the same definitions that arguments are parsed by.

use crate::cli::Cli;
use crate::screen::Screen;
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use teardown::exit::Exit;

/// Prints the script that a shell loads.
pub fn completions(shell: Shell, screen: &Screen) -> Result<Exit> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "bluegreen-teardown", &mut out);
    print(out, screen)
}

/// Prints the man page.
pub fn man(screen: &Screen) -> Result<Exit> {
    let mut out = Vec::new();
    clap_mangen::Man::new(Cli::command())
        .render(&mut out)
        .context("making the man page")?;
    print(out, screen)
}

fn print(out: Vec<u8>, screen: &Screen) -> Result<Exit> {
    let text = String::from_utf8(out).context("it is not text")?;
    screen.data(&text)?;
    Ok(Exit::Clean)
}
