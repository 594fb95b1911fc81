//! A former default action survives the tags it is kept in, and AWS takes those tags.

use super::super::action;
use super::{LONGEST_VALUE, former, former_tags};

fn survives(text: &str) {
    let tags = former_tags(text);
    for value in tags.values() {
        assert!(value.len() <= LONGEST_VALUE, "{value}");
        let allowed = |c: char| c.is_ascii_alphanumeric() || " +-=._:/@".contains(c);
        assert!(value.chars().all(allowed), "AWS refuses {value}");
    }
    assert_eq!(former(&tags).as_deref(), Some(text));
    let back = action::parse(text).and_then(|action| action::text(&[action]));
    assert_eq!(back.map(|text| parsed(&text)), Some(parsed(text)));
}

fn parsed(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_kind_of_action_survives() {
    let page = "gesch\u{e4}fts\u{fc}bergabe <b>=%7B</b> ".repeat(20);
    survives(
        &serde_json::json!({ "Type": "fixed-response", "FixedResponseConfig": {
        "StatusCode": "404", "ContentType": "text/html", "MessageBody": page } })
        .to_string(),
    );
    survives(
        &serde_json::json!({ "Type": "redirect", "RedirectConfig": {
        "StatusCode": "HTTP_301", "Protocol": "HTTPS", "Host": "#{host}", "Port": "443", "Path": "/#{path}",
        "Query": "#{query}" } })
        .to_string(),
    );
    survives(&serde_json::json!({ "Type": "forward", "ForwardConfig": {
        "TargetGroups": [{ "TargetGroupArn": "arn:a", "Weight": 9 }, { "TargetGroupArn": "arn:b", "Weight": 1 }],
        "TargetGroupStickinessConfig": { "Enabled": true, "DurationSeconds": 60 } } }).to_string());
}

#[test]
fn what_is_too_long_for_tags_is_left_to_the_state() {
    assert!(former_tags(&"{".repeat(4000)).is_empty());
    assert_eq!(former(&former_tags("")), None);
}
