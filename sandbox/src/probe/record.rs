//! The one book of a run: every request is entered when it starts and once more when it ends.
//!
//! Keeps counts only, so that its cost per request does not grow with the run.

use std::{
    collections::BTreeMap,
    fmt, io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    FIRST_PHASE, ProbeOptions,
    histogram::Histogram,
    http::Answer,
    outages::Outages,
    report::{AudienceReport, ColorReport, FailureSample, Failures, Latency, PhaseReport, Report},
    slices::Slices,
};

const SAMPLES: usize = 20;
/// A server that names a new color or version in each answer would make the book grow without end.
const COLORS: usize = 16;
const KINDS: usize = 256;
const OTHERS: &str = "others";

/// Why a request failed without a whole answer.
pub(super) enum Failure {
    Connect(io::Error),
    Broken(io::Error),
    Timeout,
    Unsent,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(error) => write!(f, "no connection: {error}"),
            Self::Broken(error) => write!(f, "the connection broke: {error}"),
            Self::Timeout => f.write_str("no whole answer in time"),
            Self::Unsent => f.write_str("every connection was busy"),
        }
    }
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
    slices: Slices,
    outages: Outages,
    samples: Vec<FailureSample>,
}

struct Phase {
    name: String,
    start: Duration,
    failures: Vec<Failures>,
    /// By audience.
    latency: Vec<Histogram>,
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

impl Record {
    pub(super) fn new(options: &ProbeOptions) -> Self {
        let names = options.audiences.iter().map(|audience| audience.name.clone());
        let audiences: Vec<_> = names.collect();
        let book = Mutex::new(Book {
            started: 0,
            phases: vec![Phase::new(FIRST_PHASE, Duration::ZERO, audiences.len())],
            colors: Vec::new(),
            slices: Slices::default(),
            outages: Outages::default(),
            samples: Vec::new(),
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

    /// `due` is when the request should have been sent.
    pub(super) fn answered(&self, audience: usize, answer: &Answer, due: Instant) {
        let mut book = self.book();
        // Read under the lock: entries are in order of time, and none precedes its phase.
        let now = Instant::now();
        let (at, latency) = (now - self.began, now.saturating_duration_since(due));
        let color = book.color(&answer.said.color);
        let phase = book.phase();
        phase.latency[audience].add(latency);
        phase.answered(audience, color, answer, at);
        let slice = book.slices.at(at);
        slice.answered(audience, color, latency);
        if 400 <= answer.status {
            slice.failed(audience);
            book.phase().failures[audience].status += 1;
            book.outages
                .failed(audience, due.saturating_duration_since(self.began), at);
            let name = book.colors[color].clone();
            self.sample(&mut book, audience, at, || {
                format!("status {} from {name}", answer.status)
            });
        }
    }

    /// `due` is when the request should have been sent.
    pub(super) fn failed(&self, audience: usize, failure: &Failure, due: Instant) {
        let mut book = self.book();
        let at = self.began.elapsed();
        let failures = &mut book.phase().failures[audience];
        match failure {
            Failure::Connect(_) => failures.connect += 1,
            Failure::Broken(_) => failures.broken += 1,
            Failure::Timeout => failures.timeout += 1,
            Failure::Unsent => failures.unsent += 1,
        }
        book.slices.at(at).failed(audience);
        book.outages
            .failed(audience, due.saturating_duration_since(self.began), at);
        self.sample(&mut book, audience, at, || failure.to_string());
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
        let histograms = book.phases.iter().flat_map(|phase| &phase.latency);
        histograms.for_each(|some| all.merge(some));
        Report {
            began: self.began,
            seconds: now.as_secs_f64(),
            started: book.started,
            succeeded: phases.iter().map(|phase| phase.succeeded).sum(),
            failed: phases.iter().map(|phase| phase.failed).sum(),
            failures: total(book.phases.iter().flat_map(|phase| &phase.failures)),
            latency: latency(&all),
            audiences: self.audience_reports(&book, &book.phases.iter().collect::<Vec<_>>()),
            timeline: book.slices.timeline(&self.audiences, &book.colors),
            outages: book.outages.list(&self.audiences),
            samples: book.samples.clone(),
            phases,
        }
    }

    fn phase_report(&self, book: &Book, phase: &Phase, end: Duration) -> PhaseReport {
        let audiences = self.audience_reports(book, &[phase]);
        let mut all = Histogram::default();
        phase.latency.iter().for_each(|some| all.merge(some));
        PhaseReport {
            name: phase.name.clone(),
            start_ms: ms(phase.start),
            end_ms: ms(end),
            succeeded: audiences.values().map(|audience| audience.succeeded).sum(),
            failed: audiences.values().map(|audience| audience.failed).sum(),
            failures: total(&phase.failures),
            latency: latency(&all),
            audiences,
        }
    }

    fn audience_reports(&self, book: &Book, phases: &[&Phase]) -> BTreeMap<String, AudienceReport> {
        let mut reports = vec![AudienceReport::default(); self.audiences.len()];
        let mut latencies = vec![Histogram::default(); self.audiences.len()];
        for phase in phases {
            for (report, failures) in reports.iter_mut().zip(&phase.failures) {
                report.failed += failures.all();
            }
            for (all, some) in latencies.iter_mut().zip(&phase.latency) {
                all.merge(some);
            }
            for seen in &phase.seen {
                reports[seen.audience].add(&book.colors[seen.color], seen);
            }
        }
        for (report, all) in reports.iter_mut().zip(&latencies) {
            report.latency = latency(all);
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

    /// The index of a color's name.
    fn color(&mut self, said: &str) -> usize {
        let name = if said.is_empty() { "none" } else { said };
        let known = |colors: &[String], name: &str| colors.iter().position(|color| color == name);
        if let Some(index) = known(&self.colors, name) {
            return index;
        }
        let name = if self.colors.len() < COLORS { name } else { OTHERS };
        known(&self.colors, name).unwrap_or_else(|| {
            self.colors.push(name.to_owned());
            self.colors.len() - 1
        })
    }
}

impl Phase {
    fn new(name: &str, start: Duration, audiences: usize) -> Self {
        let failures = vec![Failures::default(); audiences];
        Self {
            name: name.to_owned(),
            start,
            failures,
            latency: vec![Histogram::default(); audiences],
            seen: Vec::new(),
        }
    }

    fn answered(&mut self, audience: usize, color: usize, answer: &Answer, at: Duration) {
        let version = if self.seen.len() < KINDS {
            &answer.said.version
        } else {
            OTHERS
        };
        let known = self.seen.iter_mut().find(|seen| {
            (seen.audience, seen.color, seen.status) == (audience, color, answer.status)
                && (seen.version == answer.said.version || seen.version == version)
        });
        if let Some(seen) = known {
            seen.count += 1;
            seen.last = at;
        } else {
            let (version, status) = (version.to_owned(), answer.status);
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
        self.connect + self.broken + self.timeout + self.status + self.unsent
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
            unsent: sum.unsent + more.unsent,
        })
}

pub(super) fn latency(histogram: &Histogram) -> Latency {
    Latency {
        p50_ms: ms(histogram.quantile(0.5)),
        p90_ms: ms(histogram.quantile(0.9)),
        p99_ms: ms(histogram.quantile(0.99)),
        p999_ms: ms(histogram.quantile(0.999)),
        max_ms: ms(histogram.max()),
    }
}

pub(super) fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
