//! The bluegreen Terraform provider: promotion flags as honest plan and apply diffs.
//!
//! `rollout` decides, the executor does, adapters speak to AWS, resources translate HCL. Nothing here decides a
//! rollout by itself.

mod adapters;
mod config;
mod data;
mod executor;
mod functions;
mod model;
mod observe;
mod ports;
mod progress;
mod resources;
mod wait;

use config::Shared;
use data::ServiceData;
use functions::{PhaseFunction, TrafficFunction};
use resources::canary_rule::CanaryRuleResource;
use resources::service::ServiceResource;
use tfplugin::{
    Attribute, ConfigureRequest, DataSource, Diagnostics, Function, Provider, Resource, Schema, async_trait,
};

/// The provider.
#[derive(Default)]
pub struct Bluegreen {
    shared: Shared,
}

#[async_trait]
impl Provider for Bluegreen {
    fn type_name(&self) -> &str {
        "bluegreen"
    }

    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn address(&self) -> String {
        "registry.terraform.io/bluegreen-rs/bluegreen".into()
    }

    fn schema(&self) -> Schema {
        let endpoints = vec![
            Attribute::string("elbv2")
                .optional()
                .description("Elastic Load Balancing v2."),
            Attribute::string("ecs").optional().description("ECS."),
        ];
        Schema::new(0)
            .description("Blue/green and canary releases as honest plan and apply diffs, for ALB and ECS.")
            .attribute(
                Attribute::string("region").optional().description(
                    "AWS region. Default: the standard configuration chain (AWS_REGION, profile).",
                ),
            )
            .attribute(
                Attribute::object("endpoints", endpoints)
                    .optional()
                    .description("Other endpoints than AWS's own, for tests. AWS_ENDPOINT_URL works too."),
            )
            .attribute(Attribute::string("progress_file").optional().description(
                "A file that gets one line of JSON per step that begins, waits or ends, since Terraform shows only that it \
                 is still modifying: `{\"at\": RFC 3339 with milliseconds, \"service\", \"step\", \"detail\", \"state\": \
                 \"begin\" | \"wait\" | \"done\" | \"failed\"}`. Steps are `close_canary`, `deploy`, `scale`, \
                 `await_healthy`, `shift`, `hold` and `drain`; a `wait` line says what is missing, once per reason. Lines are \
                 appended and hold no secret.",
            ))
    }

    fn resources(&self) -> Vec<Box<dyn Resource>> {
        vec![
            Box::new(ServiceResource {
                shared: self.shared.clone(),
            }),
            Box::new(CanaryRuleResource {
                shared: self.shared.clone(),
            }),
        ]
    }

    fn data_sources(&self) -> Vec<Box<dyn DataSource>> {
        vec![Box::new(ServiceData {
            shared: self.shared.clone(),
        })]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(PhaseFunction), Box::new(TrafficFunction)]
    }

    async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        self.shared.configure(&req.config).await
    }
}

#[cfg(test)]
mod docs;
