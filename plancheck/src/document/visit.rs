//! The plan's outer levels, member by member. Skips what it does not know: newer versions of Terraform add members.
//!
//! Holds one resource at a time; a member that appears twice is refused, for then two readers could see two plans.

use super::resource::{Many, Priors};
use super::{Document, Entry, Prior, ReadError, known_version};
use crate::guard::Allowance;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;

/// What all that is kept may take, as [`Context::keep`] counts it: a thousand services take 20 MiB.
const MOST: usize = 128 * 1024 * 1024;

/// What every level needs.
pub struct Context {
    pub allowance: Allowance,
    kept: Cell<usize>,
}

impl Context {
    pub fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            kept: Cell::new(0),
        }
    }

    /// Counts what is kept.
    pub fn keep<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let kept = self.kept.get().saturating_add(bytes);
        self.kept.set(kept);
        if MOST < kept {
            let most = MOST / 1024 / 1024;
            return Err(E::custom(format_args!(
                "what rules need of it takes more than {most} MiB: split the configuration, or plan with -target"
            )));
        }
        Ok(())
    }

    /// Goes over the next value without holding it.
    pub fn skip<'de, M: MapAccess<'de>>(&self, map: &mut M) -> Result<(), M::Error> {
        let left = self.allowance.skip();
        map.next_value::<IgnoredAny>()?;
        self.allowance.resume(left);
        Ok(())
    }
}

/// Puts a member in its place, once.
pub fn once<T, E: Error>(slot: &mut Option<T>, name: &str, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::custom(format_args!("{name} appears twice"))),
    }
}

/// The members as they came.
#[derive(Default)]
pub struct Seen {
    format_version: Option<String>,
    terraform_version: Option<Option<String>>,
    errored: Option<bool>,
    complete: Option<Option<bool>>,
    deferred: Option<usize>,
    changes: Option<Vec<Entry>>,
    drift: Option<Vec<Entry>>,
    prior: Option<Vec<Prior>>,
    /// `planned_values`, which every plan has.
    planned: bool,
    /// `values`, which a state has instead.
    values: bool,
}

impl Seen {
    /// The document, if this was a plan.
    pub fn document(self) -> Result<Document, ReadError> {
        if self.values && !self.planned {
            return Err(ReadError::NotAPlan(
                "it is a state; save the plan with `terraform plan -out=tfplan` and give me `terraform show -json tfplan`",
            ));
        }
        let Some(format_version) = self.format_version else {
            return Err(ReadError::NotAPlan("it has no format_version"));
        };
        known_version(&format_version)?;
        if !self.planned && self.changes.is_none() {
            return Err(ReadError::NotAPlan(
                "it has neither planned_values nor resource_changes",
            ));
        }
        Ok(Document {
            format_version,
            terraform_version: self.terraform_version.flatten(),
            errored: self.errored.unwrap_or(false),
            complete: self.complete.flatten(),
            deferred: self.deferred.unwrap_or(0),
            changes: self.changes.unwrap_or_default(),
            drift: self.drift.unwrap_or_default(),
            prior: self.prior.unwrap_or_default(),
        })
    }
}

/// The whole plan.
pub struct Root<'a>(pub &'a Context);

impl<'de> DeserializeSeed<'de> for Root<'_> {
    type Value = Seen;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plan")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Seen, M::Error> {
        let context = self.0;
        let mut seen = Seen::default();
        while let Some(name) = map.next_key::<String>()? {
            context.allowance.hold();
            match name.as_str() {
                "format_version" => once(&mut seen.format_version, &name, map.next_value()?)?,
                "terraform_version" => once(&mut seen.terraform_version, &name, map.next_value()?)?,
                "errored" => once(&mut seen.errored, &name, map.next_value()?)?,
                "complete" => once(&mut seen.complete, &name, map.next_value()?)?,
                "deferred_changes" => once(&mut seen.deferred, &name, map.next_value_seed(Count(context))?)?,
                "resource_changes" => once(&mut seen.changes, &name, map.next_value_seed(Many(context))?)?,
                "resource_drift" => once(&mut seen.drift, &name, map.next_value_seed(Many(context))?)?,
                "prior_state" => once(&mut seen.prior, &name, map.next_value_seed(Priors(context))?)?,
                "planned_values" => {
                    seen.planned = true;
                    context.skip(&mut map)?;
                }
                "values" => {
                    seen.values = true;
                    context.skip(&mut map)?;
                }
                _ => context.skip(&mut map)?,
            }
        }
        Ok(seen)
    }
}

/// How many there are.
struct Count<'a>(&'a Context);

impl<'de> DeserializeSeed<'de> for Count<'_> {
    type Value = usize;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Count<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of deferred changes")
    }

    fn visit_unit<E: Error>(self) -> Result<usize, E> {
        Ok(0)
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<usize, S::Error> {
        let left = self.0.allowance.skip();
        let mut count = 0;
        while items.next_element::<IgnoredAny>()?.is_some() {
            count += 1;
        }
        self.0.allowance.resume(left);
        Ok(count)
    }
}
