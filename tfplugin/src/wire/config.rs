//! Configurations: checked, taken, and told to stop.

use super::{decode, encode};
use crate::diag::{Diagnostic, Diagnostics};
use crate::r#gen::tfplugin6 as pb;
use crate::server::Server;

pub(super) async fn validate_provider(
    server: &Server,
    request: pb::validate_provider_config::Request,
) -> pb::validate_provider_config::Response {
    let found = match decode::value(request.config, &server.schema) {
        Ok(config) => server.validate_provider(config).await,
        Err(diagnostic) => diagnostic.into(),
    };
    pb::validate_provider_config::Response {
        diagnostics: encode::diagnostics(found),
    }
}

pub(super) async fn validate_resource(
    server: &Server,
    request: pb::validate_resource_config::Request,
) -> pb::validate_resource_config::Response {
    let work = async {
        let resource = server.resource(&request.type_name)?;
        let config = decode::value(request.config, &resource.shape)?;
        Ok::<Diagnostics, Diagnostic>(server.validate_resource(resource, config).await)
    };
    let found = work.await.unwrap_or_else(Diagnostics::from);
    pb::validate_resource_config::Response {
        diagnostics: encode::diagnostics(found),
    }
}

pub(super) async fn validate_data_source(
    server: &Server,
    request: pb::validate_data_resource_config::Request,
) -> pb::validate_data_resource_config::Response {
    let work = async {
        let source = server.data_source(&request.type_name)?;
        let config = decode::value(request.config, &source.shape)?;
        Ok::<Diagnostics, Diagnostic>(server.validate_data_source(source, config).await)
    };
    let found = work.await.unwrap_or_else(Diagnostics::from);
    pb::validate_data_resource_config::Response {
        diagnostics: encode::diagnostics(found),
    }
}

pub(super) async fn configure(
    server: &Server,
    request: pb::configure_provider::Request,
) -> pb::configure_provider::Response {
    let found = match decode::value(request.config, &server.schema) {
        Ok(config) => server.configure(config, request.terraform_version).await,
        Err(diagnostic) => diagnostic.into(),
    };
    pb::configure_provider::Response {
        diagnostics: encode::diagnostics(found),
    }
}

/// At once: Terraform holds a lock while it waits.
pub(super) fn stop(server: &Server) -> pb::stop_provider::Response {
    server.stop();
    pb::stop_provider::Response::default()
}
