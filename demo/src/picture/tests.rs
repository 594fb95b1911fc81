//! The picture of a small run, as a golden file, and the promises a picture has to keep.

use super::chart::draw;
use super::scene::{Phase, Row, Scene, Stretch, Total};
use crate::act::Version;

fn scene() -> Scene {
    let version = |color, version| Version { color, version };
    let phase = |name: &str, from: f64, to: f64| Phase {
        name: name.to_owned(),
        from,
        to,
        refused: false,
    };
    let stretch = |from, to, by| Stretch { from, to, by };
    let blue = version("blue", "v1");
    let green = version("green", "v2");
    Scene {
        seconds: 8.0,
        slice: 1.0,
        rows: vec![
            Row {
                name: "public",
                height: 2.0,
                blue: vec![1250.0, 1250.0, 1250.0, 1250.0, 1125.0, 0.0, 0.0, 0.0],
                green: vec![0.0, 0.0, 0.0, 0.0, 125.0, 1250.0, 1250.0, 1250.0],
                served: vec![stretch(0.0, 4.0, blue), stretch(4.0, 8.0, green)],
            },
            Row {
                name: "office",
                height: 1.0,
                blue: vec![1250.0, 1250.0, 625.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                green: vec![0.0, 0.0, 625.0, 1250.0, 1250.0, 1250.0, 1250.0, 1250.0],
                served: vec![stretch(0.0, 2.0, blue), stretch(2.0, 8.0, green)],
            },
        ],
        phases: vec![
            phase("warm <1>", 0.0, 2.0),
            phase("canary", 2.0, 4.0),
            phase("promote & hold", 4.0, 6.0),
            Phase {
                refused: true,
                ..phase("broken", 6.0, 8.0)
            },
        ],
        changes: vec![2.5, 4.5, 5.0],
        failures: Vec::new(),
        total: Total {
            requests: 20_000,
            failed: 0,
            p50_ms: 0.42,
            p99_ms: 2.05,
            applies: 4,
        },
    }
}

#[test]
fn a_run_looks_like_this() {
    insta::assert_snapshot!("switch.svg", draw(&scene()));
}

#[test]
fn a_version_is_named_where_its_color_answers_alone() {
    let scene = scene();
    let alone: Vec<_> = scene.rows[1]
        .alone(scene.slice)
        .iter()
        .map(|it| (it.from, it.to, it.by.version))
        .collect();
    assert_eq!(alone, [(0.0, 2.0, "v1"), (3.0, 8.0, "v2")]);
}

#[test]
fn a_burst_after_a_stall_does_not_flatten_the_rest() {
    let mut burst = scene();
    for row in &mut burst.rows {
        row.blue = vec![1250.0; 40];
        row.green = vec![0.0; 40];
        row.blue[7] = 9000.0;
    }
    let picture = draw(&burst);
    assert!(
        picture.contains(">1,500</text>") && !picture.contains(">2,000</text>"),
        "{picture}"
    );
}

#[test]
fn a_failed_request_cannot_be_overlooked() {
    let mut red = scene();
    red.total.failed = 3;
    red.failures = vec![5.0];
    let picture = draw(&red);
    assert!(picture.contains(">20,000 requests through 4 applies, 3 FAILED</text>"));
    assert_eq!(
        picture.matches("<rect class=\"failed\"").count(),
        2,
        "in the legend and at second 5"
    );
    assert_eq!(draw(&scene()).matches("<rect class=\"failed\"").count(), 1);
}

#[test]
fn words_of_the_run_do_not_break_the_markup() {
    let picture = draw(&scene());
    assert!(picture.contains("warm &lt;1&gt;") && picture.contains("promote &amp; hold"));
    assert!(!picture.contains("<1>"));
}

#[test]
fn a_run_that_ended_before_its_first_slice_is_drawn_empty() {
    let mut none = scene();
    none.seconds = 0.0;
    for row in &mut none.rows {
        row.blue.clear();
        row.green.clear();
    }
    let picture = draw(&none);
    assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let picture = draw(&scene());
    for word in ["<script", "<image", "@import", "url(", "href"] {
        assert!(!picture.contains(word), "{word}");
    }
}
