//! The two promises Terraform holds a provider to, checked first here so that the message names what broke which:
//! a plan follows the configuration, and a result follows the plan.
//!
//! Pure. Never shows a sensitive value.

use super::Shape;
use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::schema::{Attribute, AttributeKind, Block, BlockNesting, Nesting, object_type};
use crate::ty::Type;
use crate::value::Value;

/// Where a plan departs from the configuration.
pub(crate) fn plan_follows_config(
    name: &str,
    shape: &Shape,
    prior: Option<&Value>,
    config: &Value,
    planned: &Value,
) -> Diagnostics {
    let mut check = Check {
        name,
        summary: "the provider produced an invalid plan",
        found: Diagnostics::new(),
    };
    let schema = &shape.schema;
    check.planned_level(
        &schema.attributes,
        &schema.blocks,
        [prior.unwrap_or(&Value::Null), config, planned],
        &Path::default(),
    );
    check.found
}

/// Where a result departs from the plan.
pub(crate) fn result_follows_plan(name: &str, shape: &Shape, planned: &Value, state: &Value) -> Diagnostics {
    let mut check = Check {
        name,
        summary: "the provider produced an unplanned result",
        found: Diagnostics::new(),
    };
    let schema = &shape.schema;
    check.applied_level(
        &schema.attributes,
        &schema.blocks,
        planned,
        state,
        &Path::default(),
    );
    check.found
}

/// Where a value that must be known is not.
pub(crate) fn wholly_known(name: &str, doing: &str, value: &Value) -> Diagnostics {
    let mut check = Check {
        name,
        summary: "the provider returned an unknown value",
        found: Diagnostics::new(),
    };
    check.known(value, &Path::default(), doing);
    check.found
}

struct Check<'a> {
    name: &'a str,
    summary: &'static str,
    found: Diagnostics,
}

