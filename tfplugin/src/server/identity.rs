//! The identities of objects: of the declared type, known when they must be, never changed and never dropped.
//!
//! Terraform stores what an answer carries and erases what it leaves out, so every answer about an object that is
//! still there carries its identity, also beside an error. What is null in a stored one was not known yet, whoever
//! stored it: it is completed, which is no change.

use std::sync::Arc;

use super::apply::Applied;
use super::import::Imported;
use super::plan::Planned;
use super::read::ReadBack;
use super::{Apply, Plan, RawState, Read, Registered, Server, task};
use crate::codec::json;
use crate::diag::Diagnostic;
use crate::identity::{ForImport, IdentityAttribute, IdentitySchema};
use crate::resource::DynResource;
use crate::ty::{Mismatch, Type};
use crate::value::Value;

/// An identity's schema with the type made from it once.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) schema: IdentitySchema,
    pub(crate) ty: Type,
}

impl Identity {
    pub(crate) fn new(schema: IdentitySchema) -> Identity {
        let ty = schema.ty();
        Identity { schema, ty }
    }

    /// As [`fitting`](Self::fitting), with nothing unknown and everything there that an import must name.
    pub(crate) fn complete(&self, name: &str, doing: &str, identity: Value) -> Result<Value, Diagnostic> {
        let identity = self.fitting(name, doing, identity)?;
        match self.missing(&identity) {
            None => Ok(identity),
            Some(what) => Err(broken(
                name,
                &format!(
                    "after {doing}, {what}. The rule: an identity is wholly known, and what an import must name is set"
                ),
            )),
        }
    }

    /// A planned identity that can still become complete: refused before anything exists that has no name.
    fn nameable(&self, name: &str, planned: Value) -> Result<Value, Diagnostic> {
        let required = |attribute: &&IdentityAttribute| attribute.import == ForImport::Required;
        let mut required = self.schema.attributes.iter().filter(required);
        let missing = if planned.is_null() {
            "there is no identity".to_owned()
        } else if let Some(null) = required.find(|attribute| planned.get(&attribute.name).is_null()) {
            format!("{} of the identity is null", null.name)
        } else {
            return Ok(planned);
        };
        let rule = "The rule: what an import must name is set in the plan, or unknown";
        Err(broken(name, &format!("after planning, {missing}. {rule}")))
    }

    /// The identity by its type.
    fn fitting(&self, name: &str, doing: &str, identity: Value) -> Result<Value, Diagnostic> {
        let misfit = |Mismatch { path, problem }| {
            let problem = format!("while {doing}, {path} of the identity does not fit its schema: {problem}");
            broken(name, &problem)
        };
        self.ty.conform(identity).map_err(misfit)
    }

    /// What keeps it from being an identity.
    fn missing(&self, identity: &Value) -> Option<String> {
        if identity.is_null() {
            return Some("there is no identity".to_owned());
        }
        self.schema.attributes.iter().find_map(|attribute| {
            let held = identity.get(&attribute.name);
            if !held.is_wholly_known() {
                Some(format!("{} of the identity is unknown", attribute.name))
            } else if held.is_null() && attribute.import == ForImport::Required {
                Some(format!("{} of the identity is null", attribute.name))
            } else {
                None
            }
        })
    }

    /// The attributes in which `new` is not what `old` says. What is open in `old` is not said.
    fn changed(&self, old: &Value, new: &Value) -> Vec<&str> {
        self.names()
            .filter(|name| !open(old.get(name)) && old.get(name) != new.get(name))
            .collect()
    }

    /// The attributes in which a plan says something else than is stored. What the plan leaves open may stay.
    fn contradicted(&self, stored: &Value, planned: &Value) -> Vec<&str> {
        self.changed(stored, planned)
            .into_iter()
            .filter(|name| !planned.get(name).is_unknown())
            .collect()
    }

    /// `stored` with what was null in it and is known in `planned`.
    fn completed(&self, stored: &Value, planned: &Value) -> Value {
        let mut completed = stored.clone();
        for name in self.names() {
            let planned = planned.get(name);
            if stored.get(name).is_null() && planned.is_wholly_known() {
                completed.set(name, planned.clone());
            }
        }
        completed
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.schema
            .attributes
            .iter()
            .map(|attribute| attribute.name.as_str())
    }
}

