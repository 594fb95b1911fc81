//! Sensitive values are in no output, and neither are values that no rule looks at.

use crate::plans::{json, now, text, verdict_of};
use plancheck::policy::Policy;
use plancheck::report::Format;

const FORMATS: [Format; 5] = [
    Format::Text,
    Format::Markdown,
    Format::Json,
    Format::Sarif,
    Format::Junit,
];

#[test]
fn a_sensitive_release_is_in_no_output() {
    let plan = text("sensitive");
    assert!(
        plan.contains("hush-hush"),
        "the plan does not hold what must not be shown"
    );
    let verdict = verdict_of(&plan, &Policy::default(), &[], now()).unwrap();
    for format in FORMATS {
        let out = format.write(&verdict);
        assert!(!out.contains("hush"), "{format:?}: {out}");
        assert!(
            format == Format::Sarif || format == Format::Junit || out.contains("sensitive value"),
            "{out}"
        );
    }
}

/// Even where each finding quotes what it is about.
#[test]
fn sensitive_addresses_of_a_canary_are_in_no_finding() {
    let mut plan = json("canary-overlap");
    for entry in plan["resource_changes"].as_array_mut().unwrap() {
        if entry["type"] == "bluegreen_canary_rule" {
            for side in ["before_sensitive", "after_sensitive"] {
                entry["change"][side] = serde_json::json!({"source_ips": true});
            }
        }
    }
    let verdict = verdict_of(&plan.to_string(), &Policy::default(), &[], now()).unwrap();
    assert!(verdict.refused);
    for format in FORMATS {
        let out = format.write(&verdict);
        assert!(!out.contains("192.0.2."), "{format:?}: {out}");
    }
}
