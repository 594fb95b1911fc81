//! `bluegreen_vpc_guard`: nothing while it stands; when it is deleted, between the cluster and its network, what the
//! cluster's controllers left behind goes.
//!
//! Judges nothing by itself and sees no Terraform state: `teardown` decides, and only what is proven goes.

mod course;
mod model;
mod sweep;

use crate::config::Shared;
use model::Guard;
use std::time::Duration;
use tfplugin::{
    ApplyResponse, Attr, CreateRequest, DeleteRequest, Diagnostics, Path, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, Resource, UpdateRequest, async_trait,
};

/// AWS releases the network interfaces of a load balancer in minutes, at worst in more than half an hour.
const DELETE: Duration = Duration::from_secs(45 * 60);

/// The resource type.
pub struct VpcGuard {
    pub shared: Shared,
}

#[async_trait]
impl Resource for VpcGuard {
    type Model = Guard;

    fn type_name(&self) -> &str {
        "bluegreen_vpc_guard"
    }

    async fn plan(&self, req: PlanRequest<Guard>) -> PlanResponse<Guard> {
        let diagnostics = objection(req.prior.as_ref(), &req.config);
        PlanResponse {
            diagnostics,
            ..PlanResponse::new(req.proposed, req.private)
        }
    }

    async fn create(&self, req: CreateRequest<Guard>) -> ApplyResponse<Guard> {
        let id = req.planned.vpc_id.clone();
        let guard = Guard { id, ..req.planned };
        ApplyResponse::new(Some(guard), req.private)
    }

    async fn update(&self, req: UpdateRequest<Guard>) -> ApplyResponse<Guard> {
        ApplyResponse::new(Some(req.planned), req.private)
    }

    async fn read(&self, req: ReadRequest<Guard>) -> ReadResponse<Guard> {
        // It is made of nothing in AWS: even if the VPC is gone, the network that it stands before may not be.
        ReadResponse::new(Some(req.state), req.private)
    }

    async fn delete(&self, req: DeleteRequest<Guard>) -> ApplyResponse<Guard> {
        let limit = req.prior.timeouts.known_or_default().delete(DELETE);
        let swept = match self.shared.clients().await {
            Ok(clients) => sweep::run(&clients.teardown, &req.prior, limit, &req.stop).await,
            Err(why) => {
                let mut diags = Diagnostics::new();
                diags.error("AWS is not configured", why);
                diags
            }
        };
        let state = swept.has_errors().then_some(req.prior);
        ApplyResponse {
            state,
            private: req.private,
            diagnostics: swept,
        }
    }
}

/// What speaks against a new guard. Never against one that stands: a destroy begins with a plan like any other, and an
/// error in it would lock the operator in.
fn objection(prior: Option<&Guard>, config: &Guard) -> Diagnostics {
    let mut diags = Diagnostics::new();
    if prior.is_none() && late_names(config) {
        diags.error_at(
            Path::root("cluster_names"),
            "The guard would be made after the cluster",
            "A cluster's name in cluster_names is known only once the cluster is there, so the guard depends on it and would be deleted \
             before it: too early to sweep. Write the names as literals or variables, and let the cluster take its subnet_ids from \
             the guard, so that Terraform deletes the cluster first, then the guard, then the network.",
        );
    }
    diags
}

/// Whether a name is one that only an apply will tell.
fn late_names(config: &Guard) -> bool {
    match &config.cluster_names {
        Attr::Known(names) => names.elements().iter().any(Attr::is_unknown),
        other => other.is_unknown(),
    }
}

#[cfg(test)]
mod tests;
