//! What a managed resource type is to the framework.
//!
//! Every operation runs to its end even if the host goes away; `stop` is the only way to end one early.

mod asked;
mod checkpoint;
mod moving;

pub use asked::{
    ApplyResponse, CreateRequest, DeleteRequest, PlanDestroyRequest, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse, UpdateRequest,
};
pub use checkpoint::Checkpoint;
pub use moving::{ImportBy, ImportRequest, ImportResponse, MoveRequest, MoveResponse};

use async_trait::async_trait;

use crate::diag::{Diagnostic, Diagnostics};
use crate::identity::IdentitySchema;
use crate::schema::Schema;
use crate::value::Value;

/// A managed resource type, over untyped values.
#[async_trait]
pub trait DynResource: Send + Sync {
    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Its identity, if it has one: needed for import by identity and for listing. Asked once.
    fn identity(&self) -> Option<IdentitySchema> {
        None
    }

    /// The identity of the object with this state, by the identity's schema: unless told otherwise, the attributes of
    /// the state that have the same names. May hold unknowns where the state does. An identity made of anything else
    /// says so: [`IdentitySchema::derived`].
    fn identity_of(&self, state: &Value) -> Value {
        self.identity()
            .map_or(Value::Null, |identity| identity.taken_from(state))
    }

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// Says what apply will do. Called again during apply, so it must be a function of its input alone.
    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        PlanResponse::new(req.proposed, req.private)
    }

    /// May object to, or comment on, a destroy.
    async fn plan_destroy(&self, _req: PlanDestroyRequest) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the object. Once it exists, every answer must carry a state that names it; what stands between it and the
    /// answer can be noted in `req.checkpoint`.
    async fn create(&self, req: CreateRequest) -> ApplyResponse;

    /// Changes the object. On failure the state says what is really there.
    async fn update(&self, req: UpdateRequest) -> ApplyResponse;

    /// Removes the object; a state of `None` says it is gone.
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse;

    /// Says what is there now; a state of `None` says the object is gone.
    async fn read(&self, req: ReadRequest) -> ReadResponse;

    /// Finds an object by the id or identity the operator gave. A stub is enough: a read follows.
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        ImportResponse::failed(no_import(self.type_name(), &req))
    }

    /// Takes over an object of another resource type, named by a `moved` block. Runs without a configuration and
    /// contacts nothing.
    async fn move_state(&self, req: MoveRequest) -> MoveResponse {
        MoveResponse::failed(no_move(self.type_name(), &req))
    }

    /// The configuration that Terraform should generate for an imported object. What only the provider sets, what is
    /// deprecated and what is sensitive stays out of it in any case.
    fn generate_config(&self, state: &Value) -> Value {
        self.schema().configurable(state)
    }

    /// Rewrites a state stored under an older schema version; the result must be an object of the current one,
    /// without other names, and with what is required. Only called for versions below the schema's.
    ///
    /// # Errors
    /// The diagnostic shown to the operator; the state stays as it is.
    fn upgrade(&self, version: i64, _raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        Err(no_upgrade(
            self.type_name(),
            "state",
            version,
            self.schema().version(),
        ))
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

pub(crate) fn no_import(name: &str, req: &ImportRequest) -> Diagnostic {
    let what = match &req.by {
        ImportBy::Id(id) => format!("The object {id:?}"),
        ImportBy::Identity(_) => "The object of this identity".to_owned(),
    };
    Diagnostic::error(
        format!("{name} does not support import"),
        format!("{what} can't be imported: this resource type has no import."),
    )
}

pub(crate) fn no_move(target: &str, req: &MoveRequest) -> Diagnostic {
    let source = &req.source_type;
    Diagnostic::error(
        format!("{target} can't take over a {source}"),
        format!(
            "This provider can't rewrite the state of a {source} into that of a {target}. Remove the moved block; \
             use a removed block for the old address and an import block for the new one."
        ),
    )
}

pub(crate) fn no_upgrade(name: &str, what: &str, version: i64, current: u64) -> Diagnostic {
    Diagnostic::error(
        format!("{name} can't read this {what}"),
        format!(
            "The {what} was stored with schema version {version}; this provider has version {current} and no upgrade \
             from there."
        ),
    )
}
