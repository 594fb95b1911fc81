//! How an audience becomes rules, and what a configuration is told when it can't.

use super::audience::Audience;
use super::check::check;
use super::plan::follow;
use super::{cookies, narrow, split};
use crate::adapters::alb::{Condition, Conditions};
use std::collections::BTreeSet;
use tfplugin::{Diagnostics, PlanResponse, Value};

fn texts(values: &[&str]) -> Value {
    Value::list(values.iter().copied())
}

fn map(fields: &[(&str, &[&str])]) -> Value {
    Value::object(fields.iter().map(|(name, values)| (*name, texts(values))))
}

fn config(hosts: &[&str], priority: i64) -> Value {
    let route = Value::object([
        ("service", Value::from("web")),
        ("listener_arn", "arn:listener".into()),
        ("priority", 100i64.into()),
        ("host_headers", texts(hosts)),
        ("color", "green".into()),
        ("target_group_arn", "arn:green".into()),
        ("release", "v2".into()),
        ("min_healthy_targets", 2i64.into()),
        ("active", true.into()),
    ]);
    Value::object([("route", route), ("priority", priority.into())])
}

fn with(mut config: Value, fields: &[(&str, Value)]) -> Value {
    for (name, value) in fields {
        match name.strip_prefix("route.") {
            None => config.set(name, value.clone()),
            Some(field) => {
                let mut route = config.get("route").clone();
                route.set(field, value.clone());
                config.set("route", route);
            }
        }
    }
    config
}

const HOST: [&str; 1] = ["a.example.com"];
const RANGES: [&str; 7] = [
    "192.0.2.0/28",
    "192.0.2.16/28",
    "192.0.2.32/28",
    "192.0.2.48/28",
    "192.0.2.64/28",
    "2001:db8::/48",
    "2001:db8:1::/48",
];

fn audience(config: &Value) -> Audience {
    let mut diags = Diagnostics::new();
    let audience = Audience::new(config, &mut diags);
    audience.unwrap_or_else(|| panic!("{diags:?}"))
}

/// Every combination of one value of each kind that some rule matches; the service's own in no rule's way.
fn combinations(rules: &[Conditions]) -> BTreeSet<Vec<String>> {
    let mut all = BTreeSet::new();
    for rule in rules {
        let mut here = vec![Vec::new()];
        for condition in &rule.0 {
            here = here
                .iter()
                .flat_map(|combination: &Vec<String>| {
                    condition.values().into_iter().map(|value| {
                        let mut combination = combination.clone();
                        combination.push(value);
                        combination
                    })
                })
                .collect();
        }
        for combination in here {
            assert!(all.insert(combination.clone()), "{combination:?} twice");
        }
    }
    all
}

#[test]
fn no_rule_exceeds_awss_limits_and_every_combination_is_there_once() {
    let kind = |name: &str, values: usize, stars: usize| Condition::Header {
        name: name.to_owned(),
        values: (0..values)
            .map(|n| format!("{name}{n}{}", "*".repeat(stars)))
            .collect(),
    };
    let mut split_up = 0;
    for fixed in 0..=3 {
        let own = [Condition::Host(
            (0..fixed).map(|n| format!("{n}.example.com")).collect(),
        )];
        let own = if fixed == 0 { &own[..0] } else { &own[..] };
        for (a, b, c) in [
            (1, 0, 0),
            (7, 0, 0),
            (2, 2, 0),
            (5, 4, 0),
            (1, 7, 0),
            (2, 3, 2),
            (4, 4, 3),
        ] {
            for stars in 0..=1 {
                let kinds: Vec<Condition> = [("a", a, stars), ("b", b, stars), ("c", c, 0)]
                    .into_iter()
                    .filter(|(_, values, _)| 0 < *values)
                    .map(|(name, values, stars)| kind(name, values, stars))
                    .collect();
                let rules = match split::split(own, &kinds) {
                    Ok(rules) => rules,
                    Err(split::Unsplittable::NoRoom { .. }) => {
                        assert!(5 < fixed + kinds.len());
                        continue;
                    }
                    Err(other) => panic!("{fixed} fixed, {kinds:?}: {other:?}"),
                };
                for rule in &rules {
                    let sizes: Vec<usize> = rule.0[own.len()..].iter().map(|c| c.values().len()).collect();
                    assert!(rule.values() <= 5 && rule.wildcards() <= 5, "{rule:?}");
                    assert!(sizes.iter().all(|&size| size <= 3), "{rule:?}");
                    assert_eq!(rule.0.len(), own.len() + kinds.len(), "{rule:?}");
                }
                let expected = a.max(1) * b.max(1) * c.max(1) * fixed.max(1);
                assert_eq!(combinations(&rules).len(), expected, "{fixed} fixed, {kinds:?}");
                split_up += usize::from(1 < rules.len());
            }
        }
    }
    assert!(20 < split_up, "{split_up} were split");
}

