//! Who moves where, over small listeners.

use super::{Claim, Conflict, Ledger, Owner, Standing, Taken, Want, settle};
use crate::adapters::alb::{Condition, Conditions, Pair};
use std::collections::{BTreeMap, BTreeSet};

/// `"web@100"` is web's own rule, `"web/a@99"` a canary rule of web, `"?x@5"` somebody else's.
fn listener(text: &str) -> Vec<Standing> {
    let rule = |word: &str| {
        let (arn, priority) = word.split_once('@').unwrap();
        let owner = match arn.split_once('/') {
            _ if arn.starts_with('?') => Owner::Foreign,
            Some((service, _)) => Owner::Canary(service.to_owned()),
            None => Owner::Service(arn.to_owned()),
        };
        Standing {
            arn: arn.to_owned(),
            priority: priority.parse().unwrap(),
            owner,
        }
    };
    text.split_whitespace().map(rule).collect()
}

/// `"web@200"` wants web's rule at 200, `"+@200"` wants it for a rule to be made.
fn after(rules: &str, wants: &str, reserved: &[u32]) -> Result<String, Taken> {
    let rules = listener(rules);
    let wants: Vec<Want<'_>> = wants
        .split_whitespace()
        .map(|word| {
            let (arn, priority) = word.split_once('@').unwrap();
            Want {
                arn: Some(arn).filter(|&arn| arn != "+"),
                priority: priority.parse().unwrap(),
            }
        })
        .collect();
    let moves = settle(&rules, &wants, &reserved.iter().copied().collect::<BTreeSet<_>>())?;
    let mut stands: BTreeMap<String, u32> = rules.into_iter().map(|rule| (rule.arn, rule.priority)).collect();
    stands.extend(moves);
    let mut sorted: Vec<(u32, String)> = stands
        .into_iter()
        .map(|(arn, priority)| (priority, arn))
        .collect();
    sorted.sort();
    assert!(sorted.windows(2).all(|pair| pair[0].0 < pair[1].0), "{sorted:?}");
    let words: Vec<String> = sorted
        .iter()
        .map(|(priority, arn)| format!("{arn}@{priority}"))
        .collect();
    Ok(words.join(" "))
}

fn is(rules: &str, wants: &str, expected: &str) {
    assert_eq!(
        after(rules, wants, &[]).as_deref(),
        Ok(expected),
        "{rules} → {wants}"
    );
}

#[test]
fn whoever_is_in_the_way_takes_the_priority_that_is_left() {
    is("web@100 api@200", "web@200", "api@100 web@200");
    is("web@100 api@200", "web@100", "web@100 api@200");
    is("web@100 api@200", "web@300", "api@200 web@300");
}

#[test]
fn a_chain_of_three_is_settled_whoever_comes_first() {
    let wants = ["a@200", "b@300", "c@100"];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut stands = "a@100 b@200 c@300".to_owned();
        for index in order {
            stands = after(&stands, wants[index], &[]).unwrap();
        }
        assert_eq!(stands, "c@100 a@200 b@300", "{order:?}");
    }
}

#[test]
fn a_range_moves_up_into_itself() {
    is(
        "web/b@97 web/a@98 web@100",
        "web/a@99 web/b@98",
        "web/b@98 web/a@99 web@100",
    );
}

#[test]
fn for_a_rule_to_be_made_a_canary_rule_goes_down_and_a_service_goes_up() {
    is("api/a@50 api@100", "+@50", "api/a@49 api@100");
    is("api/a@99 api@100", "+@100", "api/a@99 api@101");
    is("api/a@99 api@100 ?x@101", "+@100", "api/a@99 ?x@101 api@102");
    // Where another resource of this run will stand is no place to go.
    assert_eq!(
        after("api/a@50 api@100", "+@50", &[49, 48]).as_deref(),
        Ok("api/a@47 api@100")
    );
}

#[test]
fn canary_rules_stay_below_their_service_whatever_moves() {
    // The service moves below its canary rules.
    is("web/b@98 web/a@99 web@100", "web@50", "web/b@48 web/a@49 web@50");
    // A service that is displaced takes them along.
    is(
        "web/a@99 web@100 api/a@199 api@200",
        "web@200",
        "api/a@98 web/a@99 api@100 web@200",
    );
    // A canary rule does not take a place that is left above its service.
    is(
        "api/a@40 api@50 web/a@99 web@100",
        "web/a@40",
        "api/a@39 web/a@40 api@50 web@100",
    );
}

#[test]
fn two_services_and_their_canary_rules_change_places_in_any_order() {
    let wants = ["web@200", "api@100", "web/a@199", "api/a@99"];
    // A canary rule comes after its service.
    for order in [
        [0, 1, 2, 3],
        [0, 1, 3, 2],
        [1, 0, 2, 3],
        [1, 0, 3, 2],
        [0, 2, 1, 3],
        [1, 3, 0, 2],
    ] {
        let mut stands = "web/a@99 web@100 api/a@199 api@200".to_owned();
        for index in order {
            stands = after(&stands, wants[index], &[]).unwrap();
        }
        assert_eq!(stands, "api/a@99 api@100 web/a@199 web@200", "{order:?}");
    }
}

#[test]
fn foreign_rules_are_never_moved() {
    let refused = after("web@100 ?x@200", "web@200", &[]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "priority 200 belongs to rule ?x, which is not bluegreen's and is never moved"
    );
    assert!(after("?x@200", "+@200", &[]).is_err());
    // Full below: nothing is moved to a place that would never match.
    assert!(after("api/a@1 api@2", "+@1", &[]).is_err());
}

