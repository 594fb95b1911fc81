//! From Terraform's proposal to ours: defaults in, write-only values out, old forms kept, and unknown what the provider
//! will decide.
//!
//! Pure, if the schema's own functions are; whoever calls it catches their panics. Descends only where the
//! configuration has something: below a null everything is the provider's.

mod correlate;
mod origin;

use self::correlate::{each, each_block};
use self::origin::Members;
use crate::modify::Modify;
use crate::schema::{Attribute, AttributeKind, Block, Schema};
use crate::value::Value;

/// The proposal a provider plans from. `prior` is `None` when the object is to be created.
pub(crate) fn prepare(schema: &Schema, config: &Value, prior: Option<&Value>, proposed: Value) -> Value {
    let before = prior.unwrap_or(&Value::Null);
    let run = |value: Value, leaf: Leaf<'_>, sets: Sets| {
        let guide = Guide {
            config,
            prior: before,
            same: true,
            sets,
        };
        rewrite(&schema.attributes, &schema.blocks, guide, value, leaf)
    };
    let pass = |value: Value, leaf: Leaf<'_>| run(value, leaf, Sets::AsTheyAre);
    // Sets have no order: what was put in another place is sorted before it is compared.
    let settled = in_order(schema, run(proposed, &settle, Sets::Adopt));
    let changed = prior != Some(&settled);
    let opened = if changed { pass(settled, &open) } else { settled };
    let modified = pass(opened, &modify);
    if changed || prior == Some(&modified) {
        return modified;
    }
    // A modifier made the first change: what depends on it is open after all.
    pass(pass(modified, &open), &modify)
}

/// The same value without what may only stand in a configuration.
pub(crate) fn without_write_only(schema: &Schema, value: Value) -> Value {
    along(schema, &Value::Null, value, &|attribute, _| {
        attribute.write_only.then_some(Value::Null)
    })
}

/// `new`, in the form that `old` has wherever both mean the same.
pub(crate) fn keep_form(schema: &Schema, old: &Value, new: Value) -> Value {
    along(schema, old, new, &|attribute, at| {
        same(attribute, at.prior, at.value)
    })
}

/// Descends wherever `value` itself has something.
fn along(schema: &Schema, prior: &Value, value: Value, leaf: Leaf<'_>) -> Value {
    let config = &value.clone();
    let guide = Guide {
        config,
        prior,
        same: true,
        sets: Sets::AsTheyAre,
    };
    rewrite(&schema.attributes, &schema.blocks, guide, value, leaf)
}

fn in_order(schema: &Schema, value: Value) -> Value {
    // What does not fit the schema is told by the server, which conforms what comes of this.
    schema.ty().conform(value.clone()).unwrap_or(value)
}

/// What is done with elements of sets that Terraform found nothing to correlate with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sets {
    Adopt,
    AsTheyAre,
}

/// What goes beside a value on the way down.
#[derive(Clone, Copy)]
struct Guide<'v> {
    config: &'v Value,
    /// Null where nothing can be told to be the same thing earlier, as in a set.
    prior: &'v Value,
    /// Whether what is here is surely what was here before: not so in an element of a list or set that has changed.
    same: bool,
    sets: Sets,
}

struct At<'v> {
    config: &'v Value,
    prior: &'v Value,
    same: bool,
    value: &'v Value,
}

/// What an attribute becomes; `None` to leave it and look inside.
type Leaf<'a> = &'a dyn Fn(&Attribute, At<'_>) -> Option<Value>;

fn settle(attribute: &Attribute, at: At<'_>) -> Option<Value> {
    match &attribute.default {
        _ if attribute.write_only => Some(Value::Null),
        // Conforming can't fail: an unfitting default is a fault of the schema, told when it is loaded.
        Some(default) if at.config.is_null() => attribute.ty().conform(default.clone()).ok(),
        _ if at.config.is_null() => None,
        _ => same(attribute, at.prior, at.value),
    }
}

fn open(attribute: &Attribute, at: At<'_>) -> Option<Value> {
    let providers_own = attribute.computed && attribute.default.is_none() && at.config.is_null();
    // Where the configuration is silent, Terraform proposes what was there before, in lists by place alone.
    let kept = attribute.modifiers.keep && at.same && !at.value.is_null();
    (providers_own && !kept).then_some(Value::Unknown)
}

fn modify(attribute: &Attribute, at: At<'_>) -> Option<Value> {
    let mut changed: Option<Value> = None;
    for modifier in &attribute.modifiers.custom {
        let seen = Modify {
            config: at.config,
            prior: at.prior,
            planned: changed.as_ref().unwrap_or(at.value),
        };
        changed = modifier.change(&seen).or(changed);
    }
    changed
}

fn same(attribute: &Attribute, old: &Value, new: &Value) -> Option<Value> {
    let same = attribute.modifiers.same.as_ref()?;
    let known = !old.is_null() && !new.is_null() && old.is_wholly_known() && new.is_wholly_known();
    (known && old != new && (same.run)(old, new)).then(|| old.clone())
}

fn rewrite(
    attributes: &[Attribute],
    blocks: &[Block],
    guide: Guide<'_>,
    value: Value,
    leaf: Leaf<'_>,
) -> Value {
    let Value::Map(mut fields) = value else {
        return value;
    };
    if guide.config.as_map().is_none() {
        return Value::Map(fields);
    }
    for attribute in attributes {
        let Some(slot) = fields.get_mut(&attribute.name) else {
            continue;
        };
        let guide = guide.field(&attribute.name);
        let at = At {
            config: guide.config,
            prior: guide.prior,
            same: guide.same,
            value: slot,
        };
        if let Some(replaced) = leaf(attribute, at) {
            *slot = replaced;
        } else if let AttributeKind::Nested(nesting, nested) = &attribute.kind {
            let inside = |guide: Guide<'_>, value| rewrite(nested, &[], guide, value, leaf);
            let members = Members {
                attributes: nested,
                blocks: &[],
            };
            *slot = each(*nesting, members, guide, std::mem::take(slot), &inside);
        }
    }
    for block in blocks {
        let Some(slot) = fields.get_mut(&block.name) else {
            continue;
        };
        let inside = |guide: Guide<'_>, value| rewrite(&block.attributes, &block.blocks, guide, value, leaf);
        let guide = guide.field(&block.name);
        *slot = each_block(block, guide, std::mem::take(slot), &inside);
    }
    Value::Map(fields)
}

impl<'v> Guide<'v> {
    fn field(self, name: &str) -> Guide<'v> {
        self.to(self.config.get(name), self.prior.get(name), self.same)
    }

    fn to<'w>(self, config: &'w Value, prior: &'w Value, same: bool) -> Guide<'w> {
        let sets = self.sets;
        Guide {
            config,
            prior,
            same,
            sets,
        }
    }
}
