//! Bytes as decisions: types, values and texts made from what the fuzzer wrote.
//!
//! Total: at the end of the bytes everything that follows is the smallest of its kind, so each input ends.

use std::collections::BTreeMap;

use crate::ty::Type;
use crate::value::{Number, Value};

/// Levels of nesting in a type, and again in the type that a dynamic value brings.
const LEVELS: u8 = 4;

pub(super) struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Input<'a> {
        Input { rest }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                *first
            }
            None => 0,
        }
    }

    pub(super) fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::from(self.byte()) % end
    }

    /// As many bytes as the first of them says.
    pub(super) fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte());
        self.up_to(length)
    }

    /// As many bytes as the first two of them say.
    pub(super) fn long_bytes(&mut self) -> &'a [u8] {
        let length = usize::from(u16::from_be_bytes([self.byte(), self.byte()]));
        self.up_to(length)
    }

    pub(super) fn long_text(&mut self) -> String {
        String::from_utf8_lossy(self.long_bytes()).into_owned()
    }

    pub(super) fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    pub(super) fn int(&mut self) -> i64 {
        match self.byte() {
            wide @ 0xf0.. => i64::from_be_bytes(std::array::from_fn(|_| self.byte())) ^ i64::from(wide),
            small => i64::from(small) - 2,
        }
    }

    fn up_to(&mut self, length: usize) -> &'a [u8] {
        let (head, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        head
    }

    pub(super) fn ty(&mut self) -> Type {
        self.ty_within(LEVELS)
    }

    fn ty_within(&mut self, levels: u8) -> Type {
        let kinds = if levels == 0 { 4 } else { 9 };
        match self.below(kinds) {
            0 => Type::String,
            1 => Type::Number,
            2 => Type::Bool,
            3 => Type::Dynamic,
            4 => Type::list(self.ty_within(levels - 1)),
            5 => Type::set(self.ty_within(levels - 1)),
            6 => Type::map(self.ty_within(levels - 1)),
            7 => {
                let fields = 0..self.below(5);
                Type::object(fields.map(|_| (self.name(), self.ty_within(levels - 1))))
            }
            _ => {
                let elements = 0..self.below(5);
                Type::Tuple(elements.map(|_| self.ty_within(levels - 1)).collect())
            }
        }
    }

    /// A value that was meant to be of `ty`; now and then of another kind, as a faulty provider makes them.
    pub(super) fn value(&mut self, ty: &Type) -> Value {
        match self.byte() % 32 {
            0 | 1 => Value::Null,
            2 => Value::Unknown,
            3 => Value::String(self.text()),
            _ => self.known(ty),
        }
    }

    fn known(&mut self, ty: &Type) -> Value {
        match ty {
            Type::String if self.flag() => {
                // Every other text in a form that Terraform composes.
                Value::String(format!("{}e\u{301}\u{1100}\u{1161}", self.text()))
            }
            Type::String => Value::String(self.text()),
            Type::Number => self.number(),
            Type::Bool => Value::Bool(self.flag()),
            Type::Dynamic => {
                let ty = self.ty_within(2);
                let value = self.value(&ty);
                Value::dynamic(ty, value)
            }
            Type::List(element) | Type::Set(element) => {
                Value::List((0..self.below(8)).map(|_| self.value(element)).collect())
            }
            Type::Map(element) => {
                Value::object((0..self.below(8)).map(|_| (self.text(), self.value(element))))
            }
            Type::Object(types) => {
                let fields = types.iter().map(|(name, ty)| (name.clone(), self.value(ty)));
                Value::Map(fields.collect::<BTreeMap<_, _>>())
            }
            Type::Tuple(types) => Value::List(types.iter().map(|ty| self.value(ty)).collect()),
        }
    }

    fn number(&mut self) -> Value {
        let number = match self.byte() % 4 {
            0 => Number::from(self.int()),
            1 => Number::from(u64::from_be_bytes(std::array::from_fn(|_| self.byte()))),
            2 => Number::from(f64::from_be_bytes(std::array::from_fn(|_| self.byte()))),
            _ => self.decimal(),
        };
        Value::Number(number)
    }

    /// A decimal as long as the bytes say.
    fn decimal(&mut self) -> Number {
        let digit = |byte: &u8| char::from(b'0' + byte % 10);
        let sign = if self.flag() { "-" } else { "" };
        let whole: String = self.bytes().iter().map(digit).collect();
        let fraction: String = self.bytes().iter().map(digit).collect();
        let exponent = self.int() % 10_000;
        let text = format!("{sign}0{whole}.{fraction}e{exponent}");
        text.parse()
            .expect("digits, a point and an exponent are a number")
    }

    fn name(&mut self) -> String {
        const NAMES: [&str; 8] = ["a", "b", "c", "type", "value", "id", "name", "e\u{301}"];
        NAMES[self.below(NAMES.len())].to_owned()
    }
}
