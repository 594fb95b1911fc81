//! Stored state into today's schema. Asked for every stored object on every plan, so the same version is the rule.
//!
//! Never contacts anything, and never reads the flat format of Terraform 0.11 and before.

mod left;

use std::sync::Arc;

use super::{Registered, Server, check, prepare, task};
use crate::codec::json;
use crate::diag::Diagnostic;
use crate::resource::DynResource;
use crate::ty::Mismatch;
use crate::value::Value;

/// State as it was stored.
pub(crate) struct RawState {
    pub(crate) version: i64,
    /// The object as JSON; `None` for the flat format.
    pub(crate) json: Option<Vec<u8>>,
}

impl Server {
    pub(crate) async fn upgrade(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        raw: RawState,
    ) -> Result<Value, Diagnostic> {
        let Registered { name, shape, .. } = resource.as_ref();
        let RawState { version, json } = raw;
        let json = json.ok_or_else(|| {
            unreadable(
                name,
                "It is in the format of Terraform 0.11 or before; apply it once with Terraform 0.12.",
            )
        })?;
        let misfit = |Mismatch { path, problem }: Mismatch| {
            unreadable(name, &format!("Schema version {version}, {path}: {problem}."))
        };
        let current = i64::try_from(shape.schema.version).unwrap_or(i64::MAX);
        let value = if version == current {
            json::decode(&json, &shape.ty).map_err(misfit)?
        } else if version > current {
            return Err(unreadable(
                name,
                &format!(
                    "It has schema version {version}; this provider knows versions up to {current}. Use a newer provider."
                ),
            ));
        } else {
            let old = json::parse(&json).map_err(misfit)?;
            let handler = resource.clone();
            let upgraded = task::run(
                &self.activity,
                async move { handler.handler.upgrade(version, old) },
            )
            .await
            .map_err(|panic| panic.diagnostic(name, "upgrading stored state"))??;
            let value = json::from_json(&upgraded, &shape.ty).map_err(misfit)?;
            if let Some(left) = left::left(&shape.schema, &shape.ty, &upgraded, &value) {
                return Err(unreadable(
                    name,
                    &format!(
                        "The upgrade from version {version} left {left}. This is a bug in the provider."
                    ),
                ));
            }
            value
        };
        let value = shape.accept(name, "reading stored state", value)?;
        let value = prepare::without_write_only(&shape.schema, value);
        match check::wholly_known(name, "reading stored state", &shape.ty, &value)
            .into_iter()
            .next()
        {
            Some(diagnostic) => Err(diagnostic),
            None => Ok(value),
        }
    }
}

fn unreadable(name: &str, why: &str) -> Diagnostic {
    Diagnostic::error(format!("{name}: the stored state can't be read"), why)
}
