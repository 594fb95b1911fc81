//! The result in words: one table for each URL, then what failed and when.
//!
//! Same report, same words; pure.

use std::fmt::Write;

use sandbox::probe::picture::grouped;
use sandbox::probe::{Latency, Report};

use super::args::Args;
use super::live::percent;

/// Failures and outages that are told in words.
const MOST: usize = 10;

pub fn text(asked: &Args, report: &Report) -> String {
    let mut out = String::new();
    let rate = report.started as f64 / report.seconds.max(f64::MIN_POSITIVE);
    let _ = writeln!(
        out,
        "{} requests in {:.1} s ({:.0}/s), {} failed{}",
        grouped(report.started),
        report.seconds,
        rate,
        if report.failed == 0 {
            "none".to_owned()
        } else {
            grouped(report.failed)
        },
        allowed(asked, report)
    );
    for (name, audience) in &report.audiences {
        let _ = writeln!(out, "\n{name}");
        let all: u64 = audience.colors.values().map(|color| color.answers).sum();
        for (color, seen) in &audience.colors {
            for (version, statuses) in &seen.versions {
                let count: u64 = statuses.values().sum();
                let statuses: Vec<String> = statuses
                    .iter()
                    .map(|(status, count)| format!("{status} × {}", grouped(*count)))
                    .collect();
                let _ = writeln!(
                    out,
                    "  {color:<8} {:<12} {:>10} {:>5}   {}",
                    version,
                    grouped(count),
                    percent(count, all),
                    statuses.join(", ")
                );
            }
        }
        if all == 0 {
            let _ = writeln!(out, "  nobody answered");
        } else {
            let _ = writeln!(out, "  latency  {}", latency(&audience.latency));
        }
    }
    if report.failed != 0 {
        failures(&mut out, report);
    }
    out
}

fn allowed(asked: &Args, report: &Report) -> String {
    match (asked.allow_failed, report.failed) {
        (0, _) | (_, 0) => String::new(),
        (allowed, _) => format!(" ({} allowed)", grouped(allowed)),
    }
}

fn latency(latency: &Latency) -> String {
    let Latency {
        p50_ms,
        p90_ms,
        p99_ms,
        p999_ms,
        max_ms,
    } = latency;
    format!("p50 {p50_ms:.1} · p90 {p90_ms:.1} · p99 {p99_ms:.1} · p99.9 {p999_ms:.1} · max {max_ms:.1} ms")
}

fn failures(out: &mut String, report: &Report) {
    let why = report.failures;
    let reasons = [
        (why.connect, "no connection"),
        (why.broken, "the connection broke"),
        (why.timeout, "no answer in time"),
        (why.status, "status 400 or above"),
        (why.unsent, "never sent, every connection was busy"),
    ];
    let some: Vec<String> = reasons
        .into_iter()
        .filter(|(count, _)| *count != 0)
        .map(|(count, words)| format!("{words} {}", grouped(count)))
        .collect();
    let _ = writeln!(out, "\nfailed: {}", some.join(", "));
    for outage in report.outages.iter().take(MOST) {
        let _ = writeln!(
            out,
            "  from {:.3} s to {:.3} s  {} at {}",
            outage.from_ms / 1000.0,
            outage.to_ms / 1000.0,
            grouped(outage.failed),
            outage.audience
        );
    }
    if let Some(more) = report.outages.len().checked_sub(MOST).filter(|more| *more != 0) {
        let _ = writeln!(out, "  and {more} more times");
    }
    if let Some(first) = report.samples.first() {
        let _ = writeln!(out, "  the first at {:.3} s: {}", first.at_ms / 1000.0, first.why);
    }
}
