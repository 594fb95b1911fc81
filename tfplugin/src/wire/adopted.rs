//! Objects that come from elsewhere: imported, moved, with an old identity, in need of a configuration.

use super::object::told;
use super::{decode, encode};
use crate::diag::{Diagnostic, Diagnostics};
use crate::r#gen::tfplugin6 as pb;
use crate::resource::{ImportBy, MoveRequest};
use crate::server::Server;
use crate::value::Value;

pub(super) async fn import(
    server: &Server,
    request: pb::import_resource_state::Request,
) -> pb::import_resource_state::Response {
    use pb::import_resource_state::{ImportedResource, Response};
    let pb::import_resource_state::Request {
        type_name,
        id,
        identity,
        ..
    } = request;
    let work = async {
        let resource = server.resource(&type_name)?;
        let asked = match identity {
            None => None,
            // A type without one says so, instead of asking for an id that was not forgotten.
            Some(_) => Some(decode::identity(identity, Some(server.identity(&type_name)?))?),
        }
        .filter(|identity| !identity.is_null());
        let by = asked.clone().map_or(ImportBy::Id(id), ImportBy::Identity);
        let imported = server.import(resource, by).await;
        let (imported, identity) = server.identify_imported(resource, imported, asked.as_ref()).await;
        Ok((imported, identity, resource))
    };
    let (mut imported, identity, resource) = match work.await {
        Ok(imported) => imported,
        Err(diagnostic) => {
            return Response {
                diagnostics: told(diagnostic),
                ..Response::default()
            };
        }
    };
    let found = &mut imported.diagnostics;
    let state = encode::value_or_fault(imported.state.as_ref(), &resource.shape.ty, found);
    let identity = encode::identity(&identity, server.identities.get(&type_name), found);
    let private = imported.private.into_bytes();
    let imported_resources = state.map(|state| ImportedResource {
        type_name,
        state: Some(state),
        private,
        identity,
    });
    Response {
        imported_resources: imported_resources.into_iter().collect(),
        diagnostics: encode::diagnostics(imported.diagnostics),
        deferred: None,
    }
}

pub(super) async fn take_over(
    server: &Server,
    request: pb::move_resource_state::Request,
) -> pb::move_resource_state::Response {
    use pb::move_resource_state::Response;
    let target = request.target_type_name.clone();
    let work = async {
        let resource = server.resource(&target)?;
        let moved = server.take_over(resource, moving(request)?).await;
        let (moved, identity) = server.identify_imported(resource, moved, None).await;
        Ok::<_, Diagnostic>((moved, identity, resource))
    };
    let (mut moved, identity, resource) = match work.await {
        Ok(moved) => moved,
        Err(diagnostic) => {
            return Response {
                diagnostics: told(diagnostic),
                ..Response::default()
            };
        }
    };
    let found = &mut moved.diagnostics;
    let target_state = encode::value_or_fault(moved.state.as_ref(), &resource.shape.ty, found);
    let target_identity = encode::identity(&identity, server.identities.get(&target), found);
    Response {
        target_state,
        target_private: moved.private.into_bytes(),
        target_identity,
        diagnostics: encode::diagnostics(moved.diagnostics),
    }
}

fn moving(request: pb::move_resource_state::Request) -> Result<MoveRequest, Diagnostic> {
    let source = request.source_type_name;
    let json = |what: &str, raw: Option<pb::RawState>| match raw.map(|raw| raw.json) {
        Some(json) if !json.is_empty() => serde_json::from_slice(&json).map(Some).map_err(|error| {
            Diagnostic::error(
                format!("the {what} of a {source} can't be read"),
                format!("It is not JSON: {error}."),
            )
        }),
        _ => Ok(None),
    };
    let source_state = json("state", request.source_state)?.ok_or_else(|| {
        Diagnostic::error(
            format!("the state of a {source} can't be read"),
            "It is in the format of Terraform 0.11 or before; apply it once with Terraform 0.12.",
        )
    })?;
    let source_identity = json("identity", request.source_identity)?;
    Ok(MoveRequest {
        source_provider: request.source_provider_address,
        source_type: source,
        source_version: request.source_schema_version,
        source_state,
        source_private: request.source_private.into(),
        source_identity,
        source_identity_version: request.source_identity_schema_version,
    })
}

pub(super) async fn upgrade_identity(
    server: &Server,
    request: pb::upgrade_resource_identity::Request,
) -> pb::upgrade_resource_identity::Response {
    let mut found = Diagnostics::new();
    let work = async {
        let resource = server.resource(&request.type_name)?;
        let raw = decode::raw_state(request.version, request.raw_identity);
        server.upgrade_identity(resource, raw).await
    };
    let identity = work.await.unwrap_or_else(|diagnostic| {
        found.push(diagnostic);
        Value::Null
    });
    let schema = server.identities.get(&request.type_name);
    pb::upgrade_resource_identity::Response {
        upgraded_identity: encode::identity(&identity, schema, &mut found),
        diagnostics: encode::diagnostics(found),
    }
}

pub(super) async fn generate_config(
    server: &Server,
    request: pb::generate_resource_config::Request,
) -> pb::generate_resource_config::Response {
    let mut found = Diagnostics::new();
    let work = async {
        let resource = server.resource(&request.type_name)?;
        let state = decode::value(request.state, &resource.shape)?;
        Ok::<_, Diagnostic>((server.generate_config(resource, state).await?, resource))
    };
    let config = match work.await {
        Ok((config, resource)) => encode::value_or_fault(Some(&config), &resource.shape.ty, &mut found),
        Err(diagnostic) => {
            found.push(diagnostic);
            None
        }
    };
    pb::generate_resource_config::Response {
        config,
        diagnostics: encode::diagnostics(found),
    }
}
