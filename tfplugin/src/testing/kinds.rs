//! What is not a managed resource, under test: data sources, functions, ephemeral resources, listings, actions.
//!
//! Each is validated before it is used, as Terraform does.

use super::{Harness, misfit};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ephemeral::{OpenResponse, RenewResponse};
use crate::function::FunctionError;
use crate::private::Private;
use crate::server::{List, Told};
use crate::value::Value;

/// What came of a listing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// The objects found, in order.
    pub items: Vec<Listed>,
    /// What the operator reads.
    pub diagnostics: Diagnostics,
}

/// One object found.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its identity.
    pub identity: Value,
    /// Its name for people.
    pub display_name: String,
    /// The whole object, if asked for.
    pub resource: Option<Value>,
}

/// What came of an action.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Invocation {
    /// What it said on its way.
    pub progress: Vec<String>,
    /// What the operator reads.
    pub diagnostics: Diagnostics,
}

impl Harness {
    /// Validates and reads a data source.
    pub async fn read_data_source(&self, type_name: &str, config: Value) -> (Option<Value>, Diagnostics) {
        let work = async {
            let source = self.server.data_source(type_name)?;
            let config = source.shape.conform(config).map_err(misfit)?;
            let mut found = self.server.validate(source, config.clone()).await;
            if found.has_errors() {
                return Ok((None, found));
            }
            let (state, more) = self
                .server
                .read_data_source(source, config, self.meta.clone())
                .await;
            found.extend(more);
            Ok((state, found))
        };
        work.await
            .unwrap_or_else(|diagnostic: Diagnostic| (None, diagnostic.into()))
    }

    /// Calls a function.
    ///
    /// # Errors
    /// What the operator reads.
    pub async fn call_function(&self, name: &str, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let function = self.server.function(name)?;
        let types = function.argument_types(arguments.len())?;
        let typed = arguments
            .into_iter()
            .zip(&types)
            .enumerate()
            .map(|(at, (argument, ty))| {
                ty.conform(argument)
                    .map_err(|mismatch| FunctionError::argument(at, mismatch.to_string()))
            });
        let typed = typed.collect::<Result<_, _>>()?;
        self.server.call_function(function, typed).await
    }

    /// Validates and opens an ephemeral resource.
    pub async fn open(&self, type_name: &str, config: Value) -> OpenResponse {
        let work = async {
            let entry = self.server.ephemeral(type_name)?;
            let config = entry.shape.conform(config).map_err(misfit)?;
            let mut found = self.server.validate(entry, config.clone()).await;
            if found.has_errors() {
                return Ok(OpenResponse::failed(found));
            }
            let opened = self.server.open(entry, config).await;
            found.extend(opened.diagnostics);
            Ok(OpenResponse {
                result: opened.result,
                private: opened.private,
                renew_at: opened.renew_at,
                diagnostics: found,
            })
        };
        work.await
            .unwrap_or_else(|diagnostic: Diagnostic| OpenResponse::failed(diagnostic))
    }

    /// Keeps an ephemeral resource open; `private` is what opening or the last renewal handed on.
    pub async fn renew(&self, type_name: &str, private: Private) -> RenewResponse {
        match self.server.ephemeral(type_name) {
            Ok(entry) => self.server.renew(entry, private).await,
            Err(diagnostic) => RenewResponse {
                renew_at: None,
                private,
                diagnostics: diagnostic.into(),
            },
        }
    }

    /// Closes an ephemeral resource.
    pub async fn close(&self, type_name: &str, private: Private) -> Diagnostics {
        match self.server.ephemeral(type_name) {
            Ok(entry) => self.server.close(entry, private).await,
            Err(diagnostic) => diagnostic.into(),
        }
    }

    /// Validates a search and lists at most `limit` objects by their identities.
    pub async fn list(&self, type_name: &str, config: Value, limit: usize) -> Listing {
        self.list_with(type_name, config, limit, Whole::Left).await
    }

    /// As [`list`](Self::list), with the whole objects.
    pub async fn list_whole(&self, type_name: &str, config: Value, limit: usize) -> Listing {
        self.list_with(type_name, config, limit, Whole::Included).await
    }

    async fn list_with(&self, type_name: &str, config: Value, limit: usize, whole: Whole) -> Listing {
        let mut listing = Listing::default();
        let work = async {
            let entry = self.server.list_resource(type_name)?;
            let config = entry.shape.conform(config).map_err(misfit)?;
            listing.diagnostics = self.server.validate(entry, config.clone()).await;
            if listing.diagnostics.has_errors() {
                return Ok(());
            }
            let asked = List {
                config,
                include_resource: matches!(whole, Whole::Included),
                limit: i64::try_from(limit).unwrap_or(i64::MAX),
            };
            let mut found = self.server.list(entry, asked)?;
            while let Some(found) = found.recv().await {
                listing.diagnostics.extend(found.diagnostics);
                if let Some(identity) = found.identity {
                    listing.items.push(Listed {
                        identity,
                        display_name: found.display_name,
                        resource: found.resource,
                    });
                }
            }
            Ok::<_, Diagnostic>(())
        };
        if let Err(diagnostic) = work.await {
            listing.diagnostics.push(diagnostic);
        }
        listing
    }

    /// Validates, plans and invokes an action.
    pub async fn invoke(&self, type_name: &str, config: Value) -> Invocation {
        let mut invocation = Invocation::default();
        let work = async {
            let action = self.server.action(type_name)?;
            let config = action.shape.conform(config).map_err(misfit)?;
            let found = &mut invocation.diagnostics;
            *found = self.server.validate(action, config.clone()).await;
            if !found.has_errors() {
                found.extend(self.server.plan_action(action, config.clone()).await);
            }
            if found.has_errors() {
                return Ok(());
            }
            let mut told = self.server.invoke(action, config);
            while let Some(told) = told.recv().await {
                match told {
                    Told::Line(line) => invocation.progress.push(line),
                    Told::End(diagnostics) => invocation.diagnostics.extend(diagnostics),
                }
            }
            Ok::<_, Diagnostic>(())
        };
        if let Err(diagnostic) = work.await {
            invocation.diagnostics.push(diagnostic);
        }
        invocation
    }
}

/// Whether a listing carries whole objects.
enum Whole {
    Included,
    Left,
}
