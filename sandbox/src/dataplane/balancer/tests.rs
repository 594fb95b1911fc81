//! Rules of the weighted choice and of the turn among targets.

use super::*;
use crate::dataplane::testing::{always, draining, forward, group, healthy, unhealthy};

fn weights(weights: &[(&str, u32)]) -> Vec<(String, u32)> {
    weights
        .iter()
        .map(|(arn, weight)| ((*arn).to_owned(), *weight))
        .collect()
}

fn counts(balancer: &Balancer, groups: &[(String, u32)], turns: u32) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for _ in 0..turns {
        *counts
            .entry(balancer.group("rule", groups).unwrap().to_owned())
            .or_default() += 1;
    }
    counts
}

fn addr(last: u8) -> SocketAddr {
    SocketAddr::from(([127, 64, 0, last], 80))
}

#[test]
fn every_share_is_exact_within_a_few_requests_from_any_turn_on() {
    for green in [1, 5, 10, 33, 50, 90, 99] {
        let groups = weights(&[("blue", 100 - green), ("green", green)]);
        let balancer = Balancer::default();
        for turns in [100, 1000, 7, 500] {
            let got = counts(&balancer, &groups, turns).remove("green").unwrap_or(0);
            let wanted = f64::from(turns * green) / 100.0;
            assert!(
                (f64::from(got) - wanted).abs() <= 4.0,
                "{green}% of {turns}: {got}"
            );
        }
    }
}

#[test]
fn five_uneven_weights_get_their_shares() {
    let groups = weights(&[("a", 999), ("b", 1), ("c", 0), ("d", 500), ("e", 500)]);
    let counts = counts(&Balancer::default(), &groups, 20_000);
    for (arn, wanted) in [("a", 9990.0), ("b", 10.0), ("d", 5000.0), ("e", 5000.0)] {
        assert!(
            (f64::from(counts[arn]) - wanted).abs() <= 8.0,
            "{arn}: {}",
            counts[arn]
        );
    }
    assert!(!counts.contains_key("c"), "weight 0 is never chosen");
}

#[test]
fn no_weight_at_all_chooses_nothing() {
    let balancer = Balancer::default();
    assert_eq!(balancer.group("rule", &weights(&[("a", 0), ("b", 0)])), None);
    assert_eq!(balancer.group("rule", &[]), None);
}

#[test]
fn healthy_targets_take_turns_and_others_get_none() {
    let targets = vec![
        healthy(addr(1)),
        unhealthy(addr(2)),
        draining(addr(3)),
        healthy(addr(4)),
    ];
    let (_, group) = group("group", targets);
    let balancer = Balancer::default();
    let got: Vec<_> = (0..6).filter_map(|_| balancer.target(&group)).collect();
    assert_eq!(got, [addr(1), addr(4), addr(1), addr(4), addr(1), addr(4)]);
}

#[test]
fn a_group_without_a_healthy_target_fails_open_to_all_but_the_draining() {
    let (_, group) = group(
        "group",
        vec![unhealthy(addr(1)), draining(addr(2)), unhealthy(addr(3))],
    );
    let balancer = Balancer::default();
    let got: Vec<_> = (0..4).filter_map(|_| balancer.target(&group)).collect();
    assert_eq!(got, [addr(1), addr(3), addr(1), addr(3)]);
}

#[test]
fn an_empty_or_draining_group_has_no_target() {
    let balancer = Balancer::default();
    assert_eq!(balancer.target(&group("empty", vec![]).1), None);
    assert_eq!(
        balancer.target(&group("draining", vec![draining(addr(1))]).1),
        None
    );
}

#[test]
fn turns_outlive_a_table_and_go_with_their_rule() {
    let groups = weights(&[("a", 1), ("b", 1)]);
    let balancer = Balancer::default();
    let with_rule = |arn: &str| {
        let mut table = always(forward(&[("a", 1)]), vec![]);
        table.listeners[0].rules[0].arn = arn.to_owned();
        table
    };
    let first = balancer.group("rule", &groups).unwrap();
    balancer.forget_all_but(&with_rule("rule"));
    assert_ne!(
        balancer.group("rule", &groups).unwrap(),
        first,
        "the turn was kept"
    );
    balancer.forget_all_but(&with_rule("another"));
    assert_eq!(
        balancer.group("rule", &groups).unwrap(),
        first,
        "the turn was dropped"
    );
}
