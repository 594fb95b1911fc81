//! How long a plan with 1,000 services takes, from bytes to verdict and report, and how much memory. Calls nobody.

use anyhow::{Context, Result};
use jiff::Timestamp;
use plancheck::document::Document;
use plancheck::model::Plan;
use plancheck::policy::Policy;
use plancheck::report::Format;
use plancheck::verdict::judge;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

const SERVICES: usize = 1_000;
const ROUNDS: usize = 20;
/// Slower than this is a defect.
const MOST: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let text = plan()?;
    let (policy, labels) = (Policy::default(), BTreeSet::new());
    let now: Timestamp = "2026-03-04T12:00:00Z".parse().context("a time")?;
    let mut times = Vec::new();
    let mut stages = [Duration::ZERO; 4];
    let mut findings = 0;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let document = Document::read(Cursor::new(text.as_bytes()))?;
        let read = began.elapsed();
        let plan = Plan::of(&document)?;
        drop(document);
        let understood = began.elapsed();
        let verdict = judge(&plan, &policy, &labels, now);
        let judged = began.elapsed();
        let report = Format::Markdown.write(&verdict);
        times.push(began.elapsed());
        stages = [
            read,
            understood - read,
            judged - understood,
            began.elapsed() - judged,
        ];
        findings = verdict.findings.len();
        anyhow::ensure!(!report.is_empty() && plan.services.len() == SERVICES);
    }
    times.sort_unstable();
    let median = times[ROUNDS / 2];
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let memory = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    writeln!(
        std::io::stdout(),
        "{SERVICES} services in {} MiB of plan, {findings} findings: fastest {:?}, median {median:?}; at most{} in memory",
        text.len() / 1024 / 1024,
        times[0],
        memory.unwrap_or(" an unknown size")
    )?;
    let [read, understood, judged, written] = stages;
    writeln!(
        std::io::stdout(),
        "of the last: read {read:?}, understood {understood:?}, judged {judged:?}, written {written:?}"
    )?;
    anyhow::ensure!(median < MOST, "slower than {MOST:?}");
    Ok(())
}

/// A promotion of one service that real Terraform planned, a thousand times: each with its own names and ARNs.
fn plan() -> Result<String> {
    let one: Value = serde_json::from_str(include_str!("../tests/plans/promote.json"))?;
    let changes = one["resource_changes"].as_array().context("changes")?;
    let mut all = Vec::new();
    for at in 0..SERVICES {
        for change in changes
            .iter()
            .filter(|change| change["address"] != "bluegreen_service.api")
        {
            let text = change
                .to_string()
                .replace("web", &format!("web{at}"))
                .replace("000000", &format!("{at:06}"));
            let mut change: Value = serde_json::from_str(&text)?;
            let address = change["address"].as_str().context("an address")?;
            change["address"] = format!("module.s[{at}].{address}").into();
            all.push(change);
        }
    }
    let mut plan = one.clone();
    plan["resource_changes"] = all.into();
    plan["prior_state"] = Value::Null;
    // On one line, as Terraform prints it.
    Ok(plan.to_string())
}
