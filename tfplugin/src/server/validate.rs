//! Configurations before anything runs. Never waits for a network: the provider is not even configured yet.

use std::sync::Arc;

use super::{Registered, Server, deprecated, task};
use crate::data_source::DynDataSource;
use crate::diag::Diagnostics;
use crate::resource::DynResource;
use crate::schema::Schema;
use crate::validate;
use crate::value::Value;

impl Server {
    /// Checks the provider block.
    pub(crate) async fn validate_provider(&self, config: Value) -> Diagnostics {
        let (provider, shape) = (self.provider.clone(), self.schema.clone());
        let work = async move {
            let mut diagnostics = by_schema(provider.type_name(), &shape.schema, &config);
            provider.validate(&config, &mut diagnostics).await;
            diagnostics
        };
        let done = task::run(&self.activity, work).await;
        done.unwrap_or_else(|panic| panic.diagnostic(self.provider.type_name(), "validating").into())
    }

    /// Checks a resource's configuration.
    pub(crate) async fn validate_resource(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        config: Value,
    ) -> Diagnostics {
        let handler = resource.clone();
        let work = async move {
            let mut diagnostics = by_schema(&handler.name, &handler.shape.schema, &config);
            handler.handler.validate(&config, &mut diagnostics).await;
            diagnostics
        };
        let done = task::run(&self.activity, work).await;
        done.unwrap_or_else(|panic| panic.diagnostic(&resource.name, "validating").into())
    }

    /// Checks a data source's configuration.
    pub(crate) async fn validate_data_source(
        &self,
        source: &Arc<Registered<dyn DynDataSource>>,
        config: Value,
    ) -> Diagnostics {
        let handler = source.clone();
        let work = async move {
            let mut diagnostics = by_schema(&handler.name, &handler.shape.schema, &config);
            handler.handler.validate(&config, &mut diagnostics).await;
            diagnostics
        };
        let done = task::run(&self.activity, work).await;
        done.unwrap_or_else(|panic| panic.diagnostic(&source.name, "validating").into())
    }
}

/// What the schema itself says of a configuration: its rules, and what it calls deprecated.
pub(super) fn by_schema(name: &str, schema: &Schema, config: &Value) -> Diagnostics {
    let mut diagnostics = deprecated::warnings(name, schema, config);
    diagnostics.extend(validate::run(schema, config));
    diagnostics
}
