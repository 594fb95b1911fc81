//! Every form of output, as it is printed, and checked by what others say of the form.

use crate::plans::{names, now, text, verdict, verdict_of};
use plancheck::policy::Policy;
use plancheck::report::{Format, SCHEMA};
use serde_json::Value;

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
    let schema = jsonschema::validator_for(&schema).unwrap();
    for name in names() {
        let verdict: Value = serde_json::from_str(&Format::Json.write(&verdict(&name))).unwrap();
        let errors: Vec<String> = schema
            .iter_errors(&verdict)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

#[test]
fn the_schema_refuses_what_it_does_not_describe() {
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let mut verdict: Value = serde_json::from_str(&Format::Json.write(&verdict("straight"))).unwrap();
    verdict["findings"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&verdict));
}
