//! How long to wait before the next look: soon after something happened, and seldom while nothing does.
//!
//! Never longer than [`LONGEST`], so that the end is seen that soon; and never more than 25 looks in five minutes,
//! however the interfaces go.

use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

const SHORTEST: Duration = Duration::from_secs(2);
pub(super) const LONGEST: Duration = Duration::from_secs(15);
/// Looks that may come sooner than every [`LONGEST`]: those of five minutes are 20, and these.
const SPARE: u32 = 5;
/// Looks that count: with any more behind them, five minutes are over.
const COUNT: usize = 25;

/// What a look has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Fewer than the look before.
    Fewer,
    /// As many.
    Same,
    /// There was no answer.
    Nothing,
}

#[derive(Debug)]
pub(super) struct Pace {
    wanted: Duration,
    /// When the last looks were taken, the last one first.
    looks: VecDeque<Instant>,
}

impl Pace {
    pub fn new() -> Pace {
        Pace {
            wanted: SHORTEST,
            looks: VecDeque::new(),
        }
    }

    /// A look begins.
    pub fn looks(&mut self) {
        self.looks.push_front(Instant::now());
        self.looks.truncate(COUNT);
    }

    /// How long to wait after it.
    pub fn next(&mut self, shown: Shown) -> Duration {
        self.wanted = match shown {
            Shown::Fewer => SHORTEST,
            Shown::Same => LONGEST.min(self.wanted * 3 / 2),
            Shown::Nothing => self.wanted,
        };
        let now = Instant::now();
        let least = self.looks.iter().zip(1_u32..).map(|(at, count)| {
            let due = *at + LONGEST * count.saturating_sub(SPARE);
            due.saturating_duration_since(now)
        });
        // Whoever kept to it before keeps to it with the longest pause.
        least.fold(self.wanted, Duration::max).min(LONGEST)
    }
}

#[cfg(test)]
mod tests;
