//! Every form of output, as it is printed, and checked by what others say of the form.

use crate::plans::{names, now, text, verdict, verdict_of};
use crate::schema::errors;
use plancheck::policy::Policy;
use plancheck::report::{Format, SCHEMA};
use serde_json::{Value, json};

const SHOWN: [&str; 4] = ["promote", "straight", "rollback-cold", "unknown"];

#[test]
fn text_for_people() {
    for name in SHOWN {
        insta::assert_snapshot!(format!("text-{name}"), Format::Text.write(&verdict(name)));
    }
}

#[test]
fn markdown_for_a_pull_request() {
    for name in SHOWN {
        insta::assert_snapshot!(format!("markdown-{name}"), Format::Markdown.write(&verdict(name)));
    }
}

#[test]
fn json_for_programs() {
    insta::assert_snapshot!("json-straight", Format::Json.write(&verdict("straight")));
}

#[test]
fn sarif_for_code_scanning() {
    insta::assert_snapshot!("sarif-straight", Format::Sarif.write(&verdict("straight")));
}

#[test]
fn junit_for_whatever_shows_tests() {
    let labels = ["cold-rollback"];
    let verdict = verdict_of(&text("rollback-cold"), &Policy::default(), &labels, now()).unwrap();
    insta::assert_snapshot!("junit-rollback-cold", Format::Junit.write(&verdict));
    insta::assert_snapshot!(
        "junit-straight",
        Format::Junit.write(&crate::plans::verdict("straight"))
    );
}

#[test]
fn every_json_verdict_is_as_the_schema_says() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for name in names() {
        let verdict: Value = serde_json::from_str(&Format::Json.write(&verdict(&name))).unwrap();
        assert_eq!(errors(&schema, &schema, &verdict, ""), [""; 0], "{name}");
    }
}

#[test]
fn the_schema_refuses_what_it_does_not_describe() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let right: Value = serde_json::from_str(&Format::Json.write(&verdict("straight"))).unwrap();
    for (pointer, value) in [
        ("/findings/0/level", json!("fatal")),
        ("/findings/0/address", json!(null)),
        ("/services/0/movement", json!("jump")),
        ("/services/0/after/traffic_percent/blue", json!(101)),
        ("/services/0/after/phase", json!("done")),
        ("/plan", json!({})),
        ("/schema_version", json!("2")),
    ] {
        let mut wrong = right.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert_ne!(errors(&schema, &schema, &wrong, ""), [""; 0], "{pointer}");
    }
}
