//! The one book of a run: every request is entered when it starts and once more when it ends.
//!
//! Keeps counts only, so that its cost per request does not grow with the run.

use std::{
    collections::BTreeMap,
    io,
    ops::AddAssign,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    histogram::Histogram,
    http::Answer,
    report::{
        AudienceReport, ColorReport, FailureSample, Failures, Latency, PhaseReport, Report, Slice, Timeline,
    },
};

const SLICE: Duration = Duration::from_millis(100);
const SAMPLES: usize = 20;

/// Why a request failed without a whole answer.
pub(super) enum Failure {
    Connect(io::Error),
    Broken(io::Error),
    Timeout,
}

pub(super) struct Record {
    began: Instant,
    audiences: Vec<String>,
    book: Mutex<Book>,
}

struct Book {
    started: u64,
    phases: Vec<Phase>,
    /// Colors by the index that `Phase::seen` and `slices` use.
    colors: Vec<String>,
    slices: Vec<SliceCounts>,
    samples: Vec<FailureSample>,
}

struct Phase {
    name: String,
    start: Duration,
    failures: Vec<Failures>,
    latency: Histogram,
    seen: Vec<Seen>,
}

/// Answers of one audience, color, version and status.
struct Seen {
    audience: usize,
    color: usize,
    version: String,
    status: u16,
    count: u64,
    first: Duration,
    last: Duration,
}

#[derive(Clone, Default)]
struct SliceCounts {
    /// By audience, then by color.
    answers: Vec<Vec<u32>>,
    failed: u32,
}

impl Record {
    pub(super) fn new(audiences: Vec<String>, first_phase: &str) -> Self {
        let phase = Phase::new(first_phase, Duration::ZERO, audiences.len());
        let (colors, slices, samples) = (Vec::new(), Vec::new(), Vec::new());
        let book = Mutex::new(Book {
            started: 0,
            phases: vec![phase],
            colors,
            slices,
            samples,
        });
        Self {
            began: Instant::now(),
            audiences,
            book,
        }
    }

    pub(super) fn began(&self) -> Instant {
        self.began
    }

    pub(super) fn started(&self) {
        self.book().started += 1;
    }

    pub(super) fn answered(&self, audience: usize, answer: &Answer, latency: Duration) {
        let mut book = self.book();
        // Read under the lock: entries are in order of time, and none precedes its phase.
        let at = self.began.elapsed();
        let name = if answer.color.is_empty() {
            "none"
        } else {
            &answer.color
        };
        let color = book
            .colors
            .iter()
            .position(|known| known == name)
            .unwrap_or_else(|| {
                book.colors.push(name.to_owned());
                book.colors.len() - 1
            });
        let phase = book.phase();
        phase.latency.add(latency);
        phase.answered(audience, color, answer, at);
        let fails = 400 <= answer.status;
        if fails {
            phase.failures[audience].status += 1;
            self.sample(&mut book, audience, at, || {
                format!("status {} from {name}", answer.status)
            });
        }
        let slice = book.slice(at);
        slice.failed += u32::from(fails);
        slice.answered(audience, color);
    }

    pub(super) fn failed(&self, audience: usize, failure: &Failure) {
        let mut book = self.book();
        let at = self.began.elapsed();
        let failures = &mut book.phase().failures[audience];
        match failure {
            Failure::Connect(_) => failures.connect += 1,
            Failure::Broken(_) => failures.broken += 1,
            Failure::Timeout => failures.timeout += 1,
        }
        book.slice(at).failed += 1;
        self.sample(&mut book, audience, at, || match failure {
            Failure::Connect(error) => format!("no connection: {error}"),
            Failure::Broken(error) => format!("the connection broke: {error}"),
            Failure::Timeout => "no whole answer in time".to_owned(),
        });
    }

    pub(super) fn mark(&self, name: &str) -> Instant {
        let mut book = self.book();
        let start = self.began.elapsed();
        book.phases.push(Phase::new(name, start, self.audiences.len()));
        self.began + start
    }

    pub(super) fn report(&self) -> Report {
        let book = self.book();
        let now = self.began.elapsed();
        let ends = book.phases.iter().skip(1).map(|next| next.start).chain([now]);
        let phases: Vec<_> = book
            .phases
            .iter()
            .zip(ends)
            .map(|(phase, end)| self.phase_report(&book, phase, end))
            .collect();
        let mut all = Histogram::default();
        book.phases.iter().for_each(|phase| all.merge(&phase.latency));
        let slices = book.slices.iter().map(|slice| self.slice(&book, slice));
        Report {
            began: self.began,
            seconds: now.as_secs_f64(),
            started: book.started,
            succeeded: phases.iter().map(|phase| phase.succeeded).sum(),
            failed: phases.iter().map(|phase| phase.failed).sum(),
            failures: total(book.phases.iter().flat_map(|phase| &phase.failures)),
            latency: latency(&all),
            audiences: self.audience_reports(&book, &book.phases.iter().collect::<Vec<_>>()),
            timeline: Timeline {
                slice_ms: SLICE.as_millis() as u32,
                slices: slices.collect(),
            },
            samples: book.samples.clone(),
            phases,
        }
    }

