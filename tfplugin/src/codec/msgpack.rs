//! The wire form of values. Emits numbers as they were received; any extension type means unknown.
//!
//! Refinements of unknowns are dropped: plan checks compare without them, and what we never promise we can't break.

use std::collections::BTreeMap;

use rmp::Marker;
use rmp::encode;

use crate::path::Path;
use crate::ty::{DEEPEST, Mismatch, Type, composed};
use crate::value::{Number, Repr, Value};

/// Decodes a value of type `ty`; the bytes must hold it and nothing more.
pub(crate) fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Mismatch> {
    let mut reader = Reader {
        rest: bytes,
        depth: 0,
    };
    let path = Path::default();
    let value = reader.value(ty, &path)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(wrong(&path, "bytes follow the value"))
    }
}

/// Encodes a value that already conforms to `ty`.
pub(crate) fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, Mismatch> {
    let mut out = Vec::new();
    write(&mut out, value, ty, &Path::default())?;
    Ok(out)
}

fn wrong(path: &Path, problem: impl Into<String>) -> Mismatch {
    Mismatch {
        path: path.clone(),
        problem: problem.into(),
    }
}

fn write(out: &mut Vec<u8>, value: &Value, ty: &Type, path: &Path) -> Result<(), Mismatch> {
    let full = |_| wrong(path, "too large to encode");
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
            write(out, &dynamic.value, &dynamic.ty, path)
        }
        (Type::Bool, Value::Bool(flag)) => {
            out.push(if *flag { Marker::True } else { Marker::False }.to_u8());
            Ok(())
        }
        (Type::Number, Value::Number(number)) => write_number(out, number).map_err(full),
        (Type::String, Value::String(text)) => encode::write_str(out, text).map_err(full),
        (Type::List(element) | Type::Set(element), Value::List(elements)) => {
            encode::write_array_len(out, length(elements.len(), path)?).map_err(full)?;
            let mut each = elements.iter().enumerate();
            each.try_for_each(|(index, value)| write(out, value, element, &path.clone().index(index)))
        }
        (Type::Tuple(types), Value::List(elements)) if types.len() == elements.len() => {
            encode::write_array_len(out, length(elements.len(), path)?).map_err(full)?;
            let mut each = types.iter().zip(elements).enumerate();
            each.try_for_each(|(index, (ty, value))| write(out, value, ty, &path.clone().index(index)))
        }
        (Type::Map(element), Value::Map(fields)) => {
            encode::write_map_len(out, length(fields.len(), path)?).map_err(full)?;
            fields.iter().try_for_each(|(key, value)| {
                encode::write_str(out, key).map_err(full)?;
                write(out, value, element, &path.clone().key(key))
            })
        }
        (Type::Object(types), Value::Map(fields)) if types.keys().eq(fields.keys()) => {
            encode::write_map_len(out, length(fields.len(), path)?).map_err(full)?;
            types
                .iter()
                .zip(fields.values())
                .try_for_each(|((name, ty), value)| {
                    encode::write_str(out, name).map_err(full)?;
                    write(out, value, ty, &path.clone().field(name))
                })
        }
        (ty, value) => Err(wrong(path, format!("{ty} is required, this is {}", value.kind()))),
    }
}

