//! Apply of a change to a `bluegreen_service`: refuse early, look, place the rule, write the journal, run the plan,
//! and store what is true.

use super::adopt;
use super::decide::{self, Decision, decide};
use super::place::{exchange, locate, place};
use super::read::{Age, refresh, second};
use super::report;
use super::staff::{miswired, restaffed};
use super::survey::objection;
use super::wired::Wired;
use crate::adapters::Clients;
use crate::adapters::visit::Http;
use crate::executor::{Limits, Outcome, Smoke, Surroundings, granted, run};
use crate::model::{Record, Service};
use crate::observe::{Sight, observe};
use crate::ports::{Route, Traffic};
use crate::sentence::capitalised;
use rollout::{Color, PerColor, TrafficSplit, Version};
use std::time::Duration;
use tfplugin::{ApplyResponse, UpdateRequest, Value};

/// Terraform leaves 5 s after a second Ctrl-C; the last look may take this much of it.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// Without a stop nobody hurries: the state is to be true.
const PATIENT_LOOK: Duration = Duration::from_secs(30);

pub async fn update(
    clients: &Clients,
    req: UpdateRequest,
    service: &Service,
    now: fn() -> jiff::Timestamp,
) -> ApplyResponse {
    let UpdateRequest {
        config,
        prior,
        planned,
        private,
        stop,
        ..
    } = req;
    let mut response = ApplyResponse::new(Some(prior.clone()), private.clone());
    let Some(record) = Record::from_state(&prior) else {
        let asked = adopt::Asked {
            config: &config,
            prior: &prior,
            planned,
            service,
        };
        return adopt::apply(clients, asked, private, &stop, now).await;
    };
    let decision = match decide(service, &config, &prior, &record, private.bytes()) {
        Ok(decision) => decision,
        Err(refusal) => {
            let detail = format!("{}. Nothing was changed.", capitalised(&refusal.to_string()));
            response
                .diagnostics
                .error("Refused before anything moved", detail);
            return response;
        }
    };
    if let Some(why) = exchange(&config, &prior, &record) {
        let detail = format!("{}. Nothing was changed.", capitalised(&why));
        response
            .diagnostics
            .error("Refused before anything moved", detail);
        return response;
    }
    let mut wired = Wired::new(clients, &config, record.rule_arn.as_deref());
    let mut base = prior.clone();
    let prepare = async {
        let listener = wired.alb.listener_arn.clone();
        let _turn = clients.ledger.turn(&listener).await;
        let rules = locate(&mut wired, &record)
            .await
            .map_err(|why| ("Refused before anything moved", why))?;
        let there = wired.own_rule(&rules, record.rule_arn.as_deref());
        if let Some(arn) = planned.get("rule_arn").as_str()
            && there.is_none_or(|own| own.arn != arn)
        {
            let why = format!(
                "Rule {arn} is not there any more: it was removed after the plan was made. Plan again, and it is made again. Nothing was changed."
            );
            return Err(("Refused before anything moved", why));
        }
        let sight = preflight(&wired, service, &decision, &record)
            .await
            .map_err(|why| ("Refused before anything moved", why))?;
        if !decide::placement_changes(&config, &prior).is_empty() || record.rule_arn.is_none() {
            let objection = objection(&wired)
                .await
                .map_err(|error| Some(format!("{}.", error.chain())));
            if let Some(why) = objection.unwrap_or_else(|why| why) {
                let why = format!("{why} Nothing was changed.");
                return Err(("Refused before anything moved", why));
            }
        }
        // The rule first: one that is missing is made again where it stood, whatever else is asked.
        let placed = place(&mut wired, rules, service, &prior, &record)
            .await
            .map_err(|why| ("The listener rule could not be put in place", why))?;
        if placed.changed {
            base.set("alb", config.get("alb").clone());
            base.set("rule_arn", wired.alb.rule_arn.clone().into());
            base.set("rule_intact", true.into());
            base.set("former_default_action", placed.former.clone().into());
        }
        let (now, was) = (&decision.intent.cycle, &record.cycle);
        if now.held != was.held || now.stable != was.stable {
            // Before anything moves, so that a crash from here on is known to whoever looks at the rule.
            wired.alb.record(now).await.map_err(|error| {
                let detail = format!("{}. Nothing was moved.", error.chain());
                ("The new release could not be recorded", detail)
            })?;
        }
        Ok((placed, sight))
    };
    let prepared = granted(&stop, prepare).await.unwrap_or_else(|_| {
        let detail =
            "AWS gave no answer after the operator's stop. Traffic was not moved; the next plan looks again.";
        Err(("Stopped before anything moved", detail.to_owned()))
    });
    let (placed, sight) = match prepared {
        Ok(prepared) => prepared,
        Err((summary, why)) => {
            response.state = Some(base);
            response.diagnostics.error(summary, why);
            return response;
        }
    };
    let deploy = match &decision.intent.deploy {
        Some((color, Version::Known(version))) => Some((*color, version.clone())),
        _ => None,
    };
    let observed = sight.observed(record.split);
    let floor = service.floor();
    let candidate = decision.intent.cycle.candidate();
    let plan = rollout::plan(
        &observed,
        &decision.desired,
        deploy,
        candidate,
        &service.ramp,
        service.final_bake,
        floor,
    );
    let visitor = service
        .smoke
        .as_ref()
        .filter(|_| decide::gains(&decision.intent, &record, &decision.desired));
    let visitor = visitor.map(|smoke| (smoke, Http::new(&smoke.url, &smoke.headers, smoke.timeout)));
    let plan = match &visitor {
        Some(_) => plan.with_smoke(candidate),
        None => plan,
    };
    let limits = Limits {
        health: service.health_timeout,
        drain: service.drain,
    };
    // Before the run: a color must not be retired while the former listener still sends requests to it.
    placed
        .clean_up(&wired, service.drain, &stop, &mut response.diagnostics)
        .await;
    let before = observed.split;
    let progress = clients.progress.of(&service.name, now);
    let around = Surroundings {
        traffic: &wired.alb,
        fleet: &wired.fleet,
        limits,
        smoke: visitor.as_ref().map(|(smoke, visitor)| Smoke {
            visitor,
            candidate,
            status: smoke.status,
            count: smoke.count,
        }),
        progress: &progress,
        stop: &stop,
    };
    let outcome = run(&plan, before, around).await;
    report::diagnose(&outcome, service, &decision, before, &mut response.diagnostics);
    response.private = decide::private(&outcome, &decision).into();
    let limit = match stop.is_cancelled() {
        true => LAST_LOOK,
        false => PATIENT_LOOK,
    };
    let left = Left {
        split: outcome.leaves(before),
        failed: match &outcome {
            Outcome::RolledBack { why, .. } | Outcome::Stuck { why, .. } => service
                .release
                .clone()
                .filter(|_| report::condemns(why, &decision, before)),
            Outcome::Reached { .. } | Outcome::Interrupted { .. } => None,
        },
    };
    response.state = Some(match outcome {
        Outcome::Reached { .. } => {
            let mut truth = planned.clone();
            let mut success = success(&wired, &decision, &record, &sight, now());
            success.former = placed.former;
            success.write(&mut truth, wired.has_fleet());
            filled(planned, &truth)
        }
        _ => {
            let now = now();
            let base = unfinished(&wired, base, &planned, &decision, left);
            let look = refresh(&wired, &base, now, Age::Live);
            match tokio::time::timeout(limit, look).await {
                Ok(Ok(state)) => state,
                _ => base,
            }
        }
    });
    response
}

