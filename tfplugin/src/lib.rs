//! A framework for Terraform providers: plugin protocol 6 over tonic.
//!
//! A provider implements [`Provider`], [`Resource`], [`DataSource`] and [`Function`] and hands itself to [`run`]
//! or [`serve()`]; everything the protocol asks of a process is done here. The crate knows nothing about any
//! cloud, never speaks protocol 5 and never calls out by itself.
#![deny(missing_docs)]

mod codec;
mod data_source;
mod diag;
pub mod docs;
mod function;
#[path = "gen/mod.rs"]
mod r#gen;
mod handshake;
mod log;
mod model;
mod path;
mod provider;
mod resource;
mod schema;
mod serve;
mod server;
pub mod testing;
mod tls;
mod ty;
mod typed;
mod value;
mod wire;

pub use async_trait::async_trait;
pub use tokio_util::sync::CancellationToken;

pub use data_source::{DataSource, ReadDataRequest, ReadDataResponse};
pub use diag::{Diagnostic, Diagnostics, Severity};
pub use function::{Function, FunctionDefinition, FunctionError, Parameter};
#[doc(hidden)]
pub use model::parts as model_parts;
pub use model::{Attr, BlockField, Element, Field, List, Map, Model, Set, SetOf};
pub use path::{Path, PathStep};
pub use provider::{ConfigureRequest, Provider};
pub use resource::{
    ApplyResponse, CreateRequest, DeleteRequest, ImportRequest, ImportResponse, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, Resource, UpdateRequest,
};
pub use schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
pub use serve::{ServeError, run, serve};
pub use tls::TlsError;
pub use ty::{Mismatch, Type};
#[doc(hidden)]
pub use typed::function::parts as function_parts;
pub use typed::function::{Argument, Rest, Returned};
pub use value::{Dynamic, Number, NumberError, Value};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
