//! Values as bytes: msgpack on the wire, JSON in stored state. Driven by the type, never by what the bytes look like.

pub(crate) mod json;
pub(crate) mod msgpack;
#[cfg(test)]
mod tests;
