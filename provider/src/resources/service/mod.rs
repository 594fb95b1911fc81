//! `bluegreen_service`: one service in two colors. Creates and deletes one listener rule; never an ECS service, a
//! target group or a load balancer.

mod create;
mod decide;
mod place;
mod plan;
mod read;
mod report;
mod schema;
mod update;
mod wired;

pub use update::filled;

use crate::adapters::alb;
use crate::config::Shared;
use crate::model::{Service, string};
use tfplugin::{
    ApplyResponse, CreateRequest, DeleteRequest, Diagnostics, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse, Resource, Schema, UpdateRequest, Value, async_trait,
};
use wired::Wired;

/// The resource type.
pub struct ServiceResource {
    pub shared: Shared,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the edge that owns the clock: decisions get `now` as a value"
)]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

#[async_trait]
impl Resource for ServiceResource {
    fn type_name(&self) -> &str {
        "bluegreen_service"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        Service::parse(config, diags);
    }

    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        plan::plan(req)
    }

    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let mut response = ApplyResponse::new(None, req.private);
        let Some(service) = Service::parse(&req.config, &mut response.diagnostics) else {
            return response;
        };
        match self.shared.clients().await {
            Ok(clients) => {
                let wired = Wired::new(&clients, &req.config, None);
                create::create(wired, &service, &req.planned, &req.stop, now()).await
            }
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                response
            }
        }
    }

    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        let mut response = ApplyResponse::new(Some(req.prior.clone()), req.private.clone());
        let Some(service) = Service::parse(&req.config, &mut response.diagnostics) else {
            return response;
        };
        match self.shared.clients().await {
            Ok(clients) => update::update(&clients, req, &service, now).await,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                response
            }
        }
    }

    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let mut response = ApplyResponse::new(Some(req.prior.clone()), req.private);
        let Some(arn) = string(req.prior.get("rule_arn")) else {
            response.state = None;
            return response;
        };
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                return response;
            }
        };
        let instead = ApplyResponse::new(response.state.clone(), response.private.clone());
        let delete = async {
            match alb::delete_rule(&clients.elbv2, &arn).await {
                Ok(()) => response.state = None,
                Err(error) => response
                    .diagnostics
                    .error("The listener rule is still there", format!("{}.", error.chain())),
            }
            response
        };
        super::answered(&req.stop, instead, delete).await
    }

    async fn read(&self, req: ReadRequest) -> ReadResponse {
        let mut response = ReadResponse::new(Some(req.state.clone()), req.private);
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                return response;
            }
        };
        let rule_arn = string(req.state.get("rule_arn"));
        let wired = Wired::new(&clients, &req.state, rule_arn.as_deref());
        match read::refresh(&wired, &req.state, now()).await {
            Ok(state) => response.state = Some(state),
            Err(error) => response.diagnostics.error(
                "The service could not be looked at",
                format!("{}.", error.chain()),
            ),
        }
        response
    }
}

#[cfg(test)]
mod tests;
