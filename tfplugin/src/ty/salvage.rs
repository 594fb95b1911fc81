//! What can be kept of an object that does not fit its type: one wrong attribute must not cost the others, such as the
//! id by which an object is found again.
//!
//! Splits objects only: a collection with a misfit in it is a misfit as a whole.

use std::collections::BTreeMap;

use super::{DEEPEST, Mismatch, Type};
use crate::path::PathStep;
use crate::value::Value;

impl Type {
    /// As [`conform`](Self::conform), with what `otherwise` says in place of what does not fit and, if anything does
    /// not, in place of the attributes that are missing.
    pub(crate) fn salvage(&self, value: Value, otherwise: &Value) -> (Value, Vec<Mismatch>) {
        let missing: Vec<&String> = match (self, &value) {
            (Type::Object(types), Value::Map(fields)) => {
                types.keys().filter(|name| !fields.contains_key(*name)).collect()
            }
            _ => Vec::new(),
        };
        let mut misfits = Vec::new();
        let mut kept = self.salvage_at(value, otherwise, DEEPEST, &mut misfits);
        if !misfits.is_empty() {
            for name in missing {
                kept.set(name, otherwise.get(name).clone());
            }
        }
        (kept, misfits)
    }

    fn salvage_at(
        &self,
        value: Value,
        otherwise: &Value,
        levels: usize,
        misfits: &mut Vec<Mismatch>,
    ) -> Value {
        match (self, value) {
            (Type::Object(types), Value::Map(mut fields)) if levels > 1 => {
                let mut object = BTreeMap::new();
                for (name, ty) in types {
                    let otherwise = otherwise.get(name);
                    let before = misfits.len();
                    let value = fields.remove(name).unwrap_or_default();
                    let kept = ty.salvage_at(value, otherwise, levels - 1, misfits);
                    for misfit in misfits.iter_mut().skip(before) {
                        let inner = std::mem::replace(misfit, Mismatch::new(""));
                        *misfit = inner.inside(PathStep::Attribute(name.clone()));
                    }
                    object.insert(name.clone(), kept);
                }
                misfits.extend(fields.keys().map(|extra| Mismatch::no_attribute(extra)));
                Value::Map(object)
            }
            (_, value) => self.conform_at(value, levels).unwrap_or_else(|misfit| {
                misfits.push(misfit);
                otherwise.clone()
            }),
        }
    }
}
