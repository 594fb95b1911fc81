//! Known, unknown, null and missing are four things.

use super::*;
use serde_json::json;

#[test]
fn null_unknown_and_missing_are_told_apart() {
    let value = json!({"a": "x", "b": null, "n": {"deep": 1}});
    let unknown = json!({"c": true, "n": {"late": true}});
    let view = View::new(&value, &unknown, "after");
    assert_eq!(view.text("a"), Ok(Known::Is("x".to_owned())));
    assert_eq!(view.text("b"), Ok(Known::Null));
    assert_eq!(view.text("c"), Ok(Known::Unknown));
    let nested = view.at("n").unwrap();
    assert_eq!(nested.count("deep"), Ok(Known::Is(1)));
    assert_eq!(nested.count("late"), Ok(Known::Unknown));
    let missing = nested.count("gone").unwrap_err();
    assert!(missing.to_string().contains("after has no `n.gone`"), "{missing}");
}

#[test]
fn of_an_unknown_object_every_attribute_is_unknown() {
    let (value, unknown) = (json!({}), json!({"n": true}));
    let nested = View::new(&value, &unknown, "after").at("n").unwrap();
    assert_eq!(nested.flag("x"), Ok(Known::Unknown));
    assert!(!nested.is_null());
}

#[test]
fn one_unknown_element_makes_a_list_unknown() {
    let (value, unknown) = (json!({"ips": ["10.0.0.0/8"]}), json!({"ips": [false, true]}));
    assert_eq!(
        View::new(&value, &unknown, "after").texts("ips"),
        Ok(Known::Unknown)
    );
}

#[test]
fn a_value_of_another_type_is_named() {
    let (value, unknown) = (json!({"n": -1, "t": 4}), json!(null));
    let view = View::new(&value, &unknown, "before");
    assert_eq!(
        view.count("n").unwrap_err().to_string(),
        "`n` in before is not a whole number"
    );
    assert_eq!(
        view.text("t").unwrap_err().to_string(),
        "`t` in before is not a text"
    );
}
