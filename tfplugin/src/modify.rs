//! How an attribute takes part in planning beyond what its flags say: kept, normalised, changed, replacing.
//!
//! All of it runs as part of a plan, so it must be a function of its input: no clock, no network. The server catches
//! panics.

use std::sync::Arc;

use crate::described::Described;
use crate::schema::Attribute;
use crate::value::Value;

/// What an attribute adds to the plan algorithm.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Modifiers {
    pub(crate) keep: bool,
    pub(crate) replace_if: Vec<Described<Compare>>,
    pub(crate) same: Option<Described<Compare>>,
    pub(crate) custom: Vec<Modifier>,
}

/// A question about an older and a newer value.
pub(crate) type Compare = dyn Fn(&Value, &Value) -> bool + Send + Sync;

/// A change of what is planned for one attribute. Two are equal if they say the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Modifier(Described<Change>);

type Change = dyn Fn(&Modify<'_>) -> Option<Value> + Send + Sync;

/// What a [`Modifier`] sees of one attribute.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Modify<'a> {
    /// What is configured; null if it is the provider's.
    pub config: &'a Value,
    /// What is stored; null for a new object.
    pub prior: &'a Value,
    /// What is planned so far.
    pub planned: &'a Value,
}

impl Modifier {
    /// A modifier from a function that answers the value to plan instead, or `None` to leave it. It must agree with
    /// itself when asked again about its own answer.
    pub fn new(
        description: impl Into<String>,
        change: impl Fn(&Modify<'_>) -> Option<Value> + Send + Sync + 'static,
    ) -> Modifier {
        Modifier(Described::new(description, Arc::new(change)))
    }

    /// What it does.
    pub fn description(&self) -> &str {
        &self.0.description
    }

    pub(crate) fn change(&self, seen: &Modify<'_>) -> Option<Value> {
        (self.0.run)(seen)
    }
}

impl Attribute {
    /// A computed value that stays as it is: where the plan would leave it open, the prior value is planned if there
    /// is one. For ids and the like. Inside elements of lists and sets only while nothing else of the element changes:
    /// nothing but that tells one from another.
    ///
    /// ```
    /// # use tfplugin::Attribute;
    /// Attribute::string("id").computed().keep();
    /// ```
    #[must_use]
    pub fn keep(mut self) -> Self {
        self.modifiers.keep = true;
        self
    }

    /// A change of it replaces the object if `when` says so of the prior and the planned value, which may be unknown.
    /// `description` completes "replaced if".
    ///
    /// ```
    /// # use tfplugin::Attribute;
    /// let shrinks = |prior: &tfplugin::Value, planned: &tfplugin::Value| planned.as_i64() < prior.as_i64();
    /// Attribute::number("gigabytes").required().requires_replace_if("it shrinks", shrinks);
    /// ```
    #[must_use]
    pub fn requires_replace_if(
        mut self,
        description: impl Into<String>,
        when: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        let when: Arc<Compare> = Arc::new(when);
        self.modifiers.replace_if.push(Described::new(description, when));
        self
    }

    /// Two forms of it that mean the same are no change: the older form stays, in plans, after apply and when read.
    /// Not inside sets, whose elements have nothing to be compared with. `description` completes "the same if".
    ///
    /// ```
    /// # use tfplugin::Attribute;
    /// let same = |old: &tfplugin::Value, new: &tfplugin::Value| {
    ///     old.as_str().map(str::to_lowercase) == new.as_str().map(str::to_lowercase)
    /// };
    /// Attribute::string("host").required().normalize("only the case differs", same);
    /// ```
    #[must_use]
    pub fn normalize(
        mut self,
        description: impl Into<String>,
        same: impl Fn(&Value, &Value) -> bool + Send + Sync + 'static,
    ) -> Self {
        let same: Arc<Compare> = Arc::new(same);
        self.modifiers.same = Some(Described::new(description, same));
        self
    }

    /// Changes what is planned for it. Where the attribute is configured the plan must still follow the configuration.
    ///
    /// ```
    /// # use tfplugin::{Attribute, Modifier};
    /// let arn = Modifier::new("known before it exists", |seen| {
    ///     seen.planned.is_unknown().then(|| "arn:aws:s3:::known".into())
    /// });
    /// Attribute::string("arn").computed().modify(arn);
    /// ```
    #[must_use]
    pub fn modify(mut self, modifier: Modifier) -> Self {
        self.modifiers.custom.push(modifier);
        self
    }

    /// Whether a computed value stays once it is known.
    pub fn is_kept(&self) -> bool {
        self.modifiers.keep
    }

    /// When a change replaces the object, beyond every change.
    pub fn replaces_if(&self) -> impl Iterator<Item = &str> {
        self.modifiers
            .replace_if
            .iter()
            .map(|when| when.description.as_str())
    }

    /// What is done to the plan for it.
    pub fn plan_modifiers(&self) -> &[Modifier] {
        &self.modifiers.custom
    }
}
