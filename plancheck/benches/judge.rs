//! How long a plan with 1,000 services takes, from bytes to verdict and report, and how much memory. Calls nobody.

use anyhow::{Context, Result};
use plancheck::document::Document;
use plancheck::model::Plan;
use plancheck::policy::Policy;
use plancheck::report::Format;
use plancheck::scan::Scans;
use plancheck::verdict::{Run, judge};
use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

const SERVICES: usize = 1_000;
const ROUNDS: usize = 20;
/// Slower than this is a defect.
const MOST: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let text = plan()?;
    let policy = Policy::default();
    let run = Run {
        labels: BTreeSet::new(),
        now: "2026-03-04T12:00:00Z".parse().context("a time")?,
        scans: Scans::new(),
    };
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
        let verdict = judge(&plan, &policy, &run);
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
        "{SERVICES} services, half of which are promoted, in {} MiB of plan, {findings} findings: fastest {:?}, median {median:?}; at most{} in memory",
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

/// A plan of real Terraform in which one of two services is promoted, again and again: each time with its own names and
/// ARNs, on one line and in Terraform's own order.
fn plan() -> Result<String> {
    let one = include_str!("../tests/plans/promote.json");
    let (_, rest) = one.split_once("\n \"resource_changes\": [").context("changes")?;
    let (changes, _) = rest.split_once("\n ],").context("the end of the changes")?;
    let changes: String = changes.lines().map(str::trim_start).collect();
    let mut all = Vec::new();
    for at in 0..SERVICES / 2 {
        let named = changes
            .replace("web", &format!("web{at}"))
            .replace("000000", &format!("{at:06}"));
        all.push(named.replace("{\"address\": \"", &format!("{{\"address\": \"module.s[{at}].")));
    }
    Ok(format!(
        "{{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"planned_values\":{{}},\"resource_changes\":[{}],\"complete\":true}}",
        all.join(",")
    ))
}
