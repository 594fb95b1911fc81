//! The typed layer: what a provider author implements, over models instead of values.
//!
//! Each trait has one adapter to the erased layer, which reads, calls and writes, and decides nothing.

mod action;
mod data_source;
mod ephemeral;
pub(crate) mod function;
mod list;
mod provider;
mod resource;
#[cfg(test)]
mod tests;

pub use action::{Action, action};
pub use data_source::{DataSource, data_source};
pub use ephemeral::{EphemeralResource, ephemeral_resource};
pub use list::{ListResource, list_resource};
pub use provider::Provider;
pub use resource::{Resource, resource};

use crate::diag::{Diagnostic, Diagnostics};
use crate::model::Model;
use crate::schema::Schema;
use crate::ty::{Mismatch, Type};
use crate::value::Value;

/// Reads what Terraform sent for `name`. Validation has refused a configuration that does not fit the model, so past
/// it only a state of another version of the provider can fail here.
fn read<M: Model>(name: &str, value: &Value) -> Result<M, Diagnostic> {
    M::from_value(value).map_err(|Mismatch { path, problem }| {
        Diagnostic::error(
            format!("{name}: invalid value for {path}"),
            format!("{path}: {problem}."),
        )
        .at(path)
    })
}

/// Reads a configuration to validate it; a value that does not fit is all there is to say then.
fn checked<M: Model>(name: &str, config: &Value, diags: &mut Diagnostics) -> Option<M> {
    read(name, config).map_err(|unfit| diags.push(unfit)).ok()
}

/// The schema, marked if the model can't read what has it: that is told when the schema is loaded, not when the first
/// value comes.
fn fitting<M: Model>(mut schema: Schema) -> Schema {
    schema.fault = differs(&M::schema().ty(), &schema.ty()).or_else(|| {
        let defaults = schema
            .attributes
            .iter()
            .filter_map(|attribute| Some((attribute.name(), attribute.default_value()?)));
        let alone = defaults.map(|(name, value)| M::from_value(&Value::object([(name, value.clone())])));
        let refused = alone.filter_map(Result::err).next();
        refused.map(|Mismatch { path, problem }| {
            format!("the default of {path} does not fit the model: {problem}")
        })
    });
    schema
}

fn differs(model: &Type, schema: &Type) -> Option<String> {
    let (Type::Object(model), Type::Object(schema)) = (model, schema) else {
        return None;
    };
    let wrong = model.iter().find_map(|(name, ty)| match schema.get(name) {
        None => Some(format!(
            "the model has a field {name}, the schema has no such attribute or block"
        )),
        Some(other) if other != ty => Some(format!(
            "{name} is a {ty} in the model and a {other} in the schema"
        )),
        Some(_) => None,
    });
    let extra = schema.keys().find(|name| !model.contains_key(*name));
    wrong.or_else(|| extra.map(|name| format!("the schema has {name}, the model has no such field")))
}
