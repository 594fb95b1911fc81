//! A plan in the words of a rollout: services with phase, traffic and capacity before and after, and what lies around.
//!
//! Judges nothing, and refuses a resource that it does not fully understand.

mod canary;
mod coherent;
mod color;
mod guard;
mod neighbour;
mod service;

pub use canary::Canary;
pub use color::{Color, PerColor, Phase};
pub use guard::Guard;
pub use neighbour::{Facts, Kind as NeighbourKind, Neighbour};
pub use service::{Ecs, Held, Service};

use crate::document::{Document, Entry};
use crate::movement::{Movement, movement};
use crate::redact::Redactor;
use crate::view::{Shape, View};
use serde_json::Value;
use std::collections::BTreeSet;
use thiserror::Error;

/// Everything that rules look at.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub format_version: String,
    pub terraform_version: Option<String>,
    pub errored: bool,
    pub complete: Option<bool>,
    pub deferred: usize,
    pub services: Vec<Changed<Service>>,
    pub canaries: Vec<Changed<Canary>>,
    pub guards: Vec<Changed<Guard>>,
    pub neighbours: Vec<Neighbour>,
    /// Every resource that changes, of any kind.
    pub changing: Vec<Changing>,
    /// Resources of ours in the state that the plan says nothing of, as with `-target`.
    pub omitted: Vec<String>,
    /// Those of them that are services.
    pub unlisted: Vec<(String, Service)>,
    /// What changed outside of Terraform: services and the attributes that differ.
    pub drifted: Vec<Drifted>,
    pub redactor: Redactor,
}

/// One resource of ours.
#[derive(Clone, Debug)]
pub struct Changed<T> {
    pub address: String,
    pub action: Action,
    pub importing: bool,
    pub before: Option<T>,
    pub after: Option<T>,
    /// A service's configuration asks for nothing else than it did.
    pub repeated: bool,
    /// What it means for a release; for anything but a service, whether something changes.
    pub movement: Movement,
}

/// A resource that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changing {
    pub address: String,
    pub kind: String,
    pub action: Action,
}

/// A service that something outside of Terraform changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drifted {
    pub address: String,
    pub attributes: Vec<String>,
}

/// What Terraform does to a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Nothing,
    Create,
    Update,
    Replace,
    Delete,
    /// It leaves the state and stays in the world.
    Forget,
}

impl Action {
    /// # Errors
    /// Actions that this crate does not know: a newer Terraform may have more, and none is taken for harmless.
    pub fn parse(actions: &[String]) -> Result<Action, Shape> {
        let names: Vec<&str> = actions.iter().map(String::as_str).collect();
        Ok(match names.as_slice() {
            ["no-op"] | ["read"] => Action::Nothing,
            ["create"] => Action::Create,
            ["update"] => Action::Update,
            ["delete"] => Action::Delete,
            ["delete", "create"] | ["create", "delete"] | ["create", "forget"] => Action::Replace,
            ["forget"] => Action::Forget,
            _ => {
                return Err(Shape::Actions {
                    found: actions.to_vec(),
                    why: "I know no-op, read, create, update, delete, replacements, and forget",
                });
            }
        })
    }

    /// In the past tense, for sentences.
    pub fn done(self) -> &'static str {
        match self {
            Action::Nothing => "left alone",
            Action::Create => "created",
            Action::Update => "changed",
            Action::Replace => "replaced",
            Action::Delete => "destroyed",
            Action::Forget => "forgotten",
        }
    }

    /// The object that exists now goes away.
    pub fn removes(self) -> bool {
        matches!(self, Action::Replace | Action::Delete)
    }
}

/// A resource that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{address}: {shape}")]
pub struct Misshapen {
    pub address: String,
    pub shape: Shape,
}

