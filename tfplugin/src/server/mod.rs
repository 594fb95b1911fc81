//! What each request means, in our own types. Knows neither protobuf nor sockets.
//!
//! Nothing here answers with a transport error: whatever goes wrong becomes a diagnostic beside the best known state.

mod action;
pub(crate) mod activity;
mod apply;
mod check;
mod deprecated;
mod ephemeral;
mod functions;
mod generate;
mod identity;
mod import;
mod leases;
mod list;
mod moving;
mod plan;
mod prepare;
mod read;
mod register;
mod replace;
pub(crate) mod schema;
mod stop;
pub(crate) mod task;
#[cfg(test)]
mod tests;
mod upgrade;
mod validate;

use std::collections::BTreeMap;
use std::sync::Arc;

use leases::Leases;
use stop::Stop;
use tokio_util::sync::CancellationToken;

pub(crate) use action::Told;
pub(crate) use activity::Activity;
pub(crate) use apply::Apply;
pub(crate) use check::final_plan_follows_first;
pub(crate) use identity::Identity;
pub(crate) use list::{List, Listed};
pub(crate) use plan::Plan;
pub(crate) use read::Read;
pub(crate) use upgrade::RawState;
pub(crate) use validate::{Validates, WriteOnly};

use crate::action::DynAction;
use crate::data_source::DynDataSource;
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::DynEphemeralResource;
use crate::function::{Function, FunctionDefinition};
use crate::list::DynListResource;
use crate::provider::{ConfigureRequest, DynProvider};
use crate::resource::DynResource;
use crate::schema::Schema;
use crate::ty::{Mismatch, Type};
use crate::value::Value;

/// One provider, ready to answer. Cheap to build: nothing is contacted.
pub(crate) struct Server {
    pub(crate) provider: Arc<dyn DynProvider>,
    pub(crate) schema: Arc<Shape>,
    /// Of `provider_meta` blocks, if the provider takes them.
    pub(crate) meta: Option<Shape>,
    pub(crate) resources: BTreeMap<String, Arc<Registered<dyn DynResource>>>,
    /// Of the resource types that have one.
    pub(crate) identities: BTreeMap<String, Arc<Identity>>,
    pub(crate) data_sources: BTreeMap<String, Arc<Registered<dyn DynDataSource>>>,
    pub(crate) ephemeral: BTreeMap<String, Arc<Registered<dyn DynEphemeralResource>>>,
    pub(crate) lists: BTreeMap<String, Arc<Registered<dyn DynListResource>>>,
    pub(crate) actions: BTreeMap<String, Arc<Registered<dyn DynAction>>>,
    pub(crate) functions: BTreeMap<String, Arc<RegisteredFunction>>,
    pub(crate) activity: Activity,
    /// What is wrong with the schemas; told with the schema, where Terraform shows it.
    pub(crate) faults: Diagnostics,
    leases: Leases,
    /// Told what would be refused, which then passes. Only for finding out what Terraform says of it.
    pub(crate) referee: Option<Referee>,
    stop: Stop,
}

/// Sees an answer with what is wrong with it.
pub(crate) type Referee = Box<dyn Fn(&Value, &Diagnostics) + Send + Sync>;

/// A schema with the type made from it once.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) schema: Schema,
    pub(crate) ty: Type,
}

/// A type of any kind with its schema.
pub(crate) struct Registered<T: ?Sized> {
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) handler: Box<T>,
}

/// A function with its definition.
pub(crate) struct RegisteredFunction {
    pub(crate) definition: FunctionDefinition,
    pub(crate) handler: Box<dyn Function>,
}

impl Server {
    pub(crate) fn resource(&self, name: &str) -> Result<&Arc<Registered<dyn DynResource>>, Diagnostic> {
        self.resources
            .get(name)
            .ok_or_else(|| unknown_type("resource type", name))
    }

