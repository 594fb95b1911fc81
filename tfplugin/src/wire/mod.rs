//! Plugin protocol 6 on the wire: decode, call the server, encode. The only module that may name the generated code.

mod about;
mod adopted;
mod config;
mod decode;
mod encode;
mod ephemeral;
mod function;
mod host;
mod object;
mod service;
mod streams;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::r#gen::plugin::grpc_controller_server::GrpcControllerServer;
use crate::r#gen::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::r#gen::tfplugin6::provider_server::ProviderServer;
use crate::server::Server;

/// What Terraform's own servers accept; tonic's default of 4 MiB is less than a large state.
const LARGEST_MESSAGE: usize = 256 << 20;

/// Every service of a plugin process. Cancels `shutdown` when the host asks the process to end.
pub(crate) async fn routes(server: Arc<Server>, shutdown: CancellationToken) -> Routes {
    let (health, health_service) = tonic_health::server::health_reporter();
    health
        .set_service_status("plugin", tonic_health::ServingStatus::Serving)
        .await;
    let provider = ProviderServer::new(service::Service { server })
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE);
    Routes::new(provider)
        .add_service(GrpcControllerServer::new(host::Controller {
            shutdown: shutdown.clone(),
        }))
        .add_service(GrpcStdioServer::new(host::Stdio { shutdown }))
        .add_service(health_service)
}
