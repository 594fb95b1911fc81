//! `bluegreen_canary_rule`: who sees the candidate early. Exists only while the service's phase is `canary`; touches
//! no rule but its own.

mod converge;
mod plan;
mod schema;

use crate::adapters::alb;
use crate::config::Shared;
use crate::model::{matching, number, string};
use converge::{Place, converge, found, recent};
use plan::Audience;
use tfplugin::{
    ApplyResponse, CreateRequest, DeleteRequest, Diagnostics, PlanRequest, PlanResponse, ReadRequest,
    ReadResponse, Resource, Schema, UpdateRequest, Value, async_trait,
};

/// The resource type.
pub struct CanaryRuleResource {
    pub shared: Shared,
}

impl CanaryRuleResource {
    /// Makes the listener hold exactly the planned rules, after removing those of a former place.
    async fn apply(&self, prior: Option<&Value>, planned: Value, private: Vec<u8>) -> ApplyResponse {
        let mut response = ApplyResponse::new(prior.cloned(), private);
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                return response;
            }
        };
        let client = &clients.elbv2;
        let mut audience = Audience::new(&planned, &mut response.diagnostics);
        let here = Place::of(&planned);
        if let Some(there) = prior.map(Place::of).filter(|there| *there != here) {
            let gone = converge(client, &there, None).await;
            if let Err(why) = gone {
                response
                    .diagnostics
                    .error("The former canary rules are still there", why);
                return response;
            }
        }
        audience = audience.filter(|audience| audience.active);
        if let Err(why) = converge(client, &here, audience.as_ref()).await {
            response
                .diagnostics
                .error("The canary rules are not as planned", why);
        }
        let mut state = crate::resources::service::filled(planned, &Value::object([("rules", Value::Null)]));
        match found(client, &here).await {
            Ok(rules) => state.set("rules", rules),
            Err(error) => response.diagnostics.error(
                "The canary rules could not be looked at",
                format!("{}.", error.chain()),
            ),
        }
        state.set(
            "active",
            state
                .get("rules")
                .as_list()
                .is_some_and(|rules| !rules.is_empty())
                .into(),
        );
        response.state = Some(state.unknown_as_null());
        response
    }
}

#[async_trait]
impl Resource for CanaryRuleResource {
    fn type_name(&self) -> &str {
        "bluegreen_canary_rule"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        plan::check(config, diags);
    }

    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        plan::plan(req)
    }

    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let instead = ApplyResponse::new(None, req.private.clone());
        super::answered(&req.stop, instead, self.apply(None, req.planned, req.private)).await
    }

    async fn update(&self, req: UpdateRequest) -> ApplyResponse {
        let instead = ApplyResponse::new(Some(req.prior.clone()), req.private.clone());
        let apply = self.apply(Some(&req.prior), req.planned, req.private);
        super::answered(&req.stop, instead, apply).await
    }

    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let mut response = ApplyResponse::new(Some(req.prior.clone()), req.private.clone());
        let instead = ApplyResponse::new(Some(req.prior.clone()), req.private);
        let delete = async {
            let result = match self.shared.clients().await {
                Ok(clients) => converge(&clients.elbv2, &Place::of(&req.prior), None).await,
                Err(why) => Err(why),
            };
            match result {
                Ok(()) => response.state = None,
                Err(why) => response
                    .diagnostics
                    .error("The canary rules are still there", why),
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
        match recent(&clients.elbv2, &Place::of(&req.state)).await {
            Ok(rules) => {
                let mut state = req.state;
                let open = rules.as_list().is_some_and(|rules| !rules.is_empty());
                state.set("rules", plan::in_stored_order(state.get("rules"), rules));
                state.set("active", open.into());
                response.state = Some(state);
            }
            Err(error) => {
                response.diagnostics.error(
                    "The canary rules could not be looked at",
                    format!("{}.", error.chain()),
                );
            }
        }
        response
    }
}

/// The rules of one resource are told apart by its priority, which is unique on a listener.
fn resource_tag(priority: u32) -> String {
    format!("canary/{priority}")
}

fn placement(route: &Value, priority: u32, source_ips: Vec<String>) -> alb::Placement {
    alb::Placement {
        listener_arn: string(route.get("listener_arn")).unwrap_or_default(),
        priority,
        conditions: {
            let mut conditions = matching::conditions(route);
            if !source_ips.is_empty() {
                conditions.0.push(alb::Condition::SourceIp(source_ips));
            }
            conditions
        },
    }
}

fn priority(value: &Value) -> u32 {
    number(value.get("priority")).unwrap_or(0)
}

#[cfg(test)]
mod tests;
