//! Values at random: what fills an unknown, and what a wrong answer says instead. Every value has the type it must
//! have; what is wrong is what it says.

use std::collections::BTreeMap;

use tfplugin::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema, Type, Value};

use crate::chance::Chance;

/// Whether a wrong answer may be unknown.
#[derive(Clone, Copy, PartialEq)]
pub enum Open {
    Sometimes,
    Never,
}

/// The same value with something in place of each unknown.
pub fn fill(schema: &Schema, value: Value, chance: &mut Chance) -> Value {
    members(schema.attributes(), schema.blocks(), value, chance)
}

fn members(attributes: &[Attribute], blocks: &[Block], value: Value, chance: &mut Chance) -> Value {
    let Value::Map(mut fields) = value else {
        return value;
    };
    for attribute in attributes {
        if let Some(slot) = fields.get_mut(attribute.name()) {
            *slot = made(attribute, std::mem::take(slot), chance);
        }
    }
    for block in blocks {
        if let Some(slot) = fields.get_mut(block.name()) {
            let value = std::mem::take(slot);
            let mut inside = |value| members(block.attributes(), block.blocks(), value, chance);
            *slot = match block.nesting() {
                BlockNesting::Single | BlockNesting::Group => inside(value),
                _ => each(value, &mut inside),
            };
        }
    }
    Value::Map(fields)
}

fn made(attribute: &Attribute, value: Value, chance: &mut Chance) -> Value {
    let AttributeKind::Nested(nesting, nested) = attribute.kind() else {
        return filled(&attribute.ty(), value, chance);
    };
    let value = match (value, nesting) {
        (Value::Unknown, _) if chance.one_in(6) => return Value::Null,
        (Value::Unknown, Nesting::Single) => own(nested),
        (Value::Unknown, Nesting::Map) => Value::object([("k0", own(nested))]),
        (Value::Unknown, _) => Value::List((0..chance.below(3)).map(|_| own(nested)).collect()),
        (value, _) => value,
    };
    match nesting {
        Nesting::Single => members(nested, &[], value, chance),
        _ => each(value, &mut |value| members(nested, &[], value, chance)),
    }
}

/// What a provider makes of itself: only what is computed, else Terraform takes it for configured.
fn own(attributes: &[Attribute]) -> Value {
    Value::object(attributes.iter().map(|attribute| {
        let value = if attribute.is_computed() {
            Value::Unknown
        } else {
            Value::Null
        };
        (attribute.name(), value)
    }))
}

fn each(value: Value, one: &mut dyn FnMut(Value) -> Value) -> Value {
    match value {
        Value::List(elements) => Value::List(elements.into_iter().map(one).collect()),
        Value::Map(fields) => Value::Map(fields.into_iter().map(|(key, value)| (key, one(value))).collect()),
        nothing => nothing,
    }
}

/// The same value with one place changed, in some way; `prior` is one of them.
pub fn mutate(
    schema: &Schema,
    value: Value,
    prior: Option<&Value>,
    chance: &mut Chance,
    open: Open,
) -> Value {
    let (Type::Object(types), Value::Map(mut fields)) = (schema.ty(), value.clone()) else {
        return value;
    };
    let names: Vec<&String> = types.keys().filter(|name| *name != "case").collect();
    if let Some(name) = chance.pick(&names).copied()
        && let Some(slot) = fields.get_mut(name)
    {
        let prior = prior.map(|prior| prior.get(name));
        *slot = changed(&types[name], std::mem::take(slot), prior, chance, open);
    }
    Value::Map(fields)
}

fn filled(ty: &Type, value: Value, chance: &mut Chance) -> Value {
    match (ty, value) {
        (Type::String, Value::Unknown) => format!("made {}", chance.below(1_000_000_000)).into(),
        (ty, Value::Unknown) => random(ty, chance, Open::Never),
        (Type::List(element) | Type::Set(element), Value::List(elements)) => {
            let each = elements
                .into_iter()
                .map(|value| self::element(element, filled(element, value, chance)));
            Value::List(each.collect())
        }
        (Type::Tuple(types), Value::List(elements)) => {
            let each = types
                .iter()
                .zip(elements)
                .map(|(ty, value)| filled(ty, value, chance));
            Value::List(each.collect())
        }
        (Type::Map(element), Value::Map(fields)) => {
            let each = fields
                .into_iter()
                .map(|(key, value)| (key, self::element(element, filled(element, value, chance))));
            Value::Map(each.collect())
        }
        (Type::Object(types), Value::Map(mut fields)) => {
            for (name, ty) in types {
                if let Some(slot) = fields.get_mut(name) {
                    *slot = filled(ty, std::mem::take(slot), chance);
                }
            }
            Value::Map(fields)
        }
        (_, Value::Dynamic(dynamic)) => {
            let value = filled(&dynamic.ty, dynamic.value, chance);
            Value::dynamic(dynamic.ty, value)
        }
        (_, known) => known,
    }
}

