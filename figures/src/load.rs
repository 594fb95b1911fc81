//! What users of a service see while it is released: the demo's own figures, with the provider that is measured.
//!
//! Measures nothing itself: the demo does, and its report is read.

use crate::ground::Ground;
use crate::report::Row;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::process::Command;

/// A warm rollback is one rule change.
const ROLLBACK: f64 = 5.0;

pub fn rows(ground: &Ground) -> Result<Vec<Row>> {
    let out = ground.out.join("demo");
    let output = Command::new(&ground.demo)
        .arg("--provider")
        .arg(&ground.provider)
        .arg("--out")
        .arg(&out)
        .output()
        .context("starting the demo")?;
    let file = out.join("report.json");
    let text = std::fs::read_to_string(&file).with_context(|| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!("reading {}: {said}", file.display())
    })?;
    let report: Value = serde_json::from_str(&text).with_context(|| format!("reading {}", file.display()))?;
    ensure!(
        output.status.success(),
        "the demo was red: {}",
        report["findings"]
    );
    rows_of(&report)
}

fn rows_of(report: &Value) -> Result<Vec<Row>> {
    let total = |key: &str| {
        let value = report["total"][key].as_f64();
        value.with_context(|| format!("the demo's report has no {key}"))
    };
    let phases = report["phases"]
        .as_array()
        .context("the demo's report has phases")?;
    let named = |name: &str| phases.iter().find(|phase| phase["name"] == name);
    let rollback = named("rollback").and_then(|phase| phase["seconds"].as_f64());
    let rollback = rollback.context("the demo's report has a rollback")?;
    let during: u64 = ["promote", "promote-again", "next-promote"]
        .into_iter()
        .filter_map(named)
        .filter_map(|phase| Some(phase["blue"].as_u64()? + phase["green"].as_u64()?))
        .sum();
    let switches: Vec<f64> = phases
        .iter()
        .filter_map(|phase| phase["switch_ms"].as_f64())
        .collect();
    let slowest = switches.iter().copied().fold(f64::NAN, f64::max);
    let failed = total("failed")?;
    Ok(vec![
        Row::new("requests that failed during nine applies", "", failed)
            .aim("none", failed == 0.0)
            .note(format!(
                "of {:.0} at {:.0}/s, {during} of them during promotions",
                total("requests")?,
                total("requests_per_second")?
            )),
        Row::new("slowest of the 99 % quickest requests", "ms", total("p99_ms")?)
            .note(format!("half took at most {:.1} ms", total("p50_ms")?)),
        Row::new(
            "from the flip's ModifyRule to the last answer of the old color",
            "ms",
            slowest,
        )
        .note(format!(
            "longest of {} switches; AWS itself may take longer",
            switches.len()
        )),
        Row::new("warm rollback, planned, applied and proven", "s", rollback)
            .aim(format!("at most {ROLLBACK} s"), rollback <= ROLLBACK)
            .note("one rule change"),
    ])
}

#[cfg(test)]
mod tests {
    use super::rows_of;
    use serde_json::json;

    #[test]
    fn the_longest_switch_counts() {
        let phase = |name: &str, switch: Option<f64>| json!({ "name": name, "seconds": 2.0, "blue": 3, "green": 4, "switch_ms": switch });
        let report = json!({
            "total": { "failed": 1, "requests": 21, "requests_per_second": 10.5, "p50_ms": 0.5, "p99_ms": 2.5 },
            "phases": [phase("warm", None), phase("promote", Some(1.5)), phase("rollback", Some(0.25))],
        });
        let rows = rows_of(&report).unwrap();
        assert_eq!(rows[0].met, Some(false), "a failed request misses the aim");
        assert!(
            rows[0].note.ends_with("7 of them during promotions"),
            "{}",
            rows[0].note
        );
        assert_eq!(rows[2].ours, 1.5);
    }

    #[test]
    fn a_report_without_a_rollback_is_refused() {
        assert!(rows_of(&json!({ "total": {}, "phases": [] })).is_err());
    }
}
