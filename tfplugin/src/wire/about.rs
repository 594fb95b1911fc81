//! What the provider is: schemas, names, capabilities. Asked of processes that never get a configuration.

use std::collections::BTreeMap;

use super::encode;
use crate::r#gen::tfplugin6 as pb;
use crate::server::{Server, Shape};

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        // Always answered, if only with why not: without it Terraform says less.
        move_resource_state: true,
        generate_resource_config: false,
    }
}

pub(super) fn metadata(server: &Server) -> pb::get_metadata::Response {
    use pb::get_metadata::{FunctionName, Response, TypeName};
    let named = |type_name: &String| TypeName {
        type_name: type_name.clone(),
    };
    Response {
        server_capabilities: Some(capabilities()),
        diagnostics: encode::diagnostics(server.faults.clone()),
        data_sources: server.data_sources.keys().map(named).collect(),
        resources: server.resources.keys().map(named).collect(),
        functions: server
            .functions
            .keys()
            .map(|name| FunctionName { name: name.clone() })
            .collect(),
    }
}

pub(super) fn schema(server: &Server) -> pb::get_provider_schema::Response {
    let schema = |(name, shape): (&String, &Shape)| (name.clone(), encode::schema(&shape.schema));
    let resources = server.resources.iter().map(|(name, entry)| (name, &entry.shape));
    let sources = server
        .data_sources
        .iter()
        .map(|(name, entry)| (name, &entry.shape));
    pb::get_provider_schema::Response {
        provider: Some(encode::schema(&server.schema.schema)),
        resource_schemas: resources.map(schema).collect(),
        data_source_schemas: sources.map(schema).collect(),
        diagnostics: encode::diagnostics(server.faults.clone()),
        provider_meta: server.meta.as_ref().map(|meta| encode::schema(&meta.schema)),
        server_capabilities: Some(capabilities()),
        functions: function_map(server),
    }
}

/// None: no resource type has an identity. Terraform takes an error here for a broken provider.
pub(super) fn identity_schemas(_: &Server) -> pb::get_resource_identity_schemas::Response {
    pb::get_resource_identity_schemas::Response::default()
}

pub(super) fn functions(server: &Server) -> pb::get_functions::Response {
    pb::get_functions::Response {
        functions: function_map(server),
        diagnostics: Vec::new(),
    }
}

fn function_map(server: &Server) -> BTreeMap<String, pb::Function> {
    let functions = server.functions.iter();
    functions
        .map(|(name, entry)| (name.clone(), encode::function(&entry.definition)))
        .collect()
}
