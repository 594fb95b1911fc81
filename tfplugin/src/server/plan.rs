//! What an apply would do. A function of its input: Terraform asks again during apply and compares the answers.

use std::sync::Arc;

use super::{Registered, Server, check, prepare, replace, task};
use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::private::Private;
use crate::resource::{DynResource, PlanDestroyRequest, PlanRequest, PlanResponse};
use crate::value::Value;

/// What Terraform asks; all values conform to the schema, and null is no object.
pub(crate) struct Plan {
    pub(crate) prior: Value,
    pub(crate) proposed: Value,
    pub(crate) config: Value,
    pub(crate) private: Private,
    pub(crate) meta: Value,
}

/// The answer; without `planned` there is only the reason why.
#[derive(Debug, Default)]
pub(crate) struct Planned {
    pub(crate) planned: Option<Value>,
    pub(crate) requires_replace: Vec<Path>,
    pub(crate) private: Private,
    pub(crate) diagnostics: Diagnostics,
}

impl Server {
    pub(crate) async fn plan(&self, resource: &Arc<Registered<dyn DynResource>>, plan: Plan) -> Planned {
        if plan.proposed.is_null() {
            return self.plan_destroy(resource, plan).await;
        }
        let Registered { name, shape, .. } = resource.as_ref();
        let Plan {
            prior,
            proposed,
            config,
            private,
            meta,
        } = plan;
        let prior = (!prior.is_null()).then_some(prior);
        let prepared = task::caught(|| prepare::prepare(&shape.schema, &config, prior.as_ref(), proposed))
            .map_err(|panic| panic.diagnostic(name, "preparing the plan"))
            .and_then(|proposed| shape.accept(name, "preparing the plan", proposed));
        let proposed = match prepared {
            Ok(proposed) => proposed,
            Err(diagnostic) => {
                return Planned {
                    private,
                    diagnostics: diagnostic.into(),
                    ..Planned::default()
                };
            }
        };
        let handler = resource.clone();
        let request = PlanRequest {
            config: config.clone(),
            prior: prior.clone(),
            proposed,
            private: private.clone(),
            meta,
        };
        let response =
            match task::run(&self.activity, async move { handler.handler.plan(request).await }).await {
                Ok(response) => response,
                Err(panic) => {
                    return Planned {
                        private,
                        diagnostics: panic.diagnostic(name, "planning").into(),
                        ..Planned::default()
                    };
                }
            };
        let PlanResponse {
            planned,
            mut requires_replace,
            private,
            mut diagnostics,
        } = response;
        let planned = match shape.accept(name, "planning", planned) {
            Ok(planned) => planned,
            Err(diagnostic) => {
                diagnostics.push(diagnostic);
                return Planned {
                    private,
                    diagnostics,
                    ..Planned::default()
                };
            }
        };
        if !diagnostics.has_errors() {
            let found = check::plan_follows_config(name, shape, prior.as_ref(), &config, &planned);
            diagnostics.extend(self.judged(&planned, found));
        }
        match &prior {
            Some(prior) => {
                diagnostics.extend(check::paths_exist(
                    name,
                    &shape.ty,
                    prior,
                    &planned,
                    &requires_replace,
                ));
                requires_replace.retain(|path| check::replaces(shape, prior, &planned, path));
                match task::caught(|| replace::replacing(&shape.schema, prior, &planned)) {
                    Ok(paths) => {
                        for path in paths {
                            if !requires_replace.contains(&path) {
                                requires_replace.push(path);
                            }
                        }
                    }
                    Err(panic) => diagnostics.push(panic.diagnostic(name, "deciding on a replacement")),
                }
            }
            None => requires_replace.clear(),
        }
        Planned {
            planned: Some(planned),
            requires_replace,
            private,
            diagnostics,
        }
    }

    async fn plan_destroy(&self, resource: &Arc<Registered<dyn DynResource>>, plan: Plan) -> Planned {
        let Plan {
            prior, private, meta, ..
        } = plan;
        let handler = resource.clone();
        let request = PlanDestroyRequest {
            prior,
            private: private.clone(),
            meta,
        };
        let work = async move { handler.handler.plan_destroy(request).await };
        let diagnostics = task::run(&self.activity, work)
            .await
            .unwrap_or_else(|panic| Diagnostic::into(panic.diagnostic(&resource.name, "planning a destroy")));
        Planned {
            planned: Some(Value::Null),
            requires_replace: Vec::new(),
            private,
            diagnostics,
        }
    }
}
