//! What the load client saw, as plain data for assertions and for JSON.
//!
//! Times are milliseconds since the probe began; nothing here measures.

use std::{collections::BTreeMap, time::Instant};

use serde::Serialize;

/// A whole run, or what is known of it so far.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Where every `…_ms` counts from.
    #[serde(skip)]
    pub began: Instant,
    /// How long the run took.
    pub seconds: f64,
    /// Requests begun. After `stop`, exactly `succeeded + failed`.
    pub started: u64,
    /// Requests answered with a status below 400.
    pub succeeded: u64,
    /// All others.
    pub failed: u64,
    /// Why they failed.
    pub failures: Failures,
    /// Of all answers.
    pub latency: Latency,
    /// Over the whole run, by audience.
    pub audiences: BTreeMap<String, AudienceReport>,
    /// In order. A request belongs to the phase in which it ended.
    pub phases: Vec<PhaseReport>,
    /// How answers and failures spread over time.
    pub timeline: Timeline,
    /// Stretches of time in which requests failed, in order of their beginning; the first hundred.
    pub outages: Vec<Outage>,
    /// The first few failures, in words.
    pub samples: Vec<FailureSample>,
}

impl Report {
    /// The last phase of this name.
    pub fn phase(&self, name: &str) -> Option<&PhaseReport> {
        self.phases.iter().rev().find(|phase| phase.name == name)
    }

    /// How long after `from` the audience still had answers from `old_color` in this phase: 0 if it had none.
    /// `None` if it had no answer at all, which proves nothing.
    pub fn switch_ms(&self, phase: &str, audience: &str, old_color: &str, from: Instant) -> Option<f64> {
        let colors = &self.phase(phase)?.audiences.get(audience)?.colors;
        if colors.is_empty() {
            return None;
        }
        let from = from.saturating_duration_since(self.began).as_secs_f64() * 1000.0;
        Some(
            colors
                .get(old_color)
                .map_or(0.0, |color| (color.last_ms - from).max(0.0)),
        )
    }

    /// Requests under way when the report was made.
    pub fn in_flight(&self) -> u64 {
        self.started - self.succeeded - self.failed
    }
}

/// One stretch between two marks.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseReport {
    /// As given to `mark`.
    pub name: String,
    /// When it was marked.
    pub start_ms: f64,
    /// When the next one was, or when the report was made.
    pub end_ms: f64,
    /// As in [`Report`].
    pub succeeded: u64,
    /// As in [`Report`].
    pub failed: u64,
    /// As in [`Report`].
    pub failures: Failures,
    /// As in [`Report`].
    pub latency: Latency,
    /// By audience; one that had neither answer nor failure is there too.
    pub audiences: BTreeMap<String, AudienceReport>,
}

/// What one audience saw.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AudienceReport {
    /// As in [`Report`].
    pub succeeded: u64,
    /// As in [`Report`].
    pub failed: u64,
    /// Of its answers.
    pub latency: Latency,
    /// By color; `none` for answers without one, such as the load balancer's own.
    pub colors: BTreeMap<String, ColorReport>,
}

impl AudienceReport {
    /// Answers from this color.
    pub fn answers(&self, color: &str) -> u64 {
        self.colors.get(color).map_or(0, |seen| seen.answers)
    }

    /// The share of all answers that came from this color, 0 to 1; NaN without any answer.
    pub fn share(&self, color: &str) -> f64 {
        let all: u64 = self.colors.values().map(|seen| seen.answers).sum();
        self.answers(color) as f64 / all as f64
    }
}

/// What one audience saw of one color.
#[derive(Clone, Debug, Serialize)]
pub struct ColorReport {
    /// Of any status.
    pub answers: u64,
    /// When the first answer was complete.
    pub first_ms: f64,
    /// When the last one was.
    pub last_ms: f64,
    /// Answers by version and status.
    pub versions: BTreeMap<String, BTreeMap<u16, u64>>,
}

/// Failed requests by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Failures {
    /// No connection.
    pub connect: u64,
    /// The connection broke before the answer's end.
    pub broken: u64,
    /// No whole answer in time.
    pub timeout: u64,
    /// An answer with a status of 400 or above.
    pub status: u64,
    /// Not even sent: every connection was busy for as long as the timeout.
    pub unsent: u64,
}

/// Of answers of any status. With a rate, counted from when the request was due, so that a stalled server
/// cannot hide the requests that had to wait for a free connection.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Latency {
    /// Half took no longer, within 3 %.
    pub p50_ms: f64,
    /// 9 of 10 took no longer, within 3 %.
    pub p90_ms: f64,
    /// 99 of 100 took no longer, within 3 %.
    pub p99_ms: f64,
    /// 999 of 1,000 took no longer, within 3 %.
    pub p999_ms: f64,
    /// Exact.
    pub max_ms: f64,
}

/// Equal slices of the run.
#[derive(Clone, Debug, Serialize)]
pub struct Timeline {
    /// Length of a slice; it doubles whenever a long run has too many of them.
    pub slice_ms: u32,
    /// From the beginning, without a hole.
    pub slices: Vec<Slice>,
}

/// What ended in one slice.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Slice {
    /// Answers by audience, then by color.
    pub audiences: BTreeMap<String, BTreeMap<String, u32>>,
    /// Failed requests, whatever the reason.
    pub failed: u32,
    /// The same by audience, only those that had any.
    pub failed_of: BTreeMap<String, u32>,
    /// Of all answers of the slice; `None` if there was none.
    pub latency: Option<Latency>,
}

impl Slice {
    /// Answers of this color to this audience.
    pub fn answers(&self, audience: &str, color: &str) -> u32 {
        let colors = self.audiences.get(audience);
        colors.and_then(|colors| colors.get(color)).copied().unwrap_or(0)
    }
}

/// A stretch of time in which requests of one audience failed, no two failures further apart than a second.
#[derive(Clone, Debug, Serialize)]
pub struct Outage {
    /// Whose requests.
    pub audience: String,
    /// When the first of them was due.
    pub from_ms: f64,
    /// When the last of them had failed.
    pub to_ms: f64,
    /// How many of them failed; others may have succeeded meanwhile.
    pub failed: u64,
}

/// One failure in words.
#[derive(Clone, Debug, Serialize)]
pub struct FailureSample {
    /// When it failed.
    pub at_ms: f64,
    /// Whose request.
    pub audience: String,
    /// Why.
    pub why: String,
}
