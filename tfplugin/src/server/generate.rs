//! Configurations that Terraform writes for imported and listed objects.

use std::sync::Arc;

use super::{Registered, Server, task};
use crate::diag::Diagnostic;
use crate::resource::DynResource;
use crate::value::Value;

impl Server {
    /// A configuration that could have made the object with this state.
    pub(crate) async fn generate_config(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        state: Value,
    ) -> Result<Value, Diagnostic> {
        let Registered { name, shape, .. } = resource.as_ref();
        let handler = resource.clone();
        let config = task::run(
            &self.activity,
            async move { handler.handler.generate_config(&state) },
        )
        .await
        .map_err(|panic| panic.diagnostic(name, "generating a configuration"))?;
        // Nothing that is unknown or only the provider's to set can be written down.
        let config = shape.accept(name, "generating a configuration", config)?;
        Ok(shape.schema.configurable(&config.unknown_as_null()))
    }
}
