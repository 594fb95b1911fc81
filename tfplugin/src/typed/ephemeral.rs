//! Ephemeral resource types over a model.

use async_trait::async_trait;

use super::{checked, fitting, read};
use crate::diag::Diagnostics;
use crate::ephemeral::{
    CloseRequest, DynEphemeralResource, OpenRequest, OpenResponse, RenewRequest, RenewResponse, no_renewal,
};
use crate::model::Model;
use crate::schema::Schema;
use crate::value::Value;

/// An ephemeral resource type. Registered with [`ephemeral_resource`].
#[async_trait]
pub trait EphemeralResource: Send + Sync + 'static {
    /// Its attributes and blocks: what is asked and what is answered.
    type Model: Model;

    /// The full type name, which starts with the provider's name.
    fn type_name(&self) -> &str;

    /// Its schema, which must have the type of the model's; no write-only attributes.
    fn schema(&self) -> Schema {
        Self::Model::schema()
    }

    /// Checks a configuration. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Self::Model, _diags: &mut Diagnostics) {}

    /// Opens it.
    async fn open(&self, req: OpenRequest<Self::Model>) -> OpenResponse<Self::Model>;

    /// Keeps it open for longer. Only called when `open` or the last renewal said when.
    async fn renew(&self, _req: RenewRequest) -> RenewResponse {
        no_renewal(self.type_name())
    }

    /// Closes it. Always called after an `open` that went well.
    async fn close(&self, _req: CloseRequest) -> Diagnostics {
        Diagnostics::new()
    }
}

/// The ephemeral resource type as the framework takes it.
pub fn ephemeral_resource(resource: impl EphemeralResource) -> Box<dyn DynEphemeralResource> {
    Box::new(Typed(resource))
}

struct Typed<E>(E);

#[async_trait]
impl<E: EphemeralResource> DynEphemeralResource for Typed<E> {
    fn type_name(&self) -> &str {
        self.0.type_name()
    }

    fn schema(&self) -> Schema {
        fitting::<E::Model>(self.0.schema())
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        if let Some(config) = checked(self.0.type_name(), config, diags) {
            self.0.validate(&config, diags).await;
        }
    }

    async fn open(&self, req: OpenRequest) -> OpenResponse {
        let config = match read(self.0.type_name(), &req.config) {
            Ok(config) => config,
            Err(unfit) => return OpenResponse::failed(unfit),
        };
        let opened = self
            .0
            .open(OpenRequest {
                config,
                stop: req.stop,
            })
            .await;
        OpenResponse {
            result: opened.result.map(Model::into_value),
            private: opened.private,
            renew_at: opened.renew_at,
            diagnostics: opened.diagnostics,
        }
    }

    async fn renew(&self, req: RenewRequest) -> RenewResponse {
        self.0.renew(req).await
    }

    async fn close(&self, req: CloseRequest) -> Diagnostics {
        self.0.close(req).await
    }
}
