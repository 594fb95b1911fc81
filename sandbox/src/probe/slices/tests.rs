//! A timeline loses nothing when it grows coarser, and never grows without end.

use super::*;

#[test]
fn a_day_has_no_more_slices_than_five_minutes_and_every_count_of_them() {
    let names = ["public".to_owned()];
    let colors = ["blue".to_owned(), "green".to_owned()];
    let mut slices = Slices::default();
    for second in 0..86_400 {
        let counts = slices.at(Duration::from_secs(second));
        counts.answered(
            0,
            usize::from(43_200 <= second),
            Duration::from_millis(second / 1000),
        );
        if second % 3600 == 7 {
            counts.failed(0);
        }
    }
    let timeline = slices.timeline(&names, &colors);
    assert!(
        (MOST / 2..=MOST).contains(&timeline.slices.len()),
        "{}",
        timeline.slices.len()
    );
    // 100 ms, doubled until a day fits.
    assert_eq!(timeline.slice_ms, 51_200);
    let sum = |color: &str| -> u32 {
        let slices = timeline.slices.iter();
        slices.map(|slice| slice.answers("public", color)).sum()
    };
    assert_eq!((sum("blue"), sum("green")), (43_200, 43_200));
    let failed: u32 = timeline.slices.iter().map(|slice| slice.failed).sum();
    assert_eq!(failed, 24);
    let last = timeline.slices.last().and_then(|slice| slice.latency);
    assert_eq!(last.map(|latency| latency.max_ms), Some(86.0));
}

#[test]
fn a_slice_without_answers_has_no_latency_and_names_only_who_failed() {
    let names = ["a".to_owned(), "b".to_owned()];
    let mut slices = Slices::default();
    slices.at(Duration::from_millis(250)).failed(1);
    let timeline = slices.timeline(&names, &[]);
    assert_eq!(timeline.slices.len(), 3);
    let last = &timeline.slices[2];
    assert!(last.latency.is_none() && last.failed == 1);
    assert_eq!(last.failed_of.iter().collect::<Vec<_>>(), [(&"b".to_owned(), &1)]);
}
