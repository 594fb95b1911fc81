//! Configurations before anything runs. Never waits for a network: the provider is not even configured yet.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Registered, Server, check, deprecated, task};
use crate::action::DynAction;
use crate::data_source::DynDataSource;
use crate::diag::Diagnostics;
use crate::ephemeral::DynEphemeralResource;
use crate::list::DynListResource;
use crate::resource::DynResource;
use crate::schema::Schema;
use crate::validate;
use crate::value::Value;

/// What every kind has in common: it checks its configuration.
#[async_trait]
pub(crate) trait Validates: Send + Sync {
    async fn check(&self, config: &Value, diagnostics: &mut Diagnostics);
}

macro_rules! validates {
    ($($kind:ident),*) => {
        $(#[async_trait]
        impl Validates for dyn $kind {
            async fn check(&self, config: &Value, diagnostics: &mut Diagnostics) {
                self.validate(config, diagnostics).await;
            }
        })*
    };
}

validates!(
    DynResource,
    DynDataSource,
    DynEphemeralResource,
    DynListResource,
    DynAction
);

/// What the host does with write-only values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WriteOnly {
    /// As they are meant, from Terraform 1.11 on.
    LeftOut,
    /// As with any other: it knows no such thing.
    Stored,
}

impl Server {
    /// Checks the provider block.
    pub(crate) async fn validate_provider(&self, config: Value) -> Diagnostics {
        let (provider, shape) = (self.provider.clone(), self.schema.clone());
        let work = async move {
            let mut diagnostics = by_schema(provider.type_name(), &shape.schema, &config);
            provider.validate(&config, &mut diagnostics).await;
            diagnostics
        };
        let done = task::run(&self.activity, work).await;
        done.unwrap_or_else(|panic| panic.diagnostic(self.provider.type_name(), "validating").into())
    }

    /// As [`validate`](Self::validate), for a resource in the hands of a host that may or may not leave write-only
    /// values out of what it stores.
    pub(crate) async fn validate_resource(
        &self,
        entry: &Arc<Registered<dyn DynResource>>,
        config: Value,
        write_only: WriteOnly,
    ) -> Diagnostics {
        let refused = match write_only {
            WriteOnly::LeftOut => Diagnostics::new(),
            WriteOnly::Stored => check::no_write_only_values(&entry.name, &entry.shape, &config),
        };
        let mut diagnostics = self.validate(entry, config).await;
        diagnostics.extend(refused);
        diagnostics
    }

    /// Checks the configuration of anything that has one.
    pub(crate) async fn validate<T: Validates + ?Sized + 'static>(
        &self,
        entry: &Arc<Registered<T>>,
        config: Value,
    ) -> Diagnostics {
        let checked = entry.clone();
        let work = async move {
            let Registered { name, shape, handler } = checked.as_ref();
            let mut diagnostics = by_schema(name, &shape.schema, &config);
            handler.check(&config, &mut diagnostics).await;
            diagnostics
        };
        let done = task::run(&self.activity, work).await;
        done.unwrap_or_else(|panic| panic.diagnostic(&entry.name, "validating").into())
    }
}

/// What the schema itself says of a configuration: its rules, and what it calls deprecated.
pub(super) fn by_schema(name: &str, schema: &Schema, config: &Value) -> Diagnostics {
    let mut diagnostics = deprecated::warnings(name, schema, config);
    diagnostics.extend(validate::run(schema, config));
    diagnostics
}