fn changed(ty: &Type, value: Value, prior: Option<&Value>, chance: &mut Chance, open: Open) -> Value {
    let deeper = !chance.one_in(3);
    match (ty, value) {
        (Type::Object(types), Value::Map(mut fields)) if deeper && !types.is_empty() => {
            let names: Vec<&String> = types.keys().collect();
            if let Some(name) = chance.pick(&names).copied()
                && let Some(slot) = fields.get_mut(name)
            {
                let prior = prior.map(|prior| prior.get(name));
                *slot = changed(&types[name], std::mem::take(slot), prior, chance, open);
            }
            Value::Map(fields)
        }
        (Type::List(element) | Type::Set(element), Value::List(mut elements)) if !elements.is_empty() => {
            let at = chance.below(elements.len());
            match chance.below(6) {
                0 => drop(elements.remove(at)),
                1 => elements.push(self::element(element, random(element, chance, open))),
                2 => elements.push(elements[at].clone()),
                3 => elements.reverse(),
                _ => {
                    let prior = prior.and_then(Value::as_list).and_then(|prior| prior.get(at));
                    elements[at] = self::element(
                        element,
                        changed(element, std::mem::take(&mut elements[at]), prior, chance, open),
                    );
                }
            }
            Value::List(elements)
        }
        (Type::Map(element), Value::Map(mut fields)) if !fields.is_empty() => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            let Some(key) = chance.pick(&keys) else {
                return Value::Map(fields);
            };
            let value = fields.remove(key).unwrap_or_default();
            match chance.below(4) {
                0 => {}
                // Terraform compares the labels of blocks by their number only; we do by name.
                1 => drop(
                    fields
                        .insert("other".into(), value.clone())
                        .or_else(|| fields.insert(key.clone(), value)),
                ),
                _ => {
                    let prior = prior.map(|prior| prior.get(key));
                    let made = self::element(element, changed(element, value, prior, chance, open));
                    fields.insert(key.clone(), made);
                }
            }
            Value::Map(fields)
        }
        (_, value) => match (chance.below(6), prior) {
            (0, _) => Value::Null,
            (1, _) if open == Open::Sometimes => Value::Unknown,
            (2 | 3, Some(prior)) => prior.clone(),
            (4, _) => value,
            _ => random(ty, chance, open),
        },
    }
}

/// A null object in a collection ends Terraform if the objects have write-only attributes: no case for a test.
fn element(ty: &Type, made: Value) -> Value {
    match (ty, made) {
        (Type::Object(types), Value::Null) => Value::object(types.keys().map(|name| (name, Value::Null))),
        (_, made) => made,
    }
}

fn random(ty: &Type, chance: &mut Chance, open: Open) -> Value {
    if chance.one_in(6) {
        return Value::Null;
    }
    if open == Open::Sometimes && chance.one_in(6) {
        return Value::Unknown;
    }
    match ty {
        Type::Bool => chance.one_in(2).into(),
        Type::Number => Value::from(u32::try_from(chance.below(3)).unwrap_or(0)),
        Type::String => ["x", "y", "X"][chance.below(3)].into(),
        Type::Dynamic => match chance.below(3) {
            0 => Value::dynamic(Type::Number, 1.5.into()),
            1 => Value::dynamic(Type::String, random(&Type::String, chance, open)),
            _ => Value::dynamic(Type::list(Type::Bool), Value::list([true])),
        },
        Type::List(element) | Type::Set(element) => Value::List(
            (0..chance.below(3))
                .map(|_| self::element(element, random(element, chance, open)))
                .collect(),
        ),
        Type::Tuple(types) => Value::List(types.iter().map(|ty| random(ty, chance, open)).collect()),
        Type::Map(element) => {
            let keys = (0..chance.below(3)).map(|at| format!("k{at}"));
            Value::Map(
                keys.map(|key| (key, self::element(element, random(element, chance, open))))
                    .collect(),
            )
        }
        Type::Object(types) => {
            let fields = types
                .iter()
                .map(|(name, ty)| (name.clone(), random(ty, chance, open)));
            Value::Map(fields.collect::<BTreeMap<_, _>>())
        }
    }
}
