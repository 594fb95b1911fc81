//! Requests as protobuf bytes, field by field: each as it should be, as one said before, or as it never should be.
//!
//! Knows the wire types of protobuf and nothing more.

use super::super::everything::{self, Names};
use super::super::input::Input;
use super::super::json;
use super::methods::Method;
use crate::codec::msgpack;
use crate::ty::Type;

/// What stands in a field.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Name,
    Text,
    Int,
    /// A message of small fields.
    Message,
    /// A value of the schema.
    Value,
    /// A stored value of the schema.
    Stored,
    Meta,
    Identity,
    StoredIdentity,
    Argument,
}

/// Whose names and schemas a request speaks of.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Provider,
    Resource,
    DataSource,
    Ephemeral,
    List,
    Action,
    Function,
}

impl Of {
    fn names(self) -> &'static [&'static str] {
        match self {
            Of::Provider => &["all"],
            Of::Resource => &Names::RESOURCES,
            Of::DataSource => &[Names::DATA_SOURCE],
            Of::Ephemeral => &[Names::EPHEMERAL],
            Of::List => &[Names::RESOURCES[0]],
            Of::Action => &[Names::ACTION],
            Of::Function => &[Names::FUNCTION],
        }
    }

    fn schema(self, name: &str) -> Type {
        match self {
            Of::List => everything::schema(Names::LIST).ty(),
            _ => everything::schema(name).ty(),
        }
    }
}

/// What was said so far, to be said again: a plan's result is what an apply is given.
#[derive(Default)]
pub(super) struct Said(Vec<Vec<u8>>);

impl Said {
    /// Keeps what an answer holds in its first field, where most have their value.
    pub(super) fn heard(&mut self, messages: Vec<Vec<u8>>) {
        let first = |message: Vec<u8>| match message.split_first() {
            Some((0x0a, rest)) => {
                let (length, rest) = varint(rest)?;
                rest.get(..length).map(<[u8]>::to_vec)
            }
            _ => None,
        };
        self.0.extend(messages.into_iter().filter_map(first));
    }

    pub(super) fn request(&mut self, method: &Method, input: &mut Input<'_>) -> Vec<u8> {
        let names = method.of.names();
        let name = names[input.below(names.len())];
        let ty = method.of.schema(name);
        let mut out = Vec::new();
        for (number, kind) in method.fields {
            match input.byte() % 32 {
                0 => {}
                1 => field(&mut out, *number, input.bytes()),
                2 => put_varint(&mut out, u64::from(*number) << 3 | 5),
                _ => self.filled(&mut out, *number, *kind, name, &ty, input),
            }
        }
        out
    }

    fn filled(
        &mut self,
        out: &mut Vec<u8>,
        number: u32,
        kind: Kind,
        name: &str,
        ty: &Type,
        input: &mut Input<'_>,
    ) {
        match kind {
            Kind::Name => field(out, number, name.as_bytes()),
            Kind::Text => field(out, number, input.text().as_bytes()),
            Kind::Int => {
                put_varint(out, u64::from(number) << 3);
                put_varint(out, u64::from_ne_bytes(input.int().to_ne_bytes()));
            }
            Kind::Message => field(out, number, &[0x08, input.byte() & 1, 0x10, input.byte() & 1]),
            Kind::Value => {
                let again = input.below(4);
                let value = match self.0.len().checked_sub(again) {
                    // One of the last three, so that prior, planned and configured agree now and then.
                    Some(at) if again > 0 => self.0[at].clone(),
                    _ => value(ty, input),
                };
                field(out, number, &value);
                self.0.push(value);
            }
            Kind::Stored => {
                let mut raw = Vec::new();
                field(&mut raw, 1, stored(ty, input).as_bytes());
                field(out, number, &raw);
            }
            Kind::Argument => {
                let [first, rest] = everything::parameters();
                let ty = if input.flag() { first.ty } else { rest.ty };
                field(out, number, &value(&ty, input));
            }
            Kind::Meta => field(out, number, &value(&everything::meta(), input)),
            Kind::Identity => {
                let mut identity = Vec::new();
                field(&mut identity, 1, &value(&everything::identity(), input));
                field(out, number, &identity);
            }
            Kind::StoredIdentity => {
                let mut raw = Vec::new();
                field(&mut raw, 1, stored(&everything::identity(), input).as_bytes());
                field(out, number, &raw);
            }
        }
    }
}

/// A dynamic value in one of its two forms; most of the time it has the type.
fn value(ty: &Type, input: &mut Input<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    if input.below(4) == 0 {
        field(&mut out, 2, stored(ty, input).as_bytes());
        return out;
    }
    let made = ty.conform(input.value(ty)).ok();
    match made.and_then(|value| msgpack::encode(&value, ty).ok()) {
        Some(bytes) => field(&mut out, 1, &bytes),
        None => field(&mut out, 1, input.long_bytes()),
    }
    out
}

fn stored(ty: &Type, input: &mut Input<'_>) -> String {
    let made = input.value(ty).unknown_as_null();
    let made = ty.conform(made).ok().and_then(|value| json::text(&value, ty));
    made.unwrap_or_else(|| input.long_text())
}

fn field(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint(mut bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0usize;
    for shift in (0..28).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        value |= usize::from(byte & 0x7f) << shift;
        bytes = rest;
        if byte & 0x80 == 0 {
            return Some((value, bytes));
        }
    }
    None
}
