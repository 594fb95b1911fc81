//! One RPC, `GetProviderSchema`: the first that Terraform calls, and the one that makes a provider unfold itself.
//!
//! Never decodes the answer; its size is all that is wanted.

use crate::grpc::{Host, Method};
use crate::plugin::Plugin;
use anyhow::Result;

/// Bytes of the answer.
pub async fn fetch(plugin: &Plugin) -> Result<usize> {
    let host = Host::connect(plugin).await?;
    Ok(host.call(Method::Schema, &[]).await?.len())
}
