//! How deep a value may be: no deeper than can be stored, wherever it comes from, and never as deep as the stack.

use super::{decode, json, msgpack};
use crate::ty::{DEEPEST, Type};
use crate::value::Value;

const TOO_DEEP: &str = "nested too deeply, 60 levels are the most";

/// Lists in lists, `levels` of them, the innermost empty.
fn lists(levels: usize) -> Value {
    (1..levels).fold(Value::List(Vec::new()), |inner, _| Value::List(vec![inner]))
}

fn list_type(levels: usize) -> Type {
    (1..levels).fold(Type::list(Type::Bool), |inner, _| Type::list(inner))
}

fn too_deep<T>(result: Result<T, impl ToString>) {
    let error = result.err().expect("refused").to_string();
    assert!(error.ends_with(TOO_DEEP), "{error}");
}

#[test]
fn dynamic_values_nested_without_end_are_refused() {
    let mut bytes = b"\x92\xc4\x12[\"list\",\"dynamic\"]\x91".repeat(100_000);
    bytes.push(0xc0);
    too_deep(decode(&bytes, &Type::Dynamic));
    let stored = |levels: usize| {
        let open = r#"{"type":["list","dynamic"],"value":["#.repeat(levels);
        format!("{open}null{}", "]}".repeat(levels))
    };
    too_deep(json::decode(stored(10_000).as_bytes(), &Type::Dynamic));
    too_deep(json::decode(stored(40).as_bytes(), &Type::Dynamic));
}

#[test]
fn ten_thousand_lists_in_one_another_are_refused_in_either_form() {
    let ty = list_type(10_000);
    too_deep(decode(&[0x91].repeat(10_000), &ty));
    too_deep(json::decode("[".repeat(10_000).as_bytes(), &ty));
    too_deep(ty.conform(lists(10_000)));
    // Torn down level by level: a type this deep is as hard on the stack as a value.
    std::mem::forget(ty);
}

#[test]
fn a_type_nested_without_end_is_refused() {
    let spelled = format!("{}\"bool\"{}", "[\"list\",".repeat(10_000), "]".repeat(10_000));
    let mut bytes = vec![0x92, 0xc6];
    bytes.extend(u32::try_from(spelled.len()).expect("it fits").to_be_bytes());
    bytes.extend(spelled.as_bytes());
    bytes.push(0xc0);
    let error = decode(&bytes, &Type::Dynamic).expect_err("refused");
    assert_eq!(error, "(root): the type of a dynamic value can't be read");
}

#[test]
fn a_bare_value_too_deep_for_a_dynamic_place_is_refused() {
    too_deep(Type::Dynamic.conform(lists(10_000)));
    too_deep(Type::Dynamic.conform(lists(DEEPEST)));
}

/// What may be sent can be stored and read again, at the very limit and in the form that takes most levels.
#[test]
fn the_deepest_value_survives_being_stored() {
    let object = |inner| Value::object([("a", inner)]);
    // One level for the dynamic place.
    let deepest = (2..DEEPEST).fold(Value::Bool(true), |inner, _| object(inner));
    let value = Type::Dynamic.conform(deepest.clone()).expect("just so");
    let bytes = msgpack::encode(&value, &Type::Dynamic).expect("it conforms");
    assert_eq!(msgpack::decode(&bytes, &Type::Dynamic), Ok(value.clone()));
    let Value::Dynamic(dynamic) = &value else {
        panic!("{value:?}")
    };
    let (open, close) = (r#"{"a":"#.repeat(DEEPEST - 2), "}".repeat(DEEPEST - 2));
    let stored = format!(r#"{{"type":{},"value":{open}true{close}}}"#, dynamic.ty.to_json());
    assert_eq!(json::decode(stored.as_bytes(), &Type::Dynamic), Ok(value));
    too_deep(Type::Dynamic.conform(object(deepest)));
}
