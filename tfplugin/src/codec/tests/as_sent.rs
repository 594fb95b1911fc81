//! Bytes as a host may send them, spelled otherwise than we would: refinements, decomposed text, wide integers.

use proptest::prelude::*;
use rmp::encode as write;
use unicode_normalization::UnicodeNormalization;

use super::{msgpack, types};
use crate::ty::Type;
use crate::value::{Number, Value};

/// A text with marks that can be taken apart.
fn texts() -> impl Strategy<Value = String> {
    "(\\PC|[a-z]|[\u{e0}-\u{ff}]|[\u{ac00}-\u{ac20}]|\u{301}|\u{328}){0,12}"
}

fn text_bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    write::write_str(&mut bytes, text).expect("memory is no obstacle");
    bytes
}

proptest! {
    #[test]
    fn any_refinement_of_any_type_is_unknown(
        ty in types(),
        kind in any::<i8>(),
        refinement in prop::collection::vec(any::<u8>(), 0..1024),
    ) {
        let mut bytes = Vec::new();
        let length = u32::try_from(refinement.len()).expect("short");
        write::write_ext_meta(&mut bytes, length, kind).expect("memory is no obstacle");
        bytes.extend(refinement);
        prop_assert_eq!(msgpack::decode(&bytes, &ty), Ok(Value::Unknown));
        prop_assert!(msgpack::decode(&bytes[..bytes.len() - 1], &ty).is_err(), "cut off");
    }

    #[test]
    fn text_means_the_same_however_it_is_composed(text in texts()) {
        let (apart, composed): (String, String) = (text.nfd().collect(), text.nfc().collect());
        let value = Ok(Value::from(composed.as_str()));
        prop_assert_eq!(msgpack::decode(&text_bytes(&apart), &Type::String), value.clone());
        prop_assert_eq!(msgpack::decode(&text_bytes(&text), &Type::String), value.clone());
        prop_assert_eq!(Type::String.conform(Value::from(apart.as_str())), value);
        // Keys of maps as well.
        let mut bytes = vec![0x81];
        bytes.extend(text_bytes(&apart));
        bytes.push(0xc3);
        let map = Value::object([(composed, Value::Bool(true))]);
        prop_assert_eq!(msgpack::decode(&bytes, &Type::map(Type::Bool)), Ok(map));
    }

    #[test]
    fn an_integer_is_the_same_in_any_width(small in any::<i16>()) {
        let wide = i64::from(small);
        let mut spellings = vec![
            [&[0xd1][..], &small.to_be_bytes()].concat(),
            [&[0xd2][..], &i32::from(small).to_be_bytes()].concat(),
            [&[0xd3][..], &wide.to_be_bytes()].concat(),
            [&[0xca][..], &f32::from(small).to_be_bytes()].concat(),
            [&[0xcb][..], &f64::from(small).to_be_bytes()].concat(),
            text_bytes(&small.to_string()),
            text_bytes(&format!("{small}.000")),
            text_bytes(&format!("{small}e0")),
        ];
        if let Ok(unsigned) = u64::try_from(wide) {
            spellings.push([&[0xcf][..], &unsigned.to_be_bytes()].concat());
        }
        let plain = msgpack::encode(&Value::Number(Number::from(wide)), &Type::Number);
        for bytes in spellings {
            let number = msgpack::decode(&bytes, &Type::Number).expect("a number");
            prop_assert_eq!(number.as_i64(), Some(wide), "{:02x?}", &bytes);
            prop_assert_eq!(&msgpack::encode(&number, &Type::Number), &plain, "{:02x?}", bytes);
        }
    }

    /// What a host might flip on the wire is refused or read as another value; never both, never a panic.
    #[test]
    fn a_flipped_bit_is_an_error_or_another_value(
        text in texts(),
        at in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let ty = Type::object([("a", Type::list(Type::String)), ("b", Type::Dynamic)]);
        let bare = Value::object([("a", Value::list([text.as_str()])), ("b", Value::from(text.as_str()))]);
        let mut bytes = msgpack::encode(&ty.conform(bare).expect("it fits"), &ty).expect("it conforms");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(value) = msgpack::decode(&bytes, &ty) {
            let again = msgpack::encode(&value, &ty).expect("what is read can be sent");
            prop_assert_eq!(msgpack::decode(&again, &ty), Ok(value));
        }
    }
}
