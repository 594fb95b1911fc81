//! Reading the plans, and the time at which they are judged.

use anyhow::Result;
use jiff::Timestamp;
use plancheck::document::Document;
use plancheck::model::Plan;
use plancheck::policy::Policy;
use plancheck::rules::Rule;
use plancheck::scan::Scans;
use plancheck::verdict::{Run, Verdict, Weight, judge};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::path::PathBuf;

/// A Wednesday.
pub fn now() -> Timestamp {
    "2026-03-04T12:00:00Z".parse().unwrap()
}

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/plans")
}

pub fn path(name: &str) -> PathBuf {
    folder().join(format!("{name}.json"))
}

/// Every plan there is, by name.
pub fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().path());
    let plans = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    let mut names: Vec<String> = plans
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert!(20 < names.len(), "only {names:?}");
    names
}

pub fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// From bytes to verdict, as the program does it.
pub fn verdict_of(text: &str, policy: &Policy, labels: &[&str], now: Timestamp) -> Result<Verdict> {
    let document = Document::read(Cursor::new(text.to_owned()))?;
    let plan = Plan::of(&document)?;
    let run = Run {
        labels: labels.iter().map(|label| (*label).to_owned()).collect(),
        now,
        scans: Scans::new(),
    };
    Ok(judge(&plan, policy, &run))
}

/// A plan of the folder, judged without a policy of its own.
pub fn verdict(name: &str) -> Verdict {
    let verdict = verdict_of(&text(name), &Policy::default(), &[], now());
    verdict.unwrap_or_else(|error| panic!("{name}: {error:?}"))
}

/// The rules that found something, waived ones left out.
pub fn found(verdict: &Verdict) -> BTreeSet<Rule> {
    let weighs = verdict
        .findings
        .iter()
        .filter(|judged| !matches!(judged.weight, Weight::Waived(_)));
    weighs.map(|judged| judged.finding.rule).collect()
}
