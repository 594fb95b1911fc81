//! How ranges become rules, and what a configuration is told when they can't.

use super::plan::{Audience, check, plan};
use tfplugin::{Diagnostics, PlanRequest, Value};

fn texts(values: &[&str]) -> Value {
    Value::List(values.iter().map(|value| (*value).into()).collect())
}

fn config(hosts: &[&str], ranges: &[&str], priority: i64) -> Value {
    Value::object([
        (
            "route",
            Value::object([
                ("service", Value::from("web")),
                ("listener_arn", "arn:listener".into()),
                ("priority", 100i64.into()),
                ("host_headers", texts(hosts)),
                ("path_patterns", Value::Null),
                ("color", "green".into()),
                ("target_group_arn", "arn:green".into()),
                ("release", "v2".into()),
                ("min_healthy_targets", 2i64.into()),
                ("active", true.into()),
            ]),
        ),
        ("priority", priority.into()),
        ("source_ips", texts(ranges)),
    ])
}

const RANGES: [&str; 7] = [
    "192.0.2.0/28",
    "192.0.2.16/28",
    "192.0.2.32/28",
    "192.0.2.48/28",
    "192.0.2.64/28",
    "2001:db8::/48",
    "2001:db8:1::/48",
];

#[test]
fn no_rule_exceeds_awss_limits_and_no_range_is_lost() {
    for hosts in 1..=4 {
        for count in 1..=RANGES.len() {
            let names: Vec<String> = (0..hosts).map(|n| format!("{n}.example.com")).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut diags = Diagnostics::new();
            let audience = Audience::new(&config(&names, &RANGES[..count], 99), &mut diags).unwrap();
            let mut seen = Vec::new();
            for (index, (priority, ranges)) in audience.rules.iter().enumerate() {
                assert!(
                    ranges.len() <= 3 && hosts + ranges.len() <= 5,
                    "{hosts} hosts, {ranges:?}"
                );
                assert_eq!(*priority as usize, 99 - index);
                seen.extend(ranges.iter().map(String::as_str));
            }
            assert_eq!(seen, &RANGES[..count]);
        }
    }
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

#[test]
fn a_wrong_configuration_is_told_what_and_where_and_how_to_mend_it() {
    let five: Vec<String> = (0..5).map(|n| format!("{n}.example.com")).collect();
    let five: Vec<&str> = five.iter().map(String::as_str).collect();
    let cases = [
        told(&config(&["a.example.com"], &["192.0.2.1"], 99)),
        told(&config(
            &["a.example.com"],
            &["192.0.2.1/24", "nonsense", "2001:db8::1"],
            99,
        )),
        told(&config(&["a.example.com"], &[], 99)),
        told(&config(&["a.example.com"], &["192.0.2.0/24"], 100)),
        told(&config(&["a.example.com"], &["192.0.2.0/24"], 0)),
        told(&config(&five, &["192.0.2.0/24"], 99)),
        told(&config(&["a.example.com"], &RANGES, 2)),
    ];
    insta::assert_snapshot!(cases.join("\n\n"));
}

#[test]
fn an_unknown_route_is_planned_as_unknown_and_not_refused() {
    let mut unknown = config(&["a.example.com"], &["192.0.2.0/24"], 99);
    unknown.set("route", Value::Unknown);
    assert_eq!(told(&unknown), "");
    let request = PlanRequest {
        config: unknown.clone(),
        prior: None,
        proposed: unknown,
        private: Vec::new(),
    };
    let response = plan(request);
    assert!(response.diagnostics.is_empty());
    for name in ["id", "rules", "active", "priorities", "change"] {
        assert!(response.planned.get(name).is_unknown(), "{name}");
    }
}
