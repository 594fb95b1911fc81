//! How calls come again, and how many changing ones there are in a second, seen from where they arrive.

use super::*;
use crate::adapters::alb::modify_rule;
use crate::adapters::fake::{Fake, done, settings, throttled, together};
use std::collections::BTreeSet;

/// Changes `rules` rules at once; the answers come `latency` later, throttled as `refused` says of the nth call.
async fn changes(
    rules: usize,
    latency: u64,
    settings: &Settings,
    refused: fn(usize) -> bool,
) -> Vec<Duration> {
    let fake = Fake::new(Duration::from_millis(latency), move |action, nth, _| {
        if refused(nth) { throttled() } else { done(action) }
    });
    let clients = fake.clients(settings).await.unwrap();
    let change = |nth| {
        let client = clients.elbv2.clone();
        async move { modify_rule(&client, &format!("rule-{nth}"), None, None).await }
    };
    for outcome in together((0..rules).map(change)).await {
        outcome.unwrap();
    }
    fake.times("ModifyRule")
}

fn busiest_second(times: &[Duration]) -> usize {
    let within = |from: &Duration| {
        let until = *from + Duration::from_secs(1);
        times.iter().filter(|&at| from <= at && *at < until).count()
    };
    times.iter().map(within).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn three_changing_calls_a_second_at_most_and_retries_count() {
    let times = changes(12, 40, &settings(), |nth| nth % 3 == 0).await;
    assert!(12 < times.len(), "nothing was throttled: {times:?}");
    assert_eq!(busiest_second(&times), 3, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn the_provider_block_sets_the_pace() {
    let fast = Settings {
        mutations_per_second: Some(7.0),
        ..settings()
    };
    assert_eq!(busiest_second(&changes(30, 10, &fast, |_| false).await), 7);
}

#[tokio::test(start_paused = true)]
async fn what_was_throttled_together_comes_again_apart_and_later() {
    let fast = Settings {
        mutations_per_second: Some(1000.0),
        ..settings()
    };
    // Everybody is throttled twice.
    let times = changes(20, 0, &fast, |nth| nth < 40).await;
    assert_eq!(times.len(), 60, "{times:?}");
    let first: BTreeSet<_> = times[..20].iter().map(Duration::as_millis).collect();
    let later: BTreeSet<_> = times[20..].iter().map(Duration::as_millis).collect();
    assert_eq!(first.len(), 1, "asked at once: {times:?}");
    assert!(10 < later.len(), "in step: {times:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_tried_as_often_as_the_block_says() {
    for (retries, attempts) in [(Some(0), 1), (Some(2), 3), (None, 10)] {
        let fake = Fake::new(Duration::ZERO, |_, _, _| throttled());
        let block = Settings {
            max_retries: retries,
            ..settings()
        };
        let clients = fake.clients(&block).await.unwrap();
        let error = modify_rule(&clients.elbv2, "rule", None, None).await.unwrap_err();
        assert_eq!(error.kind, Kind::Transient);
        assert_eq!(fake.times("ModifyRule").len(), attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_stop_nothing_is_changed_but_the_call_that_puts_traffic_back_goes_at_once() {
    let fake = Fake::new(Duration::ZERO, |action, _, _| done(action));
    let stop = CancellationToken::new();
    let clients = fake.stoppable(&settings(), stop.clone()).await.unwrap();
    stop.cancel();
    let error = modify_rule(&clients.elbv2, "rule", None, None).await.unwrap_err();
    assert_eq!(error.kind, Kind::Stopped);
    assert!(fake.arrivals().is_empty());
    for _ in 0..5 {
        modify_rule(&clients.elbv2.at_once, "rule", None, None)
            .await
            .unwrap();
    }
    assert_eq!(fake.times("ModifyRule"), [Duration::ZERO; 5]);
}
