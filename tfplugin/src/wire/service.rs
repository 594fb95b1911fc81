//! The provider service: each RPC decodes, calls the server, encodes.
//!
//! No RPC answers with a gRPC status: whatever is wrong is a diagnostic, beside the state Terraform already had.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tonic::{Request, Response, Status};
use tracing::Instrument;

use super::{decode, encode};
use crate::diag::{Diagnostic, Diagnostics};
use crate::function::FunctionError;
use crate::r#gen::tfplugin6 as pb;
use crate::r#gen::tfplugin6::provider_server::Provider;
use crate::server::{Apply, Plan, Read, Server, Shape};
use crate::value::Value;

pub(super) struct Service {
    pub(super) server: Arc<Server>,
}

/// Logs the request's start and end around `answer`, never a value of it.
async fn answer<T>(
    rpc: &'static str,
    on: &str,
    answer: impl Future<Output = T>,
) -> Result<Response<T>, Status> {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let span = tracing::info_span!(
        "request",
        tf_rpc = rpc,
        tf_req_id = id,
        tf_proto_version = "6",
        tf_resource_type = on
    );
    let begun = Instant::now();
    let work = async {
        tracing::trace!("received request");
        let response = answer.await;
        tracing::debug!(tf_req_duration_ms = begun.elapsed().as_millis(), "served request");
        response
    };
    Ok(Response::new(work.instrument(span).await))
}

/// The answer when a request can't even be read.
fn told(diagnostic: Diagnostic) -> Vec<pb::Diagnostic> {
    encode::diagnostics([diagnostic])
}

fn capabilities() -> pb::ServerCapabilities {
    pb::ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        // Always answered, if only with why not: without it Terraform says less.
        move_resource_state: true,
        generate_resource_config: false,
    }
}

