//! Which ids are understood, what the others are told, and that what was found survives the private state.

use super::{Found, Id};
use crate::adapters::alb::Slot;
use rollout::{Color, Cycle, PerColor};
use std::collections::BTreeMap;

const LISTENER: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web-alb/50dc6c495c0c9188/0467ef3c8400ae65";
const RULE: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/web-alb/50dc6c495c0c9188/0467ef3c8400ae65/9683b2d02a6cabee";

#[test]
fn a_rule_with_or_without_a_name_and_a_listener_are_understood() {
    let rule = Id::parse(RULE).unwrap();
    assert_eq!((rule.service.as_deref(), rule.slot), (None, Slot::Rule));
    assert_eq!(rule.listener_arn(), LISTENER);
    let named = Id::parse(&format!("shop@eu@{RULE}")).unwrap();
    assert_eq!(
        (named.service.as_deref(), named.arn.as_str()),
        (Some("shop@eu"), RULE)
    );
    let listener = Id::parse(&format!("web@{LISTENER}")).unwrap();
    assert_eq!(
        (listener.slot, listener.listener_arn()),
        (Slot::DefaultAction, LISTENER.to_owned())
    );
}

#[test]
fn every_other_id_is_told_the_forms() {
    for id in [
        "web",
        "@",
        &format!("@{RULE}"),
        "web@",
        "web@arn:aws:s3:::bucket",
        "web@arn:aws:ecs:eu-central-1:1:listener/app/a/b/c",
        &LISTENER.replace(":listener/app/", ":listener/net/"),
        &LISTENER.replace(":listener/", ":loadbalancer/"),
        &format!("web@{LISTENER}/"),
    ] {
        let why = Id::parse(id).unwrap_err();
        assert!(why.contains("<service name>@<rule ARN>"), "{id}: {why}");
        assert!(why.contains(&format!("{id:?}")), "{id} is not named: {why}");
    }
}

#[test]
fn what_was_found_survives_the_private_state() {
    let found = Found {
        weights: BTreeMap::from([("arn:blue".to_owned(), 90), ("arn:green".to_owned(), 10)]),
        sticky: Some(3600),
        owner: Some("web".to_owned()),
        journal: Some(Cycle {
            stable: Color::Green,
            held: PerColor {
                blue: Some("v2".to_owned()),
                green: None,
            },
            failed: None,
        }),
        canaries: vec!["arn:blue".to_owned()],
        former: Some("{\"Type\":\"fixed-response\"}".to_owned()),
    };
    assert_eq!(Found::parse(&found.write()), Some(found));
    assert_eq!(Found::parse(b"shrink-due"), None);
    assert_eq!(Found::parse(b""), None);
}
