//! Numbers compare as Terraform compares them; looking into values never panics.

mod laws;

use super::{Number, Type, Value};

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

#[test]
fn numbers_are_equal_when_they_denote_the_same() {
    let same = [
        (number("5"), Number::from(5)),
        (number("5.0"), Number::from(5)),
        (number("05"), Number::from(5)),
        (number("1e3"), Number::from(1000)),
        (number("-0"), Number::from(0)),
        (Number::from(-0.0), Number::from(0)),
        (number("0.1"), Number::from(0.1)),
        (number("0.10"), number("1e-1")),
        (Number::from(2f64.powi(70)), number("1180591620717411303424")),
        (Number::from(u64::MAX), number("18446744073709551615")),
    ];
    for (left, right) in same {
        assert_eq!(left, right, "{left} and {right}");
        assert_eq!(left.cmp(&right), std::cmp::Ordering::Equal, "{left} and {right}");
    }
}

#[test]
fn integers_beyond_a_float_still_differ() {
    assert_ne!(number("9007199254740993"), Number::from(9_007_199_254_740_992.0));
    assert_ne!(
        number("12345678901234567890123"),
        number("12345678901234567890124")
    );
    assert_ne!(number("0.1"), number("0.10000000000000001"));
}

#[test]
fn numbers_order_by_size() {
    let mut numbers = [
        "10",
        "-3",
        "0.5",
        "2e5",
        "-0.25",
        "9.99",
        "0",
        "12345678901234567890123",
    ]
    .map(number);
    numbers.sort();
    let texts = numbers.map(|number| number.to_string());
    assert_eq!(
        texts,
        [
            "-3",
            "-0.25",
            "0",
            "0.5",
            "9.99",
            "10",
            "2e5",
            "12345678901234567890123"
        ]
    );
    assert!(Number::from(f64::NEG_INFINITY) < number("-1e300"));
    assert!(number("1e300") < Number::from(f64::INFINITY));
}

#[test]
fn only_integers_in_range_are_integers() {
    assert_eq!(number("5.0").as_i64(), Some(5));
    assert_eq!(number("-12e2").as_i64(), Some(-1200));
    assert_eq!(number("0.5").as_i64(), None);
    assert_eq!(number("9223372036854775808").as_i64(), None);
    assert_eq!(
        number("9223372036854775808").as_u64(),
        Some(9_223_372_036_854_775_808)
    );
    assert_eq!(number("1e2000000000").as_i64(), None);
}

#[test]
fn text_that_is_no_number_is_refused() {
    for text in [
        "",
        "-",
        ".",
        "1..2",
        "0x10",
        "1e",
        "1e99999999999",
        "NaN",
        "½",
        "١",
    ] {
        assert!(text.parse::<Number>().is_err(), "{text:?}");
    }
}

#[test]
fn a_field_of_an_unknown_object_is_unknown_and_of_nothing_is_null() {
    let object = Value::object([("a", Value::object([("b", 1i64.into())]))]);
    assert_eq!(object.get("a").get("b").as_i64(), Some(1));
    assert!(object.get("a").get("c").is_null());
    assert!(Value::Unknown.get("a").get("b").is_unknown());
    assert!(Value::from("text").get("a").is_null());
}

#[test]
fn a_dynamic_value_is_seen_through() {
    let value = Value::dynamic(Type::String, "x".into());
    assert_eq!(value.as_str(), Some("x"));
    assert!(Value::dynamic(Type::String, Value::Unknown).is_unknown());
    assert!(!Value::list([Value::dynamic(Type::String, Value::Unknown)]).is_wholly_known());
}

#[test]
fn no_value_turns_into_null_of_its_own_accord() {
    assert_eq!(Value::from(Some("x")), "x".into());
    assert_eq!(Value::from(None::<String>), Value::Null);
    let nested = Value::object([("a", Value::list([Value::Unknown, 1i64.into()]))]);
    assert_eq!(
        nested.unknown_as_null(),
        Value::object([("a", Value::list([Value::Null, 1i64.into()]))])
    );
}
