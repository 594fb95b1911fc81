//! What the picture shows: who was answered by whom, when, and what happened then.
//!
//! Plain data taken from the load's report; knows nothing of pixels.

use super::Story;
use crate::act::Version;
use crate::audiences::{OFFICE, PUBLIC};
use acceptance::probe::{Report, Slice};
use std::time::Instant;

/// One color answers alone when the other has less than one answer in this many.
const ALONE: f64 = 20.0;

/// All times are seconds since the load began, all rates requests per second.
#[derive(Clone, Debug)]
pub struct Scene {
    pub seconds: f64,
    /// Between two samples.
    pub slice: f64,
    pub rows: Vec<Row>,
    pub phases: Vec<Phase>,
    /// When a rule of the listener changed.
    pub changes: Vec<f64>,
    /// When requests failed: the beginnings of their slices.
    pub failures: Vec<f64>,
    pub total: Total,
}

/// One audience.
#[derive(Clone, Debug)]
pub struct Row {
    pub name: &'static str,
    /// Height of its chart beside the others'.
    pub height: f64,
    pub blue: Vec<f64>,
    pub green: Vec<f64>,
    /// As the acts have it: from the beginning of the first that asks for it.
    pub served: Vec<Stretch>,
}

/// Who is to answer everybody.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub from: f64,
    pub to: f64,
    pub by: Version,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    pub name: String,
    pub from: f64,
    pub to: f64,
    pub refused: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Total {
    pub requests: u64,
    pub failed: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Acts that were applied under load, or whose end the load saw.
    pub applies: usize,
}

impl Scene {
    /// `changes` is when the rules changed.
    pub fn new(load: &Report, stories: &[Story], changes: &[Instant]) -> Self {
        let slice = f64::from(load.timeline.slice_ms) / 1000.0;
        // The last slice has not run to its end.
        let slices = &load.timeline.slices;
        let slices = &slices[..slices.len().saturating_sub(1)];
        let seconds = slice * slices.len() as f64;
        let since = |at: &Instant| at.checked_duration_since(load.began);
        let phases = phases(load, stories, seconds);
        let row = |name, height, pick: fn(&Story) -> Version| {
            let rate = |color: &str| {
                let of = |it: &Slice| f64::from(it.answers(name, color)) / slice;
                slices.iter().map(of).collect()
            };
            Row {
                name,
                height,
                blue: rate("blue"),
                green: rate("green"),
                served: served(&phases, stories, pick),
            }
        };
        let failed_slices = slices.iter().enumerate().filter(|(_, it)| 0 < it.failed);
        Self {
            seconds,
            slice,
            rows: vec![row(PUBLIC, 2.0, |it| it.public), row(OFFICE, 1.0, |it| it.office)],
            changes: changes
                .iter()
                .filter_map(since)
                .map(|at| at.as_secs_f64())
                .filter(|at| *at < seconds)
                .collect(),
            failures: failed_slices.map(|(index, _)| index as f64 * slice).collect(),
            total: Total {
                requests: load.started,
                failed: load.failed,
                p50_ms: load.latency.p50_ms,
                p99_ms: load.latency.p99_ms,
                applies: stories.len(),
            },
            phases,
        }
    }
}

impl Row {
    /// When one color answered all but a few, and as which version.
    pub fn alone(&self, slice: f64) -> Vec<Stretch> {
        let mut found: Vec<(&str, f64, f64)> = Vec::new();
        for (index, (blue, green)) in self.blue.iter().zip(&self.green).enumerate() {
            let (from, to) = (index as f64 * slice, (index + 1) as f64 * slice);
            let color = match () {
                () if blue * ALONE < *green => "green",
                () if green * ALONE < *blue => "blue",
                () => continue,
            };
            match found.last_mut() {
                Some(last) if last.0 == color && from - last.2 < slice / 2.0 => last.2 = to,
                _ => found.push((color, from, to)),
            }
        }
        let version = |(color, from, to): (&str, f64, f64)| {
            let common = |it: &Stretch| it.to.min(to) - it.from.max(from);
            let same = self.served.iter().filter(|it| it.by.color == color);
            let by = same.max_by(|a, b| common(a).total_cmp(&common(b)))?.by;
            Some(Stretch { from, to, by })
        };
        found.into_iter().filter_map(version).collect()
    }
}

/// One for each story, as the load saw it; those it did not see have no length.
fn phases(load: &Report, stories: &[Story], seconds: f64) -> Vec<Phase> {
    let of = |story: &Story| {
        let seen = load.phase(story.mark);
        let ms = seen.map_or((0.0, 0.0), |seen| (seen.start_ms, seen.end_ms));
        Phase {
            name: story.name.to_owned(),
            from: (ms.0 / 1000.0).min(seconds),
            to: (ms.1 / 1000.0).min(seconds),
            refused: story.refused,
        }
    };
    stories.iter().map(of).collect()
}

/// Neighbours with the same version are one stretch.
fn served(phases: &[Phase], stories: &[Story], pick: fn(&Story) -> Version) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (phase, story) in phases.iter().zip(stories) {
        let by = pick(story);
        match stretches.last_mut() {
            Some(last) if last.by == by => last.to = phase.to,
            _ => stretches.push(Stretch {
                from: phase.from,
                to: phase.to,
                by,
            }),
        }
    }
    stretches
}