fn length(length: usize, path: &Path) -> Result<u32, Mismatch> {
    u32::try_from(length).map_err(|_| wrong(path, "too large to encode"))
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
    fn value(&mut self, ty: &Type, path: &Path) -> Result<Value, Mismatch> {
        self.depth += 1;
        let value = if self.depth > DEEPEST {
            Err(Mismatch::too_deep(path))
        } else {
            self.read(ty, path)
        };
        self.depth -= 1;
        value
    }

    fn read(&mut self, ty: &Type, path: &Path) -> Result<Value, Mismatch> {
        let marker = Marker::from_u8(self.take::<1>(path)?[0]);
        if let Some(length) = self.extension(marker, path)? {
            self.bytes(length, path)?;
            return Ok(Value::Unknown);
        }
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        match ty {
            Type::Dynamic => self.dynamic(marker, path),
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(wrong(path, "a bool is required")),
            },
            Type::Number => self.number(marker, path).map(Value::Number),
            Type::String => {
                let text = self.text(marker, path)?;
                Ok(Value::String(composed(text.to_owned())))
            }
            Type::List(element) | Type::Set(element) => {
                let length = self.array(marker, path)?;
                let elements = (0..length).map(|index| self.value(element, &path.clone().index(index)));
                elements.collect::<Result<_, _>>().map(Value::List)
            }
            Type::Tuple(types) => {
                let length = self.array(marker, path)?;
                if length != types.len() {
                    return Err(wrong(
                        path,
                        format!("a tuple of {} is required, this has {length}", types.len()),
                    ));
                }
                let elements = types.iter().enumerate();
                let elements = elements.map(|(index, ty)| self.value(ty, &path.clone().index(index)));
                elements.collect::<Result<_, _>>().map(Value::List)
            }
            Type::Map(element) => {
                let length = self.map(marker, path)?;
                let fields = (0..length).map(|_| {
                    let key = composed(self.key(path)?.to_owned());
                    let value = self.value(element, &path.clone().key(&key))?;
                    Ok((key, value))
                });
                fields.collect::<Result<_, _>>().map(Value::Map)
            }
            Type::Object(types) => self.object(marker, types, path),
        }
    }

    fn object(
        &mut self,
        marker: Marker,
        types: &BTreeMap<String, Type>,
        path: &Path,
    ) -> Result<Value, Mismatch> {
        let length = self.map(marker, path)?;
        if length != types.len() {
            return Err(wrong(
                path,
                format!("an object of {} is required, this has {length}", types.len()),
            ));
        }
        let mut fields = BTreeMap::new();
        for _ in 0..length {
            let name = self.key(path)?;
            let Some(ty) = types.get(name) else {
                return Err(wrong(path, format!("the schema has no attribute named {name:?}")));
            };
            let value = self.value(ty, &path.clone().field(name))?;
            if fields.insert(name.to_owned(), value).is_some() {
                return Err(wrong(path, format!("the attribute {name:?} stands twice")));
            }
        }
        Ok(Value::Map(fields))
    }

    fn dynamic(&mut self, marker: Marker, path: &Path) -> Result<Value, Mismatch> {
        if self.array(marker, path)? != 2 {
            return Err(wrong(path, "a type and a value are required"));
        }
        let marker = Marker::from_u8(self.take::<1>(path)?[0]);
        let length = match marker {
            Marker::Bin8 => usize::from(self.take::<1>(path)?[0]),
            Marker::Bin16 => usize::from(u16::from_be_bytes(self.take(path)?)),
            Marker::Bin32 => self.u32(path)?,
            _ => return Err(wrong(path, "the type of a dynamic value must be binary")),
        };
        let json = serde_json::from_slice(self.bytes(length, path)?).ok();
        let ty = json.as_ref().and_then(Type::from_json);
        let ty = ty.ok_or_else(|| wrong(path, "the type of a dynamic value can't be read"))?;
        if self.depth + ty.depth() > DEEPEST {
            return Err(Mismatch::too_deep(path));
        }
        let value = self.value(&ty, path)?;
        Ok(if ty == Type::Dynamic {
            value
        } else {
            Value::dynamic(ty, value)
        })
    }

    fn number(&mut self, marker: Marker, path: &Path) -> Result<Number, Mismatch> {
        let number = match marker {
            Marker::FixPos(int) => Number::from(int),
            Marker::FixNeg(int) => Number::from(i64::from(int)),
            Marker::U8 => Number::from(self.take::<1>(path)?[0]),
            Marker::U16 => Number::from(u16::from_be_bytes(self.take(path)?)),
            Marker::U32 => Number::from(u32::from_be_bytes(self.take(path)?)),
            Marker::U64 => Number::from(u64::from_be_bytes(self.take(path)?)),
            Marker::I8 => Number::from(i64::from(i8::from_be_bytes(self.take(path)?))),
            Marker::I16 => Number::from(i64::from(i16::from_be_bytes(self.take(path)?))),
            Marker::I32 => Number::from(i32::from_be_bytes(self.take(path)?)),
            Marker::I64 => Number::from(i64::from_be_bytes(self.take(path)?)),
            Marker::F32 => Number::from(f64::from(f32::from_be_bytes(self.take(path)?))),
            Marker::F64 => Number::from(f64::from_be_bytes(self.take(path)?)),
            _ => {
                let text = self
                    .text(marker, path)
                    .map_err(|_| wrong(path, "a number is required"))?;
                text.parse().map_err(|error| wrong(path, format!("{error}")))?
            }
        };
        if number.is_nan() {
            Err(wrong(path, "NaN is not a number here"))
        } else {
            Ok(number)
        }
    }

    fn key(&mut self, path: &Path) -> Result<&'a str, Mismatch> {
        let marker = Marker::from_u8(self.take::<1>(path)?[0]);
        self.text(marker, path)
    }

    fn text(&mut self, marker: Marker, path: &Path) -> Result<&'a str, Mismatch> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => usize::from(self.take::<1>(path)?[0]),
            Marker::Str16 => usize::from(u16::from_be_bytes(self.take(path)?)),
            Marker::Str32 => self.u32(path)?,
            _ => return Err(wrong(path, "a string is required")),
        };
        std::str::from_utf8(self.bytes(length, path)?).map_err(|_| wrong(path, "the text is not UTF-8"))
    }

    fn array(&mut self, marker: Marker, path: &Path) -> Result<usize, Mismatch> {
        match marker {
            Marker::FixArray(length) => Ok(usize::from(length)),
            Marker::Array16 => Ok(usize::from(u16::from_be_bytes(self.take(path)?))),
            Marker::Array32 => self.u32(path),
            _ => Err(wrong(path, "a list is required")),
        }
    }

    fn map(&mut self, marker: Marker, path: &Path) -> Result<usize, Mismatch> {
        match marker {
            Marker::FixMap(length) => Ok(usize::from(length)),
            Marker::Map16 => Ok(usize::from(u16::from_be_bytes(self.take(path)?))),
            Marker::Map32 => self.u32(path),
            _ => Err(wrong(path, "an object is required")),
        }
    }

    /// The bytes that follow an extension's type byte, the type byte included.
    fn extension(&mut self, marker: Marker, path: &Path) -> Result<Option<usize>, Mismatch> {
        Ok(Some(match marker {
            Marker::FixExt1 => 2,
            Marker::FixExt2 => 3,
            Marker::FixExt4 => 5,
            Marker::FixExt8 => 9,
            Marker::FixExt16 => 17,
            Marker::Ext8 => usize::from(self.take::<1>(path)?[0]) + 1,
            Marker::Ext16 => usize::from(u16::from_be_bytes(self.take(path)?)) + 1,
            Marker::Ext32 => self.u32(path)?.saturating_add(1),
            _ => return Ok(None),
        }))
    }

    fn u32(&mut self, path: &Path) -> Result<usize, Mismatch> {
        Ok(u32::from_be_bytes(self.take(path)?) as usize)
    }

    fn take<const N: usize>(&mut self, path: &Path) -> Result<[u8; N], Mismatch> {
        let (head, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or_else(|| wrong(path, "the value is cut off"))?;
        self.rest = rest;
        Ok(*head)
    }

    fn bytes(&mut self, length: usize, path: &Path) -> Result<&'a [u8], Mismatch> {
        let (head, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or_else(|| wrong(path, "the value is cut off"))?;
        self.rest = rest;
        Ok(head)
    }
}
