//! What a data source is to the framework. It only reads: nothing of it is stored between runs.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::diag::Diagnostics;
use crate::schema::Schema;
use crate::value::Value;

/// A data source, over untyped values.
#[async_trait]
pub trait DynDataSource: Send + Sync {
    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// Reads it.
    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse;
}

/// What `read` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReadDataRequest<M = Value> {
    /// The configuration, wholly known.
    pub config: M,
    /// What the module says in its `provider_meta` block; null if nothing.
    pub meta: Value,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `read` answers.
#[derive(Clone)]
pub struct ReadDataResponse<M = Value> {
    /// Every attribute, those of the configuration included; `None` only with an error.
    pub state: Option<M>,
    /// What the operator should know.
    pub diagnostics: Diagnostics,
}

impl<M> ReadDataResponse<M> {
    /// An answer without messages.
    pub fn new(state: M) -> Self {
        ReadDataResponse {
            state: Some(state),
            diagnostics: Diagnostics::new(),
        }
    }

    /// It could not be read.
    pub fn failed(diagnostics: impl Into<Diagnostics>) -> Self {
        ReadDataResponse {
            state: None,
            diagnostics: diagnostics.into(),
        }
    }
}

crate::opaque::opaque!(ReadDataRequest<M>, ReadDataResponse<M>);
