//! What is read out of a plan.

use super::{Promise, Traffic};
use serde_json::{Value, json};

fn plan(before: Value, after: Value, office: &str) -> Value {
    let service =
        json!({ "before": { "traffic": before }, "after": { "traffic": after, "change": "promotion" } });
    let office = json!({ "actions": [office], "after": { "change": "close" } });
    json!({ "resource_changes": [
        { "address": "bluegreen_canary_rule.office", "change": office },
        { "address": "bluegreen_service.web", "change": service },
    ] })
}

#[test]
fn the_color_that_ends_without_traffic_loses_the_public() {
    let (blue, green) = (
        json!({ "blue": 100, "green": 0 }),
        json!({ "blue": 0, "green": 100 }),
    );
    let loser = |before: &Value, after: &Value| {
        Promise::read(&plan(before.clone(), after.clone(), "update"))
            .unwrap()
            .loser()
    };
    assert_eq!(loser(&blue, &green), Some("blue"));
    assert_eq!(loser(&green, &blue), Some("green"));
    assert_eq!(loser(&blue, &blue), None);
    assert_eq!(loser(&Value::Null, &blue), None);
}

#[test]
fn a_rule_that_the_plan_leaves_alone_has_no_sentence() {
    let blue = json!({ "blue": 100, "green": 0 });
    let office = |action| {
        Promise::read(&plan(Value::Null, blue.clone(), action))
            .unwrap()
            .office
    };
    assert_eq!(office("no-op"), None);
    assert_eq!(office("update").as_deref(), Some("close"));
}

#[test]
fn a_plan_without_the_service_is_an_error() {
    assert!(Promise::read(&json!({ "resource_changes": [] })).is_err());
    assert_eq!(Traffic::read(&json!({ "blue": 1 })), None);
}
