//! What a managed resource type is to the framework, and what each of its operations is given and answers.
//!
//! Every operation runs to its end even if the host goes away; `stop` is the only way to end one early.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::Schema;
use crate::value::Value;

/// A managed resource type.
#[async_trait]
pub trait Resource: Send + Sync {
    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// Says what apply will do. Called again during apply, so it must be a function of its input alone.
    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        PlanResponse::new(req.proposed, req.private)
    }

    /// May object to, or comment on, a destroy.
    async fn plan_destroy(&self, _prior: Value, _private: Vec<u8>) -> Diagnostics {
        Diagnostics::new()
    }

    /// Makes the object. Once it exists, every answer must carry a state that names it.
    async fn create(&self, req: CreateRequest) -> ApplyResponse;

    /// Changes the object. On failure the state says what is really there.
    async fn update(&self, req: UpdateRequest) -> ApplyResponse;

    /// Removes the object; a state of `None` says it is gone.
    async fn delete(&self, req: DeleteRequest) -> ApplyResponse;

    /// Says what is there now; a state of `None` says the object is gone.
    async fn read(&self, req: ReadRequest) -> ReadResponse;

    /// Finds an object by the id the operator gave. A stub is enough: a read follows.
    async fn import(&self, req: ImportRequest) -> ImportResponse {
        let diagnostic = Diagnostic::error(
            format!("{} does not support import", self.type_name()),
            format!(
                "The object {:?} can't be imported: this resource type has no import.",
                req.id
            ),
        );
        ImportResponse {
            state: None,
            private: Vec::new(),
            diagnostics: diagnostic.into(),
        }
    }

    /// Rewrites a state stored under an older schema version; the result is read by the current schema. Only
    /// called for versions below the schema's.
    ///
    /// # Errors
    /// The diagnostic shown to the operator; the state stays as it is.
    fn upgrade(&self, version: i64, _raw: serde_json::Value) -> Result<serde_json::Value, Diagnostic> {
        Err(Diagnostic::error(
            format!("{} can't read this state", self.type_name()),
            format!(
                "The state was stored with schema version {version}; this provider has version {} and no upgrade from there.",
                self.schema().version()
            ),
        ))
    }
}

/// What `plan` is given.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// The configuration; may hold unknowns.
    pub config: Value,
    /// The stored state; `None` when the object is to be created.
    pub prior: Option<Value>,
    /// Terraform's proposal with defaults filled in, write-only attributes null, and every computed attribute
    /// whose configuration is null unknown if the object is created or anything else changes, else as in `prior`.
    pub proposed: Value,
    /// Whatever the provider stored with the object.
    pub private: Vec<u8>,
}

/// What `plan` answers.
#[derive(Clone, Debug)]
pub struct PlanResponse {
    /// The planned state.
    pub planned: Value,
    /// Changed attributes that force a replacement, besides those the schema marks.
    pub requires_replace: Vec<Path>,
    /// Handed to apply.
    pub private: Vec<u8>,
    /// What the operator should know.
    pub diagnostics: Diagnostics,
}

impl PlanResponse {
    /// A plan without replacement or messages.
    pub fn new(planned: Value, private: Vec<u8>) -> Self {
        PlanResponse {
            planned,
            requires_replace: Vec::new(),
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

/// What `create` is given.
#[derive(Clone, Debug)]
pub struct CreateRequest {
    /// The configuration, wholly known; the only place that has write-only values.
    pub config: Value,
    /// What was planned.
    pub planned: Value,
    /// What plan handed on.
    pub private: Vec<u8>,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `update` is given.
#[derive(Clone, Debug)]
pub struct UpdateRequest {
    /// The configuration, wholly known; the only place that has write-only values.
    pub config: Value,
    /// The state before.
    pub prior: Value,
    /// What was planned.
    pub planned: Value,
    /// What plan handed on.
    pub private: Vec<u8>,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `delete` is given.
#[derive(Clone, Debug)]
pub struct DeleteRequest {
    /// The state before.
    pub prior: Value,
    /// What plan handed on.
    pub private: Vec<u8>,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `create`, `update` and `delete` answer.
#[derive(Clone, Debug)]
pub struct ApplyResponse {
    /// What is there now; `None` when there is nothing.
    pub state: Option<Value>,
    /// Stored with the object.
    pub private: Vec<u8>,
    /// With an error, a created object is tainted and an updated one keeps the state given here.
    pub diagnostics: Diagnostics,
}

impl ApplyResponse {
    /// An answer without messages.
    pub fn new(state: Option<Value>, private: Vec<u8>) -> Self {
        ApplyResponse {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

/// What `read` is given.
#[derive(Clone, Debug)]
pub struct ReadRequest {
    /// The stored state; after an import most of it is null.
    pub state: Value,
    /// Whatever the provider stored with the object.
    pub private: Vec<u8>,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `read` answers.
#[derive(Clone, Debug)]
pub struct ReadResponse {
    /// What is there now; `None` when the object is gone.
    pub state: Option<Value>,
    /// Stored with the object; hand on what was received, or it is erased.
    pub private: Vec<u8>,
    /// With an error, the stored state stays as it was.
    pub diagnostics: Diagnostics,
}

impl ReadResponse {
    /// An answer without messages.
    pub fn new(state: Option<Value>, private: Vec<u8>) -> Self {
        ReadResponse {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

/// What `import` is given.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The id the operator gave.
    pub id: String,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `import` answers.
#[derive(Clone, Debug)]
pub struct ImportResponse {
    /// The object, if only a stub that `read` can fill.
    pub state: Option<Value>,
    /// Stored with the object.
    pub private: Vec<u8>,
    /// Why it can't be imported.
    pub diagnostics: Diagnostics,
}

impl ImportResponse {
    /// An answer without messages.
    pub fn new(state: Option<Value>, private: Vec<u8>) -> Self {
        ImportResponse {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}
