//! Data sources over a model.

use async_trait::async_trait;

use super::{checked, fitting, read};
use crate::data_source::{DynDataSource, ReadDataRequest, ReadDataResponse};
use crate::diag::Diagnostics;
use crate::model::Model;
use crate::schema::Schema;
use crate::value::Value;

/// A data source. Registered with [`data_source`].
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// Its attributes and blocks: what is asked and what is answered.
    type Model: Model;

    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema, which must have the type of the model's.
    fn schema(&self) -> Schema {
        Self::Model::schema()
    }

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Self::Model, _diags: &mut Diagnostics) {}

    /// Reads it.
    async fn read(&self, req: ReadDataRequest<Self::Model>) -> ReadDataResponse<Self::Model>;
}

/// The data source as the framework takes it.
pub fn data_source(source: impl DataSource) -> Box<dyn DynDataSource> {
    Box::new(Typed(source))
}

struct Typed<D>(D);

#[async_trait]
impl<D: DataSource> DynDataSource for Typed<D> {
    fn type_name(&self) -> &str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        fitting::<D::Model>(self.0.schema())
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if let Some(config) = checked(self.0.type_name(), config, diags) {
            self.0.validate(&config, diags).await;
        }
    }

    async fn read(&self, req: ReadDataRequest) -> ReadDataResponse {
        let config = match read(self.0.type_name(), &req.config) {
            Ok(config) => config,
            Err(unfit) => return ReadDataResponse::failed(unfit),
        };
        let ReadDataRequest { meta, stop, .. } = req;
        let found = self.0.read(ReadDataRequest { config, meta, stop }).await;
        ReadDataResponse {
            state: found.state.map(Model::into_value),
            diagnostics: found.diagnostics,
        }
    }
}