    pub(crate) fn data_source(&self, name: &str) -> Result<&Arc<Registered<dyn DynDataSource>>, Diagnostic> {
        self.data_sources
            .get(name)
            .ok_or_else(|| unknown_type("data source", name))
    }

    pub(crate) fn ephemeral(
        &self,
        name: &str,
    ) -> Result<&Arc<Registered<dyn DynEphemeralResource>>, Diagnostic> {
        self.ephemeral
            .get(name)
            .ok_or_else(|| unknown_type("ephemeral resource type", name))
    }

    pub(crate) fn list_resource(
        &self,
        name: &str,
    ) -> Result<&Arc<Registered<dyn DynListResource>>, Diagnostic> {
        self.lists
            .get(name)
            .ok_or_else(|| unknown_type("list resource", name))
    }

    pub(crate) fn action(&self, name: &str) -> Result<&Arc<Registered<dyn DynAction>>, Diagnostic> {
        self.actions.get(name).ok_or_else(|| unknown_type("action", name))
    }

    /// Takes a new configuration; requests from here on are no longer stopped.
    pub(crate) async fn configure(&self, config: Value, terraform_version: String) -> Diagnostics {
        let stop = self.stop.configure();
        let provider = self.provider.clone();
        let request = ConfigureRequest {
            config,
            terraform_version,
            stop,
        };
        task::run(&self.activity, async move { provider.configure(request).await })
            .await
            .unwrap_or_else(|panic| {
                panic
                    .diagnostic(self.provider.type_name(), "being configured")
                    .into()
            })
    }

    /// Tells every running and every later request to wind up, until the next configuration.
    pub(crate) fn stop(&self) {
        self.stop.stop();
    }

    /// What is refused of what was found wrong with an answer.
    fn judged(&self, answer: &Value, found: Diagnostics) -> Diagnostics {
        match &self.referee {
            None => found,
            Some(referee) => {
                referee(answer, &found);
                Diagnostics::new()
            }
        }
    }

    /// The token a request starting now is given.
    pub(crate) fn token(&self) -> CancellationToken {
        self.stop.token()
    }
}

impl Shape {
    pub(crate) fn new(schema: Schema) -> Shape {
        let ty = schema.ty();
        Shape { schema, ty }
    }

    /// Gives `value` the form the protocol needs, or says where it can't have it.
    pub(crate) fn conform(&self, value: Value) -> Result<Value, Mismatch> {
        Ok(schema::fill_blocks(&self.schema.blocks, self.ty.conform(value)?))
    }

    /// As [`conform`](Self::conform), for a value the provider made: a mismatch is a bug to report as such.
    pub(crate) fn accept(&self, name: &str, doing: &str, value: Value) -> Result<Value, Diagnostic> {
        self.conform(value)
            .map_err(|mismatch| invalid(name, doing, mismatch))
    }

    /// As [`accept`](Self::accept), for what must not be lost: what does not fit is as `otherwise` says.
    pub(crate) fn salvage(
        &self,
        name: &str,
        doing: &str,
        value: Value,
        otherwise: &Value,
    ) -> (Value, Diagnostics) {
        let (kept, misfits) = self.ty.salvage(value, otherwise);
        let told = misfits.into_iter().map(|misfit| invalid(name, doing, misfit));
        (schema::fill_blocks(&self.schema.blocks, kept), told.collect())
    }
}

fn invalid(name: &str, doing: &str, mismatch: Mismatch) -> Diagnostic {
    let Mismatch { path, problem } = mismatch;
    Diagnostic::error(
        format!("{name}: the provider returned an invalid object"),
        format!("While {doing}, {path} does not fit the schema: {problem}. This is a bug in the provider."),
    )
    .at(path)
}

fn unknown_type(what: &str, name: &str) -> Diagnostic {
    Diagnostic::error(
        format!("unknown {what} {name}"),
        format!("This provider has no {what} of that name. Its version may be older than the configuration."),
    )
}
