//! First apply of a `bluegreen_service`. CreateRule is its only changing call; after it there are warnings, never
//! errors: an error would taint the object, and replacing a tainted rule drops traffic.

use super::plan::{first_record, first_refusal};
use super::read::second;
use super::wired::Wired;
use crate::adapters::alb::{self, Placement, Tagged};
use crate::executor::{Patience, Poll, granted, until};
use crate::model::{Record, Service};
use crate::observe::evidence;
use crate::ports::PortError;
use rollout::{Color, Gate, Intent, Phase, first, judge};
use tfplugin::{ApplyResponse, CancellationToken, Diagnostics, Value};

const SILENT_FLEET: &str =
    "AWS gave no answer after the operator's stop. The rule is in place; the next refresh looks again.";
const SILENT: &str = "AWS gave no answer after the operator's stop. If the rule was made all the same, the next apply adopts it.";

/// `now` is read once, for `promoted_at`.
pub async fn create(
    mut wired: Wired,
    service: &Service,
    planned: &Value,
    stop: &CancellationToken,
    now: jiff::Timestamp,
) -> ApplyResponse {
    let mut response = ApplyResponse::new(None, Vec::new());
    let Some(intent) = first(service.phase, service.release.as_deref(), service.initial_color) else {
        let detail = format!(
            "{} Nothing was made.",
            super::plan::capitalised(&first_refusal(service))
        );
        response.diagnostics.error("This can't be a first apply", detail);
        return response;
    };
    let Some(placement) = service.placement() else {
        return response;
    };
    let made = granted(stop, rule(&wired, &placement, &intent)).await;
    match made.unwrap_or_else(|_| Err(Refused::Because(SILENT.to_owned()))) {
        Ok(arn) => wired.alb.rule_arn = arn,
        Err(Refused::Port(error)) => {
            response
                .diagnostics
                .error("The listener rule was not made", format!("{}.", error.chain()));
            return response;
        }
        Err(Refused::Because(why)) => {
            response.diagnostics.error("The listener rule was not made", why);
            return response;
        }
    }
    let mut record = first_record(service, &intent);
    record.rule_arn = Some(wired.alb.rule_arn.clone());
    if intent.phase == Phase::Promoted {
        record.promoted_at = Some(second(now));
    }
    settle_in(
        &wired,
        service,
        intent.live(),
        stop,
        &mut record,
        &mut response.diagnostics,
    )
    .await;
    let mut truth = planned.clone();
    record.write(&mut truth, wired.has_fleet());
    response.state = Some(super::update::filled(planned.clone(), &truth));
    response
}

enum Refused {
    Port(PortError),
    Because(String),
}

impl From<PortError> for Refused {
    fn from(error: PortError) -> Self {
        Refused::Port(error)
    }
}

/// Makes the rule, or adopts one that an apply which died has made.
async fn rule(wired: &Wired, placement: &Placement, intent: &Intent) -> Result<String, Refused> {
    let client = &wired.alb.client;
    if let Some(found) = look(wired, placement, intent).await? {
        return Ok(found);
    }
    let action = alb::forward(&wired.alb.groups, rollout::TrafficSplit::all_to(intent.live()));
    let tags = alb::service_tags(&wired.alb.service, &intent.cycle);
    match alb::create_rule(client, placement, action, &tags).await {
        Ok(arn) => Ok(arn),
        // The answer to an earlier attempt was lost: the rule is there, and it is ours.
        Err(error) if error.code.as_deref() == Some("PriorityInUse") => {
            match look(wired, placement, intent).await? {
                Some(found) => Ok(found),
                None => Err(error.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// The ARN of a rule to adopt; an error if one is in the way.
async fn look(wired: &Wired, placement: &Placement, intent: &Intent) -> Result<Option<String>, Refused> {
    let Some(rules) = alb::rules(&wired.alb.client, &placement.listener_arn).await? else {
        let why = format!(
            "Listener {} does not exist. Nothing was made.",
            placement.listener_arn
        );
        return Err(Refused::Because(why));
    };
    if let Some(own) = wired.own_rule(&rules, None) {
        return if adoptable(wired, own, placement, intent) {
            Ok(Some(own.arn.clone()))
        } else {
            Err(Refused::Because(format!(
                "Rule {} is tagged as service {:?}'s, but is not what this apply would make: it stands at priority {} with {}. \
                 If it is this service's, put back the state that knows it (import is not offered yet); if it is left over, remove it. Nothing was made.",
                own.arn,
                wired.alb.service,
                own.priority
                    .map_or("default".into(), |priority| priority.to_string()),
                own.split(&wired.alb.groups)
                    .map_or("no forward to its groups".into(), |split| split.to_string()),
            )))
        };
    }
    match rules
        .iter()
        .find(|rule| rule.priority == Some(placement.priority))
    {
        Some(foreign) => Err(Refused::Because(format!(
            "Priority {} of listener {} belongs to rule {}, which is not this service's. Choose another priority, or free that one. Nothing was made.",
            placement.priority, placement.listener_arn, foreign.arn,
        ))),
        None => Ok(None),
    }
}

fn adoptable(wired: &Wired, own: &Tagged, placement: &Placement, intent: &Intent) -> bool {
    let split = rollout::TrafficSplit::all_to(intent.live());
    let journal = own
        .journal()
        .is_some_and(|j| j.stable == intent.cycle.stable && j.held == intent.cycle.held);
    own.priority == Some(placement.priority)
        && own.matches(placement)
        && own.split(&wired.alb.groups) == Some(split)
        && Color::BOTH
            .iter()
            .all(|&color| own.weights.contains_key(&wired.alb.groups[color]))
        && journal
}

/// Waits for the live color if it has tasks, since health checks begin only with the rule. Only ever warns.
async fn settle_in(
    wired: &Wired,
    service: &Service,
    live: Color,
    stop: &CancellationToken,
    record: &mut Record,
    diags: &mut Diagnostics,
) {
    let crews = match granted(stop, wired.crews()).await {
        Ok(Ok(crews)) => crews,
        Err(_) => {
            diags.warning("The ECS services could not be looked at", SILENT_FLEET);
            return;
        }
        Ok(Err(error)) => {
            diags.warning(
                "The ECS services could not be looked at",
                format!("{}. The next refresh looks again.", error.chain()),
            );
            return;
        }
    };
    for color in Color::BOTH {
        record.capacity[color] = crews[color].as_ref().map(|crew| crew.requested);
        record.versions[color] = crews[color].as_ref().map(|crew| crew.version.clone());
    }
    // No task, nothing to wait for: in a first apply the services are made after this resource.
    if crews[live].as_ref().is_none_or(|crew| crew.requested == 0) {
        return;
    }
    let need = service.floor();
    let waited = until(service.health_timeout, stop, async || {
        match evidence(live, &wired.alb, &wired.fleet).await {
            Err(error) => Poll::Pending(error.chain()),
            Ok(evidence) => match judge(&evidence, need) {
                Gate::Open => Poll::Ready(()),
                Gate::Wait(blocker) | Gate::Shut(blocker) => Poll::Pending(blocker.to_string()),
            },
        }
    })
    .await;
    let why = match waited {
        Ok(()) => return,
        Err(Patience::Stopped) => "stopped by the operator before it was seen healthy".to_owned(),
        Err(Patience::Over(why)) => why,
    };
    let detail = format!(
        "The rule is in place and {live} serves 100%, but {why}. Look at its tasks before you go on."
    );
    diags.warning(format!("{live} is not proven healthy"), detail);
}
