//! First apply of a `bluegreen_service`. CreateRule is its only changing call (for a default action: its tags, then the
//! action); after it there are warnings, never errors: an error would taint the object, and replacing a tainted rule
//! drops traffic.

use super::hold;
use super::plan::{first_record, first_refusal};
use super::read::second;
use super::staff::{miswired, no_first};
use super::survey::{objection, serves_otherwise, way};
use super::wired::Wired;
use crate::adapters::alb::{self, Placement, Slot, Tagged, action};
use crate::executor::{Patience, Poll, granted, until};
use crate::model::{Record, Service};
use crate::observe::evidence;
use crate::ports::PortError;
use crate::resources::room::{LOOKS, Way, raced, said};
use rollout::{Color, Gate, Intent, Phase, first, judge};
use tfplugin::{ApplyResponse, CancellationToken, Diagnostics, Private, Value};

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
    let mut response = ApplyResponse::new(None, Private::new());
    let Some(intent) = first(service.phase, service.release.as_deref(), service.initial_color) else {
        // After a lost state it is no first apply, whatever the flags: the rule is there, and says so.
        let there = granted(stop, already(&wired)).await.ok().flatten();
        let why =
            there.unwrap_or_else(|| format!("{}.", crate::sentence::capitalised(&first_refusal(service))));
        let detail = format!("{why} Nothing was made.");
        response.diagnostics.error("This can't be a first apply", detail);
        return response;
    };
    let made = granted(stop, make(&wired, service, &intent)).await;
    let made = match made.unwrap_or_else(|_| Err(SILENT.to_owned())) {
        Ok(made) => made,
        Err(why) => {
            let what = match wired.alb.slot {
                Slot::Rule => "The listener rule was not made",
                Slot::DefaultAction => "The listener's default action was not taken over",
            };
            response.diagnostics.error(what, why);
            return response;
        }
    };
    wired.alb.rule_arn = made.arn;
    let mut record = first_record(service, &intent);
    record.rule_arn = Some(wired.alb.rule_arn.clone());
    record.former = made.former;
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

/// What now carries the traffic.
struct Made {
    arn: String,
    /// The default action to put back one day.
    former: Option<String>,
}

/// What a look before the first changing call found.
pub enum Sight {
    /// An apply that died has made it already.
    Made(String, Option<String>),
    /// None, and who has to give way to it.
    Free(Way),
}

async fn make(wired: &Wired, service: &Service, intent: &Intent) -> Result<Made, String> {
    let _turn = wired.ledger.turn(&wired.alb.listener_arn).await;
    let split = rollout::TrafficSplit::all_to(intent.live());
    let mut sight = look(wired, service, intent)
        .await
        .map_err(|why| format!("{why} Nothing was made."))?;
    let mut looks = 1;
    loop {
        let way = match sight {
            Sight::Made(arn, former) => return Ok(Made { arn, former }),
            Sight::Free(way) => way,
        };
        let Some(placement) = service.placement() else {
            let (arn, former) = hold::claim(wired, &intent.cycle, split).await?;
            return Ok(Made { arn, former });
        };
        match rule(wired, &placement, intent, &way).await {
            Ok(arn) => {
                wired.ledger.settled(&arn, placement.priority, &wired.owner());
                return Ok(Made { arn, former: None });
            }
            // Either the answer to an earlier attempt was lost, and the rule is there and ours, or another process
            // was quicker.
            Err(error) if raced(&error) && looks < LOOKS => {
                looks += 1;
                sight = look(wired, service, intent).await?;
            }
            Err(error) => return Err(said(&error)),
        }
    }
}

async fn rule(wired: &Wired, placement: &Placement, intent: &Intent, way: &Way) -> Result<String, PortError> {
    let client = &wired.alb.client;
    way.make(client, &wired.ledger, &wired.owner()).await?;
    let split = rollout::TrafficSplit::all_to(intent.live());
    let action = action::forward(&wired.alb.groups, split, wired.alb.stickiness);
    let tags = hold::marks(wired, &intent.cycle, None);
    alb::create_rule(client, placement, action, &tags).await
}

