//! Medians and percentiles of a few measurements.
//!
//! Never averages: one slow run on a busy machine must not move the figure.

/// The middle one, or the mean of the two in the middle; NaN of none.
pub fn median(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

/// The smallest value that at least `share` (0 to 1) of all do not exceed; NaN of none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let sorted = sorted(values);
    let rank = (sorted.len() as f64 * share).ceil().max(1.0) as usize;
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

#[cfg(test)]
mod tests {
    use super::{median, percentile};

    #[test]
    fn one_slow_run_does_not_move_the_median() {
        assert_eq!(median(&[3.0, 1.0, 900.0]), 3.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 900.0]), 3.0);
        assert!(median(&[]).is_nan());
    }

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let twenty: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(
            (percentile(&twenty, 0.95), percentile(&twenty, 1.0)),
            (19.0, 20.0)
        );
        assert_eq!(percentile(&[5.0], 0.95), 5.0);
        assert!(percentile(&[], 0.95).is_nan());
    }
}
