//! The wire form of values. Emits numbers as they were received; any extension type means unknown.
//!
//! Refinements of unknowns are dropped: plan checks compare without them, and what we never promise we can't break.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::encode;

use crate::path::PathStep;
use crate::ty::{DEEPEST, Mismatch, Type, composed, inside};
use crate::value::{Number, Repr, Value};

/// Decodes a value of type `ty`; the bytes must hold it and nothing more.
pub(crate) fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Mismatch> {
    let mut reader = Reader {
        rest: bytes,
        depth: 0,
    };
    let value = reader.value(ty)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(wrong("bytes follow the value"))
    }
}

/// Encodes a value that already conforms to `ty`.
pub(crate) fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, Mismatch> {
    let mut out = Vec::new();
    write(&mut out, value, ty)?;
    Ok(out)
}

fn wrong(problem: impl Into<String>) -> Mismatch {
    Mismatch::new(problem)
}

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type) -> Result<(), Mismatch> {
    let full = |_| wrong("too large to encode");
    match (ty, value) {
        (_, Value::Null) => {
            out.push(Marker::Null.to_u8());
            Ok(())
        }
        (_, Value::Unknown) => {
            out.extend_from_slice(&[Marker::FixExt1.to_u8(), 0, 0]);
            Ok(())
        }
        (Type::Dynamic, Value::Dynamic(dynamic)) => {
            encode::write_array_len(out, 2).map_err(full)?;
            let json = dynamic.ty.to_json().to_string();
            encode::write_bin(out, json.as_bytes()).map_err(full)?;
            write(out, &dynamic.value, &dynamic.ty)
        }
        (Type::Bool, Value::Bool(flag)) => {
            out.push(if *flag { Marker::True } else { Marker::False }.to_u8());
            Ok(())
        }
        (Type::Number, Value::Number(number)) => write_number(out, number).map_err(full),
        (Type::String, Value::String(text)) => encode::write_str(out, text).map_err(full),
        (Type::List(element) | Type::Set(element), Value::List(elements)) => {
            encode::write_array_len(out, length(elements.len())?).map_err(full)?;
            let mut each = elements.iter().enumerate();
            each.try_for_each(|(index, value)| inside(write(out, value, element), || PathStep::Index(index)))
        }
        (Type::Tuple(types), Value::List(elements)) if types.len() == elements.len() => {
            encode::write_array_len(out, length(elements.len())?).map_err(full)?;
            let mut each = types.iter().zip(elements).enumerate();
            each.try_for_each(|(index, (ty, value))| inside(write(out, value, ty), || PathStep::Index(index)))
        }
        (Type::Map(element), Value::Map(fields)) => {
            encode::write_map_len(out, length(fields.len())?).map_err(full)?;
            fields.iter().try_for_each(|(key, value)| {
                encode::write_str(out, key).map_err(full)?;
                inside(write(out, value, element), || PathStep::Key(key.clone()))
            })
        }
        (Type::Object(types), Value::Map(fields)) if types.keys().eq(fields.keys()) => {
            encode::write_map_len(out, length(fields.len())?).map_err(full)?;
            types
                .iter()
                .zip(fields.values())
                .try_for_each(|((name, ty), value)| {
                    encode::write_str(out, name).map_err(full)?;
                    inside(write(out, value, ty), || PathStep::Attribute(name.clone()))
                })
        }
        (ty, value) => Err(wrong(format!("{ty} is required, this is {}", value.kind()))),
    }
}

fn length(length: usize) -> Result<u32, Mismatch> {
    u32::try_from(length).map_err(|_| wrong("too large to encode"))
}

