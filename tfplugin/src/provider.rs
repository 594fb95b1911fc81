//! What a provider is to the framework: a name, a schema, and what it offers.
//!
//! Terraform starts a process per configuration and walk, so building a provider must cost nothing.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::action::DynAction;
use crate::data_source::DynDataSource;
use crate::diag::Diagnostics;
use crate::ephemeral::DynEphemeralResource;
use crate::function::Function;
use crate::list::DynListResource;
use crate::resource::DynResource;
use crate::schema::Schema;
use crate::value::Value;

/// A Terraform provider, over untyped values. Whoever implements [`Provider`](crate::Provider) has this too.
#[async_trait]
pub trait DynProvider: Send + Sync + 'static {
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

    /// The schema of the provider block.
    fn schema(&self) -> Schema;

    /// Its resource types. Called once, before any configuration.
    fn resources(&self) -> Vec<Box<dyn DynResource>>;

    /// Its data sources. Called once, before any configuration.
    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        Vec::new()
    }

    /// Its ephemeral resource types. Called once, before any configuration.
    fn ephemeral_resources(&self) -> Vec<Box<dyn DynEphemeralResource>> {
        Vec::new()
    }

    /// What it can list, each for one of its resource types. Called once, before any configuration.
    fn list_resources(&self) -> Vec<Box<dyn DynListResource>> {
        Vec::new()
    }

    /// Its actions. Called once, before any configuration.
    fn actions(&self) -> Vec<Box<dyn DynAction>> {
        Vec::new()
    }

    /// The schema of the `provider_meta` block that a module may have, if the provider takes one.
    fn meta_schema(&self) -> Option<Schema> {
        None
    }

    /// Its functions. Called once; they never see a configuration.
    fn functions(&self) -> Vec<Box<dyn Function>> {
        Vec::new()
    }

    /// Checks the provider block. Values may be unknown; there is no network here.
    async fn validate(&self, _config: &Value, _diags: &mut Diagnostics) {}

    /// Takes the configuration, replacing any earlier one. Values may be unknown while planning: fail only when a
    /// call really needs them.
    async fn configure(&self, req: ConfigureRequest) -> Diagnostics;
}

/// What `configure` is given.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConfigureRequest<C = Value> {
    /// The provider block.
    pub config: C,
    /// The version of the Terraform that asks.
    pub terraform_version: String,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}

crate::opaque::opaque!(ConfigureRequest<M>);
