//! `bluegreen_canary_rule`: who sees the candidate early. Exists only while the service's phase is `canary`; changes
//! no rule but its own, beyond the priority of those of bluegreen's that are in the way.

mod audience;
mod check;
mod converge;
mod cookies;
mod import;
mod narrow;
mod place;
mod plan;
mod schema;
mod split;

pub use place::owner;

use super::service::filled;
use crate::adapters::Clients;
use crate::config::Shared;
use crate::executor::granted;
use crate::model::string;
use crate::priorities::Claim;
use audience::Audience;
use converge::{close, found, open, recent};
use place::Place;
use tfplugin::{
    ApplyResponse, CreateRequest, DeleteRequest, Diagnostics, DynResource, ImportRequest, ImportResponse,
    Path, PlanRequest, PlanResponse, Private, ReadRequest, ReadResponse, Schema, UpdateRequest, Value,
    async_trait,
};

/// The resource type.
pub struct CanaryRuleResource {
    pub shared: Shared,
}

impl CanaryRuleResource {
    /// Makes the listener hold exactly the planned rules, after removing those of a former place.
    async fn apply(&self, prior: Option<&Value>, planned: Value, private: Private) -> ApplyResponse {
        let mut response = ApplyResponse::new(prior.cloned(), private);
        let clients = match self.shared.clients().await {
            Ok(clients) => clients,
            Err(why) => {
                response.diagnostics.error("AWS is not configured", why);
                return response;
            }
        };
        let here = Place::of(&planned);
        let there = prior.map(Place::of);
        let done = converged(
            &clients,
            there.as_ref(),
            &here,
            &planned,
            &mut response.diagnostics,
        )
        .await;
        // After a failure the former asks stay in force, so that the next plan shows the whole change again.
        let (mut state, place) = match (&done, prior, &there) {
            (Err(_), Some(prior), Some(there)) if there.is_beside(&here) => (prior.clone(), there),
            _ => (
                filled(planned.clone(), &Value::object([("rules", Value::Null)])),
                &here,
            ),
        };
        let failed = done.is_err();
        super::tell(&clients.ledger, &here.owner(), &mut response.diagnostics);
        if let Err(why) = done {
            response
                .diagnostics
                .error("The canary rules are not as planned", why);
        }
        match found(&clients, place).await {
            Ok(found) => {
                let none = found.rules.as_list().is_none_or(<[Value]>::is_empty);
                state.set("active", (!none).into());
                state.set("rules", found.rules);
                if failed && none && prior.is_none() {
                    // Nothing was made: no object, so nothing to replace.
                    return response;
                }
                if !failed && !agree(planned.get("rules"), state.get("rules")) {
                    let detail = "Somebody changed them since the plan was made. Plan again.";
                    response
                        .diagnostics
                        .error("The canary rules are not as planned", detail);
                }
                if !failed && !here.is_active() {
                    warn_of_squatters(&found.squatters, &here, &mut response.diagnostics);
                }
            }
            Err(error) => response.diagnostics.error(
                "The canary rules could not be looked at",
                format!("{}.", error.chain()),
            ),
        }
        response.state = Some(state.unknown_as_null());
        response
    }
}

/// # Errors
/// A sentence for the operator.
async fn converged(
    clients: &Clients,
    there: Option<&Place>,
    here: &Place,
    planned: &Value,
    diags: &mut Diagnostics,
) -> Result<(), String> {
    let beside = there.filter(|there| there.is_beside(here));
    if let (Some(there), None) = (there, beside) {
        close(clients, there).await?;
    }
    match Audience::new(planned, diags).filter(|audience| audience.active) {
        Some(audience) => {
            let from = beside.filter(|there| there.has_rules()).unwrap_or(here);
            open(clients, from, here, &audience, planned.get("rules")).await
        }
        None => {
            if let Some(there) = beside {
                close(clients, there).await?;
            }
            close(clients, here).await
        }
    }
}

/// Everything that was planned is there; what was unknown may be anything.
fn agree(planned: &Value, found: &Value) -> bool {
    match (planned, found) {
        (Value::Unknown, _) => true,
        (Value::List(planned), Value::List(found)) => {
            planned.len() == found.len() && planned.iter().zip(found).all(|(p, f)| agree(p, f))
        }
        (Value::Map(fields), _) => fields.iter().all(|(name, value)| agree(value, found.get(name))),
        _ => planned == found,
    }
}

fn warn_of_squatters(squatters: &[(u32, String)], place: &Place, diags: &mut Diagnostics) {
    for (priority, arn) in squatters {
        let detail = format!(
            "Priority {priority} of listener {} is reserved for a canary rule of {}, and rule {arn}, which is not bluegreen's, stands there. Opening the canary will be refused: free it, or choose another priority.",
            place.listener_arn, place.service
        );
        diags.warning_at(Path::root("priority"), "A reserved priority is taken", detail);
    }
}

#[async_trait]
impl DynResource for CanaryRuleResource {
    fn type_name(&self) -> &str {
        "bluegreen_canary_rule"
    }

    fn schema(&self) -> Schema {
        schema::schema()
    }

    async fn validate(&self, config: &Value, diags: &mut Diagnostics) {
        check::check(config, diags);
    }

    async fn plan(&self, req: PlanRequest) -> PlanResponse {
        let mut response = plan::plan(req);
        let planned = &response.planned;
        let listener = string(planned.get("route").get("listener_arn"));
        let audience = Audience::new(planned, &mut Diagnostics::new());
        if let (Some(listener), Some(audience)) = (listener, audience) {
            let kinds = audience::KINDS.map(|kind| (kind, planned.get(kind).clone()));
            let claim = Claim {
                listener,
                owner: Place::of(planned).owner(),
                print: format!("{:?}", Value::object(kinds)),
                rules: audience
                    .rules
                    .into_iter()
                    .map(|slot| (slot.priority, Some(slot.conditions)))
                    .collect(),
            };
            let ledger = self.shared.ledger().await;
            super::claim(&ledger, claim, &Path::root("priority"), &mut response.diagnostics);
        }
        response
    }

    async fn import(&self, req: ImportRequest) -> ImportResponse {
        let mut response = ImportResponse::new(None, Private::new());
        let looked = match self.shared.clients().await {
            Err(why) => Err(format!("AWS is not configured: {why}")),
            Ok(clients) => granted(
                &req.stop,
                import::look(&clients.elbv2, req.id().unwrap_or_default()),
            )
            .await
            .unwrap_or_else(|_| Err("AWS gave no answer after the operator's stop.".to_owned())),
        };
        match looked {
            Ok(state) => response.state = Some(state),
            Err(why) => response.diagnostics.error("Nothing was imported", why),
        }
        response
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
                Ok(clients) => close(&clients, &Place::of(&req.prior)).await,
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
        let place = Place::of(&req.state);
        match granted(&req.stop, recent(&clients, &place)).await {
            Ok(Ok(found)) => {
                let mut state = req.state;
                let open = found.rules.as_list().is_some_and(|rules| !rules.is_empty());
                state.set("rules", found.rules);
                state.set("active", open.into());
                if !open {
                    warn_of_squatters(&found.squatters, &place, &mut response.diagnostics);
                }
                response.state = Some(state);
            }
            Ok(Err(error)) => {
                response.diagnostics.error(
                    "The canary rules could not be looked at",
                    format!("{}.", error.chain()),
                );
            }
            Err(_) => response.diagnostics.error(
                "Stopped",
                "AWS gave no answer after the operator's stop, so the state was left as it was.",
            ),
        }
        response
    }
}

#[cfg(test)]
mod tests;
