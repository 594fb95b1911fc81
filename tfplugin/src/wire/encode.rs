//! From our own types to protobuf messages.

use std::sync::Arc;

use crate::codec::msgpack;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::function::{FunctionDefinition, FunctionError, Parameter};
use crate::r#gen::tfplugin6 as pb;
use crate::identity::{ForImport, IdentitySchema};
use crate::path::{Path, PathStep};
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::server::Identity;
use crate::ty::{Mismatch, Type};
use crate::value::Value;

/// A value that conforms to `ty`.
pub(super) fn value(value: &Value, ty: &Type) -> Result<pb::DynamicValue, Mismatch> {
    Ok(pb::DynamicValue {
        msgpack: msgpack::encode(value, ty)?,
        json: Vec::new(),
    })
}

/// A value and its diagnostics; one that can't be encoded becomes one of them.
pub(super) fn value_or_fault(
    held: Option<&Value>,
    ty: &Type,
    diagnostics: &mut Diagnostics,
) -> Option<pb::DynamicValue> {
    match value(held?, ty) {
        Ok(encoded) => Some(encoded),
        Err(Mismatch { path, problem }) => {
            let detail = format!("{path}: {problem}. This is a bug in the provider.");
            diagnostics.push(Diagnostic::error("a value can't be sent to Terraform", detail).at(path));
            None
        }
    }
}

pub(super) fn diagnostics(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let Diagnostic {
        severity,
        summary,
        detail,
        path,
    } = diagnostic;
    let severity = match severity {
        Severity::Error => pb::diagnostic::Severity::Error,
        Severity::Warning => pb::diagnostic::Severity::Warning,
    };
    // A path without steps points at nothing; Terraform then shows the whole block, as with no path.
    let attribute = path
        .filter(|path| !path.steps().is_empty())
        .map(|path| attribute_path(&path));
    pb::Diagnostic {
        severity: severity.into(),
        summary,
        detail,
        attribute,
    }
}

pub(super) fn attribute_path(path: &Path) -> pb::AttributePath {
    use pb::attribute_path::{Step, step::Selector};
    let step = |step: &PathStep| {
        let selector = match step {
            PathStep::Attribute(name) => Selector::AttributeName(name.clone()),
            PathStep::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
            PathStep::Key(key) => Selector::ElementKeyString(key.clone()),
        };
        Step {
            selector: Some(selector),
        }
    };
    pb::AttributePath {
        steps: path.steps().iter().map(step).collect(),
    }
}

pub(super) fn schema(schema: &Schema) -> pb::Schema {
    let version = i64::try_from(schema.version).unwrap_or(i64::MAX);
    let block = block(
        &schema.attributes,
        &schema.blocks,
        &schema.description,
        schema.deprecated.as_deref(),
        version,
    );
    pb::Schema {
        version,
        block: Some(block),
    }
}

fn block(
    attributes: &[Attribute],
    blocks: &[Block],
    description: &str,
    deprecated: Option<&str>,
    version: i64,
) -> pb::schema::Block {
    pb::schema::Block {
        version,
        attributes: attributes.iter().map(attribute).collect(),
        block_types: blocks.iter().map(nested_block).collect(),
        description: description.to_owned(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: deprecated.is_some(),
        deprecation_message: deprecated.unwrap_or_default().to_owned(),
        computed: false,
    }
}

fn nested_block(nested: &Block) -> pb::schema::NestedBlock {
    use pb::schema::nested_block::NestingMode;
    let nesting = match nested.nesting {
        BlockNesting::Single => NestingMode::Single,
        BlockNesting::Group => NestingMode::Group,
        BlockNesting::List => NestingMode::List,
        BlockNesting::Set => NestingMode::Set,
        BlockNesting::Map => NestingMode::Map,
    };
    pb::schema::NestedBlock {
        type_name: nested.name.clone(),
        block: Some(block(
            &nested.attributes,
            &nested.blocks,
            &nested.description,
            nested.deprecated.as_deref(),
            0,
        )),
        nesting: nesting.into(),
        min_items: i64::try_from(nested.min_items).unwrap_or(i64::MAX),
        max_items: i64::try_from(nested.max_items).unwrap_or(i64::MAX),
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    let (ty, nested_type) = match &attribute.kind {
        AttributeKind::Plain(ty) => (type_json(ty), None),
        AttributeKind::Nested(nesting, attributes) => (Vec::new(), Some(object(*nesting, attributes))),
    };
    pb::schema::Attribute {
        name: attribute.name.clone(),
        r#type: ty,
        nested_type,
        description: attribute.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        required: attribute.required,
        optional: attribute.optional,
        computed: attribute.computed,
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecated.is_some(),
        deprecation_message: attribute.deprecated.clone().unwrap_or_default(),
    }
}

fn object(nesting: Nesting, attributes: &[Attribute]) -> pb::schema::Object {
    use pb::schema::object::NestingMode;
    let nesting = match nesting {
        Nesting::Single => NestingMode::Single,
        Nesting::List => NestingMode::List,
        Nesting::Set => NestingMode::Set,
        Nesting::Map => NestingMode::Map,
    };
    pb::schema::Object {
        attributes: attributes.iter().map(attribute).collect(),
        nesting: nesting.into(),
    }
}

fn type_json(ty: &Type) -> Vec<u8> {
    ty.to_json().to_string().into_bytes()
}

pub(super) fn identity_schema(schema: &IdentitySchema) -> pb::ResourceIdentitySchema {
    use pb::resource_identity_schema::IdentityAttribute;
    let attribute = |attribute: &crate::identity::IdentityAttribute| IdentityAttribute {
        name: attribute.name.clone(),
        r#type: type_json(&attribute.ty),
        required_for_import: attribute.import == ForImport::Required,
        optional_for_import: attribute.import == ForImport::Optional,
        description: attribute.description.clone(),
    };
    pb::ResourceIdentitySchema {
        version: i64::try_from(schema.version).unwrap_or(i64::MAX),
        identity_attributes: schema.attributes.iter().map(attribute).collect(),
    }
}

/// An identity of a resource type; `None` for null or for a type that has none.
pub(super) fn identity(
    held: &Value,
    schema: Option<&Arc<Identity>>,
    diagnostics: &mut Diagnostics,
) -> Option<pb::ResourceIdentityData> {
    let held = Some(held).filter(|held| !held.is_null());
    let identity_data = value_or_fault(held, &schema?.ty, diagnostics)?;
    Some(pb::ResourceIdentityData {
        identity_data: Some(identity_data),
    })
}

pub(super) fn function(definition: &FunctionDefinition) -> pb::Function {
    let parameter = |parameter: &Parameter| pb::function::Parameter {
        name: parameter.name.clone(),
        r#type: type_json(&parameter.ty),
        allow_null_value: parameter.allow_null,
        allow_unknown_values: parameter.allow_unknown,
        description: parameter.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
    };
    pb::Function {
        parameters: definition.parameters.iter().map(parameter).collect(),
        variadic_parameter: definition.variadic.as_ref().map(parameter),
        r#return: Some(pb::function::Return {
            r#type: type_json(&definition.returns),
        }),
        summary: definition.summary.clone(),
        description: definition.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecation_message: definition.deprecated.clone().unwrap_or_default(),
    }
}

pub(super) fn function_error(error: FunctionError) -> pb::FunctionError {
    let function_argument = error.argument.and_then(|argument| i64::try_from(argument).ok());
    pb::FunctionError {
        text: error.text,
        function_argument,
    }
}
