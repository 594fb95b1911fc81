//! What the operations on an object are given and what they answer, over untyped values unless a model is named.

use tokio_util::sync::CancellationToken;

use super::Checkpoint;
use crate::diag::Diagnostics;
use crate::path::Path;
use crate::private::Private;
use crate::value::Value;

/// What `plan` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlanRequest<M = Value> {
    /// The configuration; may hold unknowns.
    pub config: M,
    /// The stored state; `None` when the object is to be created.
    pub prior: Option<M>,
    /// Terraform's proposal with defaults filled in, write-only attributes null, and every computed attribute
    /// whose configuration is null unknown if the object is created or anything else changes, else as in `prior`.
    pub proposed: M,
    /// Whatever the provider stored with the object.
    pub private: Private,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
}

/// What `plan` answers.
#[derive(Clone)]
pub struct PlanResponse<M = Value> {
    /// The planned state.
    pub planned: M,
    /// Changed attributes that force a replacement, besides those the schema marks.
    pub requires_replace: Vec<Path>,
    /// Handed to apply.
    pub private: Private,
    /// What the operator should know.
    pub diagnostics: Diagnostics,
}

impl<M> PlanResponse<M> {
    /// A plan without replacement or messages.
    pub fn new(planned: M, private: Private) -> Self {
        PlanResponse {
            planned,
            requires_replace: Vec::new(),
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

/// What `plan_destroy` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlanDestroyRequest<M = Value> {
    /// The stored state.
    pub prior: M,
    /// Whatever the provider stored with the object.
    pub private: Private,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
}

/// What `create` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct CreateRequest<M = Value> {
    /// The configuration, wholly known; the only place that has write-only values.
    pub config: M,
    /// What was planned.
    pub planned: M,
    /// What plan handed on.
    pub private: Private,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
    /// Where to note what exists before the answer says so.
    pub checkpoint: Checkpoint<M>,
}

/// What `update` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct UpdateRequest<M = Value> {
    /// The configuration, wholly known; the only place that has write-only values.
    pub config: M,
    /// The state before.
    pub prior: M,
    /// What was planned.
    pub planned: M,
    /// What plan handed on.
    pub private: Private,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
    /// Where to note what exists before the answer says so.
    pub checkpoint: Checkpoint<M>,
}

/// What `delete` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct DeleteRequest<M = Value> {
    /// The state before.
    pub prior: M,
    /// What plan handed on.
    pub private: Private,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `create`, `update` and `delete` answer.
#[derive(Clone)]
pub struct ApplyResponse<M = Value> {
    /// What is there now; `None` when there is nothing.
    pub state: Option<M>,
    /// Stored with the object.
    pub private: Private,
    /// With an error, a created object is tainted and an updated one keeps the state given here.
    pub diagnostics: Diagnostics,
}

impl<M> ApplyResponse<M> {
    /// An answer without messages.
    pub fn new(state: Option<M>, private: Private) -> Self {
        ApplyResponse {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

impl<M> ApplyResponse<M> {
    /// What came of an attempt: the object there is now, or `None` when it is gone; or else the error, and what is there
    /// all the same.
    ///
    /// ```
    /// # use tfplugin::{ApplyResponse, Private, Value};
    /// let failed: Result<Value, _> = Err("the disk is full");
    /// let answer = ApplyResponse::tried(failed, None, Private::new());
    /// assert_eq!(answer.diagnostics.iter().next().map(|said| said.summary.as_str()), Some("the disk is full"));
    /// ```
    pub fn tried<E: std::fmt::Display>(
        outcome: Result<impl Into<Option<M>>, E>,
        otherwise: Option<M>,
        private: Private,
    ) -> Self {
        match outcome {
            Ok(state) => ApplyResponse::new(state.into(), private),
            Err(error) => ApplyResponse::new(otherwise, private).error(error.to_string(), ""),
        }
    }
}

/// What `read` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReadRequest<M = Value> {
    /// The stored state; after an import most of it is null.
    pub state: M,
    /// Whatever the provider stored with the object.
    pub private: Private,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `read` answers.
#[derive(Clone)]
pub struct ReadResponse<M = Value> {
    /// What is there now; `None` when the object is gone.
    pub state: Option<M>,
    /// Stored with the object; hand on what was received, or it is erased.
    pub private: Private,
    /// With an error, the stored state stays as it was.
    pub diagnostics: Diagnostics,
}

impl<M> ReadResponse<M> {
    /// An answer without messages.
    pub fn new(state: Option<M>, private: Private) -> Self {
        ReadResponse {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

macro_rules! says {
    ($($response:ident),*) => {
        $(impl<M> $response<M> {
            /// Adds an error. What the answer says of the object still counts.
            #[must_use]
            pub fn error(mut self, summary: impl Into<String>, detail: impl Into<String>) -> Self {
                self.diagnostics.error(summary, detail);
                self
            }

            /// Adds a warning.
            #[must_use]
            pub fn warning(mut self, summary: impl Into<String>, detail: impl Into<String>) -> Self {
                self.diagnostics.warning(summary, detail);
                self
            }
        })*
    };
}

says!(PlanResponse, ApplyResponse, ReadResponse);

crate::opaque::opaque!(
    PlanRequest<M>,
    PlanResponse<M>,
    PlanDestroyRequest<M>,
    CreateRequest<M>,
    UpdateRequest<M>,
    DeleteRequest<M>,
    ApplyResponse<M>,
    ReadRequest<M>,
    ReadResponse<M>
);
