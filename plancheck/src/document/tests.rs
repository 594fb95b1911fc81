//! What the reader keeps, what it refuses, and that it never holds what nobody needs.

use super::*;
use crate::guard::LARGEST;
use proptest::prelude::*;
use serde_json::json;
use std::io::Cursor;

/// Both ways of reading say the same, of plans and of what is none.
fn read(text: &str) -> Result<Document, ReadError> {
    both(text.as_bytes())
}

fn both(text: &[u8]) -> Result<Document, ReadError> {
    let (at_once, stream) = (
        Document::read_slice(text),
        Document::read_stream(Cursor::new(text)),
    );
    match (&at_once, &stream) {
        (Ok(one), Ok(other)) => assert_eq!(one, other),
        (Err(_), Err(_)) => {}
        differ => panic!("{differ:?}"),
    }
    at_once
}

fn change(kind: &str) -> Value {
    json!({
        "address": format!("{kind}.x"), "mode": "managed", "type": kind, "name": "x",
        "change": {"actions": ["update"], "before": {"arn": "a", "secret": "s"}, "after": {"arn": "b", "secret": "t"},
                   "after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}},
    })
}

fn plan() -> Value {
    json!({
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {}},
        "resource_changes": [change("aws_lb_target_group"), change("aws_instance")],
        "prior_state": {"values": {"root_module": {"child_modules": [{"resources": [
            {"address": "module.a.bluegreen_service.w", "type": "bluegreen_service", "values": {"name": "w"}},
            {"address": "aws_vpc.v", "type": "aws_vpc", "values": {"id": "vpc-1"}},
        ]}]}}},
        "errored": false, "complete": true,
    })
}

#[test]
fn of_a_resource_only_what_rules_need_is_kept() {
    let document = read(&plan().to_string()).unwrap();
    assert_eq!(document.changes[0].change.before, json!({"arn": "a"}));
    assert_eq!(document.changes[1].change.before, Value::Null);
    assert_eq!(document.changes[1].change.actions, ["update"]);
    let prior: Vec<&str> = document
        .prior
        .iter()
        .map(|prior| prior.address.as_str())
        .collect();
    assert_eq!(prior, ["module.a.bluegreen_service.w"]);
}

#[test]
fn members_may_come_in_any_order() {
    // `type` and `mode` after `change`.
    let late = r#"{"resource_changes":[{"change":{"actions":["delete"],"before":{"arn":"a","secret":"s"},"after":null},
        "type":"aws_lb","mode":"managed","address":"aws_lb.x"}],"format_version":"1.0"}"#;
    let document = read(late).unwrap();
    assert_eq!(document.changes[0].kind, "aws_lb");
    assert_eq!(document.changes[0].change.before, json!({"arn": "a"}));
}

#[test]
fn members_of_later_minor_versions_are_skipped() {
    let mut newer = plan();
    newer["format_version"] = json!("1.99");
    newer["something_new"] = json!({"deep": [[[1]]]});
    newer["resource_changes"][0]["change"]["new"] = json!([{}]);
    assert_eq!(read(&newer.to_string()).unwrap().format_version, "1.99");
}

#[test]
fn another_major_version_is_refused() {
    for found in ["0.1", "2.0", "10.0", "", "x"] {
        let mut other = plan();
        other["format_version"] = json!(found);
        let error = read(&other.to_string()).unwrap_err();
        assert!(matches!(error, ReadError::Version { .. }), "{found}: {error}");
    }
}

