//! `bluegreen_service`: one service in two colors. Creates and deletes one listener rule, or takes and gives back a
//! listener's default action; never an ECS service, a target group or a load balancer.

mod adopt;
mod create;
mod decide;
mod hold;
mod import;
mod place;
mod plan;
mod read;
mod report;
mod schema;
mod staff;
mod survey;
mod update;
mod wired;

pub use import::Id;
pub use update::filled;
pub use wired::owner;

use crate::adapters::alb::Slot;
use crate::config::Shared;
use crate::executor::granted;
use crate::model::{Record, Service, matching, number, string};
use crate::priorities::Claim;
use hold::Holding;
use import::Found;
use tfplugin::{
    ApplyResponse, CreateRequest, DeleteRequest, Diagnostics, DynResource, ImportRequest, ImportResponse,
    Path, PlanRequest, PlanResponse, Private, ReadRequest, ReadResponse, Schema, UpdateRequest, Value,
    async_trait,
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
impl DynResource for ServiceResource {
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
        let (config, prior, private) = (req.config.clone(), req.prior.clone(), req.private.clone());
        let mut response = plan::plan(req);
        survey::warn(
            &self.shared,
            &config,
            prior.as_ref(),
            private.bytes(),
            &mut response.diagnostics,
        )
        .await;
        let alb = response.planned.get("alb");
        if let (Some(listener), Some(priority), Some(name)) = (
            string(alb.get("listener_arn")),
            number(alb.get("priority")),
            string(response.planned.get("name")),
        ) {
            let known = matching::FIELDS
                .iter()
                .all(|field| alb.get(field).is_wholly_known());
            let claim = Claim {
                listener,
                owner: owner(&name),
                print: format!("{alb:?}"),
                rules: [(priority, known.then(|| matching::conditions(alb)))].into(),
            };
            let at = Path::root("alb").field("priority");
            let ledger = self.shared.ledger().await;
            super::claim(&ledger, claim, &at, &mut response.diagnostics);
        }
        response
    }

    async fn create(&self, req: CreateRequest) -> ApplyResponse {
        let mut response = ApplyResponse::new(None, req.private);
        let Some(service) = Service::parse(&req.config, &mut response.diagnostics) else {
            return response;
        };
        match self.shared.clients().await {
            Ok(clients) => {
                let wired = Wired::new(&clients, &req.config, None);
                let mut response = create::create(wired, &service, &req.planned, &req.stop, now()).await;
                super::tell(&clients.ledger, &owner(&service.name), &mut response.diagnostics);
                response
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
            Ok(clients) => {
                let mut response = update::update(&clients, req, &service, now).await;
                super::tell(&clients.ledger, &owner(&service.name), &mut response.diagnostics);
                response
            }
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                response
            }
        }
    }

    async fn delete(&self, req: DeleteRequest) -> ApplyResponse {
        let mut response = ApplyResponse::new(Some(req.prior.clone()), req.private);
        let Some(mut holding) = Holding::of(&req.prior) else {
            response.state = None;
            return response;
        };
        if let Some(former) = plan::of_replacement(response.private.bytes()).map(Private::from) {
            response.private = former;
            response.diagnostics.error(
                "A service that may be serving is not replaced",
                format!("Replacing it would take {} away before a new one is there, and nobody would be served in between. Nothing was removed. Leave out -replace, or run terraform untaint <address>, where <address> is this resource's; an apply repairs what is wrong with it in place. If it shall go, terraform destroy -target=<address> removes it.", holding.name()),
            );
            return response;
        }
        if Record::from_state(&req.prior).is_none() {
            // Imported and never adopted: a default action is as it was already.
            let found = Found::parse(response.private.bytes());
            let unclaimed = found.as_ref().is_none_or(|found| found.owner.is_none());
            if unclaimed && holding.slot == Slot::DefaultAction {
                response.state = None;
                return response;
            }
            holding.former = found.and_then(|found| found.former);
        }
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                return response;
            }
        };
        let instead = ApplyResponse::new(response.state.clone(), response.private.clone());
        let delete = async {
            match hold::give_back(&clients.elbv2, &holding).await {
                Ok(warning) => {
                    response.state = None;
                    if let Some(warning) = warning {
                        let summary = "The former default action is not back";
                        response.diagnostics.warning(summary, warning);
                    }
                }
                Err(error) => {
                    let summary = match holding.slot {
                        Slot::Rule => "The listener rule is still there",
                        Slot::DefaultAction => "The listener's default action is still the service's",
                    };
                    response.diagnostics.error(summary, format!("{}.", error.chain()));
                }
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
        let work = async {
            if Record::from_state(&req.state).is_none() {
                if let Some(private) = adopt::refresh(&clients, &req.state, response.private.bytes()).await {
                    response.private = private.into();
                }
                return Ok(req.state.clone());
            }
            let rule_arn = string(req.state.get("rule_arn"));
            let wired = Wired::new(&clients, &req.state, rule_arn.as_deref());
            read::refresh(&wired, &req.state, now(), read::Age::Recent).await
        };
        match granted(&req.stop, work).await {
            Ok(Ok(state)) => response.state = Some(state),
            Ok(Err(error)) => response.diagnostics.error(
                "The service could not be looked at",
                format!("{}.", error.chain()),
            ),
            Err(_) => response.diagnostics.error(
                "Stopped",
                "AWS gave no answer after the operator's stop, so the state was left as it was.",
            ),
        }
        response
    }

    async fn import(&self, req: ImportRequest) -> ImportResponse {
        let mut response = ImportResponse::new(None, Private::new());
        let looked = match (
            Id::parse(req.id().unwrap_or_default()),
            self.shared.clients().await,
        ) {
            (Err(why), _) => Err(why),
            (Ok(_), Err(why)) => Err(format!("AWS is not configured: {why}")),
            (Ok(id), Ok(clients)) => granted(&req.stop, import::look(&clients.elbv2, &id))
                .await
                .unwrap_or_else(|_| Err("AWS gave no answer after the operator's stop.".to_owned())),
        };
        match looked {
            Ok((state, private)) => {
                response.state = Some(state);
                response.private = private.into();
            }
            Err(why) => response.diagnostics.error("Nothing was imported", why),
        }
        response
    }
}

#[cfg(test)]
mod tests;
