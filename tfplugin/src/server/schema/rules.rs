//! The rules of attributes and blocks, at every depth.

use super::{Faults, is_name};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting};
use crate::ty::Type;

impl Faults {
    pub(super) fn level(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        let mut names: Vec<&str> = Vec::new();
        let all = attributes
            .iter()
            .map(|attribute| &attribute.name)
            .chain(blocks.iter().map(|block| &block.name));
        for name in all {
            let path = path.clone().field(name);
            if !is_name(name) {
                self.add(&path, "the name must be made of a-z, 0-9 and _".into());
            }
            if names.contains(&name.as_str()) {
                self.add(&path, "the name stands twice".into());
            }
            names.push(name);
        }
        for attribute in attributes {
            self.attribute(attribute, &path.clone().field(&attribute.name));
        }
        for block in blocks {
            self.block(block, &path.clone().field(&block.name));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, path: &Path) {
        let Attribute {
            required,
            optional,
            computed,
            write_only,
            ..
        } = *attribute;
        if required && (optional || computed) || !(required || optional || computed) {
            self.add(
                path,
                "must be required, optional, computed, or optional and computed".into(),
            );
        }
        if write_only && (computed || attribute.default.is_some()) {
            self.add(
                path,
                "a write-only attribute can't be computed or have a default".into(),
            );
        }
        if let Some(default) = &attribute.default
            && let Err(mismatch) = attribute.ty().conform(default.clone())
        {
            self.add(path, format!("the default does not fit the type: {mismatch}"));
        }
        let AttributeKind::Nested(nesting, nested) = &attribute.kind else {
            if let AttributeKind::Plain(Type::Set(element)) = &attribute.kind
                && has_dynamic(element)
            {
                self.add(path, "a set can't hold dynamic values".into());
            }
            return;
        };
        if *nesting == Nesting::Set {
            self.inside_set(nested, &[], path);
        }
        self.level(nested, &[], path);
    }

    fn block(&mut self, block: &Block, path: &Path) {
        let Block {
            min_items: min,
            max_items: max,
            ..
        } = *block;
        let fits = match block.nesting {
            BlockNesting::Single => min == max && max <= 1,
            BlockNesting::Group | BlockNesting::Map => min == 0 && max == 0,
            BlockNesting::List | BlockNesting::Set => max == 0 || min <= max,
        };
        if !fits {
            self.add(
                path,
                format!("{min} to {max} items do not fit this kind of block"),
            );
        }
        if block.nesting == BlockNesting::Set {
            self.inside_set(&block.attributes, &block.blocks, path);
        }
        self.level(&block.attributes, &block.blocks, path);
    }

    fn inside_set(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            if attribute.write_only {
                self.add(&path, "a set can't hold write-only attributes".into());
            }
            match &attribute.kind {
                AttributeKind::Plain(ty) if has_dynamic(ty) => {
                    self.add(&path, "a set can't hold dynamic values".into());
                }
                AttributeKind::Plain(_) => {}
                AttributeKind::Nested(_, nested) => self.inside_set(nested, &[], &path),
            }
        }
        for block in blocks {
            self.inside_set(&block.attributes, &block.blocks, &path.clone().field(&block.name));
        }
    }
}

fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Object(fields) => fields.values().any(has_dynamic),
        Type::Tuple(elements) => elements.iter().any(has_dynamic),
        Type::String | Type::Number | Type::Bool => false,
    }
}
