//! The run as JSON: the load client's report, what was asked for, and the verdict.
//!
//! Writes no header and no argument of the command: either may be a secret.

use anyhow::Context;
use sandbox::probe::Report;
use serde::Serialize;

use super::args::Args;
use super::child::Ended;

/// Grows when a member goes away or changes its meaning; new members leave it.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    /// `passed`, or `failed` if more requests failed than are allowed. The command's end is apart.
    verdict: &'static str,
    urls: Vec<&'a str>,
    rate: u32,
    timeout_ms: u128,
    allowed_failures: u64,
    command: Option<Ran>,
    #[serde(flatten)]
    report: &'a Report,
}

#[derive(Serialize)]
struct Ran {
    program: String,
    exit_code: u8,
}

pub fn text(asked: &Args, report: &Report, ended: Option<Ended>) -> anyhow::Result<String> {
    let ran = |program: &std::ffi::OsString| {
        ended.map(|ended| Ran {
            program: program.to_string_lossy().into_owned(),
            exit_code: ended.code(),
        })
    };
    let document = Document {
        format: FORMAT,
        verdict: if asked.allow_failed < report.failed {
            "failed"
        } else {
            "passed"
        },
        urls: asked.urls.iter().map(|url| url.text.as_str()).collect(),
        rate: asked.rate.get(),
        timeout_ms: asked.timeout.as_millis(),
        allowed_failures: asked.allow_failed,
        command: asked.command.first().and_then(ran),
        report,
    };
    let mut text = serde_json::to_string_pretty(&document).context("writing the report as JSON")?;
    text.push('\n');
    Ok(text)
}
