//! The plan's inner levels: one change, one resource of the prior state. Keeps the attributes that rules look at.
//!
//! Takes members in any order, though Terraform writes the kind before the values.

use super::visit::{Context, once};
use super::{Attributes, Change, Entry, Prior, attributes, is_ours};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A seed whose visitor has a type of its own.
macro_rules! seed {
    ($name:ident => $value:ty, $what:literal, $visit:ident) => {
        impl<'de> DeserializeSeed<'de> for $name<'_> {
            type Value = $value;
            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
                deserializer.deserialize_any(self)
            }
        }
        impl<'de> Visitor<'de> for $name<'_> {
            type Value = $value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($what)
            }
            fn visit_unit<E: Error>(self) -> Result<$value, E> {
                Ok(<$value>::default())
            }
            seed!(@$visit $value);
        }
    };
    (@map $value:ty) => {
        fn visit_map<M: MapAccess<'de>>(self, map: M) -> Result<$value, M::Error> {
            self.members(map)
        }
    };
    (@seq $value:ty) => {
        fn visit_seq<S: SeqAccess<'de>>(self, items: S) -> Result<$value, S::Error> {
            self.elements(items)
        }
    };
}

/// `resource_changes`, `resource_drift`.
pub struct Many<'a>(pub &'a Context);
seed!(Many => Vec<Entry>, "a list of changes", seq);

impl Many<'_> {
    fn elements<'de, S: SeqAccess<'de>>(self, mut items: S) -> Result<Vec<Entry>, S::Error> {
        let context = self.0;
        let mut kept = Vec::new();
        loop {
            context.allowance.hold();
            let Some(entry) = items.next_element_seed(One(context))? else {
                return Ok(kept);
            };
            if entry.address.is_empty() || entry.kind.is_empty() || entry.change.actions.is_empty() {
                return Err(S::Error::custom("a change has no address, type or actions"));
            }
            if is_kept(&entry) {
                context.keep(weight(&entry))?;
                kept.push(entry);
            }
        }
    }
}

fn is_kept(entry: &Entry) -> bool {
    let idle = entry.change.actions == ["no-op"] || entry.change.actions == ["read"];
    entry.mode != "data" && (!idle || attributes(&entry.kind) != Attributes::Nothing)
}

struct One<'a>(&'a Context);
seed!(One => Entry, "a change of a resource", map);

impl One<'_> {
    fn members<'de, M: MapAccess<'de>>(self, mut map: M) -> Result<Entry, M::Error> {
        let context = self.0;
        let (mut address, mut mode, mut kind, mut deposed, mut previous) = (None, None, None, None, None);
        let (mut change, mut early) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "address" => once(&mut address, &name, map.next_value::<String>()?)?,
                "previous_address" => once(&mut previous, &name, map.next_value::<String>()?)?,
                "mode" => once(&mut mode, &name, map.next_value::<String>()?)?,
                "type" => once(&mut kind, &name, map.next_value::<String>()?)?,
                "deposed" => once(&mut deposed, &name, map.next_value::<Option<String>>()?.is_some())?,
                "change" => match &kind {
                    Some(kind) => {
                        let seed = What(context, attributes(kind));
                        once(&mut change, &name, map.next_value_seed(seed)?)?;
                    }
                    // Whose change it is comes later.
                    None => once(&mut early, &name, map.next_value::<Value>()?)?,
                },
                _ => context.skip(&mut map)?,
            }
        }
        let kind = kind.unwrap_or_default();
        if let Some(early) = early {
            let seed = What(context, attributes(&kind));
            once(
                &mut change,
                "change",
                seed.deserialize(early).map_err(M::Error::custom)?,
            )?;
        }
        Ok(Entry {
            address: address.unwrap_or_default(),
            previous,
            mode: mode.unwrap_or_default(),
            kind,
            deposed: deposed.unwrap_or(false),
            change: change.unwrap_or_default(),
        })
    }
}

struct What<'a>(&'a Context, Attributes);
seed!(What => Change, "what happens to a resource", map);

impl What<'_> {
    fn members<'de, M: MapAccess<'de>>(self, mut map: M) -> Result<Change, M::Error> {
        let What(context, attributes) = self;
        let mut change = Change::default();
        let mut actions = None;
        while let Some(name) = map.next_key::<String>()? {
            let (place, marks) = match name.as_str() {
                "actions" => {
                    once(&mut actions, &name, map.next_value::<Vec<String>>()?)?;
                    continue;
                }
                "importing" => {
                    change.importing = !map.next_value::<Value>()?.is_null();
                    continue;
                }
                "before" => (&mut change.before, false),
                "after" => (&mut change.after, false),
                "after_unknown" => (&mut change.after_unknown, true),
                "before_sensitive" => (&mut change.before_sensitive, true),
                "after_sensitive" => (&mut change.after_sensitive, true),
                _ => {
                    context.skip(&mut map)?;
                    continue;
                }
            };
            if attributes == Attributes::Nothing {
                context.skip(&mut map)?;
            } else if marks {
                *place = map.next_value_seed(Marks)?;
            } else {
                *place = map.next_value_seed(Pruned(context, attributes))?;
            }
        }
        change.actions = actions.unwrap_or_default();
        Ok(change)
    }
}

