//! A result follows the plan, and the plan made during apply follows the one that was approved: what was known stays,
//! what was unknown may become anything of its type.
//!
//! Decides first and looks for the place to name only afterwards, so the two can't disagree.

use super::{Check, Holds, Members, Showing, show};
use crate::diag::Diagnostics;
use crate::path::Path;
use crate::schema::{Attribute, Block};
use crate::server::Shape;
use crate::ty::Type;
use crate::value::Value;

/// Where a result departs from the plan.
pub(crate) fn result_follows_plan(name: &str, shape: &Shape, planned: &Value, state: &Value) -> Diagnostics {
    let keeps = Keeps {
        check: Check::new(name, "the provider produced an unplanned result"),
        was: "was planned as",
        rule: "what was known in the plan is the same after apply",
    };
    keeps.hold(shape, planned, state)
}

/// Where the plan made during apply, with everything known, departs from the first.
pub(crate) fn final_plan_follows_first(
    name: &str,
    shape: &Shape,
    first: &Value,
    last: &Value,
) -> Diagnostics {
    let keeps = Keeps {
        check: Check::new(name, "the provider planned something else the second time"),
        was: "was first planned as",
        rule: "a plan is a function of its input: planned again during apply, what was known is the same",
    };
    keeps.hold(shape, first, last)
}

struct Keeps<'a> {
    check: Check<'a>,
    was: &'static str,
    rule: &'static str,
}

impl Keeps<'_> {
    fn hold(mut self, shape: &Shape, planned: &Value, state: &Value) -> Diagnostics {
        let members = Members {
            attributes: &shape.schema.attributes,
            blocks: &shape.schema.blocks,
        };
        self.object(members, planned, state, &Path::default(), Showing::Values);
        self.check.found
    }

    fn broken(&mut self, planned: &Value, state: &Value, path: &Path, showing: Showing) {
        let problem = match showing {
            Showing::Nothing => "differs from what was planned".to_owned(),
            Showing::Values => match (size(planned), size(state)) {
                (Some(before), Some(now)) if before != now => {
                    format!("{} {before} elements and is now {now}", self.was)
                }
                (Some(_), Some(_)) => "has other elements than planned".to_owned(),
                _ => format!("{} {} and is now {}", self.was, show(planned), show(state)),
            },
        };
        self.check.broken(path, &problem, self.rule);
    }

    fn object(
        &mut self,
        members: Members<'_>,
        planned: &Value,
        state: &Value,
        path: &Path,
        showing: Showing,
    ) {
        if planned.is_null() != state.is_null() {
            return self.broken(planned, state, path, showing);
        }
        for attribute in members.attributes {
            let [planned, state] = [planned, state].map(|value| value.get(&attribute.name));
            let path = path.clone().field(&attribute.name);
            self.attribute(attribute, planned, state, &path, showing.inside(attribute));
        }
        for block in members.blocks {
            let [planned, state] = [planned, state].map(|value| value.get(&block.name));
            self.block(block, planned, state, &path.clone().field(&block.name), showing);
        }
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        planned: &Value,
        state: &Value,
        path: &Path,
        showing: Showing,
    ) {
        if compatible(&attribute.ty(), planned, state) {
            return;
        }
        let Some((holds, members)) = Members::nested(attribute) else {
            return self.broken(planned, state, path, showing);
        };
        let before = self.check.found.len();
        for (planned, state, path) in pairs(holds, planned, state, path, showing) {
            if planned.is_null() || state.is_null() {
                if planned != state && !planned.is_unknown() {
                    self.broken(planned, state, &path, showing);
                }
                continue;
            }
            for inner in members.attributes {
                let [planned, state] = [planned, state].map(|value| value.get(&inner.name));
                let path = path.clone().field(&inner.name);
                self.attribute(inner, planned, state, &path, showing.inside(inner));
            }
        }
        if self.check.found.len() == before {
            self.broken(planned, state, path, showing);
        }
    }

    fn block(&mut self, block: &Block, planned: &Value, state: &Value, path: &Path, showing: Showing) {
        if blocks_compatible(block, planned, state) {
            return;
        }
        let before = self.check.found.len();
        for (planned, state, path) in pairs(block.nesting.into(), planned, state, path, showing) {
            self.object(Members::of_block(block), planned, state, &path, showing);
        }
        if self.check.found.len() == before {
            self.broken(planned, state, path, showing);
        }
    }
}

