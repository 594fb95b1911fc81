//! What is encoded decodes to the same, for any type; bytes as Terraform sends them read as it means them.

mod as_sent;
mod depth;
mod stored;

use proptest::prelude::*;

use super::{json, msgpack};
use crate::ty::Type;
use crate::value::{Number, Value};

fn types() -> impl Strategy<Value = Type> {
    built_of(prop_oneof![
        Just(Type::String),
        Just(Type::Number),
        Just(Type::Bool),
        Just(Type::Dynamic)
    ])
}

fn built_of(leaf: impl Strategy<Value = Type> + 'static) -> impl Strategy<Value = Type> {
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::btree_map("[a-z_]{1,6}", inner.clone(), 0..4).prop_map(Type::Object),
            prop::collection::vec(inner, 0..4).prop_map(Type::Tuple),
        ]
    })
}

fn numbers() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        (-100i64..100).prop_map(Number::from),
        any::<f64>()
            .prop_filter("NaN is no number", |float| !float.is_nan())
            .prop_map(Number::from),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?".prop_map(|text| text.parse().expect("a number")),
    ]
}

fn values(ty: &Type) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::String => "\\PC{0,40}".prop_map(Value::from).boxed(),
        Type::Number => numbers().prop_map(Value::from).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        // One level: dynamic places inside dynamic ones would never end.
        Type::Dynamic => built_of(prop_oneof![
            Just(Type::String),
            Just(Type::Number),
            Just(Type::Bool)
        ])
        .prop_flat_map(|ty| values(&ty).prop_map(move |value| Value::dynamic(ty.clone(), value)))
        .boxed(),
        Type::List(element) | Type::Set(element) => prop::collection::vec(values(element), 0..20)
            .prop_map(Value::from)
            .boxed(),
        Type::Map(element) => prop::collection::btree_map("\\PC{0,8}", values(element), 0..20)
            .prop_map(Value::from)
            .boxed(),
        Type::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, ty)| {
                    values(ty)
                        .prop_map({
                            let name = name.clone();
                            move |value| (name.clone(), value)
                        })
                        .boxed()
                })
                .collect();
            fields.prop_map(Value::object).boxed()
        }
        Type::Tuple(elements) => elements
            .iter()
            .map(values)
            .collect::<Vec<_>>()
            .prop_map(Value::from)
            .boxed(),
    };
    prop_oneof![8 => known, 1 => Just(Value::Null), 1 => Just(Value::Unknown)].boxed()
}

fn typed_values() -> impl Strategy<Value = (Type, Value)> {
    types().prop_flat_map(|ty| {
        let conformed = ty.clone();
        let values = values(&ty).prop_map(move |value| conformed.conform(value).expect("made to fit"));
        (Just(ty), values)
    })
}

proptest! {
    #[test]
    fn what_is_encoded_decodes_to_the_same((ty, value) in typed_values()) {
        let bytes = msgpack::encode(&value, &ty).expect("it conforms");
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(value));
    }

    #[test]
    fn encoding_again_gives_the_same_bytes((ty, value) in typed_values()) {
        let bytes = msgpack::encode(&value, &ty).expect("it conforms");
        let again = msgpack::encode(&msgpack::decode(&bytes, &ty).expect("decodes"), &ty);
        prop_assert_eq!(again, Ok(bytes));
    }

    #[test]
    fn no_bytes_bring_the_decoder_down(ty in types(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = msgpack::decode(&bytes, &ty);
    }

    #[test]
    fn cut_off_bytes_are_refused((ty, value) in typed_values(), cut in any::<prop::sample::Index>()) {
        let bytes = msgpack::encode(&value, &ty).expect("it conforms");
        prop_assert!(msgpack::decode(&bytes[..cut.index(bytes.len())], &ty).is_err());
    }
}

fn decode(bytes: &[u8], ty: &Type) -> Result<Value, String> {
    msgpack::decode(bytes, ty).map_err(|mismatch| mismatch.to_string())
}

#[test]
fn any_extension_is_unknown() {
    // "pre-${x.id}" as Terraform sends it: type 12, not null, with a prefix.
    let refined = [0xc7, 9, 0x0c, 0x82, 1, 0xc2, 2, 0xa4, b'p', b'r', b'e', b'-'];
    for bytes in [&[0xd4, 0, 0][..], &[0xc7, 0, 0], &refined, &[0xd5, 99, 1, 2]] {
        assert_eq!(decode(bytes, &Type::String), Ok(Value::Unknown), "{bytes:02x?}");
    }
    assert_eq!(
        msgpack::encode(&Value::Unknown, &Type::String),
        Ok(vec![0xd4, 0, 0])
    );
}

