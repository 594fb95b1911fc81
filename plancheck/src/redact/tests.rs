//! What is marked is never seen again, wherever it stands.

use super::*;
use serde_json::json;

fn redactor(value: Value, marks: Value) -> Redactor {
    let mut redactor = Redactor::default();
    redactor.learn(&value, &marks);
    redactor
}

#[test]
fn a_marked_text_is_struck_out_of_sentences() {
    let redactor = redactor(json!({"release": "v2-hunter2"}), json!({"release": true}));
    assert_eq!(
        redactor.clean("promotion of v2-hunter2: x"),
        format!("promotion of {STRUCK}: x")
    );
}

#[test]
fn the_mark_of_an_object_covers_what_is_in_it() {
    let redactor = redactor(json!({"ecs": {"names": ["hush"], "n": 2}}), json!({"ecs": true}));
    assert_eq!(redactor.clean("hush 2"), format!("{STRUCK} 2"));
}

#[test]
fn what_is_not_marked_stays() {
    let redactor = redactor(json!({"a": "x", "b": ["y", "z"]}), json!({"b": [false, true]}));
    assert_eq!(redactor.clean("x y z"), format!("x y {STRUCK}"));
}

#[test]
fn a_secret_within_a_secret_leaves_no_rest() {
    let redactor = redactor(json!(["abc", "abcdef", "value"]), json!(true));
    assert_eq!(redactor.clean("abcdef abc"), format!("{STRUCK} {STRUCK}"));
}
