//! The same value has one spelling.

use super::*;

#[test]
fn keys_are_sorted_at_every_depth_and_lists_are_not() {
    let value: Value =
        serde_json::from_str(r#"{"b": [2, 1, {"z": null, "a": "\u0041\""}], "a": true}"#).unwrap();
    assert_eq!(spell(&value), r#"{"a":true,"b":[2,1,{"a":"A\"","z":null}]}"#);
}

#[test]
fn the_digest_is_that_of_the_spelling() {
    // printf '{"a":1}' | sha256sum
    let value: Value = serde_json::from_str(r#"{ "a" : 1 }"#).unwrap();
    assert_eq!(
        digest(&value).unwrap(),
        "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    );
}