#[tonic::async_trait]
impl Provider for Service {
    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        use pb::get_metadata::{FunctionName, Response, TypeName};
        let named = |type_name: &String| TypeName {
            type_name: type_name.clone(),
        };
        answer("GetMetadata", "", async {
            Response {
                server_capabilities: Some(capabilities()),
                diagnostics: encode::diagnostics(self.server.faults.clone()),
                data_sources: self.server.data_sources.keys().map(named).collect(),
                resources: self.server.resources.keys().map(named).collect(),
                functions: self
                    .server
                    .functions
                    .keys()
                    .map(|name| FunctionName { name: name.clone() })
                    .collect(),
            }
        })
        .await
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        let Server {
            resources,
            data_sources,
            functions,
            ..
        } = &*self.server;
        let resources = resources.iter().map(|(name, entry)| (name.clone(), &entry.shape));
        let sources = data_sources
            .iter()
            .map(|(name, entry)| (name.clone(), &entry.shape));
        let schema = |(name, shape): (String, &Shape)| (name, encode::schema(&shape.schema));
        answer("GetProviderSchema", "", async {
            pb::get_provider_schema::Response {
                provider: Some(encode::schema(&self.server.schema.schema)),
                resource_schemas: resources.map(schema).collect(),
                data_source_schemas: sources.map(schema).collect(),
                diagnostics: encode::diagnostics(self.server.faults.clone()),
                provider_meta: None,
                server_capabilities: Some(capabilities()),
                functions: functions
                    .iter()
                    .map(|(name, entry)| (name.clone(), encode::function(&entry.definition)))
                    .collect(),
            }
        })
        .await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Result<Response<pb::get_resource_identity_schemas::Response>, Status> {
        answer("GetResourceIdentitySchemas", "", async {
            pb::get_resource_identity_schemas::Response::default()
        })
        .await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Result<Response<pb::validate_provider_config::Response>, Status> {
        use pb::validate_provider_config::Response;
        let request = request.into_inner();
        answer("ValidateProviderConfig", "", async {
            let diagnostics = match decode::value(request.config, &self.server.schema) {
                Ok(config) => encode::diagnostics(self.server.validate_provider(config).await),
                Err(diagnostic) => told(diagnostic),
            };
            Response { diagnostics }
        })
        .await
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Result<Response<pb::validate_resource_config::Response>, Status> {
        use pb::validate_resource_config::Response;
        let request = request.into_inner();
        let name = request.type_name;
        answer("ValidateResourceConfig", &name, async {
            let work = async {
                let resource = self.server.resource(&name)?;
                let config = decode::value(request.config, &resource.shape)?;
                Ok(self.server.validate_resource(resource, config).await)
            };
            Response {
                diagnostics: encode::diagnostics(
                    work.await
                        .unwrap_or_else(|diagnostic: Diagnostic| diagnostic.into()),
                ),
            }
        })
        .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Result<Response<pb::validate_data_resource_config::Response>, Status> {
        use pb::validate_data_resource_config::Response;
        let request = request.into_inner();
        let name = request.type_name;
        answer("ValidateDataResourceConfig", &name, async {
            let work = async {
                let source = self.server.data_source(&name)?;
                let config = decode::value(request.config, &source.shape)?;
                Ok(self.server.validate_data_source(source, config).await)
            };
            Response {
                diagnostics: encode::diagnostics(
                    work.await
                        .unwrap_or_else(|diagnostic: Diagnostic| diagnostic.into()),
                ),
            }
        })
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        use pb::upgrade_resource_state::Response;
        let request = request.into_inner();
        let name = request.type_name;
        answer("UpgradeResourceState", &name, async {
            let work = async {
                let resource = self.server.resource(&name)?;
                let raw = decode::raw_state(request.version, request.raw_state);
                Ok((self.server.upgrade(resource, raw).await?, resource))
            };
            match work.await {
                Ok((state, resource)) => {
                    let mut faults = Diagnostics::new();
                    let upgraded_state =
                        encode::value_or_fault(Some(&state), &resource.shape.ty, &mut faults);
                    Response {
                        upgraded_state,
                        diagnostics: encode::diagnostics(faults),
                    }
                }
                Err(diagnostic) => Response {
                    upgraded_state: None,
                    diagnostics: told(diagnostic),
                },
            }
        })
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Result<Response<pb::configure_provider::Response>, Status> {
        use pb::configure_provider::Response;
        let request = request.into_inner();
        answer("ConfigureProvider", "", async {
            let diagnostics = match decode::value(request.config, &self.server.schema) {
                Ok(config) => {
                    encode::diagnostics(self.server.configure(config, request.terraform_version).await)
                }
                Err(diagnostic) => told(diagnostic),
            };
            Response { diagnostics }
        })
        .await
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        use pb::read_resource::Response;
        let pb::read_resource::Request {
            type_name: name,
            current_state,
            private,
            ..
        } = request.into_inner();
        answer("ReadResource", &name, async {
            let (stored, stored_private) = (current_state.clone(), private.clone());
            let kept = |diagnostics| Response {
                new_state: stored.clone(),
                private: stored_private.clone(),
                diagnostics,
                ..Response::default()
            };
            let work = async {
                let resource = self.server.resource(&name)?;
                let state = decode::value(current_state, &resource.shape)?;
                Ok((
                    self.server.read(resource, Read { state, private }).await,
                    resource,
                ))
            };
            match work.await {
                Ok((mut read, resource)) => {
                    let state =
                        encode::value_or_fault(Some(&read.state), &resource.shape.ty, &mut read.diagnostics);
                    let diagnostics = encode::diagnostics(read.diagnostics);
                    match state {
                        None => kept(diagnostics),
                        new_state => Response {
                            new_state,
                            private: read.private,
                            diagnostics,
                            ..Response::default()
                        },
                    }
                }
                Err(diagnostic) => kept(told(diagnostic)),
            }
        })
        .await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        use pb::plan_resource_change::Response;
        let request = request.into_inner();
        let name = request.type_name;
        answer("PlanResourceChange", &name, async {
            let private = request.prior_private.clone();
            let work = async {
                let resource = self.server.resource(&name)?;
                let plan = Plan {
                    prior: decode::value(request.prior_state, &resource.shape)?,
                    proposed: decode::value(request.proposed_new_state, &resource.shape)?,
                    config: decode::value(request.config, &resource.shape)?,
                    private: request.prior_private,
                };
                Ok((self.server.plan(resource, plan).await, resource))
            };
            match work.await {
                Ok((mut planned, resource)) => Response {
                    planned_state: encode::value_or_fault(
                        planned.planned.as_ref(),
                        &resource.shape.ty,
                        &mut planned.diagnostics,
                    ),
                    requires_replace: planned
                        .requires_replace
                        .iter()
                        .map(encode::attribute_path)
                        .collect(),
                    planned_private: planned.private,
                    diagnostics: encode::diagnostics(planned.diagnostics),
                    ..Response::default()
                },
                Err(diagnostic) => Response {
                    planned_private: private,
                    diagnostics: told(diagnostic),
                    ..Response::default()
                },
            }
        })
        .await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        use pb::apply_resource_change::Response;
        let request = request.into_inner();
        let name = request.type_name;
        answer("ApplyResourceChange", &name, async {
            let (prior, private) = (request.prior_state.clone(), request.planned_private.clone());
            let work = async {
                let resource = self.server.resource(&name)?;
                let apply = Apply {
                    prior: decode::value(request.prior_state, &resource.shape)?,
                    planned: decode::value(request.planned_state, &resource.shape)?,
                    config: decode::value(request.config, &resource.shape)?,
                    private: request.planned_private,
                };
                Ok((self.server.apply(resource, apply).await, resource))
            };
            match work.await {
                Ok((mut applied, resource)) => Response {
                    new_state: encode::value_or_fault(
                        Some(&applied.state),
                        &resource.shape.ty,
                        &mut applied.diagnostics,
                    ),
                    private: applied.private,
                    diagnostics: encode::diagnostics(applied.diagnostics),
                    ..Response::default()
                },
                // Nothing was called, so what was there before still is.
                Err(diagnostic) => Response {
                    new_state: prior,
                    private,
                    diagnostics: told(diagnostic),
                    ..Response::default()
                },
            }
        })
        .await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        use pb::import_resource_state::{ImportedResource, Response};
        let request = request.into_inner();
        let name = request.type_name;
        answer("ImportResourceState", &name, async {
            let work = async {
                let resource = self.server.resource(&name)?;
                Ok((self.server.import(resource, request.id).await, resource))
            };
            let (mut imported, resource) = match work.await {
                Ok(imported) => imported,
                Err(diagnostic) => {
                    return Response {
                        diagnostics: told(diagnostic),
                        ..Response::default()
                    };
                }
            };
            let ty = &resource.shape.ty;
            let state = encode::value_or_fault(imported.state.as_ref(), ty, &mut imported.diagnostics);
            let found = state.map(|state| ImportedResource {
                type_name: name.clone(),
                state: Some(state),
                private: imported.private,
                identity: None,
            });
            Response {
                imported_resources: found.into_iter().collect(),
                diagnostics: encode::diagnostics(imported.diagnostics),
                deferred: None,
            }
        })
        .await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        use pb::move_resource_state::Response;
        let request = request.into_inner();
        answer("MoveResourceState", &request.target_type_name, async {
            let refusal = Server::refuse_move(&request.source_type_name, &request.target_type_name);
            Response {
                diagnostics: told(refusal),
                ..Response::default()
            }
        })
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Result<Response<pb::read_data_source::Response>, Status> {
        use pb::read_data_source::Response;
        let request = request.into_inner();
        let name = request.type_name;
        answer("ReadDataSource", &name, async {
            let work = async {
                let source = self.server.data_source(&name)?;
                let config = decode::value(request.config, &source.shape)?;
                Ok((self.server.read_data_source(source, config).await, source))
            };
            match work.await {
                Ok(((state, mut diagnostics), source)) => {
                    let state = encode::value_or_fault(state.as_ref(), &source.shape.ty, &mut diagnostics);
                    Response {
                        state,
                        diagnostics: encode::diagnostics(diagnostics),
                        deferred: None,
                    }
                }
                Err(diagnostic) => Response {
                    diagnostics: told(diagnostic),
                    ..Response::default()
                },
            }
        })
        .await
    }

    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        let functions = self.server.functions.iter();
        answer("GetFunctions", "", async {
            pb::get_functions::Response {
                functions: functions
                    .map(|(name, entry)| (name.clone(), encode::function(&entry.definition)))
                    .collect(),
                diagnostics: Vec::new(),
            }
        })
        .await
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let request = request.into_inner();
        answer("CallFunction", &request.name, async {
            match self.call(&request.name, request.arguments).await {
                Ok(result) => pb::call_function::Response {
                    result: Some(result),
                    error: None,
                },
                Err(error) => pb::call_function::Response {
                    result: None,
                    error: Some(encode::function_error(error)),
                },
            }
        })
        .await
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Result<Response<pb::stop_provider::Response>, Status> {
        answer("StopProvider", "", async {
            self.server.stop();
            pb::stop_provider::Response::default()
        })
        .await
    }
}

impl Service {
    async fn call(
        &self,
        name: &str,
        arguments: Vec<pb::DynamicValue>,
    ) -> Result<pb::DynamicValue, FunctionError> {
        let function = self.server.function(name)?;
        let types = function.argument_types(arguments.len())?;
        let decoded: Vec<Value> = arguments
            .into_iter()
            .zip(&types)
            .enumerate()
            .map(|(at, (wire, ty))| {
                decode::argument(wire, ty)
                    .map_err(|mismatch| FunctionError::argument(at, mismatch.to_string()))
            })
            .collect::<Result<_, _>>()?;
        let result = self.server.call_function(function, decoded).await?;
        encode::value(&result, &function.definition.returns)
            .map_err(|mismatch| FunctionError::new(mismatch.to_string()))
    }
}
