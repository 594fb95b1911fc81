//! Runs the steps in order, times them, stops at the first red, and says at the end what ran and what did not.
//!
//! Never reports green when a step that was asked for did not run.

use crate::cache::Cache;
use crate::shell::say;
use crate::step::{Place, Step};
use anyhow::{Context, Result};
use clap::ValueEnum;
use std::path::Path;
use std::time::{Duration, Instant};

/// What became of one step.
#[derive(Debug, PartialEq)]
enum Fate {
    Passed(Duration),
    Failed(Duration),
    /// An earlier step failed.
    NotReached,
    /// The command line named other steps.
    NotAsked,
}

/// Runs `asked`, or everything when nothing is named. Returns whether all of it passed.
pub fn verify(asked: &[Step]) -> Result<bool> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies at the root")?
        .to_owned();
    let place = Place {
        cache: Cache::open(&repository)?,
        repository,
    };
    let mut clock = Instant::now;
    let fates = drive(asked, &mut clock, |step| {
        say(&format!("\n=== {}: {}", step.name(), step.says()));
        let result = step.run(&place);
        if let Err(error) = &result {
            say(&format!("error: {error:#}"));
        }
        result.is_ok()
    });
    say(&format!("\n{}", table(&fates)));
    Ok(green(&fates))
}

fn drive(
    asked: &[Step],
    now: &mut impl FnMut() -> Instant,
    mut run: impl FnMut(Step) -> bool,
) -> Vec<(Step, Fate)> {
    let mut red = false;
    let mut fates = Vec::new();
    for &step in Step::value_variants() {
        let fate = if !asked.is_empty() && !asked.contains(&step) {
            Fate::NotAsked
        } else if red {
            Fate::NotReached
        } else {
            let start = now();
            let passed = run(step);
            let took = now().duration_since(start);
            red = !passed;
            if passed {
                Fate::Passed(took)
            } else {
                Fate::Failed(took)
            }
        };
        fates.push((step, fate));
    }
    fates
}

fn green(fates: &[(Step, Fate)]) -> bool {
    fates
        .iter()
        .all(|(_, fate)| matches!(fate, Fate::Passed(_) | Fate::NotAsked))
}

fn table(fates: &[(Step, Fate)]) -> String {
    let mut lines = vec!["step     result       seconds".to_owned()];
    for (step, fate) in fates {
        let (word, took) = match fate {
            Fate::Passed(took) => ("passed", Some(took)),
            Fate::Failed(took) => ("FAILED", Some(took)),
            Fate::NotReached => ("not reached", None),
            Fate::NotAsked => ("not asked", None),
        };
        let seconds = took.map_or_else(String::new, |took| format!("{:.1}", took.as_secs_f64()));
        lines.push(
            format!("{:<9}{word:<12}{seconds:>8}", step.name())
                .trim_end()
                .to_owned(),
        );
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests;