impl Server {
    /// The identity schema of a resource type.
    pub(crate) fn identity(&self, name: &str) -> Result<&Arc<Identity>, Diagnostic> {
        self.identities.get(name).ok_or_else(|| {
            Diagnostic::error(
                format!("{name} has no identity"),
                "This version of the provider knows no identity of this resource type. Terraform may have stored one \
                 that another version knows.",
            )
        })
    }

    /// As [`plan`](Self::plan), with the identity the object will have; null for none. `stored` is what it has.
    pub(crate) async fn plan_identified(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        plan: Plan,
        stored: Value,
    ) -> (Planned, Value) {
        let creates = plan.prior.is_null();
        let mut planned = self.plan(resource, plan).await;
        let (Some(identity), Some(state)) = (self.identities.get(&resource.name), &planned.planned) else {
            return (planned, stored);
        };
        if state.is_null() || planned.diagnostics.has_errors() {
            return (planned, stored);
        }
        let new = self
            .identity_of(resource, identity, "planning", state)
            .await
            .and_then(|new| identity.nameable(&resource.name, new));
        let new = match new {
            Ok(new) => new,
            Err(diagnostic) => {
                planned.diagnostics.push(diagnostic);
                return (planned, stored);
            }
        };
        if creates || !planned.requires_replace.is_empty() {
            return (planned, new);
        }
        if stored.is_null() {
            // From before there was an identity. Terraform takes only a known one for an object that stays.
            return (planned, if new.is_wholly_known() { new } else { stored });
        }
        let changed = identity.contradicted(&stored, &new);
        if !changed.is_empty() {
            planned.diagnostics.push(broken(
                &resource.name,
                &format!(
                    "the plan changes {} of the identity. The rule: an identity never changes; attributes it is made \
                     of need requires_replace",
                    changed.join(", ")
                ),
            ));
            return (planned, stored);
        }
        let completed = identity.completed(&stored, &new);
        (planned, completed)
    }

    /// As [`apply`](Self::apply), with the identity the object has now; null for none. `planned` is what plan said.
    pub(crate) async fn apply_identified(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        apply: Apply,
        planned: Value,
    ) -> (Applied, Value) {
        let mut applied = self.apply(resource, apply).await;
        let Some(identity) = self.identities.get(&resource.name) else {
            return (applied, Value::Null);
        };
        if applied.state.is_null() {
            return (applied, Value::Null);
        }
        let known = || Some(planned.clone()).filter(|planned| identity.missing(planned).is_none());
        let failed = applied.diagnostics.has_errors();
        let new = self
            .identity_of(resource, identity, "applying", &applied.state)
            .await
            .and_then(|new| identity.complete(&resource.name, "applying", new));
        match new {
            // What was known before is still so; a half-made object is known by what it has.
            Ok(new) if failed => (applied, known().unwrap_or(new)),
            Err(_) if failed => (applied, known().unwrap_or_default()),
            Ok(new) => {
                let changed = identity.changed(&planned, &new);
                if planned.is_null() || changed.is_empty() {
                    return (applied, new);
                }
                applied.diagnostics.push(broken(
                    &resource.name,
                    &format!(
                        "{} of the identity is not what was planned. The rule: what was known in the plan is the same \
                         after apply",
                        changed.join(", ")
                    ),
                ));
                (applied, new)
            }
            Err(diagnostic) => {
                applied.diagnostics.push(diagnostic);
                (applied, known().unwrap_or_default())
            }
        }
    }

    /// As [`read`](Self::read), with the identity the object has; null for none. `stored` is what it had.
    pub(crate) async fn read_identified(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        read: Read,
        stored: Value,
    ) -> (ReadBack, Value) {
        let (state, private) = (read.state.clone(), read.private.clone());
        let mut back = self.read(resource, read).await;
        let Some(identity) = self.identities.get(&resource.name) else {
            return (back, Value::Null);
        };
        if back.diagnostics.has_errors() {
            return (back, stored);
        }
        if back.state.is_null() {
            return (back, Value::Null);
        }
        let new = self
            .identity_of(resource, identity, "reading", &back.state)
            .await
            .and_then(|new| identity.complete(&resource.name, "reading", new));
        let fault = match new {
            Ok(new) => {
                let changed = identity.changed(&stored, &new);
                if stored.is_null() || changed.is_empty() {
                    return (back, new);
                }
                broken(
                    &resource.name,
                    &format!(
                        "reading changed {} of the identity. The rule: an object's identity never changes; another \
                         object in its place is another object, so the state is null",
                        changed.join(", ")
                    ),
                )
            }
            Err(diagnostic) => diagnostic,
        };
        back.diagnostics.push(fault);
        (back.state, back.private) = (state, private);
        (back, stored)
    }