/// What must hold before the first changing call.
async fn preflight(
    wired: &Wired,
    service: &Service,
    decision: &Decision,
    record: &Record,
) -> Result<Sight, String> {
    let mut sight = observe(&wired.alb, &wired.fleet)
        .await
        .map_err(|error| format!("{}. Nothing was moved.", error.chain()))?;
    let observed = sight.observed(record.split);
    if observed.split != record.split {
        return Err(format!(
            "Traffic stands at {}, but the plan was made when it stood at {}: somebody moved it in between. Plan again. Nothing was moved.",
            observed.split, record.split
        ));
    }
    if let Some(why) =
        miswired(wired, &sight.crews).or_else(|| restaffed(service, decision, record, &observed))
    {
        return Err(format!("{why} Nothing was moved."));
    }
    if let Some((color, _)) = &decision.intent.deploy {
        let elsewhere = wired.alb.elsewhere(*color).await;
        let elsewhere = elsewhere.map_err(|error| format!("{}. Nothing was moved.", error.chain()))?;
        // The service's own audiences on other listeners are closed before the deployment, like those on its own.
        sight.routing.routes[*color].extend(elsewhere);
        let strangers: Vec<&str> = sight.routing.routes[*color]
            .iter()
            .filter_map(|route| match route {
                Route::Foreign { arn } => Some(arn.as_str()),
                Route::Canary { .. } => None,
            })
            .collect();
        if !strangers.is_empty() {
            return Err(format!(
                "{color} would get a new version while rules that are not this service's route to it: {}. A version changes only where nobody is served; remove those rules, or let them forward to {} first. Nothing was moved.",
                strangers.join(", "),
                color.other()
            ));
        }
    }
    for color in Color::BOTH {
        let wanted = decision.desired.capacity[color].is_some_and(|tasks| 0 < tasks);
        if wanted && observed.requested[color].is_none() {
            let ecs = service
                .ecs
                .as_ref()
                .map(|ecs| (&ecs.services[color], &ecs.cluster));
            let (name, cluster) = ecs.unwrap_or((&service.name, &service.name));
            return Err(format!(
                "{color} has to run tasks, but ECS service {name:?} does not exist in cluster {cluster:?}. Create it (its target group is attached already), then apply again. Nothing was moved."
            ));
        }
    }
    Ok(sight)
}

