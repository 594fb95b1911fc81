//! What the provider is: schemas, names, capabilities. Asked of processes that never get a configuration.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::encode;
use crate::r#gen::tfplugin6 as pb;
use crate::server::{Registered, Server};

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        // Always answered, if only with why not: without it Terraform says less.
        move_resource_state: true,
        generate_resource_config: true,
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
        ephemeral_resources: server.ephemeral.keys().map(named).collect(),
        list_resources: server.lists.keys().map(named).collect(),
        actions: server.actions.keys().map(named).collect(),
    }
}

pub(super) fn schema(server: &Server) -> pb::get_provider_schema::Response {
    let action = |schema| pb::ActionSchema { schema: Some(schema) };
    pb::get_provider_schema::Response {
        provider: Some(encode::schema(&server.schema.schema)),
        resource_schemas: schemas(&server.resources),
        data_source_schemas: schemas(&server.data_sources),
        diagnostics: encode::diagnostics(server.faults.clone()),
        provider_meta: server.meta.as_ref().map(|meta| encode::schema(&meta.schema)),
        server_capabilities: Some(capabilities()),
        functions: function_map(server),
        ephemeral_resource_schemas: schemas(&server.ephemeral),
        list_resource_schemas: schemas(&server.lists),
        action_schemas: schemas(&server.actions)
            .into_iter()
            .map(|(name, schema)| (name, action(schema)))
            .collect(),
    }
}

fn schemas<T: ?Sized>(entries: &BTreeMap<String, Arc<Registered<T>>>) -> BTreeMap<String, pb::Schema> {
    let schema =
        |(name, entry): (&String, &Arc<Registered<T>>)| (name.clone(), encode::schema(&entry.shape.schema));
    entries.iter().map(schema).collect()
}

/// Those of the resource types that have one. Terraform takes an error here for a broken provider.
pub(super) fn identity_schemas(server: &Server) -> pb::get_resource_identity_schemas::Response {
    let identities = server.identities.iter();
    pb::get_resource_identity_schemas::Response {
        identity_schemas: identities
            .map(|(name, identity)| (name.clone(), encode::identity_schema(&identity.schema)))
            .collect(),
        diagnostics: Vec::new(),
    }
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
