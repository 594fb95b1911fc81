//! Code generated from `proto/`, committed so that building needs no generator. Never edited by hand: the test in
//! `tests/gen.rs` writes it (`BLESS=1`) and fails when it is out of date.
#![allow(dead_code, missing_docs, unused_qualifications, clippy::all, clippy::pedantic)]

#[rustfmt::skip]
pub(crate) mod plugin;
#[rustfmt::skip]
pub(crate) mod tfplugin6;
