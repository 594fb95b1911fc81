//! The figures of a run, as `report.json` has them.
//!
//! Plain data: what was measured elsewhere is put in order here.

use crate::audiences::{OFFICE, PUBLIC};
use acceptance::probe::{AudienceReport, Report};
use anyhow::{Context, Result};
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// Answers per color.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct PerColor {
    pub blue: u64,
    pub green: u64,
}

impl PerColor {
    fn of(audience: Option<&AudienceReport>) -> Self {
        let answers = |color: &str| audience.map_or(0, |audience| audience.answers(color));
        Self {
            blue: answers("blue"),
            green: answers("green"),
        }
    }
}

/// One act, or the destroy at the end.
#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    pub name: String,
    /// The plan's sentence for the service.
    pub change: Option<String>,
    /// The plan's sentence for the office's canary rule.
    pub office_change: Option<String>,
    /// Planning, applying and looking at the result.
    pub seconds: f64,
    /// Exit code of the apply.
    pub exit_code: Option<i32>,
    /// Answers to everybody.
    pub blue: u64,
    pub green: u64,
    pub public: PerColor,
    pub office: PerColor,
    pub failed: u64,
    /// From when the request was due. `None` without load.
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// From the last rule change to the public's last answer from the color it leaves. `None` without a switch.
    pub switch_ms: Option<f64>,
    /// From the public's first answer from the color it moves to, to its last from the color it leaves: how long both
    /// served. `None` without a switch.
    pub both_served_s: Option<f64>,
}

/// The load as a whole.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Total {
    pub requests: u64,
    pub failed: u64,
    /// How long the load was kept up.
    pub seconds: f64,
    pub requests_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// Nothing was found.
    pub green: bool,
    /// Why it is red, one sentence each.
    pub findings: Vec<String>,
    /// From the start of the local AWS to the end of the destroy.
    pub run_seconds: f64,
    pub terraform: String,
    /// Asked for; `total.requests_per_second` is what came of it.
    pub rate: u32,
    pub total: Total,
    pub phases: Vec<Phase>,
}

/// What is known of a phase while the load still runs.
#[derive(Clone, Debug)]
pub struct Performed {
    pub name: &'static str,
    /// Its name in the load's report.
    pub mark: &'static str,
    pub change: Option<String>,
    pub office_change: Option<String>,
    pub took: Duration,
    pub exit_code: Option<i32>,
    /// The color that the public left, and when the last rule change took effect.
    pub switch: Option<(&'static str, Instant)>,
}

impl Phase {
    pub fn of(performed: &Performed, load: &Report) -> Self {
        let seen = load.phase(performed.mark);
        let audience = |name: &str| PerColor::of(seen.and_then(|seen| seen.audiences.get(name)));
        let (public, office) = (audience(PUBLIC), audience(OFFICE));
        let switched = |(loser, at)| load.switch_ms(performed.mark, PUBLIC, loser, at);
        let both_served = |(loser, _): (&str, Instant)| {
            let colors = &seen?.audiences.get(PUBLIC)?.colors;
            let first = colors.iter().find(|(color, _)| *color != loser)?.1.first_ms;
            Some((colors.get(loser)?.last_ms - first).max(0.0) / 1000.0)
        };
        Self {
            blue: public.blue + office.blue,
            green: public.green + office.green,
            public,
            office,
            failed: seen.map_or(0, |seen| seen.failed),
            p50_ms: seen.map(|seen| rounded(seen.latency.p50_ms)),
            p99_ms: seen.map(|seen| rounded(seen.latency.p99_ms)),
            switch_ms: performed.switch.and_then(switched).map(rounded),
            both_served_s: performed.switch.and_then(both_served).map(rounded),
            ..Self::quiet(performed)
        }
    }

    /// Without load.
    pub fn quiet(performed: &Performed) -> Self {
        Self {
            name: performed.name.to_owned(),
            change: performed.change.clone(),
            office_change: performed.office_change.clone(),
            seconds: rounded(performed.took.as_secs_f64()),
            exit_code: performed.exit_code,
            blue: 0,
            green: 0,
            public: PerColor::default(),
            office: PerColor::default(),
            failed: 0,
            p50_ms: None,
            p99_ms: None,
            switch_ms: None,
            both_served_s: None,
        }
    }
}

impl Total {
    pub fn of(load: &Report) -> Self {
        Self {
            requests: load.started,
            failed: load.failed,
            seconds: rounded(load.seconds),
            requests_per_second: rounded(load.started as f64 / load.seconds),
            p50_ms: rounded(load.latency.p50_ms),
            p99_ms: rounded(load.latency.p99_ms),
            max_ms: rounded(load.latency.max_ms),
        }
    }
}

impl Document {
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).context("writing the report as JSON")?;
        std::fs::write(path, text + "\n").with_context(|| format!("writing {}", path.display()))
    }
}

/// To what the measurement is good for.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}
