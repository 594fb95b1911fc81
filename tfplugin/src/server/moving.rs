//! Objects taken over from another resource type, as a `moved` block says. Runs unconfigured and contacts nothing.

use std::sync::Arc;

use super::import::Imported;
use super::{Registered, Server, check, prepare, task};
use crate::diag::Diagnostic;
use crate::private::Private;
use crate::resource::{DynResource, MoveRequest, MoveResponse};
use crate::value::Value;

impl Server {
    /// Without an error the state is an object, wholly known.
    pub(crate) async fn take_over(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        request: MoveRequest,
    ) -> Imported {
        let Registered { name, shape, .. } = resource.as_ref();
        let (handler, source) = (resource.clone(), request.source_type.clone());
        let work = async move { handler.handler.move_state(request).await };
        let MoveResponse {
            state,
            private,
            mut diagnostics,
        } = task::run(&self.activity, work)
            .await
            .unwrap_or_else(|panic| MoveResponse::failed(panic.diagnostic(name, "taking over an object")));
        let mut moved = None;
        if !diagnostics.has_errors() {
            match shape.accept(name, "taking over an object", state.unwrap_or_default()) {
                Ok(Value::Null) => diagnostics.push(nothing_moved(name, &source)),
                Ok(state) => {
                    let state = prepare::without_write_only(&shape.schema, state);
                    let doing = "taking over an object";
                    diagnostics.extend(check::wholly_known(name, doing, &shape.ty, &state));
                    moved = Some(state);
                }
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
        if diagnostics.has_errors() {
            return Imported {
                state: None,
                private: Private::new(),
                diagnostics,
            };
        }
        Imported {
            state: moved,
            private,
            diagnostics,
        }
    }
}

fn nothing_moved(name: &str, source: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{name}: the provider made nothing of a {source}"),
        "A move without an object needs an error. This is a bug in the provider.",
    )
}
