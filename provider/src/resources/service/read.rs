//! Refresh of a `bluegreen_service`: what is true now, written down so that plan can compare. Losing the rule or
//! an ECS service never loses the object: who is live is worth more than the rule.

use super::wired::Wired;
use crate::adapters::alb::{self, Tagged};
use crate::adapters::ecs::short;
use crate::model::{Record, matching, parse_duration};
use crate::ports::PortError;
use rollout::{Color, PerColor, Phase};
use std::time::Duration;
use tfplugin::Value;

/// How old a listing of the rules may be.
#[derive(Clone, Copy, Debug)]
pub enum Age {
    Live,
    /// A few seconds, and from after every change of ours: the resources of one refresh share it.
    Recent,
}

/// `now` is the moment of the look, for the end of the rollback window.
pub async fn refresh(
    wired: &Wired,
    state: &Value,
    now: jiff::Timestamp,
    age: Age,
) -> Result<Value, PortError> {
    let Some(mut record) = Record::from_state(state) else {
        return Ok(state.clone());
    };
    let alb = &wired.alb;
    let rules = async {
        match age {
            Age::Live => alb.client.rules(&alb.listener_arn).await,
            Age::Recent => alb.client.recent_rules(&alb.listener_arn).await,
        }
    };
    let (rules, crews) = tokio::try_join!(rules, wired.crews())?;
    let rules = rules.unwrap_or_default();
    let own = wired.own_rule(&rules, record.rule_arn.as_deref());
    let mut next = record.clone();
    let mut state = state.clone();
    next.rule_arn = own.map(|rule| rule.arn.clone());
    if let Some(rule) = own {
        state.set("alb", placed(state.get("alb"), rule));
        next.split = rule.split(&wired.alb.groups).unwrap_or(record.split);
        adopt_journal(&mut next, rule);
        next.former = record.former.take().or_else(|| alb::former(&rule.tags));
        next.rule_intact = rule.is_intact(&wired.alb.groups, wired.alb.stickiness)
            && rule.is_marked(&wired.alb.service, wired.alb.slot, &next.cycle)
            && matching::conditions(state.get("alb")).same(&rule.conditions);
    }
    next.capacity = PerColor::from_fn(|color| crews[color].as_ref().map(|crew| crew.requested));
    for color in Color::BOTH {
        let seen = crews[color].as_ref().map(|crew| crew.version.clone());
        // The stored spelling is kept while it means the same revision.
        let same = |stored: &String| seen.as_deref() == Some(short(stored));
        if !record.versions[color].as_ref().is_some_and(same) {
            next.versions[color] = seen;
        }
    }
    let candidate = next.cycle.candidate();
    let audience = record.phase == Phase::Canary && next.cycle == record.cycle;
    let tasks = if wired.has_fleet() {
        next.capacity[candidate].or(Some(0))
    } else {
        None
    };
    next.phase = next.cycle.phase(next.split, tasks, audience, record.phase);
    if next.phase != Phase::Promoted {
        next.promoted_at = None;
    } else if next.promoted_at.is_none() {
        // Promoted by an apply that did not live to say when: the window starts late rather than early.
        next.promoted_at = Some(second(now));
    }
    let window = state
        .get("rollback_window")
        .as_str()
        .and_then(parse_duration)
        .unwrap_or_default();
    next.retire_due = retire_due(&next, window, now);
    next.write(&mut state, wired.has_fleet());
    Ok(state)
}

/// RFC 3339 to the second: finer digits would only make plans harder to read.
pub fn second(now: jiff::Timestamp) -> String {
    let whole = jiff::Timestamp::from_second(now.as_second()).unwrap_or(now);
    whole.to_string()
}

fn retire_due(record: &Record, window: Duration, now: jiff::Timestamp) -> bool {
    let stable = record.cycle.stable;
    let up = record.capacity[stable].is_some_and(|tasks| 0 < tasks);
    let since = record
        .promoted_at
        .as_deref()
        .and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let passed = since.is_some_and(|since| {
        let seconds = now.as_second().saturating_sub(since.as_second());
        window.as_secs() <= u64::try_from(seconds).unwrap_or(0)
    });
    record.phase == Phase::Promoted && up && !window.is_zero() && passed
}

/// The journal is written before anything moves, so where it differs it is newer than the state.
fn adopt_journal(next: &mut Record, rule: &Tagged) {
    let Some(mut journal) = rule.journal() else { return };
    for color in Color::BOTH {
        // Tags are only ever added, so one that is missing was taken away by hand: that is repaired, not believed.
        if journal.held[color].is_none() {
            journal.held[color] = next.cycle.held[color].clone();
        }
    }
    if journal.stable == next.cycle.stable && journal.held == next.cycle.held {
        return;
    }
    tracing::info!(rule = %rule.arn, "the rule's tags know of a newer release cycle than the state");
    let failed = next
        .cycle
        .failed
        .take()
        .filter(|failed| journal.holder(failed).is_some());
    next.cycle = rollout::Cycle { failed, ..journal };
    next.promoted_at = None;
}

/// Drift of the rule's place and conditions, in the configuration's own order where it means the same.
fn placed(block: &Value, rule: &Tagged) -> Value {
    let mut block = block.clone();
    if let Some(priority) = rule.priority {
        block.set("priority", i64::from(priority).into());
    }
    matching::seen(&block, &rule.conditions)
}
