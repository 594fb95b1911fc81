//! The life of an object under test: planned, applied, refreshed, imported, moved, upgraded.
//!
//! Does with each what Terraform would, in its order, and keeps what Terraform would keep.

use std::sync::Arc;

use super::{Harness, Object, Outcome, Plan, misfit, propose, stored};
use crate::diag::{Diagnostic, Diagnostics};
use crate::resource::{DynResource, ImportBy, MoveRequest};
use crate::server::{self, RawState, Registered, final_plan_follows_first};
use crate::value::Value;

impl Harness {
    /// Validates and plans a configuration for the object there is, if any.
    pub async fn plan(&self, type_name: &str, prior: Option<Object>, config: Value) -> Plan {
        let prior_identity = identity(prior.as_ref());
        let mut plan = Plan {
            private: prior
                .as_ref()
                .map(|prior| prior.private.clone())
                .unwrap_or_default(),
            prior,
            config,
            planned: Value::Null,
            requires_replace: Vec::new(),
            identity: prior_identity,
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
                let (read, identity) = self.server.read_identified(resource, read, object.identity).await;
                Outcome {
                    object: stored(read.state, read.private, identity),
                    diagnostics: read.diagnostics,
                }
            }
        }
    }

    /// Imports an object by its id and reads it, as Terraform does.
    pub async fn import(&self, type_name: &str, id: &str) -> Outcome {
        self.import_by(type_name, ImportBy::Id(id.to_owned())).await
    }

    /// Imports an object by its identity and reads it; attributes left out are null.
    pub async fn import_by_identity(&self, type_name: &str, identity: Value) -> Outcome {
        let fits = |schema: &Arc<server::Identity>| schema.ty.conform(identity).map_err(misfit);
        match self.server.identity(type_name).and_then(fits) {
            Ok(identity) => self.import_by(type_name, ImportBy::Identity(identity)).await,
            Err(diagnostic) => failed(diagnostic),
        }
    }

    /// Takes over an object of another resource type, as a `moved` block says.
    pub async fn move_state(&self, type_name: &str, source: MoveRequest) -> Outcome {
        let resource = match self.server.resource(type_name) {
            Ok(resource) => resource,
            Err(diagnostic) => return failed(diagnostic),
        };
        let moved = self.server.take_over(resource, source).await;
        let (moved, identity) = self.server.identify_imported(resource, moved, None).await;
        Outcome {
            object: stored(moved.state.unwrap_or_default(), moved.private, identity),
            diagnostics: moved.diagnostics,
        }
    }

    /// The configuration that Terraform would write for an object.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn generate_config(&self, type_name: &str, state: Value) -> Result<Value, Diagnostic> {
        let resource = self.server.resource(type_name)?;
        let state = resource.shape.conform(state).map_err(misfit)?;
        self.server.generate_config(resource, state).await
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
        let raw = stored_as(version, raw);
        self.server.upgrade(resource, raw).await
    }

    /// Reads an identity stored under a version of its schema.
    ///
    /// # Errors
    /// Why it can't be read.
    pub async fn upgrade_identity(
        &self,
        type_name: &str,
        version: i64,
        raw: &serde_json::Value,
    ) -> Result<Value, Diagnostic> {
        let resource = self.server.resource(type_name)?;
        let raw = stored_as(version, raw);
        self.server.upgrade_identity(resource, raw).await
    }

    async fn import_by(&self, type_name: &str, by: ImportBy) -> Outcome {
        let resource = match self.server.resource(type_name) {
            Ok(resource) => resource,
            Err(diagnostic) => return failed(diagnostic),
        };
        let asked = match &by {
            ImportBy::Id(_) => None,
            ImportBy::Identity(identity) => Some(identity.clone()),
        };
        let imported = self.server.import(resource, by).await;
        let (imported, identity) = self
            .server
            .identify_imported(resource, imported, asked.as_ref())
            .await;
        let Some(object) = stored(imported.state.unwrap_or_default(), imported.private, identity) else {
            return Outcome {
                object: None,
                diagnostics: imported.diagnostics,
            };
        };
        let read = self.refresh(type_name, object).await;
        let mut diagnostics = imported.diagnostics;
        diagnostics.extend(read.diagnostics);
        Outcome {
            object: read.object,
            diagnostics,
        }
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
        let prior = plan.prior.clone();
        self.plan_once(resource, plan, prior.as_ref()).await
    }

    /// Fills in what the provider plans, from `prior` to the plan's configuration.
    async fn plan_once(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        plan: &mut Plan,
        prior: Option<&Object>,
    ) -> Result<(), Diagnostic> {
        let had = identity(prior);
        let prior = prior.map(|prior| prior.state.clone()).unwrap_or_default();
        let proposed = propose::propose(&resource.shape.schema, &prior, &plan.config);
        let asked = server::Plan {
            prior,
            proposed: resource.shape.conform(proposed).map_err(misfit)?,
            config: plan.config.clone(),
            private: plan.private.clone(),
            meta: self.meta.clone(),
        };
        let (planned, identity) = self.server.plan_identified(resource, asked, had).await;
        plan.identity = identity;
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
        prior: Option<&Object>,
    ) -> Result<Diagnostics, Diagnostic> {
        let mut last = Plan {
            diagnostics: Diagnostics::new(),
            ..plan.clone()
        };
        self.plan_once(resource, &mut last, prior).await?;
        let Registered { name, shape, .. } = resource.as_ref();
        let mut found = last.diagnostics.clone();
        if !found.has_errors() {
            found = final_plan_follows_first(name, shape, &plan.planned, &last.planned);
        }
        (plan.planned, plan.private, plan.identity) = (last.planned, last.private, last.identity);
        Ok(found)
    }

    async fn apply_one(&self, mut plan: Plan) -> Result<Outcome, Diagnostic> {
        let resource = self.server.resource(&plan.type_name)?;
        let mut prior = plan.prior.take();
        let mut diagnostics = Diagnostics::new();
        let replaces = !plan.requires_replace.is_empty() && !plan.planned.is_null();
        if let Some(former) = prior.take_if(|_| replaces) {
            let delete = server::Apply {
                prior: former.state,
                planned: Value::Null,
                config: Value::Null,
                private: plan.private.clone(),
                meta: self.meta.clone(),
            };
            let (gone, identity) = self
                .server
                .apply_identified(resource, delete, former.identity)
                .await;
            diagnostics.extend(gone.diagnostics);
            if diagnostics.has_errors() {
                let object = stored(gone.state, gone.private, identity);
                return Ok(Outcome { object, diagnostics });
            }
            self.plan_once(resource, &mut plan, None).await?;
            if plan.diagnostics.has_errors() {
                return Ok(Outcome {
                    object: None,
                    diagnostics: plan.diagnostics,
                });
            }
        }
        if !plan.planned.is_null() {
            diagnostics.extend(self.plan_again(resource, &mut plan, prior.as_ref()).await?);
            if diagnostics.has_errors() {
                let object = prior;
                return Ok(Outcome { object, diagnostics });
            }
        }
        let apply = server::Apply {
            prior: prior.map(|prior| prior.state).unwrap_or_default(),
            planned: plan.planned,
            config: plan.config,
            private: plan.private,
            meta: self.meta.clone(),
        };
        let (applied, identity) = self.server.apply_identified(resource, apply, plan.identity).await;
        diagnostics.extend(applied.diagnostics);
        let object = stored(applied.state, applied.private, identity);
        Ok(Outcome { object, diagnostics })
    }
}

fn identity(object: Option<&Object>) -> Value {
    object.map(|object| object.identity.clone()).unwrap_or_default()
}

fn failed(diagnostic: Diagnostic) -> Outcome {
    Outcome {
        object: None,
        diagnostics: diagnostic.into(),
    }
}

/// State or identity as Terraform hands it back.
fn stored_as(version: i64, raw: &serde_json::Value) -> RawState {
    RawState {
        version,
        json: Some(raw.to_string().into_bytes()),
    }
}
