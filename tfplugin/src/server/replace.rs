//! Which changed attributes force a replacement, by the schema's marks. Pure.

use std::collections::BTreeSet;

use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::value::Value;

/// The marked attributes whose value differs.
pub(crate) fn replacing(schema: &Schema, prior: &Value, planned: &Value) -> Vec<Path> {
    let mut found = Vec::new();
    level(
        &schema.attributes,
        &schema.blocks,
        prior,
        planned,
        &Path::default(),
        &mut found,
    );
    found
}

fn level(
    attributes: &[Attribute],
    blocks: &[Block],
    prior: &Value,
    planned: &Value,
    path: &Path,
    found: &mut Vec<Path>,
) {
    for attribute in attributes {
        let (prior, planned) = (prior.get(&attribute.name), planned.get(&attribute.name));
        if prior == planned {
            continue;
        }
        let path = path.clone().field(&attribute.name);
        if attribute.requires_replace || says_so(attribute, prior, planned) {
            found.push(path);
        } else if planned.is_unknown()
            && matches!(&attribute.kind, AttributeKind::Nested(_, nested) if marks(nested, &[]))
        {
            // What is marked below may change with all the rest of it.
            found.push(path);
        } else if let AttributeKind::Nested(nesting, nested) = &attribute.kind {
            // Inside a set nothing can be pointed at: a mark below it speaks for the whole set.
            match nesting {
                Nesting::Set if marks(nested, &[]) => found.push(path),
                Nesting::Set => {}
                Nesting::Single => level(nested, &[], prior, planned, &path, found),
                Nesting::List | Nesting::Map => {
                    elements(prior, planned, &path, &mut |prior, planned, path| {
                        level(nested, &[], prior, planned, path, found);
                    });
                }
            }
        }
    }
    for block in blocks {
        let (prior, planned) = (prior.get(&block.name), planned.get(&block.name));
        let path = path.clone().field(&block.name);
        match block.nesting {
            _ if prior == planned => {}
            BlockNesting::Set if marks(&block.attributes, &block.blocks) => found.push(path),
            BlockNesting::Set => {}
            BlockNesting::Single | BlockNesting::Group => {
                level(&block.attributes, &block.blocks, prior, planned, &path, found);
            }
            BlockNesting::List | BlockNesting::Map => {
                elements(prior, planned, &path, &mut |prior, planned, path| {
                    level(&block.attributes, &block.blocks, prior, planned, path, found);
                });
            }
        }
    }
}

fn says_so(attribute: &Attribute, prior: &Value, planned: &Value) -> bool {
    let conditions = &attribute.modifiers.replace_if;
    conditions.iter().any(|when| (when.run)(prior, planned))
}

fn elements(prior: &Value, planned: &Value, path: &Path, visit: &mut dyn FnMut(&Value, &Value, &Path)) {
    if prior.as_map().is_some() || planned.as_map().is_some() {
        let names = |value: &Value| {
            value
                .as_map()
                .map(|fields| fields.keys().cloned().collect())
                .unwrap_or_default()
        };
        let labels: BTreeSet<String> = names(prior);
        for label in labels.union(&names(planned)) {
            visit(prior.get(label), planned.get(label), &path.clone().key(label));
        }
    } else {
        let (prior, planned) = (
            prior.as_list().unwrap_or_default(),
            planned.as_list().unwrap_or_default(),
        );
        for at in 0..prior.len().max(planned.len()) {
            let [prior, planned] = [prior, planned].map(|list| list.get(at).unwrap_or(&Value::Null));
            visit(prior, planned, &path.clone().index(at));
        }
    }
}

fn marks(attributes: &[Attribute], blocks: &[Block]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.requires_replace
            || matches!(&attribute.kind, AttributeKind::Nested(_, nested) if marks(nested, &[]))
    }) || blocks.iter().any(|block| marks(&block.attributes, &block.blocks))
}
