//! What the picture shows, in columns wide enough to be seen and to hold more than chance.
//!
//! Plain data; knows nothing of pixels.

use super::super::report::{Latency, Outage, Report, Slice};

/// More would be narrower than two pixels.
const MOST_COLUMNS: usize = 414;
/// A rate reckoned from fewer requests would flicker.
const ENOUGH: f64 = 20.0;
/// However slow the run is, this many columns show how it went.
const FEWEST_COLUMNS: usize = 20;

/// All times are seconds since the load began, all rates requests per second.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub seconds: f64,
    /// Of a column.
    pub width: f64,
    pub colors: Vec<String>,
    pub rows: Vec<Row>,
    pub latency: Vec<Option<Band>>,
    /// Where each phase but the first began.
    pub marks: Vec<(f64, String)>,
    pub total: Total,
}

/// One audience.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub name: String,
    /// By color, in `Scene::colors`' order, then by column.
    pub rates: Vec<Vec<f64>>,
    /// By column.
    pub failed: Vec<u32>,
    pub outages: Vec<Outage>,
}

/// Latency within one column, in milliseconds: the middle one's mean over its slices, the others' worst.
#[derive(Clone, Copy, Debug)]
pub(super) struct Band {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Total {
    pub requests: u64,
    pub failed: u64,
    pub latency: Latency,
}

impl Scene {
    pub(super) fn new(report: &Report) -> Self {
        let slices = &report.timeline.slices;
        let slice = f64::from(report.timeline.slice_ms) / 1000.0;
        let together = together(slices.len(), report.started);
        let columns: Vec<&[Slice]> = slices.chunks(together).collect();
        let width = slice * together as f64;
        let seconds = report.seconds.max(f64::MIN_POSITIVE);
        let colors: std::collections::BTreeSet<_> = report
            .audiences
            .values()
            .flat_map(|audience| audience.colors.keys().cloned())
            .collect();
        let colors: Vec<String> = colors.into_iter().collect();
        let row = |name: &String| Row {
            name: name.clone(),
            rates: colors
                .iter()
                .map(|color| {
                    let answers = |column: &&[Slice]| -> u32 {
                        column.iter().map(|slice| slice.answers(name, color)).sum()
                    };
                    let rate = |(index, column)| {
                        // The last column has not run to its end.
                        let lasted = (seconds - width * index as f64).clamp(slice / 2.0, width);
                        f64::from(answers(column)) / lasted
                    };
                    columns.iter().enumerate().map(rate).collect()
                })
                .collect(),
            failed: columns
                .iter()
                .map(|column| column.iter().filter_map(|slice| slice.failed_of.get(name)).sum())
                .collect(),
            outages: report
                .outages
                .iter()
                .filter(|outage| outage.audience == *name)
                .cloned()
                .collect(),
        };
        let mark = |phase: &super::super::PhaseReport| (phase.start_ms / 1000.0, phase.name.clone());
        Self {
            seconds,
            width,
            rows: report.audiences.keys().map(row).collect(),
            colors: colors.clone(),
            latency: columns.iter().map(|column| band(column)).collect(),
            marks: report.phases.iter().skip(1).map(mark).collect(),
            total: Total {
                requests: report.succeeded + report.failed,
                failed: report.failed,
                latency: report.latency,
            },
        }
    }
}

/// How many slices make a column.
fn together(slices: usize, requests: u64) -> usize {
    let a_slice = requests as f64 / slices.max(1) as f64;
    let for_enough = (ENOUGH / a_slice.max(f64::MIN_POSITIVE)).ceil() as usize;
    let for_eyes = slices.div_ceil(MOST_COLUMNS);
    for_enough.min(slices / FEWEST_COLUMNS).max(for_eyes).max(1)
}

fn band(column: &[Slice]) -> Option<Band> {
    let seen: Vec<Latency> = column.iter().filter_map(|slice| slice.latency).collect();
    let worst = |pick: fn(&Latency) -> f64| seen.iter().map(pick).fold(0.0, f64::max);
    (!seen.is_empty()).then(|| Band {
        p50: seen.iter().map(|latency| latency.p50_ms).sum::<f64>() / seen.len() as f64,
        p99: worst(|latency| latency.p99_ms),
        max: worst(|latency| latency.max_ms),
    })
}
