//! Lines as Terraform parses them.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::Value as Json;
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

use super::{Fields, level, render};

fn level_of(variables: &[(&str, &str)]) -> LevelFilter {
    level("blue-green", |name| {
        variables
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn the_most_particular_variable_decides_and_silence_is_the_default() {
    assert_eq!(level_of(&[]), LevelFilter::OFF);
    assert_eq!(level_of(&[("TF_LOG", "info")]), LevelFilter::INFO);
    assert_eq!(level_of(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
    assert_eq!(
        level_of(&[("TF_LOG", "trace"), ("TF_LOG_PROVIDER", "WARN")]),
        LevelFilter::WARN
    );
    let own = [
        ("TF_LOG", "trace"),
        ("TF_LOG_PROVIDER", "WARN"),
        ("TF_LOG_PROVIDER_BLUE_GREEN", "error"),
    ];
    assert_eq!(level_of(&own), LevelFilter::ERROR);
    assert_eq!(
        level_of(&[("TF_LOG_PROVIDER", ""), ("TF_LOG", "debug")]),
        LevelFilter::DEBUG
    );
    assert_eq!(level_of(&[("TF_LOG", "off")]), LevelFilter::OFF);
}

struct Capture(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Capture {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = render(
            event.metadata(),
            fields,
            "2026-01-02T03:04:05.1Z".parse::<Timestamp>().expect("a time"),
        );
        self.0.lock().expect("no panic").push(line);
    }
}

fn lines(log: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(Capture(lines.clone())), log);
    std::mem::take(&mut *lines.lock().expect("no panic"))
}

#[test]
fn a_line_has_what_terraform_parses() {
    let lines = lines(|| tracing::warn!(target: "a::b", count = 3u64, ok = true, who = "x\ny", "two\nlines"));
    let line: Json = serde_json::from_str(&lines[0]).expect("JSON");
    assert!(!lines[0].contains('\n'), "one line");
    assert_eq!(line["@message"], "two\nlines");
    assert_eq!(line["@level"], "warn");
    assert_eq!(line["@module"], "a.b");
    assert_eq!(line["@timestamp"], "2026-01-02T03:04:05.100000Z", "six digits");
    assert!(
        line["@caller"]
            .as_str()
            .is_some_and(|caller| caller.contains("log/tests.rs:"))
    );
    assert_eq!(
        (&line["count"], &line["ok"], &line["who"]),
        (&3.into(), &true.into(), &"x\ny".into())
    );
}

#[test]
fn a_huge_field_can_not_split_the_line() {
    let huge = "é\"".repeat(60_000);
    let lines = lines(|| tracing::info!(a = huge, b = huge, c = huge, "{huge}"));
    assert!(lines[0].len() < 64 << 10, "{}", lines[0].len());
    serde_json::from_str::<Json>(&lines[0]).expect("JSON");
}
