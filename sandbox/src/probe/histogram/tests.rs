//! Rules of the latency histogram.

use super::*;

#[test]
fn every_value_lies_in_a_bucket_at_most_a_32nd_wider_than_itself() {
    for micros in (0..100_000).chain([1 << 20, (1 << 33) + 12_345, u64::MAX / 3, u64::MAX]) {
        let end = upper_end(bucket(micros));
        assert!(micros <= end && end - micros <= micros / 32, "{micros}: {end}");
    }
}

#[test]
fn quantiles_are_those_of_the_values_and_the_maximum_is_exact() {
    let mut histogram = Histogram::default();
    for micros in 1..=10_000 {
        histogram.add(Duration::from_micros(micros));
    }
    for (quantile, exact) in [(0.5, 5_000.0), (0.99, 9_900.0), (0.0, 1.0), (1.0, 10_000.0)] {
        let got = histogram.quantile(quantile).as_micros() as f64;
        assert!((exact..=exact * 1.032).contains(&got), "{quantile}: {got}");
    }
    assert_eq!(histogram.max(), Duration::from_micros(10_000));
}

#[test]
fn merging_equals_adding_all_to_one() {
    let (mut one, mut left, mut right) = (Histogram::default(), Histogram::default(), Histogram::default());
    for micros in [3, 70, 900, 11_000, 130_000] {
        one.add(Duration::from_micros(micros));
        (if micros < 100 { &mut left } else { &mut right }).add(Duration::from_micros(micros));
    }
    left.merge(&right);
    assert_eq!(
        (left.counts, left.total, left.max),
        (one.counts, one.total, one.max)
    );
}

#[test]
fn nothing_measured_is_zero() {
    assert_eq!(Histogram::default().quantile(0.99), Duration::ZERO);
}
