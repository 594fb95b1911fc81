//! Objects that exist before Terraform knows them, found by id or identity. Answers one object or an error.

use std::sync::Arc;

use super::{Registered, Server, check, prepare, task};
use crate::diag::{Diagnostic, Diagnostics};
use crate::private::Private;
use crate::resource::{DynResource, ImportBy, ImportRequest, ImportResponse};
use crate::value::Value;

/// The answer: the object found, unless there is an error.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) state: Option<Value>,
    pub(crate) private: Private,
    pub(crate) diagnostics: Diagnostics,
}

impl Server {
    pub(crate) async fn import(&self, resource: &Arc<Registered<dyn DynResource>>, by: ImportBy) -> Imported {
        let Registered { name, shape, .. } = resource.as_ref();
        let failed = |diagnostics| Imported {
            state: None,
            private: Private::new(),
            diagnostics,
        };
        if by == ImportBy::Id(String::new()) {
            return failed(
                Diagnostic::error(
                    format!("{name}: an id is needed to import"),
                    "The import block or command names neither an id nor an identity.",
                )
                .into(),
            );
        }
        let (handler, request) = (
            resource.clone(),
            ImportRequest {
                by,
                stop: self.token(),
            },
        );
        let response = task::run(
            &self.activity,
            async move { handler.handler.import(request).await },
        )
        .await;
        let ImportResponse {
            state,
            private,
            mut diagnostics,
        } = match response {
            Ok(response) => response,
            Err(panic) => return failed(panic.diagnostic(name, "importing").into()),
        };
        if diagnostics.has_errors() {
            return failed(diagnostics);
        }
        match shape.accept(name, "importing", state.unwrap_or_default()) {
            Ok(Value::Null) => diagnostics.error(
                format!("{name}: the provider found nothing to import"),
                "An import without an object needs an error. This is a bug in the provider.",
            ),
            Ok(state) => {
                let state = prepare::without_write_only(&shape.schema, state);
                diagnostics.extend(check::wholly_known(name, "importing", &shape.ty, &state));
                if !diagnostics.has_errors() {
                    return Imported {
                        state: Some(state),
                        private,
                        diagnostics,
                    };
                }
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
        failed(diagnostics)
    }
}
