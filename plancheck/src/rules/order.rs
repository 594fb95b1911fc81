//! How a release comes to its users: in stages, not again after it failed, and back only with somebody's knowledge.

use super::{Case, Found};
use crate::model::{Changed, Color, Held, Phase, Service};
use crate::movement::Movement;
use crate::view::Known;

/// A release passes the stages that the policy names.
pub fn phase_order(case: Case<'_>) -> Found {
    let through = &case.policy.rules.phase_order.through;
    let mut found = Found::new();
    for service in &case.plan.services {
        let (Some(before), Some(after)) = (&service.before, &service.after) else {
            continue;
        };
        let needed = match service.movement {
            movement if movement.promotes() => Phase::Canary,
            Movement::Canary => Phase::Warm,
            _ => continue,
        };
        // The highest stage that the policy demands below the one that is planned.
        let Some(needed) = through.iter().copied().filter(|stage| *stage <= needed).max() else {
            continue;
        };
        let reached = reached(before, after);
        if reached < needed {
            found.push((service.address.clone(), sentence(before, after, needed)));
        }
    }
    found
}

/// How far the very version that is planned has come.
fn reached(before: &Service, after: &Service) -> Phase {
    let Some(candidate) = after.candidate() else {
        return Phase::Stable;
    };
    let same = before.stable == after.stable
        && before.release == after.release
        && same_version(&before.held[candidate], &after.held[candidate]);
    match before.phase {
        Known::Is(phase @ (Phase::Warm | Phase::Canary)) if same => phase,
        _ => Phase::Stable,
    }
}

/// The short form is enough: `web:7` and its ARN are one.
fn same_version(before: &Held, after: &Held) -> bool {
    let short = |held: &Held| held.task_definition.text().map(last_segment).map(str::to_owned);
    let known = !after.task_definition.is_unknown();
    known && before.release == after.release && short(before) == short(after)
}

fn last_segment(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn sentence(before: &Service, after: &Service, needed: Phase) -> String {
    let release = after
        .release
        .text()
        .map(|release| format!(" {release}"))
        .unwrap_or_default();
    let to = after.phase.value().map_or("?", |phase| phase.name());
    let from = match before.phase {
        Known::Is(phase @ (Phase::Warm | Phase::Canary)) if before.release != after.release => {
            format!("it is another release that has been {phase}")
        }
        Known::Is(phase) => format!("the phase before is {phase}"),
        Known::Null | Known::Unknown => "no phase is recorded".to_owned(),
    };
    let changed = before.phase == Known::Is(needed) && before.release == after.release;
    match changed {
        true => format!(
            "release{release} goes to {to} with another task definition than the one that was {needed}"
        ),
        false => format!("release{release} goes to {to} without having been {needed}: {from}"),
    }
}

/// A release that failed is not promoted again.
pub fn failed_release(case: Case<'_>) -> Found {
    let mut found = Found::new();
    for service in &case.plan.services {
        let (Some(before), Some(after)) = (&service.before, &service.after) else {
            continue;
        };
        let Some(failed) = before.failed_release.text() else {
            continue;
        };
        // Asked for, whether or not apply will refuse it.
        let promotes = after.promote_to_all == Known::Is(true) && before.phase != Known::Is(Phase::Promoted);
        let again = after.release.text() == Some(failed) && promotes;
        if again {
            let how = match before.retry_token == after.retry_token {
                true => "its retry_token is the old one",
                false => "its new retry_token promotes it at once",
            };
            found.push((
                service.address.clone(),
                format!("release {failed} failed its verdict, and {how}"),
            ));
        }
    }
    found
}

/// The color that traffic goes back to runs nothing.
pub fn cold_rollback(case: Case<'_>) -> Found {
    let mut found = Found::new();
    for service in case
        .plan
        .services
        .iter()
        .filter(|service| service.movement == Movement::ColdRollback)
    {
        found.push((service.address.clone(), cold(service)));
    }
    found
}

fn cold(service: &Changed<Service>) -> String {
    let after = service.after.as_ref();
    let stable = after
        .and_then(|after| after.stable.value())
        .copied()
        .unwrap_or(Color::Blue);
    let count = |side: Option<&Service>| match side.map(|side| &side.capacity[stable]) {
        Some(Known::Is(count)) => count.to_string(),
        _ => "an unknown number of".to_owned(),
    };
    let (from, to) = (count(service.before.as_ref()), count(after));
    format!(
        "traffic goes back to {stable}, which runs {from} tasks and has to reach {to} before anything moves"
    )
}
