//! What a provider block may not say, and what stays unknown.

use super::*;

fn complaints(fields: &[(&str, Value)]) -> Vec<String> {
    let config = Value::object(fields.iter().cloned());
    let mut diags = Diagnostics::new();
    check(&config, &mut diags);
    diags.iter().map(|diag| diag.summary.clone()).collect()
}

#[test]
fn contradictions_are_named() {
    let ids = |id: &str| Value::list([id]);
    for (fields, summary) in [
        (vec![("access_key", Value::from("AKIA"))], "Half a pair of keys"),
        (vec![("token", "t".into())], "A token without its keys"),
        (
            vec![
                ("profile", "p".into()),
                ("access_key", "a".into()),
                ("secret_key", "s".into()),
            ],
            "Two sources of credentials",
        ),
        (
            vec![("max_mutations_per_second", 0i64.into())],
            "No change could be made",
        ),
        (vec![("max_retries", (-1i64).into())], "Not a number of retries"),
        (vec![("allowed_account_ids", ids("12345"))], "No such account"),
        (
            vec![
                ("allowed_account_ids", ids("123456789012")),
                ("forbidden_account_ids", ids("123456789013")),
            ],
            "Two rules for accounts",
        ),
        (
            vec![(
                "default_tags",
                Value::object([("bluegreen:service", "x")].map(|(k, v)| (k, Value::from(v)))),
            )],
            "A reserved tag",
        ),
        (
            vec![(
                "endpoints",
                Value::object([("ecs", Value::from("localhost:4566"))]),
            )],
            "Not an endpoint",
        ),
        (
            vec![("assume_role", Value::object([("duration", Value::from("5m"))]))],
            "Not a session's length",
        ),
    ] {
        assert_eq!(complaints(&fields), [summary], "{fields:?}");
    }
    assert_eq!(
        complaints(&[
            ("max_mutations_per_second", 10i64.into()),
            ("profile", "p".into())
        ]),
        Vec::<String>::new()
    );
}

#[test]
fn an_unknown_value_is_remembered_and_is_no_contradiction() {
    let config = [
        ("region", Value::Unknown),
        ("access_key", Value::Unknown),
        ("secret_key", Value::Unknown),
    ];
    assert_eq!(complaints(&config), Vec::<String>::new());
    assert_eq!(
        settings(&Value::object(config)).unknown,
        ["region", "access_key", "secret_key"]
    );
    assert!(
        settings(&Value::object([("region", Value::from("eu-central-1"))]))
            .unknown
            .is_empty()
    );
}
