//! Rules of conditions and of their order.

use hyper::{
    HeaderMap,
    header::{HeaderName, HeaderValue},
};

use super::*;
use crate::dataplane::testing::{forward, rule};

fn texts(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
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
fn wildcards_match_as_on_a_load_balancer() {
    for (pattern, text, expected) in [
        ("*", "", true),
        ("*", "anything", true),
        ("", "", true),
        ("", "a", false),
        ("?", "", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("*.example.com", "shop.example.com", true),
        ("*.example.com", "example.com", false),
        ("/img/*/pics", "/img/a/b/pics", true),
        ("/img/*/pics", "/img/pics", false),
        ("*a*b", "xaxaxb", true),
        ("*a*b", "xaxaxbc", false),
        ("/img*", "/img", true),
        ("/IMG*", "/img", false),
        ("a**", "a", true),
    ] {
        assert_eq!(
            wildcard(pattern, text, Case::Kept),
            expected,
            "{pattern} on {text}"
        );
    }
}

#[test]
fn host_ignores_case_and_path_does_not() {
    check(Condition::Host(texts(&["other.org", "SHOP.example.*"])), true);
    check(Condition::Host(texts(&["example.com"])), false);
    check(Condition::Path(texts(&["/img/*"])), true);
    check(Condition::Path(texts(&["/IMG/*"])), false);
}

#[test]
fn headers_match_any_of_their_occurrences_without_case() {
    let header = |name: &str, value: &str| Condition::Header {
        name: name.to_owned(),
        values: texts(&[value]),
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
    let listener = |rules| ListenerRoutes {
        arn: String::new(),
        port: 80,
        load_balancer: String::new(),
        rules,
    };
    let default = || rule("default", vec![], forward(&[]));
    let one_fails = vec![office.clone(), Condition::Path(texts(&["/api/*"]))];
    let both_hold = vec![office.clone(), Condition::Path(texts(&["/img/*"]))];
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
        let listener = listener(rules);
        assert_eq!(route(&listener, &request(&headers)).unwrap().arn, expected);
    }
    assert_eq!(
        route(
            &listener(vec![rule("one fails", one_fails, forward(&[]))]),
            &request(&headers)
        ),
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