#[test]
fn no_fewer_rules_would_do() {
    let ranges = Condition::SourceIp(RANGES.map(str::to_owned).to_vec());
    let header = |count: usize| Condition::Header {
        name: "x".into(),
        values: (0..count).map(|n| n.to_string()).collect(),
    };
    let count = |kinds: &[Condition]| split::split(&[], kinds).unwrap().len();
    assert_eq!(count(std::slice::from_ref(&ranges)), 3);
    // 3 + 2 values: 3 × 1 rules, where 2 + 2 would be 4 × 1.
    assert_eq!(count(&[ranges.clone(), header(2)]), 3);
    assert_eq!(count(&[header(4), header(4)]), 4);
    assert_eq!(
        split::split(&[], &[header(100), header(100)]),
        Err(split::Unsplittable::TooMany { rules: 1700 })
    );
}

#[test]
fn priorities_go_down_from_the_first_and_each_rule_carries_the_services_conditions() {
    let config = with(config(&HOST, 99), &[("source_ips", texts(&RANGES))]);
    let audience = audience(&config);
    assert_eq!(audience.priorities(), [99, 98, 97]);
    for slot in &audience.rules {
        assert_eq!(
            slot.conditions.0[0],
            Condition::Host(vec!["a.example.com".into()])
        );
    }
    // The default action comes after every rule.
    let above = with(
        config,
        &[("route.priority", Value::Null), ("priority", 50_000i64.into())],
    );
    assert_eq!(self::audience(&above).priorities(), [50_000, 49_999, 49_998]);
}

/// As ALB matches: letter case aside.
fn glob(pattern: &str, text: &str) -> bool {
    match (pattern.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some('*'), _) => glob(&pattern[1..], text) || !text.is_empty() && glob(pattern, &text[1..]),
        (Some('?'), Some(_)) => glob(&pattern[1..], &text[1..]),
        (Some(p), Some(t)) => p.eq_ignore_ascii_case(&t) && glob(&pattern[1..], &text[1..]),
        _ => false,
    }
}

#[test]
fn a_cookie_is_found_whole_wherever_it_stands() {
    let values = |value: &str| cookies::condition("a", &[value.to_owned()]).values();
    let found = |value: &str, header: &str| values(value).iter().any(|pattern| glob(pattern, header));
    for header in ["a=1", "a=1; b=2", "b=2; a=1", "b=2; a=1; c=3"] {
        assert!(found("1", header), "{header}");
        assert!(found("*", header) && found("?", header), "{header}");
    }
    for header in ["aa=1", "a=12", "b=2; aa=1; c=3", "b=a=1", "a=12; b=2", "b=2"] {
        assert!(!found("1", header), "{header}");
    }
    assert!(found("1*", "b=2; a=12") && !found("1*", "b=1; aa=12"));
}

#[test]
fn two_conditions_on_paths_are_said_as_one_or_refused() {
    let both = |service: &[&str], canary: &[&str]| {
        let owned = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
        narrow::paths(&owned(service), &owned(canary)).map(|paths| paths.join(" "))
    };
    assert_eq!(both(&["/*"], &["/beta/*", "/"]).as_deref(), Ok("/beta/* /"));
    assert_eq!(both(&["/a/*", "/b/*"], &["/*"]).as_deref(), Ok("/a/* /b/*"));
    assert_eq!(
        both(&["/a/*", "/b/*"], &["/b/x?", "/a/*"]).as_deref(),
        Ok("/b/x? /a/*")
    );
    // What one contains of several is not all of it.
    assert_eq!(
        both(&["/a/*", "*.png"], &["/a*"]),
        Err(narrow::Apart::Crossed {
            service: "*.png".into(),
            canary: "/a*".into()
        })
    );
    assert_eq!(
        both(&["/a/*"], &["/b/*"]),
        Err(narrow::Apart::Never("/b/*".into()))
    );
    let networks = narrow::networks(
        &["10.0.0.0/8".into(), "2001:db8::/32".into()],
        &["10.1.0.0/16".into(), "2001::/16".into()],
    );
    assert_eq!(networks, Ok(vec!["10.1.0.0/16".into(), "2001:db8::/32".into()]));
    assert!(narrow::networks(&["10.0.0.0/8".into()], &["192.0.2.0/24".into()]).is_err());
}

