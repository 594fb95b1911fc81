//! A framework for Terraform providers: plugin protocol 6 over tonic.
//!
//! A provider defines its models with [`model!`], implements [`Provider`] and a trait for each kind of thing it offers
//! ([`Resource`], [`DataSource`], [`EphemeralResource`], [`ListResource`], [`Action`]; functions with [`function!`]) and
//! hands itself to [`run`] or [`serve()`]; everything the protocol asks of a process is done here. Each of these has an
//! untyped twin ([`DynProvider`], [`DynResource`] …) over [`Value`], for schemas that are made at run time.
//!
//! The crate knows nothing about any cloud, never speaks protocol 5 and never calls out by itself.
#![deny(missing_docs)]

mod action;
mod codec;
mod data_source;
mod described;
mod diag;
pub mod docs;
mod ephemeral;
mod function;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
#[path = "gen/mod.rs"]
mod r#gen;
mod handshake;
mod identity;
mod list;
mod log;
mod model;
mod modify;
mod opaque;
mod path;
mod private;
mod provider;
mod resource;
mod schema;
mod serve;
mod server;
pub mod testing;
mod timeouts;
mod tls;
mod ty;
mod typed;
pub mod validate;
mod value;
mod wire;

pub use async_trait::async_trait;
pub use tokio_util::sync::CancellationToken;

pub use action::{DynAction, InvokeRequest, PlanActionRequest, Progress};
pub use data_source::{DynDataSource, ReadDataRequest, ReadDataResponse};
pub use diag::{Diagnostic, Diagnostics, Severity};
pub use ephemeral::{
    CloseRequest, DynEphemeralResource, OpenRequest, OpenResponse, RenewRequest, RenewResponse,
};
pub use function::{Function, FunctionDefinition, FunctionError, Parameter};
pub use identity::{ForImport, IdentityAttribute, IdentitySchema};
pub use list::{Closed, DynListResource, ListItem, ListRequest, ListSender};
#[doc(hidden)]
pub use model::parts as model_parts;
pub use model::{
    Attr, BlockField, DurationError, DurationText, Element, Field, List, Map, Model, Set, SetOf,
};
pub use modify::{Modifier, Modify};
pub use path::{Path, PathStep};
pub use private::Private;
pub use provider::{ConfigureRequest, DynProvider};
pub use resource::{
    ApplyResponse, Checkpoint, CreateRequest, DeleteRequest, DynResource, ImportBy, ImportRequest,
    ImportResponse, MoveRequest, MoveResponse, PlanDestroyRequest, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse, UpdateRequest,
};
pub use schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
pub use serve::{ServeError, run, serve};
pub use timeouts::{Operation, Timeouts};
pub use tls::TlsError;
pub use ty::{Mismatch, Type};
#[doc(hidden)]
pub use typed::function::parts as function_parts;
pub use typed::function::{Argument, Rest, Returned};
pub use typed::{
    Action, DataSource, EphemeralResource, ListResource, Provider, Resource, action, data_source,
    ephemeral_resource, list_resource, resource,
};
pub use value::{Dynamic, Number, NumberError, Value};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
