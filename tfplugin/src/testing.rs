//! Drives a provider in-process, through the same checks as a real run and without a socket: for a provider's own
//! tests.
//!
//! Plays Terraform's part (its proposal, replacement, what is stored) but evaluates no HCL. Not for production.

mod propose;
mod typed;

use std::sync::Arc;

pub use typed::{Stored, Under};

use crate::diag::{Diagnostic, Diagnostics};
use crate::function::FunctionError;
use crate::path::Path;
use crate::private::Private;
use crate::provider::DynProvider;
use crate::resource::{DynResource, ImportBy};
use crate::server::{self, RawState, Registered, Server, final_plan_follows_first};
use crate::value::Value;

/// A provider under test.
pub struct Harness {
    server: Server,
    meta: Value,
}

/// What Terraform stores of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its state.
    pub state: Value,
    /// What the provider stored with it.
    pub private: Private,
}

/// A plan for one object.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The object there is.
    pub prior: Option<Object>,
    /// The configuration; null to destroy.
    pub config: Value,
    /// The planned state; null when destroyed or when there is an error.
    pub planned: Value,
    /// The changed attributes that force a replacement.
    pub requires_replace: Vec<Path>,
    /// Handed to apply.
    pub private: Private,
    /// What the operator reads.
    pub diagnostics: Diagnostics,
    type_name: String,
}

/// What came of an apply, refresh or import.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What is stored now; `None` when there is nothing.
    pub object: Option<Object>,
    /// What the operator reads.
    pub diagnostics: Diagnostics,
}

impl Plan {
    /// Whether apply would do nothing.
    pub fn is_empty(&self) -> bool {
        match &self.prior {
            Some(prior) => prior.state == self.planned,
            None => self.planned.is_null(),
        }
    }
}

impl Harness {
    /// The provider, not yet configured.
    pub fn new(provider: impl DynProvider) -> Harness {
        Harness {
            server: Server::new(provider),
            meta: Value::Null,
        }
    }

    /// What the module says in its `provider_meta` block, from here on.
    ///
    /// # Errors
    /// The provider takes no such block, or the value does not fit it.
    pub fn set_meta(&mut self, meta: Value) -> Result<(), Diagnostic> {
        let shape = self.server.meta.as_ref().ok_or_else(|| {
            Diagnostic::error(
                "the provider takes no provider_meta block",
                "Return a schema from meta_schema first.",
            )
        })?;
        self.meta = shape.conform(meta).map_err(misfit)?;
        Ok(())
    }

    /// What Terraform would refuse about the schemas.
    pub fn schema_faults(&self) -> &Diagnostics {
        &self.server.faults
    }

    /// Gives the provider its block; attributes left out are null.
    pub async fn configure(&self, config: Value) -> Diagnostics {
        match self.server.schema.conform(config) {
            Err(mismatch) => misfit(mismatch).into(),
            Ok(config) => {
                let found = self.server.validate_provider(config.clone()).await;
                if found.has_errors() {
                    return found;
                }
                let mut found = found;
                found.extend(self.server.configure(config, "1.15.0".to_owned()).await);
                found
            }
        }
    }

    /// Validates a resource's configuration.
    pub async fn validate(&self, type_name: &str, config: Value) -> Diagnostics {
        let work = async {
            let resource = self.server.resource(type_name)?;
            let config = resource.shape.conform(config).map_err(misfit)?;
            Ok(self.server.validate(resource, config).await)
        };
        work.await
            .unwrap_or_else(|diagnostic: Diagnostic| diagnostic.into())
    }

    /// Validates and plans a configuration for the object there is, if any.
    pub async fn plan(&self, type_name: &str, prior: Option<Object>, config: Value) -> Plan {
        let mut plan = Plan {
            private: prior
                .as_ref()
                .map(|prior| prior.private.clone())
                .unwrap_or_default(),
            prior,
            config,
            planned: Value::Null,
            requires_replace: Vec::new(),
            diagnostics: Diagnostics::new(),
            type_name: type_name.to_owned(),
        };
        if let Err(diagnostic) = self.plan_into(&mut plan).await {
            plan.diagnostics.push(diagnostic);
        }
        plan
    }

