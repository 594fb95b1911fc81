//! The provider over a model of its block.

use async_trait::async_trait;

use super::{checked, fitting, read};
use crate::action::DynAction;
use crate::data_source::DynDataSource;
use crate::diag::Diagnostics;
use crate::ephemeral::DynEphemeralResource;
use crate::function::Function;
use crate::list::DynListResource;
use crate::model::Model;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::DynResource;
use crate::schema::Schema;
use crate::value::Value;

/// A Terraform provider. Handed to [`run`](crate::run) or [`serve()`](crate::serve()).
///
/// Terraform starts a process per configuration and walk, so building a provider must cost nothing.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// What the provider block can say; `()` if nothing.
    type Config: Model;

    /// Its name, the prefix of its resource types.
    fn type_name(&self) -> &str;

    /// Its version, for logs.
    fn version(&self) -> &str {
        "dev"
    }

    /// The full source address, which Terraform must resolve to use a provider started with `--debug`.
    fn address(&self) -> String {
        format!("registry.terraform.io/hashicorp/{}", self.type_name())
    }

    /// The schema of the provider block, which must have the type of the model's.
    fn schema(&self) -> Schema {
        Self::Config::schema()
    }

    /// The schema of the `provider_meta` block that a module may have, if the provider takes one.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Its resource types, each made with [`resource`](crate::resource()). Called once, before any configuration.
    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        Vec::new()
    }

    /// Its data sources, each made with [`data_source`](crate::data_source()). Called once, before any configuration.
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        Vec::new()
    }

    /// Its ephemeral resource types, each made with [`ephemeral_resource`](crate::ephemeral_resource). Called once,
    /// before any configuration.
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        Vec::new()
    }

    /// What it can list, each made with [`list_resource`](crate::list_resource). Called once, before any configuration.
    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        Vec::new()
    }

    /// Its actions, each made with [`action`](crate::action()). Called once, before any configuration.
    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        Vec::new()
    }

    /// Its functions, each defined with [`function!`](crate::function!). Called once; they never see a configuration.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }

    /// Checks the provider block. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Self::Config, _diags: &mut Diagnostics) {}

    /// Takes the configuration, replacing any earlier one. Values may be unknown while planning: fail only when a
    /// call really needs them.
    async fn configure(&self, req: ConfigureRequest<Self::Config>) -> Diagnostics;
}

#[async_trait]
impl<P: Provider> DynProvider for P {
    fn type_name(&self) -> &str {
        Provider::type_name(self)
    }

    fn version(&self) -> &str {
        Provider::version(self)
    }

    fn address(&self) -> String {
        Provider::address(self)
    }

    fn schema(&self) -> Schema {
        fitting::<P::Config>(Provider::schema(self))
    }

    fn meta_schema(&self) -> Option<Schema> {
        Provider::meta_schema(self)
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        Provider::resources(self)
    }

    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        Provider::data_sources(self)
    }

    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        Provider::ephemeral_resources(self)
    }

    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        Provider::list_resources(self)
    }

    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        Provider::actions(self)
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        Provider::functions(self)
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        let name = format!("provider {}", Provider::type_name(self));
        if let Some(config) = checked(&name, config, diags) {
            Provider::validate(self, &config, diags).await;
        }
    }

    async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        let name = format!("provider {}", Provider::type_name(self));
        let config = match read(&name, &req.config) {
            Ok(config) => config,
            Err(unfit) => return unfit.into(),
        };
        let ConfigureRequest {
            terraform_version,
            stop,
            ..
        } = req;
        Provider::configure(
            self,
            ConfigureRequest {
                config,
                terraform_version,
                stop,
            },
        )
        .await
    }
}
