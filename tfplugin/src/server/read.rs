//! What is there now: resources that are stored, and data sources that are not.

use std::sync::Arc;

use super::apply::keep_form;
use super::{Registered, Server, check, prepare, task};
use crate::data_source::DynDataSource;
use crate::diag::{Diagnostic, Diagnostics};
use crate::private::Private;
use crate::resource::{DynResource, ReadRequest, ReadResponse};
use crate::value::Value;
use crate::{ReadDataRequest, ReadDataResponse};

/// What Terraform asks: the stored state and what the provider stored with it.
pub(crate) struct Read {
    pub(crate) state: Value,
    pub(crate) private: Private,
    pub(crate) meta: Value,
}

/// The answer: what is there now, null for nothing. With an error it is what was stored.
#[derive(Debug)]
pub(crate) struct ReadBack {
    pub(crate) state: Value,
    pub(crate) private: Private,
    pub(crate) diagnostics: Diagnostics,
}

impl Server {
    pub(crate) async fn read(&self, resource: &Arc<Registered<dyn DynResource>>, read: Read) -> ReadBack {
        let Registered { name, shape, .. } = resource.as_ref();
        let Read {
            state: stored,
            private,
            meta,
        } = read;
        let kept = |mut diagnostics: Diagnostics, why: Option<Diagnostic>| {
            diagnostics.extend(why);
            ReadBack {
                state: stored.clone(),
                private: private.clone(),
                diagnostics,
            }
        };
        let (handler, stop) = (resource.clone(), self.token());
        let request = ReadRequest {
            state: stored.clone(),
            private: private.clone(),
            meta,
            stop,
        };
        let response = task::run(&self.activity, async move { handler.handler.read(request).await }).await;
        let ReadResponse {
            state,
            private: new_private,
            mut diagnostics,
        } = match response {
            Ok(response) => response,
            Err(panic) => return kept(panic.diagnostic(name, "reading").into(), None),
        };
        if diagnostics.has_errors() {
            return kept(diagnostics, None);
        }
        match shape.accept(name, "reading", state.unwrap_or_default()) {
            Ok(state) => {
                let state = prepare::without_write_only(&shape.schema, state);
                let state = keep_form(resource, &stored, state, &mut diagnostics);
                diagnostics.extend(check::wholly_known(name, "reading", &shape.ty, &state));
                if diagnostics.has_errors() {
                    return kept(diagnostics, None);
                }
                ReadBack {
                    state,
                    private: new_private,
                    diagnostics,
                }
            }
            Err(diagnostic) => kept(diagnostics, Some(diagnostic)),
        }
    }

    /// Reads a data source. Without an error the state is an object, wholly known, in the configured form where the
    /// schema says that both mean the same. Else it may depart from the configuration, as Terraform has it: an id or
    /// ARN that was asked for by a short form, say.
    pub(crate) async fn read_data_source(
        &self,
        source: &Arc<Registered<dyn DynDataSource>>,
        config: Value,
        meta: Value,
    ) -> (Option<Value>, Diagnostics) {
        let Registered { name, shape, .. } = source.as_ref();
        let (handler, request) = (
            source.clone(),
            ReadDataRequest {
                config: config.clone(),
                meta,
                stop: self.token(),
            },
        );
        let response = task::run(&self.activity, async move { handler.handler.read(request).await }).await;
        let ReadDataResponse {
            state,
            mut diagnostics,
        } = match response {
            Ok(response) => response,
            Err(panic) => return (None, panic.diagnostic(name, "reading").into()),
        };
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        match shape.accept(name, "reading", state.unwrap_or_default()) {
            Ok(Value::Null) => diagnostics.error(
                format!("{name}: the provider returned no object"),
                "A data source that can't be read needs an error. This is a bug in the provider.",
            ),
            Ok(state) => {
                let state = keep_form(source, &config, state, &mut diagnostics);
                diagnostics.extend(check::wholly_known(name, "reading", &shape.ty, &state));
                if !diagnostics.has_errors() {
                    return (Some(state), diagnostics);
                }
            }
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
        (None, diagnostics)
    }
}