#[test]
fn numbers_go_back_as_they_came() {
    let cases: [&[u8]; 5] = [
        &[0x05],
        &[0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0],
        b"\xa30.1",
        b"\xb712345678901234567890123",
        &[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    ];
    for bytes in cases {
        let number = decode(bytes, &Type::Number).expect("a number");
        assert_eq!(
            msgpack::encode(&number, &Type::Number),
            Ok(bytes.to_vec()),
            "{number:?}"
        );
    }
}

#[test]
fn integers_are_never_sent_as_floats() {
    assert_eq!(msgpack::encode(&5.0.into(), &Type::Number), Ok(vec![5]));
    assert_eq!(
        msgpack::encode(&1e23.into(), &Type::Number),
        Ok(b"\xb799999999999999991611392".to_vec()),
        "the integer that it is, not the shortest text that a float is read back from"
    );
    let nan = [0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0];
    assert_eq!(
        decode(&nan, &Type::Number),
        Err("(root): NaN is not a number here".into())
    );
}

#[test]
fn an_object_has_exactly_the_attributes_of_its_type() {
    let ty = Type::object([("a", Type::Bool), ("b", Type::Bool)]);
    let full = Value::object([("a", true.into()), ("b", Value::Null)]);
    assert_eq!(decode(b"\x82\xa1b\xc0\xa1a\xc3", &ty), Ok(full), "in any order");
    assert_eq!(
        decode(b"\x81\xa1a\xc3", &ty),
        Err("(root): an object of 2 is required, this has 1".into())
    );
    assert_eq!(
        decode(b"\x82\xa1a\xc3\xa1c\xc0", &ty),
        Err("(root): the schema has no attribute named \"c\"".into())
    );
    assert_eq!(
        decode(b"\x82\xa1a\xc3\xa1a\xc3", &ty),
        Err("(root): the attribute \"a\" stands twice".into())
    );
}

#[test]
fn a_dynamic_value_brings_its_type() {
    let bytes = b"\x92\xc4\x11[\"list\",\"string\"]\x91\xa1x";
    let value = Value::dynamic(Type::list(Type::String), Value::list(["x"]));
    assert_eq!(decode(bytes, &Type::Dynamic), Ok(value.clone()));
    assert_eq!(msgpack::encode(&value, &Type::Dynamic), Ok(bytes.to_vec()));
    assert!(decode(b"\x92\xc4\x01x\xa1x", &Type::Dynamic).is_err());
}

#[test]
fn a_wrong_value_is_named_by_its_place() {
    let ty = Type::object([("a", Type::list(Type::Bool))]);
    assert_eq!(
        decode(b"\x81\xa1a\x92\xc3\x01", &ty),
        Err("a[1]: a bool is required".into())
    );
    assert_eq!(
        decode(b"\xc0\xc0", &ty),
        Err("(root): bytes follow the value".into())
    );
    assert_eq!(
        decode(b"\xdd\xff\xff\xff\xff", &Type::list(Type::Bool)),
        Err("[0]: the value is cut off".into())
    );
}

#[test]
fn stored_state_may_lack_and_may_have_too_much() {
    let ty = Type::object([
        ("a", Type::Number),
        ("b", Type::set(Type::String)),
        ("c", Type::Bool),
    ]);
    let stored = br#"{ "a": 12345678901234567890123.25, "gone": {"x": 1}, "b": ["y"] }"#;
    let number: Number = "12345678901234567890123.25".parse().expect("a number");
    let value = Value::object([
        ("a", number.into()),
        ("b", Value::list(["y"])),
        ("c", Value::Null),
    ]);
    assert_eq!(json::decode(stored, &ty), Ok(value));
}

#[test]
fn a_primitive_may_be_stored_as_text() {
    let ty = Type::Tuple(vec![Type::Number, Type::Bool, Type::String, Type::String]);
    let value = json::decode(br#"["5", "true", 5, false]"#, &ty);
    assert_eq!(
        value,
        Ok(Value::list([
            5i64.into(),
            true.into(),
            Value::from("5"),
            Value::from("false")
        ]))
    );
    assert!(json::decode(br#"["five", "true", 5, false]"#, &ty).is_err());
}

#[test]
fn a_dynamic_value_is_stored_with_its_type() {
    let value = json::decode(br#"{"type":["map","number"],"value":{"k":1}}"#, &Type::Dynamic);
    assert_eq!(
        value,
        Ok(Value::dynamic(
            Type::map(Type::Number),
            Value::object([("k", 1i64.into())])
        ))
    );
    let error = json::decode(br#"{"a":1}"#, &Type::Dynamic).expect_err("no type");
    assert_eq!(
        error.to_string(),
        "(root): dynamic is required, this is an object"
    );
}