fn claim(
    ledger: &Ledger,
    listener: &str,
    owner: &str,
    print: &str,
    rules: &[(u32, Option<Conditions>)],
) -> Vec<Conflict> {
    ledger.claim(Claim {
        listener: listener.to_owned(),
        owner: owner.to_owned(),
        print: print.to_owned(),
        rules: rules.iter().cloned().collect(),
    })
}

#[test]
fn two_that_claim_one_priority_are_both_named_and_a_second_look_changes_nothing() {
    let ledger = Ledger::default();
    assert_eq!(claim(&ledger, "l", "service web", "", &[(100, None)]), []);
    assert_eq!(claim(&ledger, "other", "service api", "", &[(100, None)]), []);
    let office = [(99, None), (98, None)];
    assert_eq!(claim(&ledger, "l", "canary rule web/99", "office", &office), []);
    for _ in 0..2 {
        assert_eq!(
            claim(&ledger, "l", "canary rule web/98", "lab", &[(98, None)]),
            [Conflict::One {
                priority: 98,
                owners: ["canary rule web/98".into(), "canary rule web/99".into()],
            }]
        );
    }
    // Two of one name are two.
    assert_eq!(
        claim(&ledger, "l", "canary rule web/98", "home", &[(98, None)]).len(),
        2
    );
    // Who moves away claims no more.
    assert_eq!(claim(&ledger, "l", "service web", "", &[(200, None)]), []);
    assert_eq!(ledger.reserved("l", "service web"), BTreeSet::from([98, 99]));
}

/// `"host a.com; path /x*; ip 10.0.0.0/8; header x=1; query k=v; method GET"`.
fn matching(text: &str) -> Conditions {
    let condition = |part: &str| {
        let (kind, values) = part.trim().split_once(' ').unwrap();
        let values: Vec<String> = values.split(' ').map(str::to_owned).collect();
        match kind {
            "host" => Condition::Host(values),
            "path" => Condition::Path(values),
            "ip" => Condition::SourceIp(values),
            "method" => Condition::Method(values),
            "query" => Condition::Query(
                values
                    .iter()
                    .map(|value| match value.split_once('=') {
                        Some((key, value)) => Pair {
                            key: Some(key.to_owned()),
                            value: value.to_owned(),
                        },
                        None => Pair {
                            key: None,
                            value: value.clone(),
                        },
                    })
                    .collect(),
            ),
            name => Condition::Header {
                name: name.to_owned(),
                values,
            },
        }
    };
    Conditions(text.split(';').map(condition).collect())
}

#[test]
fn a_rule_covers_another_only_if_each_of_its_conditions_is_met_by_every_match() {
    for (wide, narrow, covers) in [
        ("host a.com", "host a.com; ip 10.0.0.0/8", true),
        ("host a.com; ip 10.0.0.0/8", "host a.com", false),
        ("host *.com", "host A.com b.COM", true),
        ("host a.com b.com", "host a.com c.com", false),
        ("path /shop*", "path /shop/* /shop", true),
        ("path /shop*", "path /Shop/x", false),
        (
            "ip 10.0.0.0/8 2001:db8::/32",
            "ip 10.1.0.0/16 2001:db8:1::/48",
            true,
        ),
        ("ip 10.0.0.0/8", "ip 10.1.0.0/16 192.0.2.0/24", false),
        ("X-Canary *", "x-canary yes", true),
        ("x-canary yes", "x-other yes", false),
        ("query v", "query k=V", true),
        ("query k=v", "query v", false),
        ("query K=v*", "query k=v1", true),
        ("method GET HEAD", "method GET", true),
        ("method GET", "path /", false),
    ] {
        assert_eq!(
            matching(wide).cover(&matching(narrow)),
            covers,
            "{wide} over {narrow}"
        );
    }
}

#[test]
fn a_rule_that_an_earlier_one_leaves_nothing_to_is_told_whoever_comes_second() {
    let office = |priority: u32, ip: &str| (priority, Some(matching(&format!("host a.com; ip {ip}"))));
    let hidden = |priorities: &[u32], alike: bool| Conflict::Hidden {
        by: "wide".into(),
        owner: "narrow".into(),
        priorities: priorities.to_vec(),
        alike,
    };
    let wide = [office(90, "10.0.0.0/8")];
    let narrow = [office(98, "10.1.0.0/16"), office(99, "192.0.2.0/24")];
    let ledger = Ledger::default();
    assert_eq!(claim(&ledger, "l", "wide", "", &wide), []);
    assert_eq!(claim(&ledger, "l", "narrow", "", &narrow), [hidden(&[98], false)]);
    let ledger = Ledger::default();
    assert_eq!(claim(&ledger, "l", "narrow", "", &narrow), []);
    assert_eq!(claim(&ledger, "l", "wide", "", &wide), [hidden(&[98], false)]);
    // The same audience twice.
    let same = [office(99, "10.0.0.0/8")];
    assert_eq!(claim(&ledger, "l", "narrow", "", &same), [hidden(&[99], true)]);
    // The narrower one first leaves the rest to the wider one; what is not known yet hides nothing.
    let before = [office(50, "10.1.0.0/16"), (40, None)];
    assert_eq!(claim(&ledger, "l", "narrow", "", &before), []);
}

#[test]
fn what_was_done_to_strangers_is_told_once_by_who_did_it() {
    let ledger = Ledger::default();
    claim(&ledger, "l", "web", "", &[(100, None)]);
    assert!(ledger.knows("l", "web") && !ledger.knows("l", "api") && !ledger.knows("other", "web"));
    ledger.note("web", &["api gave way".to_owned()]);
    assert_eq!(ledger.notes("api"), Vec::<String>::new());
    assert_eq!(ledger.notes("web"), ["api gave way"]);
    assert_eq!(ledger.notes("web"), Vec::<String>::new());
}
