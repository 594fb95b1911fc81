//! Just enough protobuf and msgpack to make requests from a provider's own schema, and to see whether it refuses them.
//!
//! Decodes nothing else of an answer.

use anyhow::{Context, Result, bail};

/// One field of a message.
pub enum Field<'a> {
    Int(u64),
    Bytes(&'a [u8]),
}

pub fn put(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, bytes.len() as u64);
    out.extend(bytes);
}

pub fn put_int(out: &mut Vec<u8>, number: u32, value: u64) {
    put_varint(out, u64::from(number) << 3);
    put_varint(out, value);
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn varint(bytes: &mut &[u8]) -> Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().context("the message is cut off")?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    bail!("a number has no end")
}

/// The fields of a message, in their order.
pub fn fields(mut message: &[u8]) -> Result<Vec<(u64, Field<'_>)>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message)?;
        let field = match tag & 7 {
            0 => Field::Int(varint(&mut message)?),
            2 => {
                let length = usize::try_from(varint(&mut message)?)?;
                let (bytes, rest) = message.split_at_checked(length).context("a field is cut off")?;
                message = rest;
                Field::Bytes(bytes)
            }
            kind => bail!("a field of kind {kind}"),
        };
        fields.push((tag >> 3, field));
    }
    Ok(fields)
}

/// The messages and texts that stand in a field.
pub fn all(message: &[u8], number: u64) -> Result<Vec<&[u8]>> {
    let each = fields(message)?.into_iter();
    let each = each.filter_map(|(at, field)| match field {
        Field::Bytes(bytes) if at == number => Some(bytes),
        _ => None,
    });
    Ok(each.collect())
}

pub fn int(message: &[u8], number: u64) -> Result<u64> {
    let mut each = fields(message)?.into_iter();
    let found = each.find_map(|(at, field)| match field {
        Field::Int(value) if at == number => Some(value),
        _ => None,
    });
    Ok(found.unwrap_or(0))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Refuses an answer with an error among the diagnostics in field `number`.
pub fn accepted(answer: &[u8], number: u64) -> Result<()> {
    for diagnostic in all(answer, number)? {
        if int(diagnostic, 1)? == 1 {
            let said: Vec<_> = [2, 3]
                .map(|at| all(diagnostic, at))
                .into_iter()
                .flatten()
                .flatten()
                .map(text)
                .collect();
            bail!("the provider objects: {}", said.join(": "));
        }
    }
    Ok(())
}

/// A map of that many, in msgpack; what it holds follows.
pub fn put_map(out: &mut Vec<u8>, length: usize) {
    out.push(0xdf);
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
}

pub fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(0xdb);
    out.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(text.as_bytes());
}
