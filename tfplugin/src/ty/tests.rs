//! A value either has the type or the mismatch says where.

use super::Type;
use crate::value::Value;

#[test]
fn types_read_back_from_their_json() {
    let ty = Type::object([
        ("a", Type::list(Type::Number)),
        (
            "b",
            Type::Tuple(vec![Type::Bool, Type::set(Type::map(Type::Dynamic))]),
        ),
    ]);
    assert_eq!(
        ty.to_json().to_string(),
        r#"["object",{"a":["list","number"],"b":["tuple",["bool",["set",["map","dynamic"]]]]}]"#
    );
    assert_eq!(Type::from_json(&ty.to_json()), Some(ty));
}

#[test]
fn optional_names_of_an_object_type_are_accepted() {
    let json = serde_json::json!(["object", { "a": "string" }, ["a"]]);
    assert_eq!(Type::from_json(&json), Some(Type::object([("a", Type::String)])));
    assert_eq!(Type::from_json(&serde_json::json!(["list"])), None);
    assert_eq!(Type::from_json(&serde_json::json!("text")), None);
}

#[test]
fn missing_fields_become_null_and_extra_ones_are_refused() {
    let ty = Type::object([("a", Type::String), ("b", Type::String)]);
    let conformed = ty.conform(Value::object([("a", "x".into())])).expect("fits");
    assert_eq!(conformed, Value::object([("a", "x".into()), ("b", Value::Null)]));
    let mismatch = ty
        .conform(Value::object([("c", "x".into())]))
        .expect_err("no such field");
    assert_eq!(
        mismatch.to_string(),
        r#"(root): the schema has no attribute named "c""#
    );
}

#[test]
fn a_mismatch_names_its_place_and_never_the_value() {
    let ty = Type::object([("a", Type::list(Type::map(Type::Bool)))]);
    let value = Value::object([("a", Value::list([Value::object([("k", "secret".into())])]))]);
    let mismatch = ty.conform(value).expect_err("a string is no bool");
    assert_eq!(
        mismatch.to_string(),
        r#"a[0]["k"]: bool is required, this is a string"#
    );
}

#[test]
fn sets_are_equal_whatever_their_order_and_repeats() {
    let ty = Type::set(Type::Number);
    let one = ty.conform(Value::list([2i64, 1, 2])).expect("fits");
    let two = ty.conform(Value::list([1i64, 2])).expect("fits");
    assert_eq!(one, two);
    let unknown = ty
        .conform(Value::list([Value::Unknown, Value::Unknown]))
        .expect("fits");
    assert_eq!(
        unknown.as_list().map(<[_]>::len),
        Some(2),
        "unknowns may turn out to differ"
    );
}

#[test]
fn text_is_compared_in_its_composed_form() {
    let composed = Type::String.conform("e\u{301}".into()).expect("fits");
    assert_eq!(composed.as_str(), Some("\u{e9}"));
}

#[test]
fn bare_values_in_dynamic_places_get_the_type_hcl_would_give() {
    let value = Type::Dynamic
        .conform(Value::list([1i64.into(), Value::from("x")]))
        .expect("fits");
    let ty = Type::Tuple(vec![Type::Number, Type::String]);
    assert_eq!(
        value,
        Value::dynamic(ty, Value::list([1i64.into(), Value::from("x")]))
    );
    assert_eq!(Type::Dynamic.conform(Value::Null), Ok(Value::Null));
}

#[test]
fn nan_fits_nowhere() {
    assert!(Type::Number.conform(f64::NAN.into()).is_err());
    assert!(Type::Dynamic.conform(f64::NAN.into()).is_err());
}
