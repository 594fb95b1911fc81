//! From protobuf messages to our own types. A value that does not fit the schema becomes a diagnostic.

use std::sync::Arc;

use crate::codec::{json, msgpack};
use crate::diag::Diagnostic;
use crate::r#gen::tfplugin6 as pb;
use crate::server::{Identity, RawState, Server, Shape};
use crate::ty::{Mismatch, Type};
use crate::value::Value;

/// A value of a schema; an absent message is null.
pub(super) fn value(wire: Option<pb::DynamicValue>, shape: &Shape) -> Result<Value, Diagnostic> {
    bare(wire, &shape.ty)
        .and_then(|value| shape.conform(value))
        .map_err(misfit)
}

/// What a module says in its `provider_meta` block; null if nothing, or if the provider takes none.
pub(super) fn meta(wire: Option<pb::DynamicValue>, server: &Server) -> Result<Value, Diagnostic> {
    match &server.meta {
        Some(shape) => value(wire, shape),
        None => Ok(Value::Null),
    }
}

/// An identity of a resource type; null if there is none, or if the type has none.
pub(super) fn identity(
    wire: Option<pb::ResourceIdentityData>,
    schema: Option<&Arc<Identity>>,
) -> Result<Value, Diagnostic> {
    let (Some(wire), Some(schema)) = (wire, schema) else {
        return Ok(Value::Null);
    };
    bare(wire.identity_data, &schema.ty)
        .and_then(|value| schema.ty.conform(value))
        .map_err(misfit)
}

/// A function's argument.
pub(super) fn argument(wire: pb::DynamicValue, ty: &Type) -> Result<Value, Mismatch> {
    bare(Some(wire), ty).and_then(|value| ty.conform(value))
}

/// Stored state, as it was stored.
pub(super) fn raw_state(version: i64, raw: Option<pb::RawState>) -> RawState {
    let json = raw.map(|raw| raw.json).filter(|json| !json.is_empty());
    RawState { version, json }
}

fn bare(wire: Option<pb::DynamicValue>, ty: &Type) -> Result<Value, Mismatch> {
    match wire {
        Some(wire) if !wire.msgpack.is_empty() => msgpack::decode(&wire.msgpack, ty),
        Some(wire) if !wire.json.is_empty() => json::decode(&wire.json, ty),
        _ => Ok(Value::Null),
    }
}

fn misfit(Mismatch { path, problem }: Mismatch) -> Diagnostic {
    Diagnostic::error(
        "Terraform sent a value that does not fit the schema",
        format!("{path}: {problem}. Terraform and the provider disagree about the schema; run terraform init again."),
    )
    .at(path)
}