fn told(config: &Value) -> String {
    let mut diags = Diagnostics::new();
    check(config, &mut diags);
    let lines = diags.iter().map(|d| {
        let path = d.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{path}: {}: {}", d.summary, d.detail)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn query(key: Option<&str>, value: &str) -> Value {
    Value::object([
        ("key", Value::from(key.map(str::to_owned))),
        ("value", value.into()),
    ])
}

#[test]
fn a_good_audience_of_every_kind_is_told_nothing() {
    let all = with(
        config(&[], 99),
        &[
            ("route.host_headers", Value::Null),
            ("source_ips", texts(&["192.0.2.0/24", "2001:db8::/32"])),
            ("headers", map(&[("x-canary", &["yes", "v2-*"])])),
            ("cookies", map(&[("beta", &["1"])])),
            (
                "query_strings",
                Value::list([query(Some("beta"), "1"), query(None, "debug")]),
            ),
            ("path_patterns", texts(&["/shop/*"])),
        ],
    );
    assert_eq!(told(&all), "");
    assert!(!audience(&all).rules.is_empty());
}

#[test]
fn a_wrong_configuration_is_told_what_and_where_and_how_to_mend_it() {
    let five: Vec<String> = (0..5).map(|n| format!("{n}.example.com")).collect();
    let five: Vec<&str> = five.iter().map(String::as_str).collect();
    let long = "x".repeat(129);
    let ips = |ranges: &[&str]| ("source_ips", texts(ranges));
    let one = || ips(&["192.0.2.0/24"]);
    let many: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let wrong = [
        with(config(&HOST, 99), &[]),
        with(config(&HOST, 99), &[ips(&["192.0.2.1"])]),
        with(
            config(&HOST, 99),
            &[ips(&[
                "192.0.2.1/24",
                "nonsense",
                "2001:db8::1",
                "2001:db8::1/32",
            ])],
        ),
        with(config(&HOST, 99), &[ips(&["2001:db8::/32", "2001:0db8::/32"])]),
        with(config(&HOST, 99), &[ips(&[])]),
        with(config(&HOST, 100), &[one()]),
        with(config(&HOST, 0), &[one()]),
        with(config(&five, 99), &[one()]),
        with(config(&HOST, 2), &[ips(&RANGES)]),
        with(
            config(&HOST, 99),
            &[(
                "headers",
                map(&[
                    ("Host", &["x"]),
                    ("x y", &["1"]),
                    ("x-a", &["1"]),
                    ("X-A", &["2"]),
                    ("x-b", &[&long]),
                    ("x-c", &[]),
                ]),
            )],
        ),
        with(
            config(&HOST, 99),
            &[(
                "headers",
                map(&[("x", &["a", "A"]), ("é", &["1"]), ("y", &["ä"])]),
            )],
        ),
        with(
            config(&HOST, 99),
            &[("headers", map(&[(&"n".repeat(41), &["1"])]))],
        ),
        with(config(&HOST, 99), &[("headers", map(&[]))]),
        with(
            config(&HOST, 99),
            &[(
                "cookies",
                map(&[("a b", &["1"]), ("c", &["x;y", &"v".repeat(122)]), ("d*", &["1"])]),
            )],
        ),
        with(
            config(&HOST, 99),
            &[(
                "query_strings",
                Value::list([
                    query(Some("a"), "b&c"),
                    query(None, ""),
                    query(Some("k"), "v"),
                    query(Some("K"), "V"),
                ]),
            )],
        ),
        with(
            config(&HOST, 99),
            &[("path_patterns", texts(&["beta", "/a b", "/ok"]))],
        ),
        with(
            config(&HOST, 99),
            &[
                ("route.path_patterns", texts(&["/shop/*"])),
                ("path_patterns", texts(&["/blog/*"])),
            ],
        ),
        with(
            config(&HOST, 99),
            &[
                ("route.path_patterns", texts(&["/shop/*"])),
                ("path_patterns", texts(&["*.html"])),
            ],
        ),
        with(
            config(&HOST, 99),
            &[("route.source_ips", texts(&["10.0.0.0/8"])), one()],
        ),
        with(
            config(&HOST, 99),
            &[("headers", map(&[("x", &["*a*b*", "c"]), ("y", &["*d*e*"])]))],
        ),
        with(
            config(&HOST, 99),
            &[("headers", map(&[("x", &many), ("y", &many)]))],
        ),
        with(config(&HOST, 99), &[("behind_proxy", true.into()), one()]),
    ];
    let told: Vec<String> = wrong.iter().map(told).collect();
    assert!(told.iter().all(|text| !text.is_empty()), "{told:#?}");
    insta::assert_snapshot!(told.join("\n\n"));
}

fn planned(config: Value, prior: Option<Value>) -> PlanResponse {
    let proposal = PlanResponse::new(config.clone(), tfplugin::Private::new());
    follow(&config, prior.as_ref(), proposal)
}

#[test]
fn an_unknown_route_is_planned_as_unknown_and_not_refused() {
    let mut unknown = with(config(&HOST, 99), &[("source_ips", texts(&["192.0.2.0/24"]))]);
    unknown.set("route", Value::Unknown);
    assert_eq!(told(&unknown), "");
    let response = planned(unknown, None);
    assert!(response.diagnostics.is_empty());
    for name in ["id", "rules", "active", "priorities", "change"] {
        assert!(response.planned.get(name).is_unknown(), "{name}");
    }
}

#[test]
fn what_no_service_could_carry_is_told_before_the_service_is_known() {
    let unknown = |fields: &[(&str, Value)]| {
        let mut config = with(config(&HOST, 99), fields);
        config.set("route", Value::Unknown);
        told(&config)
    };
    let headers = |count: usize, values: &[&str]| {
        let names: Vec<String> = (0..count).map(|n| format!("x-{n}")).collect();
        let fields: Vec<(&str, &[&str])> = names.iter().map(|name| (name.as_str(), values)).collect();
        ("headers", map(&fields))
    };
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(unknown(&[headers(5, &["1"])]), "");
    assert!(unknown(&[headers(6, &["1"])]).contains("AWS allows 5 values in one rule"));
    assert!(unknown(&[headers(3, &["*a*"])]).contains("would hold 6 wildcards"));
    assert!(unknown(&[headers(2, &many)]).contains("a load balancer has 100 for all its listeners"));
    assert!(unknown(&[("source_ips", texts(&RANGES)), ("priority", 2i64.into())]).contains("No room below"));
}

#[test]
fn a_header_that_clients_can_forge_is_warned_of() {
    let config = with(
        config(&HOST, 99),
        &[("headers", map(&[("X-Forwarded-For", &["192.0.2.7*"])]))],
    );
    assert_eq!(told(&config), "");
    let response = planned(config, None);
    assert_eq!(response.diagnostics.len(), 1);
    assert!(!response.diagnostics.has_errors());
}

#[test]
fn the_same_values_in_another_order_are_no_change() {
    let rich = |ranges: &[&str], headers: &[&str], pairs: [Value; 2]| {
        with(
            config(&HOST, 99),
            &[
                ("source_ips", texts(ranges)),
                ("headers", map(&[("x", headers)])),
                ("query_strings", Value::list(pairs)),
            ],
        )
    };
    let (a, b) = (query(Some("a"), "1"), query(None, "2"));
    let first = rich(
        &["192.0.2.0/24", "10.0.0.0/8"],
        &["1", "2"],
        [a.clone(), b.clone()],
    );
    let prior = planned(first, None).planned.unknown_as_null();
    let second = rich(
        &["10.0.0.0/8", "192.0.2.0/24"],
        &["2", "1"],
        [b.clone(), a.clone()],
    );
    let mut again = planned(second, Some(prior.clone())).planned;
    // Its ARN was not known yet, which is no matter of order.
    again.set("rules", prior.get("rules").clone());
    again.set("change", prior.get("change").clone());
    assert_eq!(again, prior);
    let other = rich(&["10.0.0.0/8", "192.0.2.0/24"], &["2", "3"], [b, a]);
    assert_ne!(
        planned(other, Some(prior.clone())).planned.get("headers"),
        prior.get("headers")
    );
}
