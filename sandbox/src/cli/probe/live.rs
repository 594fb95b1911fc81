//! How it goes while it goes: one line that moves on a terminal, else a line now and then.
//!
//! Never moves where a command writes: both would be unreadable.

use std::convert::Infallible;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use sandbox::probe::picture::grouped;
use sandbox::probe::{Probe, Report};

use super::args::Args;

const TICK: Duration = Duration::from_millis(250);

pub struct Live {
    how: How,
    last: Counts,
}

#[derive(Clone, Copy)]
enum How {
    Moving,
    Lines { every: Duration },
}

/// What the line before was made from.
#[derive(Default)]
struct Counts {
    seconds: f64,
    ended: u64,
    colors: std::collections::BTreeMap<String, u64>,
}

impl Live {
    pub fn new(asked: &Args) -> Self {
        let moves = std::io::stderr().is_terminal() && asked.command.is_empty();
        let how = if moves {
            How::Moving
        } else {
            How::Lines { every: asked.every }
        };
        Self {
            how,
            last: Counts::default(),
        }
    }

    /// Goes on until it is dropped.
    pub async fn run(&mut self, probe: &Probe) -> Infallible {
        loop {
            super::pause(match self.how {
                How::Moving => TICK,
                How::Lines { every } => every,
            })
            .await;
            let line = self.line(&probe.snapshot());
            let mut out = std::io::stderr().lock();
            let _ = match self.how {
                // Beyond the edge nothing is written, so that the line stays one.
                How::Moving => write!(out, "\r\x1b[2K\x1b[?7l{line}\x1b[?7h"),
                How::Lines { .. } => writeln!(out, "{line}"),
            };
            let _ = out.flush();
        }
    }

    /// Rate and shares since the line before, failures of the whole run.
    fn line(&mut self, report: &Report) -> String {
        let mut now = Counts {
            seconds: report.seconds,
            ended: report.succeeded + report.failed,
            ..Counts::default()
        };
        for audience in report.audiences.values() {
            for (name, color) in &audience.colors {
                *now.colors.entry(name.clone()).or_default() += color.answers;
            }
        }
        let since = |name: &str, count: u64| count - self.last.colors.get(name).copied().unwrap_or(0);
        let lately: Vec<(&str, u64)> = now
            .colors
            .iter()
            .map(|(name, count)| (name.as_str(), since(name, *count)))
            .filter(|(_, count)| 0 < *count)
            .collect();
        let all: u64 = lately.iter().map(|(_, count)| count).sum();
        let shares: Vec<String> = lately
            .iter()
            .map(|(name, count)| format!("{name} {}", percent(*count, all)))
            .collect();
        let passed = (now.seconds - self.last.seconds).max(0.001);
        let rate = (now.ended - self.last.ended) as f64 / passed;
        let line = format!(
            "{:.1} s · {} requests/s · {} failed · {} · p99 {:.1} ms",
            now.seconds,
            grouped(rate.round() as u64),
            grouped(report.failed),
            if shares.is_empty() {
                "no answer".to_owned()
            } else {
                shares.join(" ")
            },
            report.latency.p99_ms
        );
        self.last = now;
        line
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let How::Moving = self.how {
            let _ = write!(std::io::stderr(), "\r\x1b[2K");
        }
    }
}

/// Nothing is rounded to nothing, or to all.
pub fn percent(count: u64, all: u64) -> String {
    let percent = 100.0 * count as f64 / all as f64;
    match percent.round() {
        _ if all == 0 => "-".to_owned(),
        rounded if rounded < 1.0 && count != 0 => "<1%".to_owned(),
        rounded if 99.0 < rounded && count < all => ">99%".to_owned(),
        rounded => format!("{rounded:.0}%"),
    }
}
