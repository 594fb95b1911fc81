//! The rules of attributes and blocks, at every depth.

use super::{Faults, is_name};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting};
use crate::server::task;
use crate::ty::Type;
use crate::validate::{self, Rule, Validator};
use crate::value::Value;

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
        if let Some(default) = &attribute.default {
            self.default(attribute, default, path);
        }
        if !computed && attribute.modifiers.keep {
            self.add(path, "only a computed attribute can be kept".into());
        }
        let never_configured = computed && !optional;
        if never_configured && !attribute.validators.is_empty() {
            self.add(path, "what can't be configured needs no validation".into());
        }
        self.validators(&attribute.validators, &attribute.ty(), path);
        match &attribute.kind {
            AttributeKind::Plain(ty) => {
                if holds_dynamic(ty) {
                    self.add(path, NO_DYNAMIC.into());
                }
                if !attribute.rules.is_empty() {
                    self.add(path, "rules across attributes need attributes inside".into());
                }
            }
            AttributeKind::Nested(nesting, nested) => {
                match nesting {
                    Nesting::Single => {}
                    Nesting::List | Nesting::Map => self.no_dynamic(nested, &[], path),
                    Nesting::Set => self.inside_set(nested, &[], path),
                }
                self.rules(&attribute.rules, nested, &[], path);
                self.level(nested, &[], path);
            }
        }
    }

    fn default(&mut self, attribute: &Attribute, default: &Value, path: &Path) {
        let ty = attribute.ty();
        match ty.conform(default.clone()) {
            Err(mismatch) => self.add(path, format!("the default does not fit the type: {mismatch}")),
            Ok(default) if !default.is_wholly_known() => self.add(path, "a default is known".into()),
            Ok(default) => {
                let misfits = |rule: &Validator| rule.misfit(&ty).is_some();
                if attribute.validators.iter().any(misfits) {
                    return;
                }
                // A rule that panics is told when a configuration is validated.
                let broken = task::caught(|| validate::value(&attribute.validators, &ty, &default));
                for wanted in broken.unwrap_or_default() {
                    self.add(path, format!("the default must be {wanted}"));
                }
            }
        }
    }

    /// A rule that never speaks, or always does, would go unnoticed.
    fn validators(&mut self, validators: &[Validator], ty: &Type, path: &Path) {
        for misfit in validators.iter().filter_map(|rule| rule.misfit(ty)) {
            self.add(path, misfit);
        }
    }

    pub(super) fn rules(&mut self, rules: &[Rule], attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for name in rules.iter().flat_map(Rule::members) {
            let known = attributes.iter().any(|attribute| attribute.name == name)
                || blocks.iter().any(|block| block.name == name);
            if !known {
                self.add(path, format!("a rule names {name:?}, which does not stand here"));
            }
        }
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
        match block.nesting {
            BlockNesting::Single | BlockNesting::Group => {}
            BlockNesting::List | BlockNesting::Map => {
                self.no_dynamic(&block.attributes, &block.blocks, path);
            }
            BlockNesting::Set => self.inside_set(&block.attributes, &block.blocks, path),
        }
        self.validators(&block.validators, &block.ty(), path);
        self.rules(&block.rules, &block.attributes, &block.blocks, path);
        self.level(&block.attributes, &block.blocks, path);
    }

    /// Terraform gives all elements of a collection one type; that of a dynamic value is its own.
    fn no_dynamic(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            match &attribute.kind {
                AttributeKind::Plain(ty) if has_dynamic(ty) && !holds_dynamic(ty) => {
                    self.add(&path, NO_DYNAMIC.into());
                }
                // A collection deeper down speaks for itself.
                AttributeKind::Plain(_) => {}
                AttributeKind::Nested(Nesting::Single, nested) => self.no_dynamic(nested, &[], &path),
                AttributeKind::Nested(..) => {}
            }
        }
        for block in blocks {
            if matches!(block.nesting, BlockNesting::Single | BlockNesting::Group) {
                let path = path.clone().field(&block.name);
                self.no_dynamic(&block.attributes, &block.blocks, &path);
            }
        }
    }

    fn inside_set(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        self.no_dynamic(attributes, blocks, path);
        self.nothing_to_compare(attributes, blocks, path);
    }

    /// Elements of a set have no earlier form to be held against, and no write-only attributes.
    fn nothing_to_compare(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            if attribute.write_only {
                self.add(&path, "a set can't hold write-only attributes".into());
            }
            if attribute.modifiers.same.is_some() || !attribute.modifiers.replace_if.is_empty() {
                self.add(
                    &path,
                    "inside a set there is no prior value to compare with; mark the set itself".into(),
                );
            }
            if let AttributeKind::Nested(_, nested) = &attribute.kind {
                self.nothing_to_compare(nested, &[], &path);
            }
        }
        for block in blocks {
            let path = path.clone().field(&block.name);
            self.nothing_to_compare(&block.attributes, &block.blocks, &path);
        }
    }

    /// Only a managed resource has a plan that a value could stay out of.
    pub(super) fn no_write_only(&mut self, attributes: &[Attribute], blocks: &[Block], path: &Path) {
        for attribute in attributes {
            let path = path.clone().field(&attribute.name);
            if attribute.write_only {
                self.add(
                    &path,
                    "only a managed resource can have write-only attributes".into(),
                );
            }
            if let AttributeKind::Nested(_, nested) = &attribute.kind {
                self.no_write_only(nested, &[], &path);
            }
        }
        for block in blocks {
            let path = path.clone().field(&block.name);
            self.no_write_only(&block.attributes, &block.blocks, &path);
        }
    }
}

const NO_DYNAMIC: &str = "a list, set or map can't hold dynamic values, as its elements are of one type; \
                          make the whole attribute dynamic";

/// Whether a list, set or map in a type holds something dynamic.
fn holds_dynamic(ty: &Type) -> bool {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Object(fields) => fields.values().any(holds_dynamic),
        Type::Tuple(elements) => elements.iter().any(holds_dynamic),
        Type::String | Type::Number | Type::Bool | Type::Dynamic => false,
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
