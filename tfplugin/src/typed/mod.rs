//! The typed layer: what a provider author implements, over models instead of values.
//!
//! Each trait has one adapter to the erased layer, which does the reading and writing and nothing else.

pub(crate) mod function;
#[cfg(test)]
mod tests;
