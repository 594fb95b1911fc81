//! `probe`: load on URLs while something happens, and a verdict for CI.
//!
//! The result goes to stdout, everything else to stderr. Judges by failures alone: how long answers took, and who gave
//! them, is for the reader.

pub mod args;
mod child;
mod json;
mod live;
mod places;
mod summary;
mod url;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use sandbox::probe::{Probe, ProbeOptions, Report, look, picture};

use self::args::Args;
use self::child::Ended;
use self::live::Live;
use super::serve::signal;

/// More requests failed than are allowed.
const FAILED: u8 = 2;

/// The whole run; what keeps it from running goes to stderr.
pub async fn run(asked: Args) -> ExitCode {
    match check(&asked).await {
        Ok(code) => code,
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// A line for people.
fn say(line: &str) {
    // Nobody reads: the exit code still tells.
    let _ = writeln!(std::io::stderr(), "{line}");
}

async fn check(asked: &Args) -> anyhow::Result<ExitCode> {
    let options = places::options(asked).await?;
    notes(asked, &options).await?;
    let probe = Probe::start(options.clone())?;
    let refresh = places::refresh(asked, &options);
    let ended = tokio::select! {
        ended = under_load(asked, &probe) => ended?,
        () = refresh => None,
    };
    let report = probe.stop().await?;
    anyhow::ensure!(report.started != 0, "it ended before the first request");
    write(asked, &report, ended)?;
    let text = summary::text(asked, &report);
    std::io::stdout()
        .write_all(text.as_bytes())
        .context("writing the result")?;
    Ok(verdict(asked, &report, ended))
}

/// Asks once, and says what may surprise.
async fn notes(asked: &Args, options: &ProbeOptions) -> anyhow::Result<()> {
    let looks = look(options).await.context("nothing was begun")?;
    for (url, look) in asked.urls.iter().zip(looks) {
        if (300..400).contains(&look.status) {
            say(&format!(
                "note: {url} answers {}: redirects are not followed",
                look.status
            ));
        } else if 400 <= look.status {
            say(&format!("note: {url} answers {} already now", look.status));
        } else if !look.names_color {
            say(&format!(
                "note: {url} does not say which color answers: --color-from names a header or a field"
            ));
        }
    }
    Ok(())
}

/// Until the time is up, the command has ended, or somebody says stop.
async fn under_load(asked: &Args, probe: &Probe) -> anyhow::Result<Option<Ended>> {
    let mut live = Live::new(asked);
    let stop = async {
        match asked.duration {
            Some(duration) => pause(duration).await,
            None => std::future::pending().await,
        }
    };
    let lasting = async {
        if asked.command.is_empty() {
            tokio::select! {
                () = stop => Ok(None),
                result = signal() => result.context("waiting for a signal").map(|()| None),
            }
        } else {
            pause(asked.before).await;
            probe.mark("command");
            let ended = child::run(&asked.command).await?;
            probe.mark("after");
            pause(asked.after).await;
            Ok(Some(ended))
        }
    };
    tokio::select! {
        ended = lasting => ended,
        never = live.run(probe) => match never {},
    }
}

fn write(asked: &Args, report: &Report, ended: Option<Ended>) -> anyhow::Result<()> {
    if let Some(path) = &asked.json {
        let text = json::text(asked, report, ended)?;
        std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))?;
    }
    if let Some(path) = &asked.svg {
        std::fs::write(path, picture::draw(report)).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// The command's failure is passed on before anything of ours: whoever wrapped it in `probe` still sees it.
fn verdict(asked: &Args, report: &Report, ended: Option<Ended>) -> ExitCode {
    match ended {
        Some(ended) if ended.code() != 0 => {
            say(&format!("the command failed: {ended}"));
            ExitCode::from(ended.code())
        }
        _ if asked.allow_failed < report.failed => ExitCode::from(FAILED),
        _ => ExitCode::SUCCESS,
    }
}

/// Lets time pass under load: a check lasts as long as it was asked to.
#[expect(
    clippy::disallowed_methods,
    reason = "the load itself takes time, there is no condition to wait for"
)]
async fn pause(duration: std::time::Duration) {
    tokio::time::sleep(duration).await;
}
