//! Latencies in logarithmic buckets: small, of any range, quantiles within about 3 %.
//!
//! Never forgets the exact maximum, and never interpolates: a quantile is its bucket's upper end.

use std::{collections::BTreeMap, time::Duration};

#[cfg(test)]
mod tests;

/// Buckets per doubling, as a power of two: each is 1/32 of its value wide.
const PRECISION: u32 = 5;

/// There is one for each slice of the run, so only buckets that hold something take room.
#[derive(Clone, Default)]
pub(super) struct Histogram {
    counts: BTreeMap<usize, u64>,
    total: u64,
    max: u64,
}

impl Histogram {
    pub(super) fn add(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        *self.counts.entry(bucket(micros)).or_default() += 1;
        self.total += 1;
        self.max = self.max.max(micros);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (bucket, more) in &other.counts {
            *self.counts.entry(*bucket).or_default() += more;
        }
        self.total += other.total;
        self.max = self.max.max(other.max);
    }

    /// The latency that a share of `quantile` (0 to 1) did not exceed; zero if there is none.
    pub(super) fn quantile(&self, quantile: f64) -> Duration {
        let rank = ((self.total as f64 * quantile).ceil() as u64).max(1);
        let mut seen = 0;
        for (index, count) in &self.counts {
            seen += count;
            if rank <= seen {
                return Duration::from_micros(upper_end(*index).min(self.max));
            }
        }
        Duration::ZERO
    }

    pub(super) fn is_empty(&self) -> bool {
        self.total == 0
    }

    pub(super) fn max(&self) -> Duration {
        Duration::from_micros(self.max)
    }
}

/// Values below 2^PRECISION have a bucket each; above, the leading bits choose it.
fn bucket(micros: u64) -> usize {
    let shift = (64 - micros.leading_zeros()).saturating_sub(PRECISION + 1);
    ((shift as usize) << PRECISION) + (micros >> shift) as usize
}

/// The largest value of a bucket.
fn upper_end(index: usize) -> u64 {
    let shift = (index >> PRECISION).saturating_sub(1);
    let leading = (index - (shift << PRECISION)) as u64;
    (leading << shift) + ((1 << shift) - 1)
}
