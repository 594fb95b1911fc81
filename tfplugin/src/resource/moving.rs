//! What import and move are given and what they answer: objects that exist before this resource type knows them.

use tokio_util::sync::CancellationToken;

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::private::Private;
use crate::value::{Number, Value};

/// What `import` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct ImportRequest {
    /// What the operator named the object by.
    pub by: ImportBy,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What an object to import is named by.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum ImportBy {
    /// An id, of whatever form the provider says.
    Id(String),
    /// An identity by the resource type's schema: what is required is set, what is optional may be null. Only
    /// for resource types that have an identity.
    Identity(Value),
}

impl ImportRequest {
    /// The id, if it is one.
    pub fn id(&self) -> Option<&str> {
        match &self.by {
            ImportBy::Id(id) => Some(id),
            ImportBy::Identity(_) => None,
        }
    }
}

/// What `import` answers.
#[derive(Clone)]
pub struct ImportResponse<M = Value> {
    /// The object, if only a stub that `read` can fill. Its identity must be complete, as far as it was named.
    pub state: Option<M>,
    /// Stored with the object.
    pub private: Private,
    /// Why it can't be imported.
    pub diagnostics: Diagnostics,
}

impl<M> ImportResponse<M> {
    /// An answer without messages.
    pub fn new(state: Option<M>, private: Private) -> Self {
        ImportResponse {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }

    /// It can't be imported.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        ImportResponse {
            state: None,
            private: Private::new(),
            diagnostics: diagnostics.into(),
        }
    }
}

impl<M: Model> ImportResponse<M> {
    /// A stub for `read` to fill: the id in the attribute of that name, or each attribute of the identity in the one
    /// of its name.
    pub fn named(req: &ImportRequest, attribute: &str) -> Self {
        let stub = match &req.by {
            ImportBy::Id(id) => {
                let number = || Some(Value::from(id.parse::<Number>().ok()?));
                let text = M::from_value(&Value::object([(attribute, id.as_str().into())]));
                // An id is always sent as text.
                text.or_else(|unfit| match number() {
                    Some(number) => M::from_value(&Value::object([(attribute, number)])),
                    None => Err(unfit),
                })
            }
            ImportBy::Identity(identity) => M::from_value(identity),
        };
        match stub {
            Ok(stub) => ImportResponse::new(Some(stub), Private::new()),
            Err(unfit) => ImportResponse::failed(Diagnostic::error(
                "the object can't be imported by this name",
                format!("{unfit}."),
            )),
        }
    }
}

/// What `move_state` is given: an object as another resource type stored it.
#[derive(Clone)]
#[non_exhaustive]
pub struct MoveRequest {
    /// The source address of the provider it comes from, such as `registry.terraform.io/hashicorp/null`.
    pub source_provider: String,
    /// The resource type it comes from.
    pub source_type: String,
    /// The version of that type's schema.
    pub source_version: i64,
    /// Its state.
    pub source_state: serde_json::Value,
    /// What the other provider stored with it.
    pub source_private: Private,
    /// Its identity, if it has one.
    pub source_identity: Option<serde_json::Value>,
    /// The version of that identity's schema; Terraform 1.15 leaves it at 0.
    pub source_identity_version: i64,
}

/// What `move_state` answers.
#[derive(Clone)]
pub struct MoveResponse<M = Value> {
    /// The object as this resource type stores it, wholly known; `None` only with an error.
    pub state: Option<M>,
    /// Stored with the object.
    pub private: Private,
    /// Why it can't be moved.
    pub diagnostics: Diagnostics,
}

impl<M> MoveResponse<M> {
    /// An answer without messages.
    pub fn new(state: M, private: Private) -> Self {
        MoveResponse {
            state: Some(state),
            private,
            diagnostics: Diagnostics::new(),
        }
    }

    /// It can't be moved.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        MoveResponse {
            state: None,
            private: Private::new(),
            diagnostics: diagnostics.into(),
        }
    }
}

crate::opaque::opaque!(
    ImportResponse<M>,
    MoveResponse<M>,
    ImportRequest,
    ImportBy,
    MoveRequest
);
