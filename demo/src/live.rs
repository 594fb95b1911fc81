//! The lines that move while Terraform works: time, rate, shares and failures, and what the provider is doing.
//!
//! They move on a terminal only. What stays, everywhere: each step that ended, and the last line of the load. Never
//! prints anything twice.

use crate::audiences::{OFFICE, PUBLIC};
use crate::progress::{Ended, Progress};
use crate::screen;
use acceptance::probe::Report;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How often the line is drawn.
pub const TICK: Duration = Duration::from_millis(100);
/// Ticks that make up "now".
const NOW: usize = 5;
const COLORS: [&str; 2] = ["blue", "green"];

pub struct Live {
    label: &'static str,
    began: Instant,
    /// Requests sent and failed before.
    before: Option<(u64, u64)>,
    first: Option<Counts>,
    recent: VecDeque<Counts>,
    both: MultiProgress,
    load: ProgressBar,
    step: ProgressBar,
}

/// Answers so far, by audience and by color.
type Counts = [[u64; 2]; 2];

impl Live {
    pub fn begin(label: &'static str, load: Option<&Report>) -> Self {
        let both = MultiProgress::with_draw_target(ProgressDrawTarget::stdout());
        let bar = |template| {
            let bar = both.add(ProgressBar::new_spinner());
            match ProgressStyle::with_template(template) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        };
        let (load_bar, step) = (bar("{spinner} {wide_msg}"), bar("  {wide_msg}"));
        Self {
            label,
            began: Instant::now(),
            before: load.map(|load| (load.started, load.failed)),
            first: load.map(counts),
            recent: load.map(counts).into_iter().collect(),
            load: load_bar,
            step,
            both,
        }
    }

    /// Draws what is true now, and leaves a line for each step that has ended.
    pub fn tick(&mut self, load: Option<&Report>, progress: &mut Progress) {
        self.leave(&progress.poll());
        let line = self.line(load);
        self.load.set_message(format!("{:<10}{line}", self.label));
        self.load.tick();
        let now = progress.now(Timestamp::now()).unwrap_or_default();
        self.step.set_message(format!("{:<10}{now}", ""));
        self.step.tick();
    }

    /// Takes the moving lines away and leaves one that stays, with the shares of the whole time.
    pub fn end(mut self, load: Option<&Report>, progress: &mut Progress) {
        self.leave(&progress.poll());
        progress.over();
        self.recent.truncate(0);
        self.recent.extend(self.first);
        let line = self.line(load);
        self.step.finish_and_clear();
        self.load.finish_and_clear();
        screen::labelled(self.label, &line);
    }

    fn leave(&self, ended: &[Ended]) {
        if !ended.is_empty() {
            self.both.suspend(|| ended.iter().for_each(screen::step));
        }
    }

    fn line(&mut self, load: Option<&Report>) -> String {
        let elapsed = self.began.elapsed().as_secs_f64();
        let (Some(load), Some((started, failed))) = (load, self.before) else {
            return format!("{elapsed:.1} s");
        };
        let rate = (load.started - started) as f64 / elapsed.max(0.001);
        format!(
            "{elapsed:.1} s · {} requests/s · {} failed · {}",
            screen::grouped(rate as u64),
            screen::grouped(load.failed - failed),
            self.shares(counts(load))
        )
    }

    fn shares(&mut self, now: Counts) -> String {
        let before = self.recent.front().copied().unwrap_or_default();
        self.recent.push_back(now);
        if NOW < self.recent.len() {
            self.recent.pop_front();
        }
        let audience = |(index, name): (usize, &str)| {
            let answers = [0, 1].map(|color| now[index][color] - before[index][color]);
            format!("{name} {}", share(answers))
        };
        let both = [PUBLIC, OFFICE].into_iter().enumerate().map(audience);
        both.collect::<Vec<_>>().join(" · ")
    }
}

fn counts(load: &Report) -> Counts {
    [PUBLIC, OFFICE].map(|name| {
        let audience = load.audiences.get(name);
        COLORS.map(|color| audience.map_or(0, |audience| audience.answers(color)))
    })
}

/// Only colors that answered are named.
fn share(answers: [u64; 2]) -> String {
    let all: u64 = answers.iter().sum();
    let named = COLORS.iter().zip(answers).filter(|(_, count)| 0 < *count);
    let shares: Vec<String> = named
        .map(|(color, count)| format!("{} {}", screen::color(color), percent(count, all)))
        .collect();
    if shares.is_empty() {
        "-".to_owned()
    } else {
        shares.join(" ")
    }
}

/// Nothing is rounded to nothing, or to all.
fn percent(count: u64, all: u64) -> String {
    let percent = 100.0 * count as f64 / all as f64;
    match percent.round() {
        rounded if rounded < 1.0 => "<1%".to_owned(),
        rounded if 99.0 < rounded && count < all => ">99%".to_owned(),
        rounded => format!("{rounded:.0}%"),
    }
}

#[cfg(test)]
mod tests;
