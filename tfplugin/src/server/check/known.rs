//! What is stored is known to its last part.

use super::Check;
use crate::diag::Diagnostics;
use crate::path::Path;
use crate::ty::Type;
use crate::value::Value;

/// Where a value that must be known is not.
pub(crate) fn wholly_known(name: &str, doing: &str, ty: &Type, value: &Value) -> Diagnostics {
    let mut check = Check::new(name, "the provider returned an unknown value");
    let rule = format!("after {doing} every value is known; it was stored as null");
    walk(&mut check, &rule, ty, value, &Path::default());
    check.found
}

fn walk(check: &mut Check<'_>, rule: &str, ty: &Type, value: &Value, path: &Path) {
    match (ty, value) {
        (_, Value::Unknown) => check.broken(path, "is unknown", rule),
        (_, Value::Dynamic(dynamic)) => walk(check, rule, &dynamic.ty, &dynamic.value, path),
        // A path into a set stops at the set.
        (Type::Set(_), value) if !value.is_wholly_known() => {
            check.broken(path, "has an unknown element", rule)
        }
        (Type::List(element), Value::List(elements)) => {
            for (index, value) in elements.iter().enumerate() {
                walk(check, rule, element, value, &path.clone().index(index));
            }
        }
        (Type::Tuple(types), Value::List(elements)) => {
            for (index, (ty, value)) in types.iter().zip(elements).enumerate() {
                walk(check, rule, ty, value, &path.clone().index(index));
            }
        }
        (Type::Map(element), Value::Map(fields)) => {
            for (key, value) in fields {
                walk(check, rule, element, value, &path.clone().key(key));
            }
        }
        (Type::Object(types), Value::Map(_)) => {
            for (name, ty) in types {
                walk(check, rule, ty, value.get(name), &path.clone().field(name));
            }
        }
        _ => {}
    }
}