    /// Plans the end of an object.
    pub async fn plan_destroy(&self, type_name: &str, prior: Object) -> Plan {
        self.plan(type_name, Some(prior), Value::Null).await
    }

    /// Does what a plan says: nothing, a create, an update, a delete, or a delete and a create.
    pub async fn apply(&self, plan: Plan) -> Outcome {
        let prior = plan.prior.clone();
        if plan.is_empty() || plan.diagnostics.has_errors() {
            return Outcome {
                object: prior,
                diagnostics: plan.diagnostics,
            };
        }
        match self.apply_one(plan).await {
            Ok(outcome) => outcome,
            Err(diagnostic) => Outcome {
                object: prior,
                diagnostics: diagnostic.into(),
            },
        }
    }

    /// Reads the object again.
    pub async fn refresh(&self, type_name: &str, object: Object) -> Outcome {
        match self.server.resource(type_name) {
            Err(diagnostic) => Outcome {
                object: Some(object),
                diagnostics: diagnostic.into(),
            },
            Ok(resource) => {
                let read = server::Read {
                    state: object.state,
                    private: object.private,
                    meta: self.meta.clone(),
                };
                let read = self.server.read(resource, read).await;
                Outcome {
                    object: stored(read.state, read.private),
                    diagnostics: read.diagnostics,
                }
            }
        }
    }

    /// Imports an object and reads it, as Terraform does.
    pub async fn import(&self, type_name: &str, id: &str) -> Outcome {
        let resource = match self.server.resource(type_name) {
            Ok(resource) => resource,
            Err(diagnostic) => {
                return Outcome {
                    object: None,
                    diagnostics: diagnostic.into(),
                };
            }
        };
        let imported = self.server.import(resource, ImportBy::Id(id.to_owned())).await;
        let Some(state) = imported.state else {
            return Outcome {
                object: None,
                diagnostics: imported.diagnostics,
            };
        };
        let mut outcome = self
            .refresh(
                type_name,
                Object {
                    state,
                    private: imported.private,
                },
            )
            .await;
        let mut diagnostics = imported.diagnostics;
        diagnostics.extend(outcome.diagnostics);
        outcome.diagnostics = diagnostics;
        outcome
    }

