//! The two ends of the program: data goes to standard output, talk to standard error.
//!
//! Colors carry no meaning alone: they only repeat a word that stands there.

use crate::cli::{Output, Show, When};
use anyhow::{Context, Result};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use teardown::report::{self, json};

/// What a terminal shows where it does not say how wide it is.
const WIDTH: u16 = 100;

/// How things are shown.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    output: Output,
    /// On standard output and on standard error.
    colors: [Color; 2],
    width: Option<u16>,
    /// Whether somebody sees bars and can be asked.
    terminal: bool,
    verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Color {
    Used,
    Plain,
}

impl Screen {
    /// Looks at flags, terminals and NO_COLOR, once.
    pub fn new(show: &Show) -> Screen {
        let (stdout, stderr) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        let table = match stdout {
            true => Output::Table,
            false => Output::Json,
        };
        let color = |terminal: bool| match show.color {
            When::Always => Color::Used,
            When::Auto if terminal && !no_color() => Color::Used,
            When::Auto | When::Never => Color::Plain,
        };
        Screen {
            output: show.output.unwrap_or(table),
            colors: [color(stdout), color(stderr)],
            width: stdout.then(width),
            terminal: stderr && std::io::stdin().is_terminal(),
            verbose: show.verbose,
        }
    }

    /// Whether a person can be asked here.
    pub fn can_ask(&self) -> bool {
        self.terminal
    }

    /// Whether everything is to be told.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Prints a result: as text for people, or as JSON.
    pub fn show(&self, text: impl FnOnce() -> String, value: &impl Serialize) -> Result<()> {
        match self.output {
            Output::Table => self.data(&text()),
            Output::Json => self.data(&json::text(value)?),
        }
    }

    /// Prints a result as it is.
    pub fn data(&self, text: &str) -> Result<()> {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        match written {
            // The reader has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => other.context("writing to standard output"),
        }
    }

    /// The table of one VPC.
    pub fn table(&self, judgement: &teardown::judge::Judgement) -> String {
        let show = match self.verbose {
            true => report::Show::Everything,
            false => report::Show::Candidates,
        };
        let text = report::table(judgement, show, self.width);
        match self.colors[0] {
            Color::Used => text.lines().map(paint).collect(),
            Color::Plain => text,
        }
    }

    /// Says something that is no result.
    pub fn tell(&self, sentence: &str) {
        // Nobody is left to tell if standard error is closed.
        let _ = writeln!(std::io::stderr(), "{sentence}");
    }

    /// Says something that should not be overlooked.
    pub fn warn(&self, sentence: &str) {
        self.tell(&format!("{} {sentence}", self.label("warning:", YELLOW)));
    }

    /// Says what went wrong, with its causes.
    pub fn fail(&self, error: &anyhow::Error) {
        self.tell(&format!("{} {error:#}", self.label("error:", RED)));
    }

    fn label(&self, word: &str, color: &str) -> String {
        match self.colors[1] {
            Color::Used => format!("{color}{word}{RESET}"),
            Color::Plain => word.to_owned(),
        }
    }
}

const RED: &str = "\x1b[1;31m";
const YELLOW: &str = "\x1b[1;33m";
const GREEN: &str = "\x1b[32m";
const MAGENTA: &str = "\x1b[1;35m";
const FAINT: &str = "\x1b[2m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// A line of a table with its first word in color.
fn paint(line: &str) -> String {
    let (word, rest) = line.split_at(line.find(' ').unwrap_or(line.len()));
    let color = match word {
        "orphan" => MAGENTA,
        "blocked" | "unknown" => YELLOW,
        "live" | "managed" | "protected" => GREEN,
        "foreign" => FAINT,
        "VERDICT" => return format!("{BOLD}{line}{RESET}\n"),
        _ => return format!("{line}\n"),
    };
    format!("{color}{word}{RESET}{rest}\n")
}

#[expect(clippy::disallowed_methods, reason = "this is the edge that reads settings")]
fn no_color() -> bool {
    std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty())
}

fn width() -> u16 {
    let size = console::Term::stdout().size_checked();
    size.map_or(WIDTH, |(_, columns)| columns)
}
