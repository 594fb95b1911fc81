//! Whether an object can have come of a configuration: what is configured is as configured, and the rest is the
//! provider's to make.
//!
//! Guesses in no case: what could have come of several configurations is for the caller to give away once.

use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting};
use crate::value::Value;

/// The members of an object.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) attributes: &'a [Attribute],
    pub(super) blocks: &'a [Block],
}

impl Members<'_> {
    /// Whether `object` can have come of `config`.
    pub(super) fn came_of(self, config: &Value, object: &Value) -> bool {
        if config.is_null() || object.is_null() {
            return config.is_null() && object.is_null();
        }
        self.attributes.iter().all(|attribute| {
            attribute_came_of(
                attribute,
                config.get(&attribute.name),
                object.get(&attribute.name),
            )
        }) && self
            .blocks
            .iter()
            .all(|block| block_came_of(block, config.get(&block.name), object.get(&block.name)))
    }

    /// Whether the elements of a set can have come of the configured ones, each of one of its own.
    pub(super) fn all_came_of(self, configs: &[Value], values: &[Value]) -> bool {
        let mut of = vec![None; values.len()];
        configs.len() == values.len()
            && (0..configs.len()).all(|at| {
                let mut tried = vec![false; values.len()];
                self.place(at, configs, values, &mut of, &mut tried)
            })
    }

    /// Finds a value for one more configured element, moving earlier ones on where they have another choice.
    fn place(
        self,
        at: usize,
        configs: &[Value],
        values: &[Value],
        of: &mut [Option<usize>],
        tried: &mut [bool],
    ) -> bool {
        for (index, value) in values.iter().enumerate() {
            if tried[index] || !self.came_of(&configs[at], value) {
                continue;
            }
            tried[index] = true;
            let free = match of[index] {
                None => true,
                Some(earlier) => self.place(earlier, configs, values, of, tried),
            };
            if free {
                of[index] = Some(at);
                return true;
            }
        }
        false
    }
}

fn attribute_came_of(attribute: &Attribute, config: &Value, value: &Value) -> bool {
    if attribute.write_only {
        return value.is_null();
    }
    if config.is_null() {
        return match &attribute.default {
            Some(default) => attribute.ty().conform(default.clone()).as_ref() == Ok(value),
            None => attribute.computed || value.is_null(),
        };
    }
    match &attribute.kind {
        AttributeKind::Plain(_) => config == value,
        AttributeKind::Nested(nesting, nested) => {
            let members = Members {
                attributes: nested,
                blocks: &[],
            };
            match nesting {
                Nesting::Single => members.came_of(config, value),
                Nesting::List => listed(members, config, value),
                Nesting::Set => set(members, config, value),
                Nesting::Map => keyed(members, config, value),
            }
        }
    }
}

fn block_came_of(block: &Block, config: &Value, value: &Value) -> bool {
    let members = Members {
        attributes: &block.attributes,
        blocks: &block.blocks,
    };
    match block.nesting {
        BlockNesting::Single | BlockNesting::Group => members.came_of(config, value),
        BlockNesting::List => listed(members, config, value),
        BlockNesting::Set => set(members, config, value),
        BlockNesting::Map => keyed(members, config, value),
    }
}

fn listed(members: Members<'_>, config: &Value, value: &Value) -> bool {
    match (config.as_list(), value.as_list()) {
        (Some(config), Some(value)) => {
            config.len() == value.len()
                && config
                    .iter()
                    .zip(value)
                    .all(|(config, value)| members.came_of(config, value))
        }
        _ => config == value,
    }
}

fn keyed(members: Members<'_>, config: &Value, value: &Value) -> bool {
    match (config.as_map(), value.as_map()) {
        (Some(config), Some(value)) => {
            config.keys().eq(value.keys())
                && config
                    .values()
                    .zip(value.values())
                    .all(|(config, value)| members.came_of(config, value))
        }
        _ => config == value,
    }
}

fn set(members: Members<'_>, config: &Value, value: &Value) -> bool {
    match (config.as_list(), value.as_list()) {
        (Some(config), Some(value)) => members.all_came_of(config, value),
        _ => config == value,
    }
}
