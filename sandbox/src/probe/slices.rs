//! Answers, failures and latencies over time, in equal slices whose number is bounded.
//!
//! Never drops a count: a run that outgrows its slices gets half as many, twice as long.

use std::{ops::AddAssign, time::Duration};

use super::{
    histogram::Histogram,
    record::latency,
    report::{Slice, Timeline},
};

const SHORTEST: Duration = Duration::from_millis(100);
/// Five minutes of the shortest.
const MOST: usize = 3000;

pub(super) struct Slices {
    length: Duration,
    counts: Vec<Counts>,
}

/// What ended in one slice.
#[derive(Clone, Default)]
pub(super) struct Counts {
    /// By audience, then by color.
    answers: Vec<Vec<u32>>,
    /// By audience.
    failed: Vec<u32>,
    latency: Histogram,
}

impl Default for Slices {
    fn default() -> Self {
        Self {
            length: SHORTEST,
            counts: Vec::new(),
        }
    }
}

impl Slices {
    /// The slice of this moment, counted from the run's beginning.
    pub(super) fn at(&mut self, at: Duration) -> &mut Counts {
        while MOST <= self.index(at) {
            self.coarsen();
        }
        let index = self.index(at);
        grown(&mut self.counts, index)
    }

    pub(super) fn timeline(&self, audiences: &[String], colors: &[String]) -> Timeline {
        Timeline {
            slice_ms: self.length.as_millis() as u32,
            slices: self
                .counts
                .iter()
                .map(|counts| counts.slice(audiences, colors))
                .collect(),
        }
    }

    fn index(&self, at: Duration) -> usize {
        (at.as_millis() / self.length.as_millis()) as usize
    }

    fn coarsen(&mut self) {
        self.length *= 2;
        let pairs = self.counts.chunks(2);
        self.counts = pairs
            .map(|pair| {
                let mut sum = Counts::default();
                pair.iter().for_each(|counts| sum.merge(counts));
                sum
            })
            .collect();
    }
}

impl Counts {
    pub(super) fn answered(&mut self, audience: usize, color: usize, latency: Duration) {
        grown(grown(&mut self.answers, audience), color).add_assign(1);
        self.latency.add(latency);
    }

    pub(super) fn failed(&mut self, audience: usize) {
        grown(&mut self.failed, audience).add_assign(1);
    }

    fn merge(&mut self, other: &Self) {
        for (audience, colors) in other.answers.iter().enumerate() {
            for (color, more) in colors.iter().enumerate() {
                grown(grown(&mut self.answers, audience), color).add_assign(more);
            }
        }
        for (audience, more) in other.failed.iter().enumerate() {
            grown(&mut self.failed, audience).add_assign(more);
        }
        self.latency.merge(&other.latency);
    }

    fn slice(&self, audiences: &[String], colors: &[String]) -> Slice {
        let named = |counts: &Vec<u32>| colors.iter().cloned().zip(counts.iter().copied()).collect();
        let failed = audiences.iter().cloned().zip(self.failed.iter().copied());
        Slice {
            audiences: audiences
                .iter()
                .cloned()
                .zip(self.answers.iter().map(named))
                .collect(),
            failed: self.failed.iter().sum(),
            failed_of: failed.filter(|(_, count)| *count != 0).collect(),
            latency: (!self.latency.is_empty()).then(|| latency(&self.latency)),
        }
    }
}

/// The element at `index`, made together with those before it where they are missing.
fn grown<T: Clone + Default>(list: &mut Vec<T>, index: usize) -> &mut T {
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    &mut list[index]
}

#[cfg(test)]
mod tests;
