//! The picture of a small run, as a golden file, and the promises a picture has to keep.

use std::collections::BTreeMap;
use std::time::Instant;

use super::super::{
    AudienceReport, ColorReport, Failures, Latency, Outage, PhaseReport, Report, Slice, Timeline,
};
use super::*;

fn latency(p50_ms: f64) -> Latency {
    Latency {
        p50_ms,
        p90_ms: 2.0 * p50_ms,
        p99_ms: 5.0 * p50_ms,
        p999_ms: 8.0 * p50_ms,
        max_ms: 10.0 * p50_ms,
    }
}

/// A second each, of 100 requests: blue, a gap in which half fails, green.
fn run(name: &str) -> Report {
    let slice = |blue: u32, green: u32, failed: u32| Slice {
        audiences: BTreeMap::from([(
            name.to_owned(),
            BTreeMap::from([("blue".to_owned(), blue), ("green".to_owned(), green)]),
        )]),
        failed,
        failed_of: (failed != 0)
            .then(|| (name.to_owned(), failed))
            .into_iter()
            .collect(),
        latency: (blue + green != 0).then(|| latency(f64::from(1 + failed))),
    };
    let color = ColorReport {
        answers: 200,
        first_ms: 0.0,
        last_ms: 1.0,
        versions: BTreeMap::new(),
    };
    let colors = ["blue", "green"].map(|name| (name.to_owned(), color.clone()));
    let phase = |name: &str, start_ms: f64| PhaseReport {
        name: name.to_owned(),
        start_ms,
        end_ms: start_ms + 1000.0,
        succeeded: 0,
        failed: 0,
        failures: Failures::default(),
        latency: latency(1.0),
        audiences: BTreeMap::new(),
    };
    Report {
        began: Instant::now(),
        seconds: 5.0,
        started: 500,
        succeeded: 350,
        failed: 150,
        failures: Failures::default(),
        latency: latency(1.0),
        audiences: BTreeMap::from([(
            name.to_owned(),
            AudienceReport {
                colors: colors.into_iter().collect(),
                ..AudienceReport::default()
            },
        )]),
        phases: vec![
            phase("start", 0.0),
            phase("command", 1000.0),
            phase("after", 4000.0),
        ],
        timeline: Timeline {
            slice_ms: 1000,
            slices: vec![
                slice(100, 0, 0),
                slice(50, 0, 50),
                slice(0, 0, 100),
                slice(20, 80, 0),
                slice(0, 100, 0),
            ],
        },
        outages: vec![Outage {
            audience: name.to_owned(),
            from_ms: 1500.0,
            to_ms: 2950.0,
            failed: 150,
        }],
        samples: Vec::new(),
    }
}

fn well(name: &str) -> Report {
    let mut report = run(name);
    report.failed = 0;
    report.outages.clear();
    for slice in &mut report.timeline.slices {
        slice.failed = 0;
        slice.failed_of.clear();
    }
    report
}

#[test]
fn a_run_looks_like_this() {
    insta::assert_snapshot!("gap.svg", draw(&run("http://shop.example.com/?a=1&b=<2>")));
}

#[test]
fn a_failed_request_cannot_be_overlooked() {
    let marks = |report: &Report| draw(report).matches("class=\"failed\"").count();
    assert_eq!(marks(&well("a")), 1, "in the legend only");
    assert_eq!(marks(&run("a")), 3, "and over the two seconds with failures");
    let picture = draw(&run("a"));
    assert!(
        picture.contains(">500 requests in 5.0 s, 150 FAILED</text>"),
        "{picture}"
    );
    assert!(picture.contains(">150 failed within 1.4 s</text>"), "{picture}");
    assert!(draw(&well("a")).contains("none failed"));
}

#[test]
fn nobody_answering_is_a_hole_and_not_a_line_through_it() {
    // Two stretches of answers, each with its own lines.
    assert_eq!(draw(&run("a")).matches("class=\"p50\" d=\"M").count(), 2 + 1);
}

#[test]
fn a_run_that_ended_before_its_first_slice_is_drawn_empty() {
    let mut none = run("a");
    none.seconds = 0.0;
    none.timeline.slices.clear();
    none.outages.clear();
    let picture = draw(&none);
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let picture = draw(&run("http://shop.example.com/"));
    for word in ["<script", "<image", "@import", "url(", "href"] {
        assert!(!picture.contains(word), "{word}");
    }
}

#[test]
fn numbers_are_grouped_by_three() {
    for (number, words) in [
        (0, "0"),
        (999, "999"),
        (1000, "1,000"),
        (12_345_678, "12,345,678"),
    ] {
        assert_eq!(grouped(number), words);
    }
}