#[test]
fn what_is_no_plan_is_named() {
    let state = json!({"format_version": "1.0", "values": {"root_module": {}}});
    for (text, word) in [
        (state.to_string(), "a state"),
        ("{}".to_owned(), "no format_version"),
        (
            json!({"format_version": "1.2"}).to_string(),
            "neither planned_values",
        ),
        ("[]".to_owned(), "expected a plan"),
        ("{\"format_version\": 1}".to_owned(), "expected a string"),
        (plan().to_string() + "x", "trailing"),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn a_member_that_appears_twice_is_refused() {
    let twice = plan().to_string().replacen('{', r#"{"resource_changes":[],"#, 1);
    assert!(
        read(&twice)
            .unwrap_err()
            .to_string()
            .contains("resource_changes appears twice")
    );
}

#[test]
fn an_error_does_not_quote_the_plan() {
    for text in [
        r#"{"format_version":"1.2","resource_changes":"hunter2"}"#,
        r#"{"format_version":"1.2","errored":"hunter2"}"#,
        r#"{"resource_changes":[{"address":"a.b","type":"aws_lb","change":{"actions":["update"],"before":"hunter2, expected"}}]}"#,
        r#"{"resource_changes":[{"address":"a.b","type":"aws_lb","change":{"actions":"hunter2"}}]}"#,
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(
            !error.contains("hunter2") && error.contains("a text stands where"),
            "{error}"
        );
    }
}

#[test]
fn a_change_without_address_type_or_actions_is_refused() {
    for member in ["address", "type", "change"] {
        let mut broken = plan();
        broken["resource_changes"][1]
            .as_object_mut()
            .unwrap()
            .remove(member);
        assert!(
            matches!(read(&broken.to_string()), Err(ReadError::Malformed(_))),
            "{member}"
        );
    }
}

#[test]
fn a_plan_that_ends_in_the_middle_is_truncated_wherever_it_ends() {
    let text = plan().to_string();
    for end in 1..text.len() {
        let Some(head) = text.get(..end) else { continue };
        match read(head) {
            Err(ReadError::Truncated { .. }) => {}
            other => panic!("cut at {end}: {other:?}"),
        }
    }
}

#[test]
fn too_deep_is_refused_whether_it_is_kept_or_skipped() {
    for member in ["something", "resource_changes"] {
        let deep = format!("{{\"{member}\":{}", "[".repeat(1_000_000));
        let error = read(&deep).unwrap_err();
        assert!(
            matches!(error, ReadError::Bound(Bound::Depth)),
            "{member}: {error}"
        );
    }
}

/// A reader that repeats `unit` between `head` and `tail`, so that a test needs no memory of its own.
fn long(head: &str, unit: &str, bytes: usize, tail: &str) -> impl Read {
    struct Repeat(Vec<u8>, usize);
    impl Read for Repeat {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            for (at, byte) in buffer.iter_mut().enumerate() {
                *byte = self.0[(self.1 + at) % self.0.len()];
            }
            self.1 += buffer.len();
            Ok(buffer.len())
        }
    }
    let middle = Repeat(unit.as_bytes().to_vec(), 0).take((bytes / unit.len() * unit.len()) as u64);
    Cursor::new(head.to_owned())
        .chain(middle)
        .chain(Cursor::new(tail.to_owned()))
}

#[test]
fn a_resource_that_is_kept_has_a_limit_and_one_that_is_skipped_has_none() {
    let bytes = usize::try_from(LARGEST).unwrap() + 1_000_000;
    let head = |kind: &str| {
        format!(
            r#"{{"format_version":"1.2","resource_changes":[{{"address":"a.b","mode":"managed","type":"{kind}","change":{{"actions":["update"],"before":{{"name":""#
        )
    };
    let tail = r#""},"after":{}}}]}"#;
    let kept = Document::read_stream(long(&head("aws_ecs_service"), "x", bytes, tail)).unwrap_err();
    assert!(matches!(kept, ReadError::Bound(Bound::Size)), "{kept}");
    let skipped = Document::read_stream(long(&head("aws_instance"), "x", bytes, tail)).unwrap();
    assert_eq!(skipped.changes.len(), 1);
}

#[test]
fn a_plan_too_large_to_hold_is_read_as_it_comes() {
    let bytes = usize::try_from(AT_ONCE).unwrap();
    let head = r#"{"format_version":"1.2","planned_values":{},"filler":""#;
    let document = Document::read(long(head, "x", bytes, r#"","resource_changes":[]}"#)).unwrap();
    assert_eq!(document.format_version, "1.2");
    let cut = Document::read(long(head, "x", bytes, "")).unwrap_err();
    assert!(matches!(cut, ReadError::Truncated { .. }), "{cut}");
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = both(&bytes);
    }

    #[test]
    fn a_plan_with_one_byte_changed_is_read_or_refused(at in 0..1_000_usize, byte in any::<u8>()) {
        let mut bytes = plan().to_string().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = both(&bytes);
    }
}
