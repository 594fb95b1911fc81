//! The provider service: every RPC with its name in the log, answered by the functions beside it.
//!
//! No RPC answers with a gRPC status: whatever is wrong is a diagnostic, beside the state Terraform already had.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tonic::{Request, Response, Status};
use tracing::Instrument;

use super::streams::Parts;
use super::{about, adopted, config, ephemeral, function, object, streams};
use crate::r#gen::tfplugin6 as pb;
use crate::r#gen::tfplugin6::provider_server::Provider;
use crate::server::Server;

pub(super) struct Service {
    pub(super) server: Arc<Server>,
}

type Answer<T> = Result<Response<T>, Status>;

/// Logs the request's start and end around `answer`, never a value of it.
async fn answer<T>(rpc: &'static str, on: &str, answer: impl Future<Output = T>) -> Answer<T> {
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

#[tonic::async_trait]
impl Provider for Service {
    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Answer<pb::get_metadata::Response> {
        answer("GetMetadata", "", async { about::metadata(&self.server) }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        answer("GetProviderSchema", "", async { about::schema(&self.server) }).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        answer("GetResourceIdentitySchemas", "", async {
            about::identity_schemas(&self.server)
        })
        .await
    }

    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Answer<pb::get_functions::Response> {
        answer("GetFunctions", "", async { about::functions(&self.server) }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        answer(
            "ValidateProviderConfig",
            "",
            config::validate_provider(&self.server, request.into_inner()),
        )
        .await
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let request = request.into_inner();
        let type_name = request.type_name.clone();
        let work = config::validate_resource(&self.server, request);
        answer("ValidateResourceConfig", &type_name, work).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let pb::validate_data_resource_config::Request {
            type_name, config, ..
        } = request.into_inner();
        answer("ValidateDataResourceConfig", &type_name, async {
            let entry = self.server.data_source(&type_name);
            let diagnostics = config::validate(&self.server, entry, config).await;
            pb::validate_data_resource_config::Response { diagnostics }
        })
        .await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<pb::validate_ephemeral_resource_config::Request>,
    ) -> Answer<pb::validate_ephemeral_resource_config::Response> {
        let pb::validate_ephemeral_resource_config::Request {
            type_name, config, ..
        } = request.into_inner();
        answer("ValidateEphemeralResourceConfig", &type_name, async {
            let entry = self.server.ephemeral(&type_name);
            let diagnostics = config::validate(&self.server, entry, config).await;
            pb::validate_ephemeral_resource_config::Response { diagnostics }
        })
        .await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Answer<pb::validate_list_resource_config::Response> {
        let pb::validate_list_resource_config::Request {
            type_name, config, ..
        } = request.into_inner();
        answer("ValidateListResourceConfig", &type_name, async {
            let entry = self.server.list_resource(&type_name);
            let diagnostics = config::validate(&self.server, entry, config).await;
            pb::validate_list_resource_config::Response { diagnostics }
        })
        .await
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Answer<pb::validate_action_config::Response> {
        let pb::validate_action_config::Request {
            type_name, config, ..
        } = request.into_inner();
        answer("ValidateActionConfig", &type_name, async {
            let entry = self.server.action(&type_name);
            let diagnostics = config::validate(&self.server, entry, config).await;
            pb::validate_action_config::Response { diagnostics }
        })
        .await
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        answer(
            "ConfigureProvider",
            "",
            config::configure(&self.server, request.into_inner()),
        )
        .await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "UpgradeResourceState",
            &on,
            object::upgrade(&self.server, request),
        )
        .await
    }

    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Answer<pb::read_resource::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer("ReadResource", &on, object::read(&self.server, request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer("PlanResourceChange", &on, object::plan(&self.server, request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer("ApplyResourceChange", &on, object::apply(&self.server, request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer("ImportResourceState", &on, adopted::import(&self.server, request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Answer<pb::move_resource_state::Response> {
        let request = request.into_inner();
        let on = request.target_type_name.clone();
        answer(
            "MoveResourceState",
            &on,
            adopted::take_over(&self.server, request),
        )
        .await
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "ReadDataSource",
            &on,
            object::read_data_source(&self.server, request),
        )
        .await
    }

    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Answer<pb::call_function::Response> {
        let request = request.into_inner();
        let on = request.name.clone();
        answer("CallFunction", &on, function::call(&self.server, request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Answer<pb::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "UpgradeResourceIdentity",
            &on,
            adopted::upgrade_identity(&self.server, request),
        )
        .await
    }

    async fn generate_resource_config(
        &self,
        request: Request<pb::generate_resource_config::Request>,
    ) -> Answer<pb::generate_resource_config::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "GenerateResourceConfig",
            &on,
            adopted::generate_config(&self.server, request),
        )
        .await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<pb::open_ephemeral_resource::Request>,
    ) -> Answer<pb::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "OpenEphemeralResource",
            &on,
            ephemeral::open(&self.server, request),
        )
        .await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<pb::renew_ephemeral_resource::Request>,
    ) -> Answer<pb::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "RenewEphemeralResource",
            &on,
            ephemeral::renew(&self.server, request),
        )
        .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<pb::close_ephemeral_resource::Request>,
    ) -> Answer<pb::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer(
            "CloseEphemeralResource",
            &on,
            ephemeral::close(&self.server, request),
        )
        .await
    }

    type ListResourceStream = Parts<pb::list_resource::Event>;

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Answer<Self::ListResourceStream> {
        let request = request.into_inner();
        let on = request.type_name.clone();
        answer("ListResource", &on, async {
            streams::list(&self.server, request)
        })
        .await
    }

    async fn plan_action(
        &self,
        request: Request<pb::plan_action::Request>,
    ) -> Answer<pb::plan_action::Response> {
        let request = request.into_inner();
        let on = request.action_type.clone();
        answer("PlanAction", &on, config::plan_action(&self.server, request)).await
    }

    type InvokeActionStream = Parts<pb::invoke_action::Event>;

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Answer<Self::InvokeActionStream> {
        let request = request.into_inner();
        let on = request.action_type.clone();
        answer("InvokeAction", &on, async {
            streams::invoke(&self.server, request)
        })
        .await
    }

    async fn stop_provider(
        &self,
        _: Request<pb::stop_provider::Request>,
    ) -> Answer<pb::stop_provider::Response> {
        answer("StopProvider", "", async { config::stop(&self.server) }).await
    }
}
