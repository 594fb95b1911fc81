//! Managed resource types over a model.

use async_trait::async_trait;

use super::{checked, fitting, read};
use crate::diag::{Diagnostic, Diagnostics};
use crate::identity::IdentitySchema;
use crate::model::Model;
use crate::resource::{
    ApplyResponse, CreateRequest, DeleteRequest, DynResource, ImportRequest, ImportResponse, MoveRequest,
    MoveResponse, PlanDestroyRequest, PlanRequest, PlanResponse, ReadRequest, ReadResponse, UpdateRequest,
    no_import, no_move, no_upgrade,
};
use crate::schema::Schema;
use crate::value::Value;

/// A managed resource type. Registered with [`resource`].
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// Its attributes and blocks.
    type Model: Model;

    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema, which must have the type of the model's.
    fn schema(&self) -> Schema {
        Self::Model::schema()
    }

    /// Its identity, if it has one: needed for import by identity and for listing. Asked once.
    fn identity(&self) -> Option<IdentitySchema> {
        None
    }

    /// The identity of the object with this state, by the identity's schema: unless told otherwise, the attributes
    /// of the state that have the same names. May hold unknowns where the state does. An identity made of anything
    /// else says so: [`IdentitySchema::derived`].
    fn identity_of(&self, state: &Self::Model) -> Value {
        let state = state.clone().into_value();
        self.identity()
            .map_or(Value::Null, |identity| identity.taken_from(&state))
    }

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Self::Model, _diags: &mut Diagnostics) {}

    /// Says what apply will do; unless told otherwise, what Terraform and the schema propose. Called again during
    /// apply, so it must be a function of its input alone.
    async fn plan(&self, req: PlanRequest<Self::Model>) -> PlanResponse<Self::Model> {
        PlanResponse::new(req.proposed, req.private)
    }

    /// May object to, or comment on, a destroy.
    async fn plan_destroy(&self, _req: PlanDestroyRequest<Self::Model>) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the object. Once it exists, every answer must carry a state that names it; what stands between it and the
    /// answer can be noted in `req.checkpoint`.
    async fn create(&self, req: CreateRequest<Self::Model>) -> ApplyResponse<Self::Model>;

    /// Changes the object. On failure the state says what is really there.
    async fn update(&self, req: UpdateRequest<Self::Model>) -> ApplyResponse<Self::Model>;

    /// Removes the object; a state of `None` says it is gone.
    async fn delete(&self, req: DeleteRequest<Self::Model>) -> ApplyResponse<Self::Model>;

    /// Says what is there now; a state of `None` says the object is gone.
    async fn read(&self, req: ReadRequest<Self::Model>) -> ReadResponse<Self::Model>;

    /// Finds an object by the id or identity the operator gave. A stub is enough: a read follows. Where the id is an
    /// attribute, [`ImportResponse::named`] is all it takes.
    async fn import(&self, req: ImportRequest) -> ImportResponse<Self::Model> {
        ImportResponse::failed(no_import(self.type_name(), &req))
    }

    /// Takes over an object of another resource type, named by a `moved` block. Runs without a configuration and
    /// contacts nothing.
    async fn move_state(&self, req: MoveRequest) -> MoveResponse<Self::Model> {
        MoveResponse::failed(no_move(self.type_name(), &req))
    }

    /// The configuration that Terraform should generate for an imported object. What only the provider sets, what is
    /// deprecated and what is sensitive stays out of it in any case.
    fn generate_config(&self, state: &Self::Model) -> Value {
        self.schema().configurable(&state.clone().into_value())
    }

    /// Rewrites a state stored under an older schema version; the result must be an object of the current one,
    /// without other names, and with what is required. Only called for versions below the schema's.
    ///
    /// # Errors
    /// The diagnostic shown to the operator; the state stays as it is.
    fn upgrade(&self, version: i64, _raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        let current = self.schema().version();
        Err(no_upgrade(self.type_name(), "state", version, current))
    }

    /// As [`upgrade`](Self::upgrade), for a stored identity.
    ///
    /// # Errors
    /// The diagnostic shown to the operator; the identity stays as it is.
    fn upgrade_identity(
        &self,
        version: i64,
        _raw: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        let current = self.identity().map_or(0, |identity| identity.version());
        Err(no_upgrade(self.type_name(), "identity", version, current))
    }
}

/// The resource type as the framework takes it.
pub fn resource(resource: impl Resource) -> Box<dyn DynResource> {
    Box::new(Typed(resource))
}

struct Typed<R>(R);

impl<R: Resource> Typed<R> {
    fn model(&self, value: &Value) -> Result<R::Model, Diagnostic> {
        read(self.0.type_name(), value)
    }
}