    fn slice(&self, book: &Book, slice: &SliceCounts) -> Slice {
        let named = |counts: &Vec<u32>| book.colors.iter().cloned().zip(counts.iter().copied()).collect();
        Slice {
            audiences: self
                .audiences
                .iter()
                .cloned()
                .zip(slice.answers.iter().map(named))
                .collect(),
            failed: slice.failed,
        }
    }

    fn phase_report(&self, book: &Book, phase: &Phase, end: Duration) -> PhaseReport {
        let audiences = self.audience_reports(book, &[phase]);
        PhaseReport {
            name: phase.name.clone(),
            start_ms: ms(phase.start),
            end_ms: ms(end),
            succeeded: audiences.values().map(|audience| audience.succeeded).sum(),
            failed: audiences.values().map(|audience| audience.failed).sum(),
            failures: total(&phase.failures),
            latency: latency(&phase.latency),
            audiences,
        }
    }

    fn audience_reports(&self, book: &Book, phases: &[&Phase]) -> BTreeMap<String, AudienceReport> {
        let mut reports: Vec<_> = self.audiences.iter().map(|_| AudienceReport::default()).collect();
        for phase in phases {
            for (report, failures) in reports.iter_mut().zip(&phase.failures) {
                report.failed += failures.all();
            }
            for seen in &phase.seen {
                reports[seen.audience].add(&book.colors[seen.color], seen);
            }
        }
        self.audiences.iter().cloned().zip(reports).collect()
    }

    fn sample(&self, book: &mut Book, audience: usize, at: Duration, why: impl FnOnce() -> String) {
        if book.samples.len() < SAMPLES {
            let audience = self.audiences[audience].clone();
            book.samples.push(FailureSample {
                at_ms: ms(at),
                audience,
                why: why(),
            });
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn phase(&mut self) -> &mut Phase {
        self.phases
            .last_mut()
            .expect("a book opens with a phase and never drops one")
    }

    fn slice(&mut self, at: Duration) -> &mut SliceCounts {
        let index = (at.as_millis() / SLICE.as_millis()) as usize;
        grown(&mut self.slices, index)
    }
}

impl SliceCounts {
    fn answered(&mut self, audience: usize, color: usize) {
        grown(grown(&mut self.answers, audience), color).add_assign(1);
    }
}

/// The element at `index`, made together with those before it where they are missing.
fn grown<T: Clone + Default>(list: &mut Vec<T>, index: usize) -> &mut T {
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    &mut list[index]
}

impl Phase {
    fn new(name: &str, start: Duration, audiences: usize) -> Self {
        let failures = vec![Failures::default(); audiences];
        Self {
            name: name.to_owned(),
            start,
            failures,
            latency: Histogram::default(),
            seen: Vec::new(),
        }
    }

    fn answered(&mut self, audience: usize, color: usize, answer: &Answer, at: Duration) {
        let known = self.seen.iter_mut().find(|seen| {
            (seen.audience, seen.color, seen.status) == (audience, color, answer.status)
                && seen.version == answer.version
        });
        if let Some(seen) = known {
            seen.count += 1;
            seen.last = at;
        } else {
            let (version, status) = (answer.version.clone(), answer.status);
            self.seen.push(Seen {
                audience,
                color,
                version,
                status,
                count: 1,
                first: at,
                last: at,
            });
        }
    }
}

impl AudienceReport {
    fn add(&mut self, color: &str, seen: &Seen) {
        if seen.status < 400 {
            self.succeeded += seen.count;
        }
        let (first_ms, last_ms) = (ms(seen.first), ms(seen.last));
        let versions = BTreeMap::new();
        let color = self.colors.entry(color.to_owned()).or_insert(ColorReport {
            answers: 0,
            first_ms,
            last_ms,
            versions,
        });
        color.answers += seen.count;
        color.first_ms = color.first_ms.min(first_ms);
        color.last_ms = color.last_ms.max(last_ms);
        *color
            .versions
            .entry(seen.version.clone())
            .or_default()
            .entry(seen.status)
            .or_default() += seen.count;
    }
}

impl Failures {
    fn all(&self) -> u64 {
        self.connect + self.broken + self.timeout + self.status
    }
}

fn total<'a>(failures: impl IntoIterator<Item = &'a Failures>) -> Failures {
    failures
        .into_iter()
        .fold(Failures::default(), |sum, more| Failures {
            connect: sum.connect + more.connect,
            broken: sum.broken + more.broken,
            timeout: sum.timeout + more.timeout,
            status: sum.status + more.status,
        })
}

fn latency(histogram: &Histogram) -> Latency {
    Latency {
        p50_ms: ms(histogram.quantile(0.5)),
        p99_ms: ms(histogram.quantile(0.99)),
        max_ms: ms(histogram.max()),
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
