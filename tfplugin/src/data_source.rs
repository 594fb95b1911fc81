//! What a data source is to the framework. It only reads: nothing of it is stored between runs.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::diag::Diagnostics;
use crate::schema::Schema;
use crate::value::Value;

/// A data source.
#[async_trait]
pub trait DataSource: Send + Sync {
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
#[derive(Clone, Debug)]
pub struct ReadDataRequest {
    /// The configuration, wholly known.
    pub config: Value,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

/// What `read` answers.
#[derive(Clone, Debug)]
pub struct ReadDataResponse {
    /// Every attribute, those of the configuration included; null only with an error.
    pub state: Value,
    /// What the operator should know.
    pub diagnostics: Diagnostics,
}

impl ReadDataResponse {
    /// An answer without messages.
    pub fn new(state: Value) -> Self {
        ReadDataResponse {
            state,
            diagnostics: Diagnostics::new(),
        }
    }
}
