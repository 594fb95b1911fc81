//! Warnings about what a configuration uses and should not. Terraform itself only warns of references to it.
//!
//! Pure. Says nothing about what is null or not known yet.

use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::value::Value;

/// A warning for the whole, if it is deprecated, and for each deprecated attribute and block that `config` sets.
pub(crate) fn warnings(name: &str, schema: &Schema, config: &Value) -> Diagnostics {
    let mut found = Found(Diagnostics::new());
    if let Some(message) = &schema.deprecated {
        found
            .0
            .push(Diagnostic::warning(format!("{name} is deprecated"), message));
    }
    found.level(&schema.attributes, &schema.blocks, config, &Path::default());
    found.0
}

#[derive(Clone, Copy)]
enum Holds {
    One,
    List,
    Set,
    Map,
}

struct Found(Diagnostics);

impl Found {
    fn level(&mut self, attributes: &[Attribute], blocks: &[Block], config: &Value, path: &Path) {
        for attribute in attributes {
            let (config, path) = (config.get(&attribute.name), path.clone().field(&attribute.name));
            if config.is_null() || config.is_unknown() {
                continue;
            }
            self.warn(attribute.deprecated.as_deref(), &attribute.name, &path);
            if let AttributeKind::Nested(nesting, nested) = &attribute.kind {
                let holds = match nesting {
                    Nesting::Single => Holds::One,
                    Nesting::List => Holds::List,
                    Nesting::Set => Holds::Set,
                    Nesting::Map => Holds::Map,
                };
                self.elements(nested, &[], holds, config, &path);
            }
        }
        for block in blocks {
            let (config, path) = (config.get(&block.name), path.clone().field(&block.name));
            if absent(config) {
                continue;
            }
            self.warn(block.deprecated.as_deref(), &block.name, &path);
            let holds = match block.nesting {
                BlockNesting::Single | BlockNesting::Group => Holds::One,
                BlockNesting::List => Holds::List,
                BlockNesting::Set => Holds::Set,
                BlockNesting::Map => Holds::Map,
            };
            self.elements(&block.attributes, &block.blocks, holds, config, &path);
        }
    }

    fn elements(
        &mut self,
        attributes: &[Attribute],
        blocks: &[Block],
        holds: Holds,
        config: &Value,
        path: &Path,
    ) {
        match (holds, config) {
            (Holds::One, config) => self.level(attributes, blocks, config, path),
            (Holds::List, Value::List(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    self.level(attributes, blocks, element, &path.clone().index(index));
                }
            }
            (Holds::Set, Value::List(elements)) => {
                let mut inside = Found(Diagnostics::new());
                for element in elements {
                    inside.level(attributes, blocks, element, path);
                }
                // A path can't lead into a set: its elements have no names.
                for warning in inside.0 {
                    self.add(warning.at(path.clone()));
                }
            }
            (Holds::Map, Value::Map(elements)) => {
                for (key, element) in elements {
                    self.level(attributes, blocks, element, &path.clone().key(key));
                }
            }
            _ => {}
        }
    }

    fn warn(&mut self, message: Option<&str>, name: &str, path: &Path) {
        let Some(message) = message else { return };
        self.add(Diagnostic::warning(format!("{name} is deprecated"), message).at(path.clone()));
    }

    /// Two elements of a set would say the same of the same place.
    fn add(&mut self, warning: Diagnostic) {
        if !self.0.iter().any(|known| *known == warning) {
            self.0.push(warning);
        }
    }
}

/// Whether no such block stands in the configuration. A group without a block is an object of nulls.
fn absent(config: &Value) -> bool {
    match config {
        Value::Null | Value::Unknown => true,
        Value::List(elements) => elements.is_empty(),
        Value::Map(fields) => fields.values().all(absent),
        _ => false,
    }
}
