//! A path that asks for a replacement leads somewhere, before or after, and to something that changes.

use super::Check;
use crate::diag::Diagnostics;
use crate::path::{Path, PathStep};
use crate::schema::{Attribute, AttributeKind, Block, Schema};
use crate::server::Shape;
use crate::ty::Type;
use crate::value::Value;

/// The paths that lead nowhere in both the prior and the planned object.
pub(crate) fn paths_exist(
    name: &str,
    ty: &Type,
    prior: &Value,
    planned: &Value,
    paths: &[Path],
) -> Diagnostics {
    let mut check = Check::new(name, "the provider produced an invalid plan");
    for path in paths {
        if at(ty, prior, path.steps()).is_none() && at(ty, planned, path.steps()).is_none() {
            check.broken(
                path,
                "is said to require a replacement and leads nowhere",
                "a path exists in the prior or the planned state, and stops at a set",
            );
        }
    }
    check.found
}

/// Whether Terraform replaces for `path`: only for what changes, or for what it can't see to change.
pub(crate) fn replaces(shape: &Shape, prior: &Value, planned: &Value, path: &Path) -> bool {
    at(&shape.ty, prior, path.steps()) != at(&shape.ty, planned, path.steps())
        || is_write_only(&shape.schema, path.steps())
}

fn is_write_only(schema: &Schema, steps: &[PathStep]) -> bool {
    let (mut attributes, mut blocks): (&[Attribute], &[Block]) = (&schema.attributes, &schema.blocks);
    for step in steps {
        let PathStep::Attribute(name) = step else { continue };
        if let Some(attribute) = attributes.iter().find(|attribute| attribute.name == *name) {
            match &attribute.kind {
                _ if attribute.write_only => return true,
                AttributeKind::Nested(_, nested) => (attributes, blocks) = (nested, &[]),
                AttributeKind::Plain(_) => return false,
            }
        } else if let Some(block) = blocks.iter().find(|block| block.name == *name) {
            (attributes, blocks) = (&block.attributes, &block.blocks);
        }
    }
    false
}

/// What is there, if the steps lead somewhere.
fn at<'a>(ty: &'a Type, value: &'a Value, steps: &[PathStep]) -> Option<&'a Value> {
    let Some((step, rest)) = steps.split_first() else {
        return Some(value);
    };
    if let Value::Dynamic(dynamic) = value {
        return at(&dynamic.ty, &dynamic.value, steps);
    }
    let member = match (ty, step) {
        (Type::Object(types), PathStep::Attribute(name) | PathStep::Key(name)) => {
            types.get(name).map(|ty| (ty, value.get(name)))
        }
        (Type::Map(ty), PathStep::Attribute(key) | PathStep::Key(key)) => match value {
            Value::Map(fields) => fields.get(key).map(|value| (ty.as_ref(), value)),
            other => Some((ty.as_ref(), other)),
        },
        (Type::List(ty), PathStep::Index(index)) => element(value, *index).map(|value| (ty.as_ref(), value)),
        (Type::Tuple(types), PathStep::Index(index)) => types.get(*index).zip(element(value, *index)),
        (Type::Dynamic, _) if value.is_unknown() => return Some(value),
        _ => None,
    };
    match member {
        // What is null has no parts; what is unknown may have any.
        Some(_) if value.is_null() => None,
        Some((ty, member)) => at(ty, member, rest),
        None => None,
    }
}

fn element(value: &Value, index: usize) -> Option<&Value> {
    match value {
        Value::List(elements) => elements.get(index),
        other => Some(other),
    }
}
