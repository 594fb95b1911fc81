//! A path that asks for a replacement leads somewhere, before or after.

use super::Check;
use crate::diag::Diagnostics;
use crate::path::{Path, PathStep};
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
        if !leads(ty, prior, path.steps()) && !leads(ty, planned, path.steps()) {
            check.broken(
                path,
                "is said to require a replacement and leads nowhere",
                "a path exists in the prior or the planned state, and stops at a set",
            );
        }
    }
    check.found
}

fn leads(ty: &Type, value: &Value, steps: &[PathStep]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        return true;
    };
    if let Value::Dynamic(dynamic) = value {
        return leads(&dynamic.ty, &dynamic.value, steps);
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
        (Type::Dynamic, _) if value.is_unknown() => return true,
        _ => None,
    };
    match member {
        // What is null has no parts; what is unknown may have any.
        Some(_) if value.is_null() => false,
        Some((ty, member)) => leads(ty, member, rest),
        None => false,
    }
}

fn element(value: &Value, index: usize) -> Option<&Value> {
    match value {
        Value::List(elements) => elements.get(index),
        other => Some(other),
    }
}
