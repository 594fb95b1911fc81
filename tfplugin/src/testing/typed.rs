//! A resource type under test, over its model: for the steps of a test that must go well. What must go wrong is asked of
//! the harness itself, which answers with diagnostics.

use std::marker::PhantomData;

use super::{Harness, Object, Outcome, Plan};
use crate::diag::Diagnostics;
use crate::model::Model;
use crate::value::Value;

/// One resource type of a provider under test; made by [`Harness::of`]. Every step fails the test if anything is
/// refused, and says why.
#[derive(Clone, Copy)]
pub struct Under<'a, M> {
    harness: &'a Harness,
    type_name: &'a str,
    model: PhantomData<M>,
}

/// An object as Terraform stores it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<M> {
    /// Its state.
    pub state: M,
    /// All that is stored of it.
    pub object: Object,
}

impl Harness {
    /// The resource type of that name, over its model.
    pub fn of<'a, M: Model>(&'a self, type_name: &'a str) -> Under<'a, M> {
        Under {
            harness: self,
            type_name,
            model: PhantomData,
        }
    }
}

impl<M: Model> Under<'_, M> {
    /// Plans and creates an object; a second plan must be empty.
    ///
    /// # Panics
    /// If anything is refused, or the second plan is not empty.
    pub async fn create(&self, config: M) -> Stored<M> {
        self.apply(None, config).await
    }

    /// Plans and applies another configuration, replacing the object if that is the plan; a second plan must be empty.
    ///
    /// # Panics
    /// If anything is refused, or the second plan is not empty.
    pub async fn update(&self, stored: Stored<M>, config: M) -> Stored<M> {
        self.apply(Some(stored.object), config).await
    }

    /// Plans a configuration for the object there is, if any. What is unknown in the plan is known after apply.
    ///
    /// # Panics
    /// If anything is refused.
    pub async fn plan(&self, stored: Option<&Stored<M>>, config: M) -> M {
        let object = stored.map(|stored| stored.object.clone());
        self.read(&self.planned(object, config.into_value()).await.planned)
    }

    /// Reads the object again; `None` if it is gone.
    ///
    /// # Panics
    /// If anything is refused.
    pub async fn refresh(&self, stored: Stored<M>) -> Option<Stored<M>> {
        let outcome = self.harness.refresh(self.type_name, stored.object).await;
        self.done("refresh", outcome)
    }

    /// Imports and reads an object by its id.
    ///
    /// # Panics
    /// If anything is refused, or nothing is found.
    pub async fn import(&self, id: &str) -> Stored<M> {
        let outcome = self.harness.import(self.type_name, id).await;
        let found = self.done("import", outcome);
        found.unwrap_or_else(|| panic!("{}: nothing is found under {id:?}", self.type_name))
    }

    /// Plans and applies the end of the object.
    ///
    /// # Panics
    /// If anything is refused, or something is still there.
    pub async fn destroy(&self, stored: Stored<M>) {
        let plan = self.planned(Some(stored.object), Value::Null).await;
        let left = self.done("destroy", self.harness.apply(plan).await);
        assert!(left.is_none(), "{}: the object is still there", self.type_name);
    }

    async fn apply(&self, prior: Option<Object>, config: M) -> Stored<M> {
        let config = config.into_value();
        let plan = self.planned(prior, config.clone()).await;
        let done = self.done("apply", self.harness.apply(plan).await);
        let stored = done.unwrap_or_else(|| panic!("{}: nothing is there after apply", self.type_name));
        let again = self.planned(Some(stored.object.clone()), config).await;
        assert!(
            again.is_empty(),
            "{}: the second plan is not empty\n state: {:?}\n  plan: {:?}",
            self.type_name,
            stored.object.state,
            again.planned
        );
        stored
    }

    async fn planned(&self, prior: Option<Object>, config: Value) -> Plan {
        let plan = self.harness.plan(self.type_name, prior, config).await;
        self.accept("plan", &plan.diagnostics);
        plan
    }

    fn done(&self, step: &str, outcome: Outcome) -> Option<Stored<M>> {
        self.accept(step, &outcome.diagnostics);
        outcome.object.map(|object| Stored {
            state: self.read(&object.state),
            object,
        })
    }

    fn read(&self, value: &Value) -> M {
        M::from_value(value).unwrap_or_else(|mismatch| panic!("{}: {mismatch}", self.type_name))
    }

    fn accept(&self, step: &str, said: &Diagnostics) {
        assert!(
            !said.has_errors(),
            "{}: {step} was refused: {said:#?}",
            self.type_name
        );
    }
}
