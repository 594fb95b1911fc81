//! Who shares a look and who does not. Stale answers may serve a refresh, never a decision.

use super::*;
use crate::adapters::alb::modify_rule;
use crate::adapters::fake::{Answer, Fake, done, settings, throttled, together};
use crate::adapters::{Clients, Settings};

const LATENCY: Duration = Duration::from_millis(50);

/// The nth listing has n + 1 rules besides the default one, so that looks can be told apart.
fn listing(nth: usize) -> Answer {
    let rule = |number: usize| {
        format!(
            "<member><RuleArn>rule-{number}</RuleArn><Priority>{}</Priority></member>",
            number + 1
        )
    };
    let rules: String = (0..=nth).map(rule).collect();
    let text = format!(
        "<DescribeRulesResponse><DescribeRulesResult><Rules>{rules}</Rules></DescribeRulesResult></DescribeRulesResponse>"
    );
    (200, text)
}

async fn world() -> (Fake, Clients) {
    let fake = Fake::new(LATENCY, |action, nth, _| match action {
        "DescribeRules" => listing(nth),
        other => done(other),
    });
    let clients = fake.clients(&settings()).await.unwrap();
    (fake, clients)
}

/// Which look an answer came from, counted from 1.
fn look(rules: Result<Rules, PortError>) -> usize {
    rules.unwrap().unwrap().len()
}

#[tokio::test(start_paused = true)]
async fn a_refresh_of_many_asks_once_per_listener() {
    let (fake, clients) = world().await;
    let read = |nth: usize| {
        let client = clients.elbv2.clone();
        async move { client.recent_rules(&format!("listener-{}", nth % 2)).await }
    };
    together((0..40).map(read)).await;
    tokio::time::advance(RECENT / 2).await;
    together((0..40).map(read)).await;
    assert_eq!(fake.times("DescribeRules").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_takes_nothing_that_is_older_than_a_refresh_lasts() {
    let (_, clients) = world().await;
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 1);
    tokio::time::advance(RECENT).await;
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 2);
}

#[tokio::test(start_paused = true)]
async fn a_decision_never_gets_what_was_seen_before_it_was_asked() {
    let (_, clients) = world().await;
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 1);
    assert_eq!(look(clients.elbv2.rules("listener").await), 2);
    assert_eq!(look(clients.elbv2.rules("listener").await), 3);
    // Nor from a look that is under way: what it saw may be older than the question.
    let refresh = clients.elbv2.recent_rules("other");
    let decide = async {
        tokio::time::advance(LATENCY / 2).await;
        look(clients.elbv2.rules("other").await)
    };
    let (refreshed, decided) = tokio::join!(refresh, decide);
    assert_eq!((look(refreshed), decided), (4, 5));
}

#[tokio::test(start_paused = true)]
async fn decisions_that_wait_together_share_the_next_look() {
    let (fake, clients) = world().await;
    let ask = |_| {
        let client = clients.elbv2.clone();
        async move { look(client.rules("listener").await) }
    };
    let looks = together((0..10).map(ask)).await;
    // The first one's look had begun before the others asked.
    assert_eq!(looks, [1, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    assert_eq!(fake.times("DescribeRules").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_ours_voids_what_was_seen_before_and_during_it() {
    let (_, clients) = world().await;
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 1);
    modify_rule(&clients.elbv2, "rule", None, None).await.unwrap();
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 2);

    let change = modify_rule(&clients.elbv2, "rule", None, None);
    let during = async {
        tokio::time::advance(LATENCY / 2).await;
        look(clients.elbv2.recent_rules("listener").await)
    };
    let (changed, during) = tokio::join!(change, during);
    changed.unwrap();
    assert_eq!(during, 3);
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 4);
}

#[tokio::test(start_paused = true)]
async fn a_failed_look_is_told_to_all_who_waited_and_not_remembered() {
    let fake = Fake::new(LATENCY, |action, nth, _| match (action, nth) {
        ("DescribeRules", 0) => throttled(),
        ("DescribeRules", _) => listing(0),
        (other, _) => done(other),
    });
    let once = Settings {
        max_retries: Some(0),
        ..settings()
    };
    let clients = fake.clients(&once).await.unwrap();
    let ask = |_| {
        let client = clients.elbv2.clone();
        async move { client.recent_rules("listener").await }
    };
    for answer in together((0..10).map(ask)).await {
        let error = answer.unwrap_err();
        assert!(error.chain().contains("Rate exceeded"), "{}", error.chain());
        assert_eq!(error.code.as_deref(), Some("Throttling"));
    }
    assert_eq!(fake.times("DescribeRules").len(), 1);
    assert_eq!(look(clients.elbv2.recent_rules("listener").await), 1);
}
