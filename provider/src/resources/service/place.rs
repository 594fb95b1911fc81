//! Puts the service's rule where the configuration says, without ever being without a rule: missing ones are made
//! again at the recorded split, a move to another listener makes the new one first. Never moves traffic.

use super::wired::Wired;
use crate::adapters::Clients;
use crate::adapters::alb::{self, Tagged};
use crate::model::{Record, Service};
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

/// # Errors
/// A sentence for the operator; nothing was moved.
pub async fn place(
    wired: &mut Wired,
    clients: &Clients,
    service: &Service,
    config: &Value,
    prior: &Value,
    record: &Record,
) -> Result<Placed, String> {
    let still = |error: crate::ports::PortError| format!("{}. Traffic was not moved.", error.chain());
    let mut placed = Placed {
        changed: false,
        left_over: None,
    };
    let Some(placement) = service.placement() else {
        return Ok(placed);
    };
    let rules = alb::rules(&clients.elbv2, &placement.listener_arn)
        .await
        .map_err(still)?;
    let Some(rules) = rules else {
        return Err(format!(
            "Listener {} does not exist. Traffic was not moved.",
            placement.listener_arn
        ));
    };
    if let Some(own) = wired.own_rule(&rules, record.rule_arn.as_deref()) {
        placed.changed = record.rule_arn.as_deref() != Some(&own.arn);
        wired.alb.rule_arn = own.arn.clone();
        placed.changed |= amend(wired, own, &rules, service, record, &placement).await?;
        return Ok(placed);
    }
    if let Some(taken) = rules
        .iter()
        .find(|rule| rule.priority == Some(placement.priority))
    {
        return Err(format!(
            "Priority {} of listener {} belongs to rule {}, which is not this service's. Choose another priority, or free that one. Traffic was not moved.",
            placement.priority, placement.listener_arn, taken.arn
        ));
    }
    let moved = config.get("alb").get("listener_arn") != prior.get("alb").get("listener_arn");
    let action = alb::forward(&wired.alb.groups, record.split);
    let tags = alb::service_tags(&wired.alb.service, &record.cycle);
    let arn = alb::create_rule(&clients.elbv2, &placement, action, &tags)
        .await
        .map_err(still)?;
    wired.alb.rule_arn = arn;
    placed.changed = true;
    placed.left_over = record.rule_arn.clone().filter(|_| moved);
    Ok(placed)
}

/// Brings a rule that exists to its place. True if anything changed.
async fn amend(
    wired: &Wired,
    own: &Tagged,
    rules: &[Tagged],
    service: &Service,
    record: &Record,
    placement: &alb::Placement,
) -> Result<bool, String> {
    let still = |error: crate::ports::PortError| format!("{}. Traffic was not moved.", error.chain());
    let client = &wired.alb.client;
    let mut changed = false;
    let groups = &wired.alb.groups;
    let detached: Vec<_> = rollout::Color::BOTH
        .into_iter()
        .filter(|&c| !own.weights.contains_key(&groups[c]))
        .collect();
    for &color in &detached {
        if 0 < record.split.share(color) {
            return Err(format!(
                "{color} serves {}% through another target group than {}, and a live color's group can't be exchanged. Move traffic to {} first. Traffic was not moved.",
                record.split.share(color),
                groups[color],
                color.other()
            ));
        }
    }
    let conditions = (!own.matches(placement)).then(|| alb::conditions(placement));
    let action = (!detached.is_empty()).then(|| alb::forward(groups, record.split));
    if conditions.is_some() || action.is_some() {
        alb::modify_rule(client, &own.arn, conditions, action)
            .await
            .map_err(still)?;
        changed = true;
    }
    if own.priority != Some(placement.priority) {
        if let Some(taken) = rules
            .iter()
            .find(|rule| rule.priority == Some(placement.priority))
        {
            return Err(format!(
                "Priority {} belongs to rule {}, so service {:?} can't move there. Choose another priority, or free that one. Traffic was not moved.",
                placement.priority, taken.arn, service.name
            ));
        }
        alb::set_priorities(client, &[(own.arn.clone(), placement.priority)])
            .await
            .map_err(still)?;
        changed = true;
    }
    Ok(changed)
}