    /// The identity of an object that was imported or moved here; null where it is not complete yet. `asked` is the
    /// identity the operator named it by.
    pub(crate) async fn identify_imported(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        mut imported: Imported,
        asked: Option<&Value>,
    ) -> (Imported, Value) {
        let (Some(identity), Some(state)) = (self.identities.get(&resource.name), &imported.state) else {
            return (imported, Value::Null);
        };
        let found = match self.identity_of(resource, identity, "importing", state).await {
            Ok(found) => found,
            Err(diagnostic) => {
                imported.state = None;
                imported.diagnostics.push(diagnostic);
                return (imported, Value::Null);
            }
        };
        let Some(asked) = asked else {
            let complete = identity.missing(&found).is_none();
            return (imported, if complete { found } else { Value::Null });
        };
        // The stub may lack what the operator named, and the operator may have left out what the provider found.
        let mut named = asked.clone();
        for attribute in &identity.schema.attributes {
            let (wanted, found) = (asked.get(&attribute.name), found.get(&attribute.name));
            if wanted.is_null() {
                named.set(&attribute.name, found.clone());
            } else if !found.is_null() && found != wanted {
                imported.diagnostics.push(broken(
                    &resource.name,
                    &format!(
                        "the object found has another {} than the identity it was asked for. The rule: an import \
                         answers the object that was named, or an error",
                        attribute.name
                    ),
                ));
            }
        }
        if imported.diagnostics.has_errors() {
            imported.state = None;
            return (imported, Value::Null);
        }
        (imported, named)
    }

    /// Stored identity into today's schema.
    pub(crate) async fn upgrade_identity(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        raw: RawState,
    ) -> Result<Value, Diagnostic> {
        let name = &resource.name;
        let unreadable =
            |why: String| Diagnostic::error(format!("{name}: the stored identity can't be read"), why);
        let identity = self.identity(name)?;
        let RawState { version, json } = raw;
        let json = json.ok_or_else(|| unreadable("It is empty.".to_owned()))?;
        let current = i64::try_from(identity.schema.version).unwrap_or(i64::MAX);
        let misfit = |Mismatch { path, problem }: Mismatch| {
            unreadable(format!("Identity version {version}, {path}: {problem}."))
        };
        let value = if version == current {
            json::decode(&json, &identity.ty).map_err(misfit)?
        } else if version > current {
            return Err(unreadable(format!(
                "It has version {version}; this provider knows versions up to {current}. Use a newer provider."
            )));
        } else {
            let old = serde_json::from_slice(&json)
                .map_err(|error| unreadable(format!("It is not JSON: {error}.")))?;
            let handler = resource.clone();
            let work = async move { handler.handler.upgrade_identity(version, old) };
            let upgraded = task::run(&self.activity, work)
                .await
                .map_err(|panic| panic.diagnostic(name, "upgrading a stored identity"))??;
            json::from_json(&upgraded, &identity.ty).map_err(misfit)?
        };
        identity.complete(name, "reading a stored identity", value)
    }

    /// What the provider says is the identity of `state`, by its type.
    async fn identity_of(
        &self,
        resource: &Arc<Registered<dyn DynResource>>,
        identity: &Identity,
        doing: &str,
        state: &Value,
    ) -> Result<Value, Diagnostic> {
        let (handler, state) = (resource.clone(), state.clone());
        let work = async move { handler.handler.identity_of(&state) };
        let found = task::run(&self.activity, work).await.map_err(|panic| {
            panic.diagnostic(&resource.name, &format!("telling an identity after {doing}"))
        })?;
        identity.fitting(&resource.name, doing, found)
    }
}

/// Not known yet, before an apply or when it was stored.
fn open(value: &Value) -> bool {
    value.is_null() || value.is_unknown()
}

fn broken(name: &str, problem: &str) -> Diagnostic {
    Diagnostic::error(
        format!("{name}: the provider broke the identity of an object"),
        format!("{name}: {problem}. This is a bug in the provider."),
    )
}
