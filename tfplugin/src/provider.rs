//! What a provider is to the framework: a name, a schema, and what it offers.
//!
//! Terraform starts a process per configuration and walk, so building a provider must cost nothing.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::data_source::DataSource;
use crate::diag::Diagnostics;
use crate::function::Function;
use crate::resource::Resource;
use crate::schema::Schema;
use crate::value::Value;

/// A Terraform provider.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// Its name, the prefix of its resource types.
    fn type_name(&self) -> &str;

    /// Its version, for logs.
    fn version(&self) -> &str;

    /// The full source address, which Terraform must resolve to use a provider started with `--debug`.
    fn address(&self) -> String {
        format!("registry.terraform.io/hashicorp/{}", self.type_name())
    }

    /// The schema of the provider block.
    fn schema(&self) -> Schema;

    /// Its resource types. Called once, before any configuration.
    fn resources(&self) -> Vec<Box<dyn Resource>>;

    /// Its data sources. Called once, before any configuration.
    fn data_sources(&self) -> Vec<Box<dyn DataSource>> {
        Vec::new()
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
#[derive(Clone, Debug)]
pub struct ConfigureRequest {
    /// The provider block.
    pub config: Value,
    /// The version of the Terraform that asks.
    pub terraform_version: String,
    /// Cancelled when the operator stops the run.
    pub stop: CancellationToken,
}