/// The values of a resource: those attributes that are kept. `true` says something of all of them.
struct Pruned<'a>(&'a Context, Attributes);

impl<'de> DeserializeSeed<'de> for Pruned<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pruned<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the values of a resource")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, all: bool) -> Result<Value, E> {
        Ok(Value::Bool(all))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut kept = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if self.1.keeps(&name) {
                let value = map.next_value()?;
                kept.insert(name, value);
            } else {
                self.0.skip(&mut map)?;
            }
        }
        Ok(Value::Object(kept))
    }
}

/// What is said of values by `true` in their place. Nearly all of it says nothing, and that is not kept.
struct Marks;

impl<'de> DeserializeSeed<'de> for Marks {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Marks {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("marks of unknown or sensitive values")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, marked: bool) -> Result<Value, E> {
        Ok(match marked {
            true => Value::Bool(true),
            false => Value::Null,
        })
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut marked = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let mark = map.next_value_seed(Marks)?;
            if !mark.is_null() {
                marked.insert(name, mark);
            }
        }
        Ok(match marked.is_empty() {
            true => Value::Null,
            false => Value::Object(marked),
        })
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Value, S::Error> {
        let mut marked = Vec::new();
        while let Some(mark) = items.next_element_seed(Marks)? {
            marked.push(mark);
        }
        Ok(match marked.iter().all(Value::is_null) {
            true => Value::Null,
            false => Value::Array(marked),
        })
    }
}

/// `prior_state`, and every level down to its modules.
pub struct Priors<'a>(pub &'a Context);
seed!(Priors => Vec<Prior>, "a state", map);

impl Priors<'_> {
    fn members<'de, M: MapAccess<'de>>(self, mut map: M) -> Result<Vec<Prior>, M::Error> {
        let context = self.0;
        let mut kept = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "values" | "root_module" => kept.extend(map.next_value_seed(Priors(context))?),
                "resources" => kept.extend(map.next_value_seed(Resources(context))?),
                "child_modules" => kept.extend(map.next_value_seed(Modules(context))?),
                _ => context.skip(&mut map)?,
            }
        }
        Ok(kept)
    }
}

struct Modules<'a>(&'a Context);
seed!(Modules => Vec<Prior>, "a list of modules", seq);

impl Modules<'_> {
    fn elements<'de, S: SeqAccess<'de>>(self, mut items: S) -> Result<Vec<Prior>, S::Error> {
        let mut kept = Vec::new();
        while let Some(module) = items.next_element_seed(Priors(self.0))? {
            kept.extend(module);
        }
        Ok(kept)
    }
}

struct Resources<'a>(&'a Context);
seed!(Resources => Vec<Prior>, "a list of resources", seq);

impl Resources<'_> {
    fn elements<'de, S: SeqAccess<'de>>(self, mut items: S) -> Result<Vec<Prior>, S::Error> {
        let mut kept = Vec::new();
        loop {
            self.0.allowance.hold();
            let Some(prior) = items.next_element_seed(Resource(self.0))? else {
                return Ok(kept);
            };
            if is_ours(&prior.kind) {
                self.0.keep(size(&prior.values) + prior.address.len())?;
                kept.push(prior);
            }
        }
    }
}

struct Resource<'a>(&'a Context);
seed!(Resource => Prior, "a resource", map);

impl Resource<'_> {
    fn members<'de, M: MapAccess<'de>>(self, mut map: M) -> Result<Prior, M::Error> {
        let mut prior = Prior::default();
        while let Some(name) = map.next_key::<String>()? {
            // Of a kind that comes after its values nothing is known yet, so they are kept until it does.
            let ours = prior.kind.is_empty() || is_ours(&prior.kind);
            match name.as_str() {
                "address" => prior.address = map.next_value()?,
                "type" => prior.kind = map.next_value()?,
                "values" if ours => prior.values = map.next_value()?,
                "sensitive_values" if ours => prior.sensitive = map.next_value()?,
                _ => self.0.skip(&mut map)?,
            }
        }
        Ok(prior)
    }
}

fn weight(entry: &Entry) -> usize {
    let change = &entry.change;
    let values = [
        &change.before,
        &change.after,
        &change.after_unknown,
        &change.before_sensitive,
        &change.after_sensitive,
    ];
    let values: usize = values.into_iter().map(size).sum();
    std::mem::size_of::<Entry>() + entry.address.len() + entry.kind.len() + values
}

/// About what a value takes in memory, in bytes.
fn size(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| name.len() + size(value) + 48)
            .sum(),
    };
    inside + std::mem::size_of::<Value>()
}