impl Check<'_> {
    fn broken(&mut self, path: &Path, problem: &str, rule: &str) {
        let summary = format!("{}: {}", self.name, self.summary);
        let detail = format!(
            "{}.{path}: {problem}. The rule: {rule}. This is a bug in the provider.",
            self.name
        );
        self.found
            .push(Diagnostic::error(summary, detail).at(path.clone()));
    }

    fn known(&mut self, value: &Value, path: &Path, doing: &str) {
        match value {
            Value::Unknown => {
                self.broken(
                    path,
                    "is unknown",
                    &format!("after {doing} every value is known; it was stored as null"),
                );
            }
            Value::List(elements) => {
                for (at, element) in elements.iter().enumerate() {
                    self.known(element, &path.clone().index(at), doing);
                }
            }
            // A path can't tell map keys from attributes without the schema; Terraform takes either for an object.
            Value::Map(fields) => {
                for (name, field) in fields {
                    self.known(field, &path.clone().field(name), doing);
                }
            }
            Value::Dynamic(dynamic) => self.known(&dynamic.value, path, doing),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// `[prior, config, planned]` of one object.
    fn planned_level(&mut self, attributes: &[Attribute], blocks: &[Block], at: [&Value; 3], path: &Path) {
        let [_, config, planned] = at;
        match (config, planned) {
            (Value::Null, Value::Null) | (Value::Unknown, Value::Unknown) => return,
            (Value::Null, _) => {
                return self.broken(path, "is planned", "what the configuration leaves out stays out");
            }
            (_, Value::Null) => {
                return self.broken(path, "is planned as null", "what the configuration sets is kept");
            }
            (_, Value::Unknown) => {
                return self.broken(
                    path,
                    "is planned as unknown",
                    "an object that is configured is known, if only in part",
                );
            }
            _ => {}
        }
        for attribute in attributes {
            let inner = at.map(|value| value.get(&attribute.name));
            self.planned_attribute(attribute, inner, &path.clone().field(&attribute.name));
        }
        for block in blocks {
            let inner = at.map(|value| value.get(&block.name));
            self.planned_block(block, inner, &path.clone().field(&block.name));
        }
    }

    fn planned_attribute(&mut self, attribute: &Attribute, at: [&Value; 3], path: &Path) {
        let [prior, config, planned] = at;
        if attribute.write_only {
            if !planned.is_null() {
                self.broken(path, "is planned", "a write-only attribute is null in every plan");
            }
            return;
        }
        if planned == config || planned == prior && !prior.is_null() && !config.is_null() {
            return;
        }
        if config.is_null() {
            if !attribute.computed {
                self.broken(
                    path,
                    "is planned, but not configured",
                    "only a computed attribute may be set by the provider",
                );
            }
            return;
        }
        match &attribute.kind {
            AttributeKind::Plain(_) => {
                let problem = match attribute.sensitive {
                    true => "is planned other than configured".to_owned(),
                    false => format!(
                        "is configured as {} and planned as {}",
                        show(config),
                        show(planned)
                    ),
                };
                self.broken(
                    path,
                    &problem,
                    "a configured attribute is planned as configured, or kept as it was",
                );
            }
            AttributeKind::Nested(nesting, nested) => {
                self.planned_elements(holds(*nesting), nested, &[], at, path);
            }
        }
    }

    fn planned_block(&mut self, block: &Block, at: [&Value; 3], path: &Path) {
        let holds = match block.nesting {
            BlockNesting::Single | BlockNesting::Group => Holds::One,
            BlockNesting::List => Holds::List,
            BlockNesting::Set => Holds::Set,
            BlockNesting::Map => Holds::Map,
        };
        self.planned_elements(holds, &block.attributes, &block.blocks, at, path);
    }

    fn planned_elements(
        &mut self,
        holds: Holds,
        attributes: &[Attribute],
        blocks: &[Block],
        at: [&Value; 3],
        path: &Path,
    ) {
        const COUNT: &str = "a plan has as many elements as the configuration";
        let [prior, config, planned] = at;
        if planned == config {
            return;
        }
        match (holds, config, planned) {
            (Holds::One, ..) => self.planned_level(attributes, blocks, at, path),
            (Holds::List, Value::List(config), Value::List(planned)) if config.len() == planned.len() => {
                let prior = prior.as_list().unwrap_or_default();
                for (index, (config, planned)) in config.iter().zip(planned).enumerate() {
                    let prior = prior.get(index).unwrap_or(&Value::Null);
                    self.planned_level(
                        attributes,
                        blocks,
                        [prior, config, planned],
                        &path.clone().index(index),
                    );
                }
            }
            (Holds::Map, Value::Map(config), Value::Map(planned)) if config.keys().eq(planned.keys()) => {
                for (label, planned) in planned {
                    let at = [
                        prior.get(label),
                        config.get(label).unwrap_or(&Value::Null),
                        planned,
                    ];
                    self.planned_level(attributes, blocks, at, &path.clone().key(label));
                }
            }
            (Holds::Set, Value::List(config), Value::List(planned)) if config.len() == planned.len() => {}
            (_, Value::List(_) | Value::Map(_), Value::List(_) | Value::Map(_)) => {
                self.broken(path, "has other elements than configured", COUNT);
            }
            (_, _, planned) => self.broken(path, &format!("is planned as {}", planned.kind()), COUNT),
        }
    }

    fn applied_level(
        &mut self,
        attributes: &[Attribute],
        blocks: &[Block],
        planned: &Value,
        state: &Value,
        path: &Path,
    ) {
        for attribute in attributes {
            let [planned, state] = [planned, state].map(|value| value.get(&attribute.name));
            let path = path.clone().field(&attribute.name);
            match &attribute.kind {
                AttributeKind::Nested(nesting, nested) if !attribute.sensitive => {
                    self.applied_elements(holds(*nesting), nested, &[], planned, state, &path);
                }
                _ if compatible(&attribute.ty(), planned, state) => {}
                _ => self.unplanned(planned, state, attribute.sensitive, &path),
            }
        }
        for block in blocks {
            let [planned, state] = [planned, state].map(|value| value.get(&block.name));
            let path = path.clone().field(&block.name);
            let holds = match block.nesting {
                BlockNesting::Single | BlockNesting::Group => Holds::One,
                BlockNesting::List => Holds::List,
                BlockNesting::Set => Holds::Set,
                BlockNesting::Map => Holds::Map,
            };
            self.applied_elements(holds, &block.attributes, &block.blocks, planned, state, &path);
        }
    }

    fn applied_elements(
        &mut self,
        holds: Holds,
        attributes: &[Attribute],
        blocks: &[Block],
        planned: &Value,
        state: &Value,
        path: &Path,
    ) {
        match (holds, planned, state) {
            (_, Value::Unknown, _) => {}
            _ if planned == state => {}
            (Holds::One, Value::Map(_), Value::Map(_)) => {
                self.applied_level(attributes, blocks, planned, state, path);
            }
            (Holds::List, Value::List(planned), Value::List(state)) if planned.len() == state.len() => {
                for (index, (planned, state)) in planned.iter().zip(state).enumerate() {
                    self.applied_level(attributes, blocks, planned, state, &path.clone().index(index));
                }
            }
            (Holds::Map, Value::Map(planned), Value::Map(state)) if planned.keys().eq(state.keys()) => {
                for ((label, planned), state) in planned.iter().zip(state.values()) {
                    self.applied_level(attributes, blocks, planned, state, &path.clone().key(label));
                }
            }
            (Holds::Set, Value::List(planned), Value::List(state))
                if sets_agree(&object_type(attributes, blocks), planned, state) => {}
            _ => self.unplanned(planned, state, true, path),
        }
    }

    fn unplanned(&mut self, planned: &Value, state: &Value, sensitive: bool, path: &Path) {
        let problem = match sensitive {
            true => "differs from what was planned".to_owned(),
            false => format!("was planned as {} and is now {}", show(planned), show(state)),
        };
        self.broken(
            path,
            &problem,
            "what was known in the plan is the same after apply",
        );
    }
}

#[derive(Clone, Copy)]
enum Holds {
    One,
    List,
    Set,
    Map,
}

fn holds(nesting: Nesting) -> Holds {
    match nesting {
        Nesting::Single => Holds::One,
        Nesting::List => Holds::List,
        Nesting::Set => Holds::Set,
        Nesting::Map => Holds::Map,
    }
}

/// Whether `state` is what `planned` allowed: known parts equal, unknown parts anything.
fn compatible(ty: &Type, planned: &Value, state: &Value) -> bool {
    match (planned, state) {
        (Value::Unknown, _) => true,
        (Value::List(planned), Value::List(state)) => match ty {
            Type::Set(element) => sets_agree(element, planned, state),
            Type::List(element) => {
                planned.len() == state.len()
                    && planned
                        .iter()
                        .zip(state)
                        .all(|(planned, state)| compatible(element, planned, state))
            }
            _ => {
                planned.len() == state.len()
                    && planned
                        .iter()
                        .zip(state)
                        .all(|(planned, state)| compatible(&Type::Dynamic, planned, state))
            }
        },
        (Value::Map(planned), Value::Map(state)) => {
            planned.keys().eq(state.keys())
                && planned.iter().all(|(name, planned)| {
                    let ty = match ty {
                        Type::Map(element) => element,
                        Type::Object(fields) => fields.get(name).unwrap_or(&Type::Dynamic),
                        _ => &Type::Dynamic,
                    };
                    state
                        .get(name)
                        .is_some_and(|state| compatible(ty, planned, state))
                })
        }
        (Value::Dynamic(planned), Value::Dynamic(state)) => {
            planned.ty == state.ty && compatible(&planned.ty, &planned.value, &state.value)
        }
        (planned, state) => planned == state,
    }
}

/// Each side has a counterpart for every element; unknown ones may turn out equal, so the set may only shrink.
fn sets_agree(element: &Type, planned: &[Value], state: &[Value]) -> bool {
    state.len() <= planned.len()
        && state
            .iter()
            .all(|state| planned.iter().any(|planned| compatible(element, planned, state)))
        && planned
            .iter()
            .all(|planned| state.iter().any(|state| compatible(element, planned, state)))
}

/// Scalars as HCL would write them; anything larger by its kind.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        other => other.kind().to_owned(),
    }
}
