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
mod priorities;
mod progress;
mod resources;
mod sentence;
mod wait;

use config::Shared;
use data::{ServiceData, VpcBlockers};
use functions::{PhaseFunction, TrafficFunction};
use resources::canary_rule::CanaryRuleResource;
use resources::service::ServiceResource;
use resources::vpc_guard::VpcGuard;
use tfplugin::{
    ConfigureRequest, Diagnostics, DynDataSource, DynProvider, DynResource, Function, Schema, Value,
    async_trait,
};

/// The provider.
#[derive(Default)]
pub struct Bluegreen {
    shared: Shared,
}

#[async_trait]
impl DynProvider for Bluegreen {
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
        config::schema()
    }

    fn resources(&self) -> Vec<Box<dyn DynResource>> {
        vec![
            Box::new(ServiceResource {
                shared: self.shared.clone(),
            }),
            Box::new(CanaryRuleResource {
                shared: self.shared.clone(),
            }),
            tfplugin::resource(VpcGuard {
                shared: self.shared.clone(),
            }),
        ]
    }

    fn data_sources(&self) -> Vec<Box<dyn DynDataSource>> {
        vec![
            Box::new(ServiceData {
                shared: self.shared.clone(),
            }),
            tfplugin::data_source(VpcBlockers {
                shared: self.shared.clone(),
            }),
        ]
    }

    fn functions(&self) -> Vec<Box<dyn Function>> {
        vec![Box::new(PhaseFunction), Box::new(TrafficFunction)]
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        config::check(config, diags);
    }

    async fn configure(&self, req: ConfigureRequest) -> Diagnostics {
        self.shared.configure(req).await
    }
}

#[cfg(test)]
mod docs;
