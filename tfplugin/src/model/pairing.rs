//! Which found element is the one that was planned, where no key says so: the one that agrees with what is known of it.
//!
//! Guesses nothing: a value taken from another element would be stored without anybody noticing, one left unknown is
//! an error that names it.

use crate::ty::Type;
use crate::value::Value;

/// Whether `found` can be what becomes of `planned`: equal wherever that is known.
pub(super) fn agrees(ty: &Type, planned: &Value, found: &Value) -> bool {
    match (planned, found) {
        (Value::Unknown, _) => true,
        (Value::List(planned), Value::List(found)) => {
            planned.len() == found.len()
                && match ty {
                    Type::Set(element) => claims(element, planned, found).iter().all(Option::is_some),
                    Type::Tuple(types) => types
                        .iter()
                        .zip(planned.iter().zip(found))
                        .all(|(ty, (planned, found))| agrees(ty, planned, found)),
                    _ => planned
                        .iter()
                        .zip(found)
                        .all(|(planned, found)| agrees(below(ty, ""), planned, found)),
                }
        }
        (Value::Map(planned), Value::Map(found)) => {
            planned.len() == found.len()
                && planned.iter().all(|(name, planned)| {
                    found
                        .get(name)
                        .is_some_and(|found| agrees(below(ty, name), planned, found))
                })
        }
        (Value::Dynamic(planned), Value::Dynamic(found)) => agrees(&planned.ty, &planned.value, &found.value),
        _ => planned == found,
    }
}

fn below<'t>(ty: &'t Type, name: &str) -> &'t Type {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => element,
        Type::Object(fields) => fields.get(name).unwrap_or(&Type::Dynamic),
        _ => &Type::Dynamic,
    }
}

/// For each planned element of a set the found one that it is, no found one twice. What could be several different
/// ones is none of them.
pub(super) fn claims(element: &Type, planned: &[Value], found: &[Value]) -> Vec<Option<usize>> {
    let mut claimed = vec![None; planned.len()];
    let mut free: Vec<usize> = (0..found.len()).collect();
    // What is known for certain goes first, so that nothing vaguer takes its place.
    let mut open: Vec<usize> = (0..planned.len()).collect();
    open.sort_by_key(|at| !planned[*at].is_wholly_known());
    while let Some((nth, taken)) = decided(element, planned, found, &open, &free) {
        claimed[open.remove(nth)] = Some(taken);
        free.retain(|at| *at != taken);
    }
    claimed
}

/// An open element of which there is no doubt: a single candidate, or as many as there are elements just like it.
fn decided(
    element: &Type,
    planned: &[Value],
    found: &[Value],
    open: &[usize],
    free: &[usize],
) -> Option<(usize, usize)> {
    let candidates = |of: &Value| -> Vec<usize> {
        let agreeing = free.iter().filter(|at| agrees(element, of, &found[**at]));
        agreeing.copied().collect()
    };
    let single = open.iter().enumerate().find_map(|(nth, at)| {
        let candidates = candidates(&planned[*at]);
        let first = *candidates.first()?;
        let same = candidates.iter().all(|at| found[*at] == found[first]);
        same.then_some((nth, first))
    });
    single.or_else(|| {
        open.iter().enumerate().find_map(|(nth, at)| {
            let candidates = candidates(&planned[*at]);
            let alike = open.iter().filter(|other| planned[**other] == planned[*at]);
            let first = *candidates.first()?;
            (candidates.len() <= alike.count()).then_some((nth, first))
        })
    })
}
