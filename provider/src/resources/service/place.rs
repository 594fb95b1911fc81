//! Puts the service's rule where the configuration says, without ever being without a rule: missing ones are made
//! again at the recorded split, a move to another listener makes the new one first. Never moves traffic.

use super::wired::Wired;
use crate::adapters::alb::{self, Tagged};
use crate::model::{Record, Service};
use crate::ports::PortError;
use rollout::Color;
use tfplugin::{Diagnostics, Value};

/// What placing did.
pub struct Placed {
    /// The rule is not where the state says it was.
    pub changed: bool,
    /// The rule on the listener that was left, removed after the new one has taken over.
    left_over: Option<String>,
}

impl Placed {
    /// Removes what a move left behind. Failing to is a warning: it serves the same colors at the old address.
    pub async fn clean_up(&self, wired: &Wired, diags: &mut Diagnostics) {
        let Some(arn) = &self.left_over else { return };
        if let Err(error) = alb::delete_rule(&wired.alb.client, arn).await {
            let detail = format!(
                "{}. It still serves at the old address; remove it by hand.",
                error.chain()
            );
            diags.warning("The rule on the former listener is still there", detail);
        }
    }
}

/// Looks at the listener and finds the service's rule there: by the ARN in state, else by its tags. Changes nothing.
///
/// # Errors
/// A sentence for the operator.
pub async fn locate(wired: &mut Wired, record: &Record) -> Result<Vec<Tagged>, String> {
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
    config: &Value,
    prior: &Value,
    record: &Record,
) -> Result<Placed, String> {
    let mut placed = Placed {
        changed: false,
        left_over: None,
    };
    let Some(placement) = service.placement() else {
        return Ok(placed);
    };
    let moved = config.get("alb").get("listener_arn") != prior.get("alb").get("listener_arn");
    let own = wired.own_rule(rules, record.rule_arn.as_deref());
    let at = rules
        .iter()
        .find(|rule| rule.priority == Some(placement.priority));
    if let Some(taken) = at.filter(|rule| own.is_none_or(|own| own.arn != rule.arn)) {
        return Err(format!(
            "Priority {} of listener {} belongs to rule {}, so service {:?} can't stand there. Choose another priority, or free that one. Nothing was changed.",
            placement.priority, placement.listener_arn, taken.arn, service.name
        ));
    }
    if let Some(own) = own {
        placed.changed = record.rule_arn.as_deref() != Some(&own.arn);
        placed.changed |= amend(wired, own, prior, record, &placement).await?;
    } else {
        let action = alb::forward(&wired.alb.groups, record.split);
        let tags = alb::service_tags(&wired.alb.service, &record.cycle);
        wired.alb.rule_arn = alb::create_rule(&wired.alb.client, &placement, action, &tags)
            .await
            .map_err(unmoved)?;
        placed.changed = true;
    }
    // Also when an apply that died had made the new rule already: the old one is in state still.
    let former = record
        .rule_arn
        .clone()
        .filter(|arn| moved && *arn != wired.alb.rule_arn);
    placed.left_over = former;
    Ok(placed)
}

fn unmoved(error: PortError) -> String {
    format!("{}. Traffic was not moved.", error.chain())
}

/// Brings a rule that exists to its place. True if anything changed.
async fn amend(
    wired: &Wired,
    own: &Tagged,
    prior: &Value,
    record: &Record,
    placement: &alb::Placement,
) -> Result<bool, String> {
    let client = &wired.alb.client;
    let groups = &wired.alb.groups;
    for color in Color::BOTH {
        let former = prior.get("alb").get(&format!("{color}_target_group_arn"));
        let exchanged = former.as_str() != Some(groups[color].as_str());
        if exchanged && 0 < record.split.share(color) {
            return Err(format!(
                "{color} serves {}% and a serving color's target group can't be exchanged. Move traffic to {} first. Nothing was changed.",
                record.split.share(color),
                color.other()
            ));
        }
    }
    let conditions = (!own.matches(placement)).then_some(&placement.conditions);
    let action = (!own.is_intact(groups)).then(|| alb::forward(groups, record.split));
    let mut changed = false;
    if conditions.is_some() || action.is_some() {
        alb::modify_rule(client, &own.arn, conditions, action)
            .await
            .map_err(unmoved)?;
        changed = true;
    }
    if own.priority != Some(placement.priority) {
        alb::set_priorities(client, &[(own.arn.clone(), placement.priority)])
            .await
            .map_err(unmoved)?;
        changed = true;
    }
    Ok(changed)
}
