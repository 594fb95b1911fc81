//! What was sent is stored by Terraform and comes back as JSON: the same value, for any type.

use proptest::prelude::*;

use super::{json, msgpack, numbers, typed_values};
use crate::fuzzing;
use crate::ty::Type;
use crate::value::{Number, Value};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_stored_reads_as_what_was_sent((ty, value) in typed_values()) {
        let value = ty.conform(value.unknown_as_null()).expect("it did before");
        // An infinite number can be sent and not stored; Terraform refuses it then.
        if let Some(text) = fuzzing::json::text(&value, &ty) {
            prop_assert_eq!(json::decode(text.as_bytes(), &ty), Ok(value));
        }
    }

    #[test]
    fn a_number_may_be_stored_bare_or_as_text(number in numbers().prop_filter("JSON has no word for it", |number| {
        number.as_f64().is_finite()
    })) {
        let value = Ok(Value::Number(number.clone()));
        prop_assert_eq!(json::decode(format!("\"{number}\"").as_bytes(), &Type::Number), value.clone());
        if serde_json::from_str::<serde_json::Value>(&number.to_string()).is_ok() {
            prop_assert_eq!(json::decode(number.to_string().as_bytes(), &Type::Number), value);
        }
    }

    #[test]
    fn no_text_brings_the_decoder_down((ty, _) in typed_values(), text in "[\\[\\]{}\",:a-c0-9e.+-]{0,40}") {
        let _ = json::decode(text.as_bytes(), &ty);
    }

    /// The order that Terraform gives the fields, and its indentation, mean nothing.
    #[test]
    fn indentation_does_not_matter((ty, value) in typed_values()) {
        let value = ty.conform(value.unknown_as_null()).expect("it did before");
        if let Some(text) = fuzzing::json::text(&value, &ty) {
            let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let pretty = serde_json::to_vec_pretty(&json).expect("JSON");
            prop_assert_eq!(json::decode(&pretty, &ty), Ok(value));
        }
    }
}

/// The integer that a float is goes out in full: the shortest text, which Terraform would store, is another integer.
#[test]
fn a_large_float_comes_back_as_the_integer_that_it_is() {
    for float in [1e23, -5.416629555473406e172, f64::MAX, 2f64.powi(64)] {
        let sent = msgpack::encode(&float.into(), &Type::Number).expect("a number");
        let received = msgpack::decode(&sent, &Type::Number).expect("a number");
        let text = fuzzing::json::text(&received, &Type::Number).expect("finite");
        assert_eq!(
            json::decode(text.as_bytes(), &Type::Number),
            Ok(Value::Number(Number::from(float)))
        );
    }
}
