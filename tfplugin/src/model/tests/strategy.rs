//! Random values of a type, null and unknown at any depth; small, since a model has many places.

use proptest::prelude::*;

use crate::{Number, Type, Value};

pub(super) fn values(ty: &Type) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::String => "[a-zé]{0,3}".prop_map(Value::from).boxed(),
        Type::Number => numbers().prop_map(Value::from).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Dynamic => prop_oneof![
            Just(Type::String),
            Just(Type::Number),
            Just(Type::list(Type::Bool)),
            Just(Type::Tuple(vec![Type::Bool]))
        ]
        .prop_flat_map(|ty| values(&ty).prop_map(move |value| Value::dynamic(ty.clone(), value)))
        .boxed(),
        Type::List(element) | Type::Set(element) => prop::collection::vec(values(element), 0..3)
            .prop_map(Value::from)
            .boxed(),
        Type::Map(element) => prop::collection::btree_map("[a-z]", values(element), 0..3)
            .prop_map(Value::from)
            .boxed(),
        Type::Object(fields) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let each: Vec<_> = fields.values().map(values).collect();
            each.prop_map(move |each| Value::object(names.clone().into_iter().zip(each)))
                .boxed()
        }
        Type::Tuple(elements) => elements
            .iter()
            .map(values)
            .collect::<Vec<_>>()
            .prop_map(Value::from)
            .boxed(),
    };
    prop_oneof![4 => known, 1 => Just(Value::Null), 1 => Just(Value::Unknown)].boxed()
}

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![
        1 => any::<i64>().prop_map(Number::from),
        1 => any::<u64>().prop_map(Number::from),
        4 => (-10i64..300).prop_map(Number::from),
        1 => any::<i32>().prop_map(Number::from),
        1 => prop::num::f64::NORMAL.prop_map(Number::from),
        1 => "-?[0-9]{1,20}(\\.[0-9]{1,20})?(e-?[0-9]{1,2})?".prop_map(|text| text.parse().expect("a number")),
    ]
}
