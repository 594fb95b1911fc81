//! `switch.svg`: who answered whom over the whole run, as a picture that needs no script and no font of its own.
//!
//! Never flatters: what is drawn are the load's own counts, slice by slice, and a failed request is a red bar.

mod chart;
mod scene;

use crate::act::Version;
use acceptance::probe::Report;
use anyhow::{Context, Result};
use std::path::Path;
use std::time::Instant;

/// One act, as far as the picture tells it.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    pub name: &'static str,
    /// Its name in the load's report.
    pub mark: &'static str,
    /// Who answers once it has ended.
    pub public: Version,
    pub office: Version,
    /// The apply had to fail.
    pub refused: bool,
}

/// Draws the run into a file. `changes` is when the listener's rules changed.
pub fn write(path: &Path, load: &Report, stories: &[Story], changes: &[Instant]) -> Result<()> {
    let scene = scene::Scene::new(load, stories, changes);
    std::fs::write(path, chart::draw(&scene)).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests;
