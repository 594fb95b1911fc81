//! The verdict in five forms. Each is a function from verdict to text.
//!
//! Prints nothing itself, and decides nothing.

mod bars;
mod json;
mod junit;
mod markdown;
mod sarif;
mod text;

pub use json::{SCHEMA, SCHEMA_VERSION};

use crate::verdict::Verdict;

/// A form of output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For a pull request or a job's summary.
    Markdown,
    /// For programs; schema/verdict.schema.json describes it.
    Json,
    /// For code scanning.
    Sarif,
    /// For whatever shows tests.
    Junit,
}

impl Format {
    /// The verdict in this form, with a newline at its end.
    pub fn write(self, verdict: &Verdict) -> String {
        match self {
            Format::Text => text::write(verdict),
            Format::Markdown => markdown::write(verdict),
            Format::Json => json::write(verdict),
            Format::Sarif => sarif::write(verdict),
            Format::Junit => junit::write(verdict),
        }
    }
}

/// `REFUSED: 2 errors, 1 warning`.
fn headline(verdict: &Verdict) -> String {
    use crate::verdict::Weight;
    let plural = |count: usize, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {one}s")),
    };
    let waived = verdict.count(&Weight::Waived(String::new()));
    let counts = [
        plural(verdict.count(&Weight::Error), "error"),
        plural(verdict.count(&Weight::Warning), "warning"),
        (0 < waived).then(|| format!("{waived} waived")),
    ];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let word = match verdict.refused {
        true => "refused",
        false => "allowed",
    };
    match counts.is_empty() {
        true => word.to_owned(),
        false => format!("{word}: {}", counts.join(", ")),
    }
}

/// `plan format 1.2, terraform 1.11.4`.
fn made_by(verdict: &Verdict) -> String {
    let terraform = verdict
        .terraform_version
        .as_deref()
        .unwrap_or("of an unknown version");
    format!("plan format {}, terraform {terraform}", verdict.format_version)
}

#[cfg(test)]
mod tests;
