//! Whatever conforms to the schema of a model comes back as it was.

use proptest::prelude::*;

use super::strategy::values;
use super::{Narrow, Zoo};
use crate::server::Shape;
use crate::{Attr, Element, Model, Type, Value};

/// Values of the model's schema in the form the server hands to a provider.
fn conforming<M: Model>() -> impl Strategy<Value = Value> {
    let shape = Shape::new(M::schema());
    values(&shape.ty)
        .prop_filter("the object itself is there", |value| value.as_map().is_some())
        .prop_map(move |value| shape.conform(value).expect("made to fit"))
}

/// Whether every number of a narrow model fits its Rust type.
fn all_fit(value: &Value) -> bool {
    fn fits<T: TryFrom<i64>>(value: &Value) -> bool {
        value
            .as_number()
            .is_none_or(|number| number.as_i64().is_some_and(|int| T::try_from(int).is_ok()))
    }
    let float = value.get("float");
    let elements = |name| value.get(name).as_list().unwrap_or_default();
    fits::<u8>(value.get("small"))
        && fits::<i64>(value.get("signed"))
        && float
            .as_f64()
            .is_none_or(|nearest| Value::from(nearest) == *float)
        && elements("ports").iter().all(fits::<u16>)
        && value
            .get("levels")
            .as_map()
            .into_iter()
            .flatten()
            .all(|(_, level)| fits::<i32>(level))
        && elements("steps").iter().all(|step| {
            let size = step.get("size").as_number();
            fits::<u32>(step.get("weight")) && size.is_none_or(|size| size.as_u64().is_some())
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_model_gives_back_the_value_it_was_read_from(value in conforming::<Zoo>()) {
        let model = Zoo::from_value(&value).expect("it conforms");
        // As text too: numbers that are equal may still be spelled otherwise.
        prop_assert_eq!(format!("{:?}", model.clone().into_value()), format!("{value:?}"));
        prop_assert_eq!(model.into_value(), value);
    }

    #[test]
    fn an_attribute_in_a_collection_may_be_null_or_unknown(value in values(&Type::list(Type::Bool))) {
        let read = <crate::List<bool> as crate::Field>::from_value(&value).expect("it conforms");
        prop_assert_eq!(crate::Field::into_value(read), value);
    }

    #[test]
    fn a_number_is_held_exactly_or_refused(value in conforming::<Narrow>()) {
        match Narrow::from_value(&value) {
            Ok(model) => {
                prop_assert!(all_fit(&value));
                prop_assert_eq!(model.into_value(), value);
            }
            Err(_) => prop_assert!(!all_fit(&value)),
        }
    }

    #[test]
    fn filling_replaces_unknowns_and_nothing_else(value in conforming::<Zoo>(), other in conforming::<Zoo>()) {
        let read = |value: &Value| Zoo::from_value(value).expect("it conforms");
        let filled = read(&value).fill(read(&value.clone().unknown_as_null())).into_value();
        prop_assert!(filled.is_wholly_known());
        let known = value.clone().unknown_as_null();
        prop_assert_eq!(read(&known).fill(read(&other)).into_value(), known.clone(), "known stays known");
        prop_assert_eq!(filled, known);
    }
}

#[test]
fn the_extremes_of_every_integer_come_back() {
    fn both<T: Element + PartialEq + std::fmt::Debug>(least: T, most: T) {
        for value in [least, most] {
            assert_eq!(T::decode(&value.clone().encode()), Ok(value));
        }
    }
    both(i32::MIN, i32::MAX);
    both(i64::MIN, i64::MAX);
    both(u8::MIN, u8::MAX);
    both(u16::MIN, u16::MAX);
    both(u32::MIN, u32::MAX);
    both(u64::MIN, u64::MAX);
    both(f64::MIN, f64::MAX);
    both(f64::NEG_INFINITY, f64::INFINITY);
}

#[test]
fn sets_are_equal_in_any_order_but_not_with_other_counts() {
    let set = |elements: &[&str]| elements.iter().copied().collect::<crate::Set<String>>();
    assert_eq!(set(&["a", "b"]), set(&["b", "a"]));
    assert_ne!(set(&["a", "a", "b"]), set(&["a", "b", "b"]));
    assert_ne!(set(&["a"]), set(&["a", "b"]));
    assert_ne!(set(&[]), Attr::Null);
    assert!(
        set(&["a", "b"])
            .known()
            .is_some_and(|set| set.contains("b") && !set.contains("c"))
    );
}
