//! Configurations: checked, taken, and told to stop.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{decode, encode};
use crate::diag::{Diagnostic, Diagnostics};
use crate::r#gen::tfplugin6 as pb;
use crate::server::{Registered, Server, Validates, WriteOnly};

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
    // Older hosts say nothing of what they can do.
    let write_only = match request.client_capabilities {
        Some(host) if host.write_only_attributes_allowed => WriteOnly::LeftOut,
        _ => WriteOnly::Stored,
    };
    let work = async {
        let entry = server.resource(&request.type_name)?;
        let config = decode::value(request.config, &entry.shape)?;
        Ok::<Diagnostics, Diagnostic>(server.validate_resource(entry, config, write_only).await)
    };
    pb::validate_resource_config::Response {
        diagnostics: encode::diagnostics(work.await.unwrap_or_else(Diagnostics::from)),
    }
}

/// What is found wrong with the configuration of anything that has one.
pub(super) async fn validate<T: Validates + ?Sized + 'static>(
    server: &Server,
    entry: Result<&Arc<Registered<T>>, Diagnostic>,
    config: Option<pb::DynamicValue>,
) -> Vec<pb::Diagnostic> {
    let work = async {
        let entry = entry?;
        let config = decode::value(config, &entry.shape)?;
        Ok::<Diagnostics, Diagnostic>(server.validate(entry, config).await)
    };
    encode::diagnostics(work.await.unwrap_or_else(Diagnostics::from))
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

pub(super) async fn plan_action(
    server: &Server,
    request: pb::plan_action::Request,
) -> pb::plan_action::Response {
    let work = async {
        let action = server.action(&request.action_type)?;
        let config = decode::value(request.config, &action.shape)?;
        Ok::<Diagnostics, Diagnostic>(server.plan_action(action, config).await)
    };
    pb::plan_action::Response {
        diagnostics: encode::diagnostics(work.await.unwrap_or_else(Diagnostics::from)),
        deferred: None,
    }
}

/// At once: Terraform holds a lock while it waits.
pub(super) fn stop(server: &Server) -> pb::stop_provider::Response {
    server.stop();
    pb::stop_provider::Response::default()
}