/// Everything as planned; what was unknown is filled from here. `sight` is of before the run, and is asked only about
/// what the run did not touch.
fn success(
    wired: &Wired,
    decision: &Decision,
    record: &Record,
    sight: &Sight,
    now: jiff::Timestamp,
) -> Record {
    let crew = |color: Color| sight.crews[color].as_ref();
    let mut versions = PerColor::from_fn(|color| {
        let held = record.versions[color].clone();
        held.or_else(|| crew(color).map(|crew| crew.version.clone()))
    });
    if let Some((color, Version::Known(version))) = &decision.intent.deploy {
        versions[*color] = Some(version.clone());
    }
    Record {
        phase: decision.intent.phase,
        split: decision.desired.split,
        capacity: PerColor::from_fn(|color| {
            decision.desired.capacity[color].or_else(|| crew(color).map(|crew| crew.requested))
        }),
        cycle: decision.intent.cycle.clone(),
        versions,
        promoted_at: Some(second(now)),
        rule_arn: Some(wired.alb.rule_arn.clone()),
        former: record.former.clone(),
        retire_due: false,
        rule_intact: true,
        change: decision.sentence.clone(),
    }
}

/// What a run that did not arrive leaves behind, as far as it is known without a look.
struct Left {
    split: TrafficSplit,
    /// The release that failed its verdict.
    failed: Option<String>,
}

/// The state of a run that did not arrive, as far as it is known without a look: under the asks that were in force
/// before, so that the next plan shows the whole change as still pending.
fn unfinished(wired: &Wired, mut base: Value, planned: &Value, decision: &Decision, left: Left) -> Value {
    let Some(mut record) = Record::from_state(&base) else {
        return base;
    };
    // A consumed retry token stays consumed, or one token would lift the lock for ever.
    base.set("retry_token", planned.get("retry_token").clone());
    if record.cycle.stable != decision.intent.cycle.stable {
        record.promoted_at = None;
    }
    record.cycle = decision.intent.cycle.clone();
    if left.failed.is_some() {
        record.cycle.failed = left.failed;
    }
    record.change = format!("did not arrive: {}", decision.sentence);
    record.split = left.split;
    record.write(&mut base, wired.has_fleet());
    base
}

/// `planned` with its unknown values taken from `truth`.
pub fn filled(planned: Value, truth: &Value) -> Value {
    match planned {
        Value::Unknown => truth.clone(),
        Value::Map(fields) => Value::object(fields.into_iter().map(|(name, value)| {
            let its = truth.get(&name).clone();
            (name, filled(value, &its))
        })),
        other => other,
    }
}
