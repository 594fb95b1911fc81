//! What one look tells, and what it leaves null.

use super::ServiceData;
use super::truth::{own_rule, told};
use crate::adapters::alb::Tagged;
use std::collections::BTreeMap;
use tfplugin::{Diagnostics, DynDataSource, Value};

const NAMES: [&str; 4] = [
    "name",
    "listener_arn",
    "blue_target_group_arn",
    "green_target_group_arn",
];

fn config(values: [Option<&str>; 4]) -> Value {
    Value::object(
        NAMES
            .into_iter()
            .zip(values.map(|value| Value::from(value.map(str::to_owned)))),
    )
}

fn colored() -> Value {
    config([Some("web"), Some("listener"), Some("tg-blue"), Some("tg-green")])
}

fn rule(arn: &str, resource: &str, weights: &[(&str, u32)]) -> Tagged {
    let mut tags = BTreeMap::from([
        ("bluegreen:service".to_owned(), "web".to_owned()),
        ("bluegreen:resource".to_owned(), resource.to_owned()),
    ]);
    if resource == "service" {
        tags.insert("bluegreen:stable".into(), "blue".into());
        tags.insert("bluegreen:blue".into(), "v1".into());
    }
    let weights = weights
        .iter()
        .map(|(group, weight)| ((*group).to_owned(), *weight));
    Tagged {
        arn: arn.to_owned(),
        priority: Some(100),
        tags,
        weights: weights.collect(),
        ..Tagged::default()
    }
}

/// `phase` and `live_color`, from the weights of both colors and green's healthy targets.
fn seen(weights: (u32, u32), healthy: u32, canary: u32) -> (Option<String>, Option<String>) {
    let own = rule(
        "own",
        "service",
        &[("tg-blue", weights.0), ("tg-green", weights.1)],
    );
    let office = rule("office", "canary/99", &[("tg-green", canary)]);
    let healthy = BTreeMap::from([("tg-blue".to_owned(), 2), ("tg-green".to_owned(), healthy)]);
    let rules = [own.clone(), office];
    let groups = super::truth::colors(&colored());
    let state = told(&colored(), &rules, &own, groups.as_ref(), &healthy);
    let text = |name: &str| state.get(name).as_str().map(str::to_owned);
    (text("phase"), text("live_color"))
}

#[test]
fn the_phase_is_what_the_load_balancer_shows() {
    let told = |phase: &str, live: &str| (Some(phase.to_owned()), Some(live.to_owned()));
    assert_eq!(seen((100, 0), 0, 0), told("stable", "blue"));
    assert_eq!(seen((100, 0), 2, 0), told("warm", "blue"));
    assert_eq!(seen((100, 0), 2, 1), told("canary", "blue"));
    assert_eq!(seen((90, 10), 2, 0), told("canary", "blue"));
    assert_eq!(seen((10, 90), 2, 0), told("canary", "green"));
    assert_eq!(seen((50, 50), 2, 0), told("canary", "blue"));
    assert_eq!(seen((0, 100), 2, 0), told("promoted", "green"));
    assert_eq!(seen((0, 0), 2, 0), (None, None));
}

#[test]
fn without_colors_only_target_groups_are_told() {
    let own = rule("own", "service", &[("tg-blue", 1), ("tg-green", 299)]);
    let healthy = BTreeMap::from([("tg-blue".to_owned(), 2), ("tg-green".to_owned(), 1)]);
    let config = config([Some("web"), Some("listener"), None, None]);
    let state = told(&config, std::slice::from_ref(&own), &own, None, &healthy);
    for name in ["phase", "live_color", "traffic", "healthy_targets", "rule_intact"] {
        assert!(state.get(name).is_null(), "{name}");
    }
    let traffic = |group: &str| state.get("target_groups").get(group).get("traffic").as_i64();
    assert_eq!((traffic("tg-blue"), traffic("tg-green")), (Some(1), Some(99)));
    assert!(state.get("live_target_group_arn").is_null());
    assert_eq!(state.get("stable_color").as_str(), Some("blue"));
    assert_eq!(state.get("releases").get("blue").as_str(), Some("v1"));
    assert!(state.get("releases").get("green").is_null());
}

#[test]
fn a_service_without_a_rule_and_one_with_two_are_errors_that_name_them() {
    let own = || rule("own", "service", &[("tg-blue", 100)]);
    let rules = [own(), rule("office", "canary/99", &[("tg-green", 1)])];
    assert_eq!(own_rule(&rules, "web", "listener").unwrap().arn, "own");
    let missing = own_rule(&rules, "shop", "listener").unwrap_err();
    assert!(
        missing.detail.contains("there are rules of \"web\""),
        "{missing:?}"
    );
    let nobody = own_rule(&[], "shop", "listener").unwrap_err();
    assert!(
        nobody.detail.contains("no service has a rule there"),
        "{nobody:?}"
    );
    let twice = own_rule(&[own(), own()], "web", "listener").unwrap_err();
    assert!(twice.summary.contains("2 rules"), "{twice:?}");
}

#[tokio::test]
async fn colors_are_named_both_or_neither_and_differ() {
    let data = ServiceData {
        shared: crate::config::Shared::default(),
    };
    for (values, errors) in [
        ([Some("web"), Some("l"), None, None], 0),
        ([Some("web"), Some("l"), Some("a"), Some("b")], 0),
        ([Some("web"), Some("l"), Some("a"), None], 1),
        ([Some("web"), Some("l"), None, Some("b")], 1),
        ([Some("web"), Some("l"), Some("a"), Some("a")], 1),
    ] {
        let mut diags = Diagnostics::new();
        data.validate(&config(values), &mut diags).await;
        assert_eq!(diags.len(), errors, "{values:?}: {diags:?}");
    }
}