#[async_trait]
impl<R: Resource> DynResource for Typed<R> {
    fn type_name(&self) -> &str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        fitting::<R::Model>(self.0.schema())
    }

    fn identity(&self) -> Option<IdentitySchema> {
        self.0.identity()
    }

    fn identity_of(&self, state: &Value) -> Value {
        match self.model(state) {
            Ok(state) => self.0.identity_of(&state),
            // No object, or one that the caller refuses in more words.
            Err(_) => self
                .identity()
                .map_or(Value::Null, |identity| identity.taken_from(state)),
        }
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if let Some(config) = checked(self.0.type_name(), config, diags) {
            self.0.validate(&config, diags).await;
        }
    }

    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        let read = |req: &PlanRequest| {
            Ok(PlanRequest {
                config: self.model(&req.config)?,
                prior: req.prior.as_ref().map(|prior| self.model(prior)).transpose()?,
                proposed: self.model(&req.proposed)?,
                private: req.private.clone(),
                meta: req.meta.clone(),
            })
        };
        match read(&req) {
            Ok(typed) => {
                let planned = self.0.plan(typed).await;
                PlanResponse {
                    planned: planned.planned.into_value(),
                    requires_replace: planned.requires_replace,
                    private: planned.private,
                    diagnostics: planned.diagnostics,
                }
            }
            Err(unfit) => PlanResponse {
                diagnostics: Diagnostic::into(unfit),
                ..PlanResponse::new(req.proposed, req.private)
            },
        }
    }

    async fn plan_destroy(&self, req: PlanDestroyRequest) -> Diagnostics {
        match self.model(&req.prior) {
            Ok(prior) => {
                let PlanDestroyRequest { private, meta, .. } = req;
                self.0
                    .plan_destroy(PlanDestroyRequest { prior, private, meta })
                    .await
            }
            Err(unfit) => unfit.into(),
        }
    }

    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let models = || Ok((self.model(&req.config)?, self.model(&req.planned)?));
        let (config, planned) = match models() {
            Ok(models) => models,
            Err(unfit) => return unread(None, req.private, unfit),
        };
        let CreateRequest {
            private,
            meta,
            stop,
            checkpoint,
            ..
        } = req;
        let typed = CreateRequest {
            config,
            planned,
            private,
            meta,
            stop,
            checkpoint: checkpoint.over(),
        };
        applied(self.0.create(typed).await)
    }

    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        let models = || {
            Ok((
                self.model(&req.config)?,
                self.model(&req.prior)?,
                self.model(&req.planned)?,
            ))
        };
        let (config, prior, planned) = match models() {
            Ok(models) => models,
            Err(unfit) => return unread(Some(req.prior), req.private, unfit),
        };
        let UpdateRequest {
            private,
            meta,
            stop,
            checkpoint,
            ..
        } = req;
        let typed = UpdateRequest {
            config,
            prior,
            planned,
            private,
            meta,
            stop,
            checkpoint: checkpoint.over(),
        };
        applied(self.0.update(typed).await)
    }

    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let prior = match self.model(&req.prior) {
            Ok(prior) => prior,
            Err(unfit) => return unread(Some(req.prior), req.private, unfit),
        };
        let DeleteRequest {
            private, meta, stop, ..
        } = req;
        applied(
            self.0
                .delete(DeleteRequest {
                    prior,
                    private,
                    meta,
                    stop,
                })
                .await,
        )
    }

    async fn read(&self, req: ReadRequest) -> ReadResponse {
        let state = match self.model(&req.state) {
            Ok(state) => state,
            Err(unfit) => {
                return ReadResponse {
                    diagnostics: unfit.into(),
                    ..ReadResponse::new(Some(req.state), req.private)
                };
            }
        };
        let ReadRequest {
            private, meta, stop, ..
        } = req;
        let found = self
            .0
            .read(ReadRequest {
                state,
                private,
                meta,
                stop,
            })
            .await;
        ReadResponse {
            state: found.state.map(Model::into_value),
            private: found.private,
            diagnostics: found.diagnostics,
        }
    }

    async fn import(&self, req: ImportRequest) -> ImportResponse {
        let found = self.0.import(req).await;
        ImportResponse {
            state: found.state.map(Model::into_value),
            private: found.private,
            diagnostics: found.diagnostics,
        }
    }

    async fn move_state(&self, req: MoveRequest) -> MoveResponse {
        let moved = self.0.move_state(req).await;
        MoveResponse {
            state: moved.state.map(Model::into_value),
            private: moved.private,
            diagnostics: moved.diagnostics,
        }
    }

    fn generate_config(&self, state: &Value) -> Value {
        match self.model(state) {
            Ok(state) => self.0.generate_config(&state),
            Err(_) => self.0.schema().configurable(state),
        }
    }

    fn upgrade(&self, version: i64, raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        self.0.upgrade(version, raw)
    }

    fn upgrade_identity(
        &self,
        version: i64,
        raw: serde_json::Value,
    ) -> Result<serde_json::Value, Diagnostic> {
        self.0.upgrade_identity(version, raw)
    }
}

fn applied<M: Model>(done: ApplyResponse<M>) -> ApplyResponse {
    ApplyResponse {
        state: done.state.map(Model::into_value),
        private: done.private,
        diagnostics: done.diagnostics,
    }
}

/// Nothing was done: what was there is still there.
fn unread(state: Option<Value>, private: crate::private::Private, unfit: Diagnostic) -> ApplyResponse {
    ApplyResponse {
        diagnostics: unfit.into(),
        ..ApplyResponse::new(state, private)
    }
}