impl Plan {
    /// # Errors
    /// The first resource of a kind that matters which is not what its type has.
    pub fn of(document: &Document) -> Result<Plan, Misshapen> {
        let mut plan = Plan {
            format_version: document.format_version.clone(),
            terraform_version: document.terraform_version.clone(),
            errored: document.errored,
            complete: document.complete,
            deferred: document.deferred,
            ..Plan::default()
        };
        for entry in &document.changes {
            plan.take(entry).map_err(|shape| Misshapen {
                address: entry.address.clone(),
                shape,
            })?;
        }
        let addresses = |entry: &'_ Entry| [Some(entry.address.clone()), entry.previous.clone()];
        let listed: BTreeSet<String> = document.changes.iter().flat_map(addresses).flatten().collect();
        for prior in document
            .prior
            .iter()
            .filter(|prior| !listed.contains(&prior.address))
        {
            plan.redactor.learn(&prior.values, &prior.sensitive);
            plan.omitted.push(prior.address.clone());
            if prior.kind != "bluegreen_service" {
                continue;
            }
            let service = Service::read(View::new(&prior.values, &Value::Null, "the prior state"));
            let service = service.map_err(|shape| Misshapen {
                address: prior.address.clone(),
                shape,
            })?;
            plan.unlisted.push((prior.address.clone(), service));
        }
        let ours = document
            .drift
            .iter()
            .filter(|entry| entry.kind == "bluegreen_service");
        plan.drifted = ours.map(drifted).collect();
        Ok(plan)
    }

    fn take(&mut self, entry: &Entry) -> Result<(), Shape> {
        let action = Action::parse(&entry.change.actions)?;
        let change = &entry.change;
        self.redactor.learn(&change.before, &change.before_sensitive);
        self.redactor.learn(&change.after, &change.after_sensitive);
        if action != Action::Nothing {
            self.changing.push(Changing {
                address: entry.address.clone(),
                kind: entry.kind.clone(),
                action,
            });
        }
        match entry.kind.as_str() {
            "bluegreen_service" => {
                let mut service = changed(entry, action, Service::read)?;
                if action == Action::Update {
                    let before = View::new(&change.before, &Value::Null, "before");
                    let after = View::new(&change.after, &change.after_unknown, "after");
                    service.repeated = service::repeats(before, after)?;
                }
                service.movement = movement(&service);
                coherent::coherent(&service)?;
                self.services.push(service);
            }
            "bluegreen_canary_rule" => self.canaries.push(changed(entry, action, Canary::read)?),
            "bluegreen_vpc_guard" => self.guards.push(changed(entry, action, Guard::read)?),
            kind => {
                if let Some(kind) = NeighbourKind::of(kind) {
                    self.neighbours.push(Neighbour::read(entry, kind, action)?);
                }
            }
        }
        Ok(())
    }
}

fn changed<T>(
    entry: &Entry,
    action: Action,
    read: impl Fn(View<'_>) -> Result<T, Shape>,
) -> Result<Changed<T>, Shape> {
    let change = &entry.change;
    sides_fit(entry, action)?;
    let side = |value: &Value, unknown: &Value, name: &'static str| match value {
        Value::Null if unknown != &Value::Bool(true) => Ok(None),
        value => read(View::new(value, unknown, name)).map(Some),
    };
    Ok(Changed {
        address: entry.address.clone(),
        action,
        importing: change.importing,
        repeated: false,
        before: side(&change.before, &Value::Null, "before")?,
        after: side(&change.after, &change.after_unknown, "after")?,
        movement: match action {
            Action::Nothing => Movement::Nothing,
            _ => Movement::Settings,
        },
    })
}

/// Actions say which sides there are; a plan in which they disagree is not one that Terraform made.
fn sides_fit(entry: &Entry, action: Action) -> Result<(), Shape> {
    let change = &entry.change;
    let before = !change.before.is_null();
    let after = !change.after.is_null() || change.after_unknown == Value::Bool(true);
    let why = match action {
        Action::Create if before || !after => "what is created has an after and no before",
        Action::Delete if !before || after => "what is deleted has a before and no after",
        Action::Update | Action::Replace if !before || !after => "what changes has a before and an after",
        Action::Nothing if !before || !after || change.before != change.after => {
            "what is left alone has the same before and after"
        }
        Action::Forget if !before => "what is forgotten has a before",
        _ => return Ok(()),
    };
    Err(Shape::Actions {
        found: change.actions.clone(),
        why,
    })
}

fn drifted(entry: &Entry) -> Drifted {
    let empty = serde_json::Map::new();
    let members = |value: &Value| value.as_object().cloned().unwrap_or_else(|| empty.clone());
    let (before, after) = (members(&entry.change.before), members(&entry.change.after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name));
    Drifted {
        address: entry.address.clone(),
        attributes: differ.cloned().collect(),
    }
}

#[cfg(test)]
mod tests;