/// What stands in the same place on both sides; nothing where that can't be told.
fn pairs<'v>(
    holds: Holds,
    planned: &'v Value,
    state: &'v Value,
    path: &Path,
    showing: Showing,
) -> Vec<(&'v Value, &'v Value, Path)> {
    match (
        holds,
        planned.as_list(),
        state.as_list(),
        planned.as_map(),
        state.as_map(),
    ) {
        (Holds::One, _, _, Some(_), Some(_)) => vec![(planned, state, path.clone())],
        (Holds::List, Some(planned), Some(state), ..) if planned.len() == state.len() => {
            let each = planned.iter().zip(state).enumerate();
            each.map(|(index, (planned, state))| (planned, state, path.clone().index(index)))
                .collect()
        }
        (Holds::Map, _, _, Some(planned), Some(state)) if planned.keys().eq(state.keys()) => {
            let each = planned.iter().zip(state.values());
            each.map(|((key, planned), state)| (planned, state, showing.key(path, key)))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn size(value: &Value) -> Option<usize> {
    let list = value.as_list().map(<[Value]>::len);
    list.or_else(|| value.as_map().map(std::collections::BTreeMap::len))
}

/// Whether blocks are what was planned. Terraform only counts labels; we hold them to be the same.
fn blocks_compatible(block: &Block, planned: &Value, state: &Value) -> bool {
    let members = Members::of_block(block);
    let each = |planned: &Value, state: &Value| object_compatible(members, planned, state);
    match Holds::from(block.nesting) {
        Holds::One => (planned.is_unknown() && state.is_null()) || each(planned, state),
        _ if planned.is_unknown() || planned.is_null() || state.is_null() => true,
        Holds::List => all_pairs(planned, state, each),
        Holds::Map => match (planned.as_map(), state.as_map()) {
            (Some(planned), Some(state)) => {
                planned.keys().eq(state.keys())
                    && planned
                        .values()
                        .zip(state.values())
                        .all(|(planned, state)| each(planned, state))
            }
            _ => false,
        },
        Holds::Set => match (planned.as_list(), state.as_list()) {
            (Some(planned), Some(state)) => sets_agree(planned, state, each),
            _ => false,
        },
    }
}

fn object_compatible(members: Members<'_>, planned: &Value, state: &Value) -> bool {
    if planned.is_null() || state.is_null() {
        return planned.is_null() && state.is_null();
    }
    members.attributes.iter().all(|attribute| {
        compatible(
            &attribute.ty(),
            planned.get(&attribute.name),
            state.get(&attribute.name),
        )
    }) && members
        .blocks
        .iter()
        .all(|block| blocks_compatible(block, planned.get(&block.name), state.get(&block.name)))
}

fn all_pairs(planned: &Value, state: &Value, each: impl Fn(&Value, &Value) -> bool) -> bool {
    match (planned.as_list(), state.as_list()) {
        (Some(planned), Some(state)) => {
            planned.len() == state.len()
                && planned
                    .iter()
                    .zip(state)
                    .all(|(planned, state)| each(planned, state))
        }
        _ => false,
    }
}

/// Whether `state` is what `planned` allowed: known parts equal, unknown parts anything.
fn compatible(ty: &Type, planned: &Value, state: &Value) -> bool {
    match (ty, planned, state) {
        // Without a type of its own even a null is open.
        (Type::Dynamic, Value::Null | Value::Unknown, _) => true,
        (Type::Dynamic, Value::Dynamic(planned), Value::Dynamic(state)) => {
            fits(&state.ty, &planned.ty) && compatible(&planned.ty, &planned.value, &state.value)
        }
        (_, Value::Unknown, _) => true,
        (Type::Set(element), Value::List(planned), Value::List(state)) => {
            sets_agree(planned, state, |planned, state| {
                compatible(element, planned, state)
            })
        }
        (Type::List(element), Value::List(_), Value::List(_)) => {
            all_pairs(planned, state, |planned, state| {
                compatible(element, planned, state)
            })
        }
        (Type::Tuple(types), Value::List(planned), Value::List(state)) => {
            planned.len() == state.len()
                && types
                    .iter()
                    .zip(planned.iter().zip(state))
                    .all(|(ty, (planned, state))| compatible(ty, planned, state))
        }
        (Type::Map(element), Value::Map(planned), Value::Map(state)) => {
            planned.keys().eq(state.keys())
                && planned
                    .values()
                    .zip(state.values())
                    .all(|(planned, state)| compatible(element, planned, state))
        }
        (Type::Object(types), Value::Map(_), Value::Map(_)) => types
            .iter()
            .all(|(name, ty)| compatible(ty, planned.get(name), state.get(name))),
        _ => planned == state,
    }
}

/// Whether a value of type `found` may stand where `wanted` was planned.
fn fits(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (_, Type::Dynamic) => true,
        (Type::List(found), Type::List(wanted))
        | (Type::Set(found), Type::Set(wanted))
        | (Type::Map(found), Type::Map(wanted)) => fits(found, wanted),
        (Type::Object(found), Type::Object(wanted)) => {
            found.keys().eq(wanted.keys())
                && found
                    .values()
                    .zip(wanted.values())
                    .all(|(found, wanted)| fits(found, wanted))
        }
        (Type::Tuple(found), Type::Tuple(wanted)) => {
            found.len() == wanted.len()
                && found
                    .iter()
                    .zip(wanted)
                    .all(|(found, wanted)| fits(found, wanted))
        }
        _ => found == wanted,
    }
}

/// Each side has a counterpart for every element; unknown ones may turn out equal, so the set may only shrink.
fn sets_agree(planned: &[Value], state: &[Value], each: impl Fn(&Value, &Value) -> bool) -> bool {
    state.len() <= planned.len()
        && state
            .iter()
            .all(|state| planned.iter().any(|planned| each(planned, state)))
        && planned
            .iter()
            .all(|planned| state.iter().any(|state| each(planned, state)))
}