/// Looks whether the place is free, or taken by what a first apply that died has made. Changes nothing.
///
/// # Errors
/// A sentence for the operator: what is in the way.
pub async fn look(wired: &Wired, service: &Service, intent: &Intent) -> Result<Sight, String> {
    let said = |error: PortError| format!("{}.", error.chain());
    let listener_arn = &wired.alb.listener_arn;
    let looks = tokio::try_join!(
        alb::rules(&wired.alb.client, listener_arn),
        objection(wired),
        wired.crews()
    );
    let (rules, objection, crews) = looks.map_err(said)?;
    let Some(rules) = rules else {
        return Err(format!("Listener {listener_arn} does not exist."));
    };
    if let Some(why) = objection {
        return Err(why);
    }
    let own = wired.own_rule(&rules, None);
    if let Some(own) = own {
        let live = rollout::TrafficSplit::all_to(intent.live());
        let journal = own
            .journal()
            .is_some_and(|j| j.stable == intent.cycle.stable && j.held == intent.cycle.held);
        let groups = &wired.alb.groups;
        let intact = own.is_intact(groups, wired.alb.stickiness) && own.split(groups) == Some(live);
        let untouched = Color::BOTH
            .iter()
            .all(|&color| !own.weights.contains_key(&groups[color]));
        if journal && intact && stands(own, service) {
            return Ok(Sight::Made(own.arn.clone(), alb::former(&own.tags)));
        }
        if !(journal && wired.alb.slot == Slot::DefaultAction && untouched) {
            return Err(is_ours(own, wired));
        }
    }
    let way = way(&rules, wired, service, own)?;
    let default = rules.iter().find(|rule| rule.priority.is_none());
    if let Some(why) = default.and_then(|default| serves_otherwise(default, wired, intent.live())) {
        return Err(why);
    }
    let groups = &wired.alb.groups;
    let candidate = intent.live().other();
    let serves = |rule: &&Tagged| {
        rule.weights
            .get(&groups[candidate])
            .is_some_and(|&weight| 0 < weight)
    };
    let unfit = miswired(wired, &crews).or_else(|| no_first(wired, service, intent.live(), &crews));
    match rules.iter().find(serves) {
        Some(rule) => Err(format!(
            "{candidate} would be the candidate, but rule {} sends traffic to it already, so no release could be deployed there. If {candidate} is who serves, set initial_color = {:?}, or import that rule with the id {}@{}; else let the rule forward to {}.",
            rule.arn,
            candidate.name(),
            wired.alb.service,
            rule.arn,
            candidate.other(),
        )),
        None => unfit.map_or(Ok(Sight::Free(way)), Err),
    }
}

/// What is this service's already. Silent where it can't look: then there is something else to refuse by.
async fn already(wired: &Wired) -> Option<String> {
    let rules = alb::rules(&wired.alb.client, &wired.alb.listener_arn)
        .await
        .ok()??;
    wired.own_rule(&rules, None).map(|own| is_ours(own, wired))
}

/// At the place that the configuration gives it.
fn stands(own: &Tagged, service: &Service) -> bool {
    service
        .placement()
        .is_none_or(|placement| own.priority == Some(placement.priority) && own.matches(&placement))
}

/// A rule that carries this service's tags although the state knows no such service.
fn is_ours(own: &Tagged, wired: &Wired) -> String {
    let (what, arn) = match wired.alb.slot {
        Slot::Rule => (format!("Rule {}", own.arn), &own.arn),
        Slot::DefaultAction => (
            format!("The default action of listener {}", wired.alb.listener_arn),
            &wired.alb.listener_arn,
        ),
    };
    let priority = own
        .priority
        .map_or(String::new(), |priority| format!("at priority {priority} "));
    let split = own.split(&wired.alb.groups);
    format!(
        "{what} is tagged as service {:?}'s, but is not what this apply would make: it stands {priority}with {}. \
         Who is live is recorded there, so take it over instead of guessing: terraform import <address> '{}@{arn}', where <address> is this resource's. If it is left over from a service that is gone, remove it.",
        wired.alb.service,
        split.map_or("no forward to its groups".into(), |split| split.to_string()),
        wired.alb.service,
    )
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
