//! Making a plan true, and never losing sight of what exists: every way out carries a known state.

use std::sync::Arc;

use super::task::Panicked;
use super::{Registered, Server, check, prepare, task};
use crate::diag::{Diagnostic, Diagnostics};
use crate::private::Private;
use crate::resource::{ApplyResponse, Checkpoint, CreateRequest, DeleteRequest, DynResource, UpdateRequest};
use crate::value::Value;

/// What Terraform asks; all values conform to the schema, and null is no object.
pub(crate) struct Apply {
    pub(crate) prior: Value,
    pub(crate) planned: Value,
    pub(crate) config: Value,
    pub(crate) private: Private,
    pub(crate) meta: Value,
}

/// The answer: what is there now, wholly known, null for nothing.
#[derive(Debug)]
pub(crate) struct Applied {
    pub(crate) state: Value,
    pub(crate) private: Private,
    pub(crate) diagnostics: Diagnostics,
}

impl Server {
    pub(crate) async fn apply(&self, resource: &Arc<Registered<dyn DynResource>>, apply: Apply) -> Applied {
        let Registered { name, shape, .. } = resource.as_ref();
        // What to fall back on when the handler gives nothing usable: before an update or delete the object is as
        // it was; a create may have made it, so the plan is the best that is known.
        let (doing, fallback) = match (&apply.prior, &apply.planned) {
            (prior, Value::Null) => ("deleting", prior.clone()),
            (Value::Null, planned) => ("creating", planned.clone().unknown_as_null()),
            (prior, _) => ("updating", prior.clone()),
        };
        let checkpoint = Checkpoint::default();
        let (planned, private) = (apply.planned.clone(), apply.private.clone());
        let called = self.call(resource, apply, checkpoint.clone()).await;
        let noted = checkpoint.take();
        // What the handler noted is newer than the plan and what was there before.
        let (fallback, misnoted) = match noted.state.as_ref() {
            Some(state) => shape.salvage(name, doing, with_the_rest(state.clone(), &fallback), &fallback),
            None => (fallback, Diagnostics::new()),
        };
        let (state, private, mut diagnostics) = match called {
            Ok(response) if response.state.is_none() && noted.state.is_some() => {
                let mut diagnostics = response.diagnostics;
                if !diagnostics.has_errors() {
                    diagnostics.push(nothing_made(name, doing));
                }
                diagnostics.extend(misnoted);
                let private = noted.private.unwrap_or(response.private);
                (fallback.clone(), private, diagnostics)
            }
            Ok(response) => (
                response.state.unwrap_or_default(),
                response.private,
                response.diagnostics,
            ),
            Err(panic) => {
                let mut diagnostics = Diagnostics::from(panic.half_way(name, doing));
                diagnostics.extend(misnoted);
                (fallback.clone(), noted.private.unwrap_or(private), diagnostics)
            }
        };
        // A misfit costs no more than the attribute it is in: the rest may hold the id that only this answer knows.
        let (state, misfits) = shape.salvage(name, doing, state, &fallback);
        diagnostics.extend(misfits);
        let state = prepare::without_write_only(&shape.schema, state);
        let state = keep_form(resource, &planned, state, &mut diagnostics);
        if diagnostics.has_errors() {
            // With an error Terraform keeps what it is given; only unknowns it can't.
            return Applied {
                state: state.unknown_as_null(),
                private,
                diagnostics,
            };
        }
        match (planned.is_null(), state.is_null()) {
            (true, true) => {}
            (true, false) => diagnostics.push(left_over(name)),
            (false, true) => diagnostics.push(nothing_made(name, doing)),
            (false, false) => {
                let mut broken = check::wholly_known(name, doing, &shape.ty, &state);
                if broken.is_empty() {
                    broken = check::result_follows_plan(name, shape, &planned, &state);
                }
                diagnostics.extend(self.judged(&state, broken));
            }
        }
        Applied {
            state: state.unknown_as_null(),
            private,
            diagnostics,
        }
    }

    async fn call(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        apply: Apply,
        checkpoint: Checkpoint,
    ) -> Result<ApplyResponse, Panicked> {
        let Apply {
            prior,
            planned,
            config,
            private,
            meta,
        } = apply;
        let (resource, stop) = (resource.clone(), self.token());
        let work = async move {
            match (prior, planned) {
                (prior, Value::Null) => {
                    resource
                        .handler
                        .delete(DeleteRequest {
                            prior,
                            private,
                            meta,
                            stop,
                        })
                        .await
                }
                (Value::Null, planned) => {
                    resource
                        .handler
                        .create(CreateRequest {
                            config,
                            planned,
                            private,
                            meta,
                            stop,
                            checkpoint,
                        })
                        .await
                }
                (prior, planned) => {
                    let request = UpdateRequest {
                        config,
                        prior,
                        planned,
                        private,
                        meta,
                        stop,
                        checkpoint,
                    };
                    resource.handler.update(request).await
                }
            }
        };
        task::change(&self.activity, work).await
    }
}

/// What was noted, and of what it does not name the best that is known.
fn with_the_rest(mut noted: Value, fallback: &Value) -> Value {
    if let (Value::Map(fields), Some(rest)) = (&mut noted, fallback.as_map()) {
        for (name, value) in rest {
            fields.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    noted
}

/// The state in the planned form where both mean the same. A comparison that panics leaves it as it came.
pub(super) fn keep_form<T: ?Sized>(
    resource: &Registered<T>,
    old: &Value,
    new: Value,
    diagnostics: &mut Diagnostics,
) -> Value {
    let kept = task::caught(|| prepare::keep_form(&resource.shape.schema, old, new.clone()));
    kept.unwrap_or_else(|panic| {
        diagnostics.push(panic.diagnostic(&resource.name, "comparing two forms of a value"));
        new
    })
}

fn left_over(name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{name}: the provider produced an unplanned result"),
        format!(
            "{name}: a delete without an error returned a state, so the object is kept. The rule: after a delete \
             the state is null. This is a bug in the provider."
        ),
    )
}

fn nothing_made(name: &str, doing: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{name}: the provider produced an unplanned result"),
        format!(
            "{name}: {doing} without an error returned no state. The rule: after a create or update there is an \
             object. This is a bug in the provider."
        ),
    )
}