    /// Reads state stored under a schema version.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn upgrade(
        &self,
        type_name: &str,
        version: i64,
        raw: &serde_json::Value,
    ) -> Result<Value, Diagnostic> {
        let resource = self.server.resource(type_name)?;
        let raw = RawState {
            version,
            json: Some(raw.to_string().into_bytes()),
        };
        self.server.upgrade(resource, raw).await
    }

    /// Validates and reads a data source.
    pub async fn read_data_source(&self, type_name: &str, config: Value) -> (Option<Value>, Diagnostics) {
        let work = async {
            let source = self.server.data_source(type_name)?;
            let config = source.shape.conform(config).map_err(misfit)?;
            let mut found = self.server.validate(source, config.clone()).await;
            if found.has_errors() {
                return Ok((None, found));
            }
            let (state, more) = self
                .server
                .read_data_source(source, config, self.meta.clone())
                .await;
            found.extend(more);
            Ok((state, found))
        };
        work.await
            .unwrap_or_else(|diagnostic: Diagnostic| (None, diagnostic.into()))
    }

    /// Calls a function.
    ///
    /// # Errors
    /// What the operator reads.
    pub async fn call_function(&self, name: &str, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let function = self.server.function(name)?;
        let types = function.argument_types(arguments.len())?;
        let typed = arguments
            .into_iter()
            .zip(&types)
            .enumerate()
            .map(|(at, (argument, ty))| {
                ty.conform(argument)
                    .map_err(|mismatch| FunctionError::argument(at, mismatch.to_string()))
            });
        let typed = typed.collect::<Result<_, _>>()?;
        self.server.call_function(function, typed).await
    }

    /// The operator stops the run: cancels every request until the next `configure`.
    pub fn stop(&self) {
        self.server.stop();
    }

    async fn plan_into(&self, plan: &mut Plan) -> Result<(), Diagnostic> {
        let resource = self.server.resource(&plan.type_name)?;
        plan.config = resource
            .shape
            .conform(std::mem::take(&mut plan.config))
            .map_err(misfit)?;
        if !plan.config.is_null() {
            plan.diagnostics = self.server.validate(resource, plan.config.clone()).await;
            if plan.diagnostics.has_errors() {
                return Ok(());
            }
        }
        let prior = plan.prior.as_ref().map(|prior| prior.state.clone());
        self.plan_once(resource, plan, prior).await
    }

    /// Fills in what the provider plans, from `prior` to the plan's configuration.
    async fn plan_once(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        plan: &mut Plan,
        prior: Option<Value>,
    ) -> Result<(), Diagnostic> {
        let prior = prior.unwrap_or_default();
        let proposed = propose::propose(&resource.shape.schema, &prior, &plan.config);
        let asked = server::Plan {
            prior,
            proposed: resource.shape.conform(proposed).map_err(misfit)?,
            config: plan.config.clone(),
            private: plan.private.clone(),
            meta: self.meta.clone(),
        };
        let planned = self.server.plan(resource, asked).await;
        plan.planned = planned.planned.unwrap_or_default();
        plan.private = planned.private;
        plan.requires_replace = planned.requires_replace;
        plan.diagnostics.extend(planned.diagnostics);
        Ok(())
    }

    /// Terraform plans once more before it applies, and holds the second plan against the first.
    async fn plan_again(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        plan: &mut Plan,
        prior: &Value,
    ) -> Result<Diagnostics, Diagnostic> {
        let mut last = Plan {
            diagnostics: Diagnostics::new(),
            ..plan.clone()
        };
        let prior = (!prior.is_null()).then(|| prior.clone());
        self.plan_once(resource, &mut last, prior).await?;
        let Registered { name, shape, .. } = resource.as_ref();
        let mut found = last.diagnostics.clone();
        if !found.has_errors() {
            found = final_plan_follows_first(name, shape, &plan.planned, &last.planned);
        }
        (plan.planned, plan.private) = (last.planned, last.private);
        Ok(found)
    }

    async fn apply_one(&self, mut plan: Plan) -> Result<Outcome, Diagnostic> {
        let resource = self.server.resource(&plan.type_name)?;
        let mut prior = plan.prior.take().map(|prior| prior.state).unwrap_or_default();
        let mut diagnostics = Diagnostics::new();
        if !plan.requires_replace.is_empty() && !prior.is_null() && !plan.planned.is_null() {
            let delete = server::Apply {
                prior,
                planned: Value::Null,
                config: Value::Null,
                private: plan.private.clone(),
                meta: self.meta.clone(),
            };
            let gone = self.server.apply(resource, delete).await;
            diagnostics.extend(gone.diagnostics);
            if diagnostics.has_errors() {
                return Ok(Outcome {
                    object: stored(gone.state, gone.private),
                    diagnostics,
                });
            }
            prior = Value::Null;
            self.plan_once(resource, &mut plan, None).await?;
            if plan.diagnostics.has_errors() {
                return Ok(Outcome {
                    object: None,
                    diagnostics: plan.diagnostics,
                });
            }
        }
        if !plan.planned.is_null() {
            diagnostics.extend(self.plan_again(resource, &mut plan, &prior).await?);
            if diagnostics.has_errors() {
                let object = stored(prior, plan.private);
                return Ok(Outcome { object, diagnostics });
            }
        }
        let Plan {
            config,
            planned,
            private,
            ..
        } = plan;
        let applied = self
            .server
            .apply(
                resource,
                server::Apply {
                    prior,
                    planned,
                    config,
                    private,
                    meta: self.meta.clone(),
                },
            )
            .await;
        diagnostics.extend(applied.diagnostics);
        Ok(Outcome {
            object: stored(applied.state, applied.private),
            diagnostics,
        })
    }
}

fn stored(state: Value, private: Private) -> Option<Object> {
    (!state.is_null()).then_some(Object { state, private })
}

fn misfit(mismatch: crate::ty::Mismatch) -> Diagnostic {
    Diagnostic::error("the value does not fit the schema", mismatch.to_string()).at(mismatch.path)
}
