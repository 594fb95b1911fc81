//! Drives a provider in-process, through the same checks as a real run and without a socket: for a provider's own
//! tests.
//!
//! Plays Terraform's part (its proposal, replacement, what is stored) but evaluates no HCL. Not for production.

mod judged;
mod kinds;
mod life;
mod propose;
mod typed;

pub use judged::run_judged;
pub use typed::{Stored, Under};

use crate::diag::{Diagnostic, Diagnostics};
use crate::path::Path;
use crate::private::Private;
use crate::provider::DynProvider;
use crate::server::Server;
use crate::value::Value;

/// A provider under test.
pub struct Harness {
    server: Server,
    meta: Value,
}

/// What Terraform stores of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its state.
    pub state: Value,
    /// What the provider stored with it.
    pub private: Private,
    /// Its identity; null if it has none.
    pub identity: Value,
}

/// A plan for one object.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The object there is.
    pub prior: Option<Object>,
    /// The configuration; null to destroy.
    pub config: Value,
    /// The planned state; null when destroyed or when there is an error.
    pub planned: Value,
    /// The changed attributes that force a replacement.
    pub requires_replace: Vec<Path>,
    /// Handed to apply.
    pub private: Private,
    /// The identity the object will have; null if it has none.
    pub identity: Value,
    /// What the operator reads.
    pub diagnostics: Diagnostics,
    type_name: String,
}

/// What came of an apply, refresh or import.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What is stored now; `None` when there is nothing.
    pub object: Option<Object>,
    /// What the operator reads.
    pub diagnostics: Diagnostics,
}

impl Plan {
    /// Whether apply would do nothing.
    pub fn is_empty(&self) -> bool {
        match &self.prior {
            Some(prior) => prior.state == self.planned,
            None => self.planned.is_null(),
        }
    }
}

impl Harness {
    /// The provider, not yet configured.
    pub fn new(provider: impl DynProvider) -> Harness {
        Harness {
            server: Server::new(provider),
            meta: Value::Null,
        }
    }

    /// What the module says in its `provider_meta` block, from here on.
    ///
    /// # Errors
    /// The provider takes no such block, or the value does not fit it.
    pub fn set_meta(&mut self, meta: Value) -> Result<(), Diagnostic> {
        let shape = self.server.meta.as_ref().ok_or_else(|| {
            Diagnostic::error(
                "the provider takes no provider_meta block",
                "Return a schema from meta_schema first.",
            )
        })?;
        self.meta = shape.conform(meta).map_err(misfit)?;
        Ok(())
    }

    /// What Terraform would refuse about the schemas.
    pub fn schema_faults(&self) -> &Diagnostics {
        &self.server.faults
    }

    /// Gives the provider its block; attributes left out are null.
    pub async fn configure(&self, config: Value) -> Diagnostics {
        match self.server.schema.conform(config) {
            Err(mismatch) => misfit(mismatch).into(),
            Ok(config) => {
                let found = self.server.validate_provider(config.clone()).await;
                if found.has_errors() {
                    return found;
                }
                let mut found = found;
                found.extend(self.server.configure(config, "1.15.0".to_owned()).await);
                found
            }
        }
    }

    /// Validates a resource's configuration.
    pub async fn validate(&self, type_name: &str, config: Value) -> Diagnostics {
        let work = async {
            let resource = self.server.resource(type_name)?;
            let config = resource.shape.conform(config).map_err(misfit)?;
            Ok(self.server.validate(resource, config).await)
        };
        work.await
            .unwrap_or_else(|diagnostic: Diagnostic| diagnostic.into())
    }

    /// The operator stops the run: cancels every request until the next `configure`.
    pub fn stop(&self) {
        self.server.stop();
    }
}

fn stored(state: Value, private: Private, identity: Value) -> Option<Object> {
    (!state.is_null()).then_some(Object {
        state,
        private,
        identity,
    })
}

fn misfit(mismatch: crate::ty::Mismatch) -> Diagnostic {
    Diagnostic::error("the value does not fit the schema", mismatch.to_string()).at(mismatch.path)
}
