//! Failures that follow one another, as one stretch of time.
//!
//! Never judges how bad a stretch is.

use std::time::Duration;

use super::{record::ms, report::Outage};

/// Failures further apart belong to two outages.
const LULL: Duration = Duration::from_secs(1);
const MOST: usize = 100;

#[derive(Default)]
pub(super) struct Outages {
    all: Vec<Stretch>,
}

struct Stretch {
    audience: usize,
    from: Duration,
    to: Duration,
    failed: u64,
}

impl Outages {
    /// A request was due at `from` and had failed at `to`.
    pub(super) fn failed(&mut self, audience: usize, from: Duration, to: Duration) {
        let room = self.all.len() < MOST;
        let last = self
            .all
            .iter_mut()
            .rev()
            .find(|stretch| stretch.audience == audience);
        match last {
            Some(stretch) if from <= stretch.to + LULL => {
                stretch.from = stretch.from.min(from);
                stretch.to = stretch.to.max(to);
                stretch.failed += 1;
            }
            _ if room => self.all.push(Stretch {
                audience,
                from,
                to,
                failed: 1,
            }),
            _ => {}
        }
    }

    pub(super) fn list(&self, audiences: &[String]) -> Vec<Outage> {
        let outage = |stretch: &Stretch| Outage {
            audience: audiences[stretch.audience].clone(),
            from_ms: ms(stretch.from),
            to_ms: ms(stretch.to),
            failed: stretch.failed,
        };
        self.all.iter().map(outage).collect()
    }
}

#[cfg(test)]
mod tests;
