//! Puts the service's rule, or its hold of a default action, where the configuration says, without ever being without
//! one: what is missing is made again at the recorded split, a move makes the new one first. Never moves traffic.

use super::hold::{self, Holding, left_over};
use super::survey::taken;
use super::wired::Wired;
use crate::adapters::alb::{self, Slot, Tagged, action, listener};
use crate::executor::granted;
use crate::model::{Record, Service};
use crate::ports::PortError;
use rollout::Color;
use std::sync::Arc;
use tfplugin::{CancellationToken, Diagnostics, Value};

/// What placing did.
pub struct Placed {
    /// The rule is not where, or not as, the state says it was.
    pub changed: bool,
    /// The default action to put back one day.
    pub former: Option<String>,
    /// What carried the traffic before a move, given back after the new one has taken over.
    left_over: Option<Holding>,
}

impl Placed {
    /// Gives back what a move left behind. Failing to is a warning: it serves the same colors at the old place.
    pub async fn clean_up(&self, wired: &Wired, stop: &CancellationToken, diags: &mut Diagnostics) {
        let Some(holding) = &self.left_over else { return };
        let why = match granted(stop, hold::give_back(&wired.alb.client, holding)).await {
            Ok(Ok(None)) => return,
            Ok(Ok(Some(warning))) => return diags.warning("The former default action is not back", warning),
            Ok(Err(error)) => error.chain(),
            Err(_) => "AWS gave no answer after the operator's stop".to_owned(),
        };
        let detail = format!(
            "{}: {why}. It still serves at the old place; remove it by hand.",
            holding.name()
        );
        diags.warning("What the service left is still there", detail);
    }
}

/// Looks at the listener and finds the service's rule there: by the ARN in state, else by its tags. Changes nothing.
///
/// # Errors
/// A sentence for the operator.
pub async fn locate(wired: &mut Wired, record: &Record) -> Result<Arc<Vec<Tagged>>, String> {
    let rules = alb::rules(&wired.alb.client, &wired.alb.listener_arn)
        .await
        .map_err(unmoved)?;
    let Some(rules) = rules else {
        return Err(format!(
            "Listener {} does not exist. Nothing was changed.",
            wired.alb.listener_arn
        ));
    };
    if let Some(own) = wired.own_rule(&rules, record.rule_arn.as_deref()) {
        wired.alb.rule_arn = own.arn.clone();
    }
    Ok(rules)
}

/// # Errors
/// A sentence for the operator; traffic was not moved.
pub async fn place(
    wired: &mut Wired,
    rules: &[Tagged],
    service: &Service,
    prior: &Value,
    record: &Record,
) -> Result<Placed, String> {
    let own = wired.own_rule(rules, record.rule_arn.as_deref());
    if let Some(why) = taken(rules, wired, service, own) {
        return Err(format!("{why} Nothing was changed."));
    }
    let mut placed = Placed {
        changed: record.rule_arn.as_deref() != own.map(|own| own.arn.as_str()),
        former: None,
        left_over: None,
    };
    match (own, service.placement()) {
        (Some(own), _) => {
            exchangeable(wired, prior, record)?;
            if wired.alb.slot == Slot::DefaultAction {
                placed.former = alb::former(&own.tags).or_else(|| record.former.clone());
            }
            placed.changed |= amend(wired, own, service, record).await.map_err(unmoved)?;
        }
        (None, Some(placement)) => {
            let action = action::forward(&wired.alb.groups, record.split, wired.alb.stickiness);
            let tags = hold::marks(wired, &record.cycle, None);
            wired.alb.rule_arn = alb::create_rule(&wired.alb.client, &placement, action, &tags)
                .await
                .map_err(unmoved)?;
        }
        (None, None) => {
            let claimed = hold::claim(wired, &record.cycle, record.split).await;
            let claimed = claimed.map_err(|why| format!("{why} Traffic was not moved."))?;
            (wired.alb.rule_arn, placed.former) = claimed;
        }
    }
    // Also when an apply that died had made the new rule already: the old one is in state still.
    placed.left_over = left_over(prior, record, wired);
    Ok(placed)
}

fn unmoved(error: PortError) -> String {
    format!("{}. Traffic was not moved.", error.chain())
}

/// A serving color's target group is who serves: another group is another service.
fn exchangeable(wired: &Wired, prior: &Value, record: &Record) -> Result<(), String> {
    for color in Color::BOTH {
        let former = prior.get("alb").get(&format!("{color}_target_group_arn"));
        let exchanged = former.as_str() != Some(wired.alb.groups[color].as_str());
        if exchanged && 0 < record.split.share(color) {
            return Err(format!(
                "{color} serves {}% and a serving color's target group can't be exchanged. Move traffic to {} first. Nothing was changed.",
                record.split.share(color),
                color.other()
            ));
        }
    }
    Ok(())
}

/// Brings what exists to its place: tags, conditions, forward, priority. True if anything changed.
pub async fn amend(
    wired: &Wired,
    own: &Tagged,
    service: &Service,
    record: &Record,
) -> Result<bool, PortError> {
    let client = &wired.alb.client;
    let mut changed = false;
    let marks = hold::marks(wired, &record.cycle, record.former.as_deref());
    if marks.iter().any(|(key, value)| own.tags.get(key) != Some(value)) {
        listener::add_tags(client, wired.alb.marked(), &marks).await?;
        changed = true;
    }
    let intact = own.is_intact(&wired.alb.groups, wired.alb.stickiness);
    let Some(placement) = service.placement() else {
        if !intact {
            wired.alb.forward(record.split).await?;
        }
        return Ok(changed || !intact);
    };
    let conditions = (!own.matches(&placement)).then_some(&placement.conditions);
    let action = (!intact).then(|| action::forward(&wired.alb.groups, record.split, wired.alb.stickiness));
    if conditions.is_some() || action.is_some() {
        alb::modify_rule(client, &own.arn, conditions, action).await?;
        changed = true;
    }
    if own.priority != Some(placement.priority) {
        alb::set_priorities(client, &[(own.arn.clone(), placement.priority)]).await?;
        changed = true;
    }
    Ok(changed)
}
