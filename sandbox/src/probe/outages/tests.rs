//! What is one outage, and what are two.

use super::*;

#[test]
fn failures_within_a_second_are_one_outage_of_their_audience() {
    let names = ["a".to_owned(), "b".to_owned()];
    let mut outages = Outages::default();
    let s = Duration::from_secs_f64;
    for (audience, from, to) in [
        (0, 1.0, 1.1),
        (1, 1.0, 1.0),
        (0, 0.9, 1.9),
        (0, 2.8, 2.9),
        (0, 4.0, 4.5),
    ] {
        outages.failed(audience, s(from), s(to));
    }
    let seen: Vec<_> = outages
        .list(&names)
        .into_iter()
        .map(|it| (it.audience, it.from_ms, it.to_ms, it.failed))
        .collect();
    assert_eq!(
        seen,
        [
            ("a".to_owned(), 900.0, 2900.0, 3),
            ("b".to_owned(), 1000.0, 1000.0, 1),
            ("a".to_owned(), 4000.0, 4500.0, 1)
        ]
    );
}

#[test]
fn a_service_that_comes_and_goes_for_days_does_not_fill_the_memory() {
    let mut outages = Outages::default();
    for hour in 0..10_000 {
        let at = Duration::from_secs(3600 * hour);
        outages.failed(0, at, at);
    }
    assert_eq!(outages.list(&["a".to_owned()]).len(), MOST);
}
