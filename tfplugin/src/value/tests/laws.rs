//! Numbers are ordered like numbers, and one that is spelled otherwise is still the same.

use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};

use proptest::prelude::*;

use crate::value::Number;

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![
        (-20i64..20).prop_map(Number::from),
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        (-20i32..20).prop_map(|tenths| Number::from(f64::from(tenths) / 8.0)),
        any::<f64>()
            .prop_filter("NaN is no number", |float| !float.is_nan())
            .prop_map(Number::from),
        "-?[0-9]{1,3}(\\.[0-9]{1,3})?(e-?[0-9])?".prop_map(|text| text.parse().expect("a number")),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?".prop_map(|text| text.parse().expect("a number")),
    ]
}

proptest! {
    #[test]
    fn the_text_of_a_number_is_that_number(number in numbers()) {
        if number.as_f64().is_finite() {
            prop_assert_eq!(number.to_string().parse::<Number>(), Ok(number));
        }
    }

    #[test]
    fn order_hash_and_equality_agree(left in numbers(), right in numbers()) {
        prop_assert_eq!(left == right, left.cmp(&right) == Ordering::Equal);
        prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        if left == right {
            let hasher = RandomState::new();
            prop_assert_eq!(hasher.hash_one(&left), hasher.hash_one(&right));
        }
    }

    #[test]
    fn order_is_transitive(mut three in prop::array::uniform3(numbers())) {
        three.sort();
        prop_assert!(three[0] <= three[1] && three[1] <= three[2] && three[0] <= three[2]);
    }

    #[test]
    fn integers_of_any_spelling_are_ordered_as_integers(left in any::<i64>(), right in any::<i64>()) {
        let spelled: Number = format!("{left}.0").parse().expect("a number");
        prop_assert_eq!(spelled.cmp(&Number::from(right)), left.cmp(&right));
        prop_assert_eq!(spelled.as_i64(), Some(left));
        prop_assert_eq!(spelled.as_u64(), u64::try_from(left).ok());
    }
}
