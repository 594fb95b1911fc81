//! Rules of conditions and of their order.

use hyper::{
    HeaderMap,
    header::{HeaderName, HeaderValue},
};

use super::*;
use crate::dataplane::testing::{forward, rule};
use crate::dataplane::types::Patterns;

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

fn patterns(values: &[&str]) -> Patterns {
    texts(values).into()
}

fn request<'a>(headers: &'a HeaderMap) -> Facts<'a> {
    Facts {
        host: "shop.example.com",
        path: "/img/a.png",
        query: "version=v1&debug",
        method: "GET",
        headers,
        source: IpAddr::from([10, 0, 0, 7]),
    }
}

#[track_caller]
fn check(condition: Condition, expected: bool) {
    let mut headers = HeaderMap::new();
    for value in ["curl/8", "Mozilla"] {
        headers.append(
            HeaderName::from_static("user-agent"),
            HeaderValue::from_static(value),
        );
    }
    assert_eq!(holds(&condition, &request(&headers)), expected, "{condition:?}");
}

#[test]
fn host_ignores_case_and_path_does_not() {
    check(Condition::Host(patterns(&["other.org", "SHOP.example.*"])), true);
    check(Condition::Host(patterns(&["example.com"])), false);
    check(Condition::Path(patterns(&["/img/*"])), true);
    check(Condition::Path(patterns(&["/IMG/*"])), false);
}

#[test]
fn headers_match_any_of_their_occurrences_without_case() {
    let header = |name: &str, value: &str| Condition::Header {
        name: name.to_owned(),
        values: patterns(&[value]),
    };
    check(header("User-Agent", "*mozilla*"), true);
    check(header("user-agent", "curl/?"), true);
    check(header("user-agent", "wget*"), false);
    check(header("x-absent", "*"), false);
}

#[test]
fn query_matches_one_parameter_by_key_and_value() {
    let query =
        |key: Option<&str>, value: &str| Condition::Query(vec![(key.map(str::to_owned), value.to_owned())]);
    check(query(Some("version"), "v1"), true);
    check(query(Some("VERSION"), "V?"), true);
    check(query(Some("version"), "v2"), false);
    check(query(None, "v1"), true);
    check(query(Some("debug"), ""), true);
    check(query(Some("other"), "*"), false);
}

#[test]
fn query_wildcards_can_be_escaped_and_cookies_are_a_header() {
    let query = |value: &str| Condition::Query(vec![(Some("debug".to_owned()), value.to_owned())]);
    let mut headers = HeaderMap::new();
    headers.insert("cookie", HeaderValue::from_static("a=b; Canary=yes; c=d"));
    let facts = Facts {
        query: "debug=*",
        ..request(&headers)
    };
    assert!(holds(&query(r"\*"), &facts));
    assert!(!holds(&query(r"\*a"), &facts));
    let cookie = |pattern: &str| Condition::Header {
        name: "Cookie".to_owned(),
        values: patterns(&[pattern]),
    };
    assert!(holds(&cookie("*canary=yes*"), &facts));
    assert!(
        !holds(&cookie("canary=yes"), &facts),
        "the whole header is compared"
    );
}

#[test]
fn sources_are_compared_in_their_own_family() {
    let source = |ip: &str, net: &str| {
        let headers = HeaderMap::new();
        let facts = Facts {
            source: ip.parse().unwrap(),
            ..request(&headers)
        };
        holds(&Condition::SourceIp(vec![net.parse().unwrap()]), &facts)
    };
    assert!(source("2001:db8::7", "2001:db8::/32"));
    assert!(!source("2001:db9::7", "2001:db8::/32"));
    assert!(source("::ffff:192.0.2.7", "192.0.2.0/24"));
    assert!(!source("192.0.2.7", "::/0"));
}

#[test]
fn method_is_exact_and_source_is_a_network() {
    check(Condition::Method(texts(&["HEAD", "GET"])), true);
    check(Condition::Method(texts(&["get"])), false);
    check(Condition::SourceIp(vec!["10.0.0.0/24".parse().unwrap()]), true);
    check(
        Condition::SourceIp(vec!["10.0.1.0/24".parse().unwrap(), "::/0".parse().unwrap()]),
        false,
    );
}

#[test]
fn the_first_rule_with_every_condition_wins() {
    let office = Condition::SourceIp(vec!["10.0.0.0/24".parse().unwrap()]);
    let default = || rule("default", vec![], forward(&[]));
    let one_fails = vec![office.clone(), Condition::Path(patterns(&["/api/*"]))];
    let both_hold = vec![office.clone(), Condition::Path(patterns(&["/img/*"]))];
    let headers = HeaderMap::new();
    for (rules, expected) in [
        (
            vec![rule("one fails", one_fails.clone(), forward(&[])), default()],
            "default",
        ),
        (
            vec![rule("both hold", both_hold.clone(), forward(&[])), default()],
            "both hold",
        ),
        (
            vec![default(), rule("both hold", both_hold, forward(&[]))],
            "default",
        ),
    ] {
        assert_eq!(route(&rules, &request(&headers)).unwrap().arn, expected);
    }
    assert_eq!(
        route(&[rule("one fails", one_fails, forward(&[]))], &request(&headers)),
        None
    );
}

#[test]
fn a_port_is_no_part_of_the_host() {
    assert_eq!(without_port("a.example.com:8080"), "a.example.com");
    assert_eq!(without_port("a.example.com"), "a.example.com");
    assert_eq!(without_port("[::1]:80"), "[::1]");
    assert_eq!(without_port("[::1]"), "[::1]");
}
