//! Walks a configuration with its schema and asks every rule that stands there.
//!
//! Never shows a sensitive value. Whoever calls it catches panics: rules are the provider's code.

use super::members::{Member, Rule, presence};
use super::place::Place;
use super::{Subject, Validator, Violation};
use crate::diag::{Diagnostic, Diagnostics};
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, Schema};
use crate::ty::Type;
use crate::value::Value;

/// What the rules of a schema say of a configuration.
pub(crate) fn run(schema: &Schema, config: &Value) -> Diagnostics {
    let mut walk = Walk::default();
    let level = Level {
        attributes: &schema.attributes,
        blocks: &schema.blocks,
        rules: &schema.rules,
    };
    walk.object(&level, config, &Place::default(), Secrecy::Open);
    walk.found
}

/// What one attribute's rules say of a value for it: also for defaults.
pub(crate) fn value(validators: &[Validator], ty: &Type, value: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    for validator in validators {
        let place = Place::default();
        validator.check(&Subject { ty, value, place }, &mut broken);
    }
    broken.into_iter().map(|violation| violation.wanted).collect()
}

/// Whether messages may show what is configured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrecy {
    Open,
    Secret,
}

struct Level<'a> {
    attributes: &'a [Attribute],
    blocks: &'a [Block],
    rules: &'a [Rule],
}

#[derive(Default)]
struct Walk {
    found: Diagnostics,
}

impl Walk {
    fn object(&mut self, level: &Level<'_>, config: &Value, place: &Place, secrecy: Secrecy) {
        if config.as_map().is_none() {
            return;
        }
        for attribute in level.attributes {
            let place = place.field(&attribute.name);
            self.attribute(attribute, config.get(&attribute.name), &place, secrecy);
        }
        for block in level.blocks {
            let place = place.field(&block.name);
            self.block(block, config.get(&block.name), &place, secrecy);
        }
        for rule in level.rules {
            self.rule(level, rule, config, place);
        }
    }

    fn attribute(&mut self, attribute: &Attribute, config: &Value, place: &Place, secrecy: Secrecy) {
        let secrecy = if attribute.sensitive || attribute.write_only {
            Secrecy::Secret
        } else {
            secrecy
        };
        self.validators(&attribute.validators, &attribute.ty(), config, place, secrecy);
        let AttributeKind::Nested(nesting, nested) = &attribute.kind else {
            return;
        };
        let level = Level {
            attributes: nested,
            blocks: &[],
            rules: &attribute.rules,
        };
        let held = match nesting {
            Nesting::Single => Held::One,
            Nesting::List => Held::Ordered,
            Nesting::Set => Held::Unordered,
            Nesting::Map => Held::Keyed,
        };
        for (config, place) in objects(held, config, place) {
            self.object(&level, config, &place, secrecy);
        }
    }

    fn block(&mut self, block: &Block, config: &Value, place: &Place, secrecy: Secrecy) {
        self.validators(&block.validators, &block.ty(), config, place, secrecy);
        let level = Level {
            attributes: &block.attributes,
            blocks: &block.blocks,
            rules: &block.rules,
        };
        let held = match block.nesting {
            BlockNesting::Single | BlockNesting::Group => Held::One,
            BlockNesting::List => Held::Ordered,
            BlockNesting::Set => Held::Unordered,
            BlockNesting::Map => Held::Keyed,
        };
        for (config, place) in objects(held, config, place) {
            self.object(&level, config, &place, secrecy);
        }
    }

    fn validators(
        &mut self,
        validators: &[Validator],
        ty: &Type,
        value: &Value,
        place: &Place,
        secrecy: Secrecy,
    ) {
        let mut broken = Vec::new();
        for validator in validators {
            let place = place.clone();
            validator.check(&Subject { ty, value, place }, &mut broken);
        }
        for Violation { place, wanted, is } in broken {
            let Place { at, named, .. } = place;
            let is = is.filter(|_| secrecy == Secrecy::Open);
            let but = is.map_or_else(String::new, |is| format!(", not {is}"));
            self.found.push(
                Diagnostic::error(
                    format!("{named} is not valid"),
                    format!("{named} must be {wanted}{but}."),
                )
                .at(at),
            );
        }
    }

    fn rule(&mut self, level: &Level<'_>, rule: &Rule, config: &Value, place: &Place) {
        let members: Vec<Member<'_>> = rule
            .names
            .iter()
            .filter_map(|name| {
                Some(Member {
                    name,
                    presence: presence(level.attributes, level.blocks, config, name)?,
                    value: config.get(name),
                })
            })
            .collect();
        let Some(broken) = rule.check(&members) else {
            return;
        };
        let at = match broken.at {
            Some(name) => place.field(&name).at,
            None => place.at.clone(),
        };
        let inside = match place.named.steps() {
            [] => String::new(),
            _ => format!("{}: ", place.named),
        };
        let diagnostic = Diagnostic::error(
            format!("{inside}{} do not fit together", rule.names.join(", ")),
            format!("{inside}{}: {}.", rule.description(), broken.problem),
        );
        self.found.push(match at.steps() {
            [] => diagnostic,
            _ => diagnostic.at(at),
        });
    }
}

#[derive(Clone, Copy)]
enum Held {
    One,
    Ordered,
    Unordered,
    Keyed,
}

fn objects<'v>(held: Held, config: &'v Value, place: &Place) -> Vec<(&'v Value, Place)> {
    let list = config.as_list().unwrap_or_default().iter();
    match held {
        Held::One => vec![(config, place.clone())],
        Held::Ordered => {
            let each = list.enumerate();
            each.map(|(at, config)| (config, place.index(at))).collect()
        }
        Held::Unordered => list.map(|config| (config, place.element())).collect(),
        Held::Keyed => {
            let fields = config.as_map().into_iter().flatten();
            fields.map(|(key, config)| (config, place.key(key))).collect()
        }
    }
}