fn write_number(out: &mut Vec<u8>, number: &Number) -> Result<(), encode::ValueWriteError> {
    // Integers go out as integers however they came, large ones as text: Terraform reads a float 5.0 as well, but
    // other readers of the same bytes do not, and it stores the shortest text of a float, which is another integer.
    if let Some(int) = number.as_i64() {
        encode::write_sint(out, int).map(drop)
    } else if let Some(uint) = number.as_u64() {
        encode::write_uint(out, uint).map(drop)
    } else {
        match number.repr() {
            Repr::Float(float) if float.fract() != 0.0 => encode::write_f64(out, *float),
            Repr::Float(_) | Repr::Int(_) | Repr::Uint(_) | Repr::Decimal(_) => {
                encode::write_str(out, &number.to_string())
            }
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type) -> Result<Value, Mismatch> {
        self.depth += 1;
        let value = if self.depth > DEEPEST {
            Err(Mismatch::too_deep())
        } else {
            self.read(ty)
        };
        self.depth -= 1;
        value
    }

    fn read(&mut self, ty: &Type) -> Result<Value, Mismatch> {
        let marker = Marker::from_u8(self.take::<1>()?[0]);
        if let Some(length) = self.extension(marker)? {
            self.bytes(length)?;
            return Ok(Value::Unknown);
        }
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        match ty {
            Type::Dynamic => self.dynamic(marker),
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(wrong("a bool is required")),
            },
            Type::Number => self.number(marker).map(Value::Number),
            Type::String => {
                let text = self.text(marker)?;
                Ok(Value::String(composed(text.to_owned())))
            }
            Type::List(element) | Type::Set(element) => {
                let length = self.array(marker)?;
                let elements =
                    (0..length).map(|index| inside(self.value(element), || PathStep::Index(index)));
                elements.collect::<Result<_, _>>().map(Value::List)
            }
            Type::Tuple(types) => {
                let length = self.array(marker)?;
                if length != types.len() {
                    return Err(wrong(format!(
                        "a tuple of {} is required, this has {length}",
                        types.len()
                    )));
                }
                let elements = types.iter().enumerate();
                let elements = elements.map(|(index, ty)| inside(self.value(ty), || PathStep::Index(index)));
                elements.collect::<Result<_, _>>().map(Value::List)
            }
            Type::Map(element) => {
                let length = self.map(marker)?;
                let fields = (0..length).map(|_| {
                    let key = composed(self.key()?.to_owned());
                    let value = inside(self.value(element), || PathStep::Key(key.clone()))?;
                    Ok((key, value))
                });
                fields.collect::<Result<_, _>>().map(Value::Map)
            }
            Type::Object(types) => self.object(marker, types),
        }
    }

    fn object(&mut self, marker: Marker, types: &BTreeMap<String, Type>) -> Result<Value, Mismatch> {
        let length = self.map(marker)?;
        if length != types.len() {
            return Err(wrong(format!(
                "an object of {} is required, this has {length}",
                types.len()
            )));
        }
        let mut fields = BTreeMap::new();
        for _ in 0..length {
            let name = self.key()?;
            let Some(ty) = types.get(name) else {
                return Err(wrong(format!("the schema has no attribute named {name:?}")));
            };
            let value = inside(self.value(ty), || PathStep::Attribute(name.to_owned()))?;
            if fields.insert(name.to_owned(), value).is_some() {
                return Err(wrong(format!("the attribute {name:?} stands twice")));
            }
        }
        Ok(Value::Map(fields))
    }

    fn dynamic(&mut self, marker: Marker) -> Result<Value, Mismatch> {
        if self.array(marker)? != 2 {
            return Err(wrong("a type and a value are required"));
        }
        let marker = Marker::from_u8(self.take::<1>()?[0]);
        let length = match marker {
            Marker::Bin8 => usize::from(self.take::<1>()?[0]),
            Marker::Bin16 => usize::from(u16::from_be_bytes(self.take()?)),
            Marker::Bin32 => self.u32()?,
            _ => return Err(wrong("the type of a dynamic value must be binary")),
        };
        let json = serde_json::from_slice(self.bytes(length)?).ok();
        let ty = json.as_ref().and_then(Type::from_json);
        let ty = ty.ok_or_else(|| wrong("the type of a dynamic value can't be read"))?;
        if self.depth + ty.depth() > DEEPEST {
            return Err(Mismatch::too_deep());
        }
        let value = self.value(&ty)?;
        Ok(if ty == Type::Dynamic {
            value
        } else {
            Value::dynamic(ty, value)
        })
    }

    fn number(&mut self, marker: Marker) -> Result<Number, Mismatch> {
        let number = match marker {
            Marker::FixPos(int) => Number::from(int),
            Marker::FixNeg(int) => Number::from(i64::from(int)),
            Marker::U8 => Number::from(self.take::<1>()?[0]),
            Marker::U16 => Number::from(u16::from_be_bytes(self.take()?)),
            Marker::U32 => Number::from(u32::from_be_bytes(self.take()?)),
            Marker::U64 => Number::from(u64::from_be_bytes(self.take()?)),
            Marker::I8 => Number::from(i64::from(i8::from_be_bytes(self.take()?))),
            Marker::I16 => Number::from(i64::from(i16::from_be_bytes(self.take()?))),
            Marker::I32 => Number::from(i32::from_be_bytes(self.take()?)),
            Marker::I64 => Number::from(i64::from_be_bytes(self.take()?)),
            Marker::F32 => Number::from(f64::from(f32::from_be_bytes(self.take()?))),
            Marker::F64 => Number::from(f64::from_be_bytes(self.take()?)),
            _ => {
                let text = self.text(marker).map_err(|_| wrong("a number is required"))?;
                text.parse().map_err(|error| wrong(format!("{error}")))?
            }
        };
        if number.is_nan() {
            Err(wrong("NaN is not a number here"))
        } else {
            Ok(number)
        }
    }

    fn key(&mut self) -> Result<&'a str, Mismatch> {
        let marker = Marker::from_u8(self.take::<1>()?[0]);
        self.text(marker)
    }

    fn text(&mut self, marker: Marker) -> Result<&'a str, Mismatch> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => usize::from(self.take::<1>()?[0]),
            Marker::Str16 => usize::from(u16::from_be_bytes(self.take()?)),
            Marker::Str32 => self.u32()?,
            _ => return Err(wrong("a string is required")),
        };
        std::str::from_utf8(self.bytes(length)?).map_err(|_| wrong("the text is not UTF-8"))
    }

    fn array(&mut self, marker: Marker) -> Result<usize, Mismatch> {
        match marker {
            Marker::FixArray(length) => Ok(usize::from(length)),
            Marker::Array16 => Ok(usize::from(u16::from_be_bytes(self.take()?))),
            Marker::Array32 => self.u32(),
            _ => Err(wrong("a list is required")),
        }
    }

    fn map(&mut self, marker: Marker) -> Result<usize, Mismatch> {
        match marker {
            Marker::FixMap(length) => Ok(usize::from(length)),
            Marker::Map16 => Ok(usize::from(u16::from_be_bytes(self.take()?))),
            Marker::Map32 => self.u32(),
            _ => Err(wrong("an object is required")),
        }
    }

    /// The bytes that follow an extension's type byte, the type byte included.
    fn extension(&mut self, marker: Marker) -> Result<Option<usize>, Mismatch> {
        Ok(Some(match marker {
            Marker::FixExt1 => 2,
            Marker::FixExt2 => 3,
            Marker::FixExt4 => 5,
            Marker::FixExt8 => 9,
            Marker::FixExt16 => 17,
            Marker::Ext8 => usize::from(self.take::<1>()?[0]) + 1,
            Marker::Ext16 => usize::from(u16::from_be_bytes(self.take()?)) + 1,
            Marker::Ext32 => self.u32()?.saturating_add(1),
            _ => return Ok(None),
        }))
    }

    fn u32(&mut self) -> Result<usize, Mismatch> {
        Ok(u32::from_be_bytes(self.take()?) as usize)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Mismatch> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or_else(|| wrong("the value is cut off"))?;
        self.rest = rest;
        Ok(*head)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], Mismatch> {
        let (head, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| wrong("the value is cut off"))?;
        self.rest = rest;
        Ok(head)
    }
}
