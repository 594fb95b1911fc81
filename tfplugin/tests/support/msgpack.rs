//! Just enough msgpack to speak of flat objects, written without the crate under test.

use rmp::Marker;
use rmp::{decode, encode};

use super::generated::tfplugin6::DynamicValue;

/// A field's value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Nil,
    Unknown,
    Text(String),
    Int(i64),
}

pub fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

pub fn object(fields: &[(&str, Cell)]) -> Option<DynamicValue> {
    let mut out = Vec::new();
    encode::write_map_len(&mut out, fields.len() as u32).expect("memory is no obstacle");
    for (name, cell) in fields {
        encode::write_str(&mut out, name).expect("memory is no obstacle");
        match cell {
            Cell::Nil => encode::write_nil(&mut out).expect("memory is no obstacle"),
            Cell::Unknown => out.extend([0xd4, 0, 0]),
            Cell::Text(text) => encode::write_str(&mut out, text).expect("memory is no obstacle"),
            Cell::Int(int) => drop(encode::write_sint(&mut out, *int).expect("memory is no obstacle")),
        }
    }
    Some(DynamicValue {
        msgpack: out,
        json: Vec::new(),
    })
}

/// Null as the host sends it.
pub fn nil() -> Option<DynamicValue> {
    Some(DynamicValue {
        msgpack: vec![0xc0],
        json: Vec::new(),
    })
}

/// The fields of an answer, sorted by name; `None` for null.
pub fn fields(value: &Option<DynamicValue>) -> Option<Vec<(String, Cell)>> {
    let mut bytes = value.as_ref().expect("a value").msgpack.as_slice();
    if bytes == [0xc0] {
        return None;
    }
    let mut fields = Vec::new();
    for _ in 0..decode::read_map_len(&mut bytes).expect("msgpack") {
        let name = string(&mut bytes);
        let cell = match Marker::from_u8(bytes[0]) {
            Marker::Null => {
                bytes = &bytes[1..];
                Cell::Nil
            }
            Marker::FixExt1 => {
                bytes = &bytes[3..];
                Cell::Unknown
            }
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Cell::Text(string(&mut bytes))
            }
            _ => Cell::Int(decode::read_int(&mut bytes).expect("msgpack")),
        };
        fields.push((name, cell));
    }
    fields.sort_by(|left, right| left.0.cmp(&right.0));
    Some(fields)
}

fn string(bytes: &mut &[u8]) -> String {
    let length = decode::read_str_len(bytes).expect("msgpack") as usize;
    let (head, rest) = bytes.split_at(length);
    *bytes = rest;
    String::from_utf8(head.to_vec()).expect("msgpack")
}
