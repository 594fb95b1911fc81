//! Taking hold of a listener's default action, and giving back what a service holds: its rule, or that default action
//! as it was before. Never moves a service's traffic between its colors.

use super::wired::Wired;
use crate::adapters::Elbv2;
use crate::adapters::alb::{self, Gone, Slot, Tagged, action, listener};
use crate::model::{Record, string};
use crate::ports::{Kind, PortError};
use rollout::{Color, Cycle, PerColor, TrafficSplit};
use std::collections::BTreeMap;
use tfplugin::Value;

/// What a service holds according to a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    pub service: String,
    pub slot: Slot,
    pub rule_arn: String,
    pub listener_arn: String,
    pub groups: PerColor<String>,
    /// The default action to put back.
    pub former: Option<String>,
}

impl Holding {
    /// `None` if the state knows of no rule.
    pub fn of(state: &Value) -> Option<Holding> {
        let block = state.get("alb");
        let text = |field: &str| string(block.get(field)).unwrap_or_default();
        Some(Holding {
            service: string(state.get("name")).unwrap_or_default(),
            slot: if block.get("priority").is_null() {
                Slot::DefaultAction
            } else {
                Slot::Rule
            },
            rule_arn: string(state.get("rule_arn"))?,
            listener_arn: text("listener_arn"),
            groups: PerColor::from_fn(|color: Color| text(&format!("{color}_target_group_arn"))),
            former: string(state.get("former_default_action")),
        })
    }

    /// For diagnostics.
    pub fn name(&self) -> String {
        match self.slot {
            Slot::Rule => format!("listener rule {}", self.rule_arn),
            Slot::DefaultAction => format!("the default action of listener {}", self.listener_arn),
        }
    }
}

/// The tags that what carries the traffic has to have.
pub fn marks(wired: &Wired, cycle: &Cycle, former: Option<&str>) -> BTreeMap<String, String> {
    let mut tags = alb::service_tags(&wired.alb.service, wired.alb.slot, cycle);
    if wired.alb.slot == Slot::DefaultAction {
        tags.extend(former.map(alb::former_tags).unwrap_or_default());
    }
    tags
}

/// Why the default action can't be this service's, if it can't.
pub fn claimed(default: &Tagged, wired: &Wired) -> Option<String> {
    let owner = default.service().filter(|owner| *owner != wired.alb.service)?;
    Some(format!(
        "The default action of listener {} belongs to service {owner:?}: a listener has one default action, and one service can own it. Give one of the two a priority and conditions.",
        wired.alb.listener_arn
    ))
}

/// Claims the listener's default action while it is this service's turn there: tags first, so that a claim is seen before it acts, then the forward.
/// Returns the default rule's ARN and the action to put back one day.
///
/// # Errors
/// A sentence for the operator.
pub async fn claim(
    wired: &Wired,
    cycle: &Cycle,
    split: TrafficSplit,
) -> Result<(String, Option<String>), String> {
    let said = |error: PortError| format!("{}.", error.chain());
    let (client, listener_arn) = (&wired.alb.client, &wired.alb.listener_arn);
    let rules = alb::rules(client, listener_arn).await.map_err(said)?;
    let rules = rules.unwrap_or_default();
    let Some(default) = rules.iter().find(|rule| rule.priority.is_none()) else {
        return Err(format!("Listener {listener_arn} does not exist."));
    };
    if let Some(why) = claimed(default, wired) {
        return Err(why);
    }
    // A claim that died half way has left word of what was there.
    let former = alb::former(&default.tags).or_else(|| action::text(&default.actions));
    let tags = marks(wired, cycle, former.as_deref());
    listener::add_tags(client, listener_arn, &tags)
        .await
        .map_err(said)?;
    if let Err(error) = wired.alb.forward(split).await {
        if error.kind == Kind::Refused && default.service().is_none() {
            // It did not happen, so nobody must be kept from the listener. Best effort: the refusal is the news.
            let keys = tags.into_keys().collect();
            let _ = listener::remove_tags(client, listener_arn, keys).await;
        }
        return Err(said(error));
    }
    Ok((default.arn.clone(), former))
}

/// Gives back what is held. Repeatable; what is gone already counts as given back. Returns a warning if a former
/// default action could not be put back.
pub async fn give_back(client: &Elbv2, holding: &Holding) -> Result<Option<String>, PortError> {
    match holding.slot {
        Slot::Rule => remove(client, holding).await.map(|()| None),
        Slot::DefaultAction => restore(client, holding).await,
    }
}

/// The rule that the state names; if it is gone, the one that was made in its place since that state was written and
/// carries the service's own tags.
async fn remove(client: &Elbv2, holding: &Holding) -> Result<(), PortError> {
    if alb::delete_rule(client, &holding.rule_arn).await? == Gone::Now {
        return Ok(());
    }
    let rules = alb::rules(client, &holding.listener_arn)
        .await?
        .unwrap_or_default();
    let ours = |rule: &&Tagged| rule.priority.is_some() && rule.is(&holding.service, Slot::Rule.resource());
    for rule in rules.iter().filter(ours) {
        alb::delete_rule(client, &rule.arn).await?;
    }
    Ok(())
}

async fn restore(client: &Elbv2, holding: &Holding) -> Result<Option<String>, PortError> {
    let listener_arn = &holding.listener_arn;
    let rules = alb::rules(client, listener_arn).await?.unwrap_or_default();
    let Some(default) = rules.iter().find(|rule| rule.priority.is_none()) else {
        return Ok(None);
    };
    // Tags taken away by hand are not a new owner; another service's are.
    if default.service().is_some_and(|owner| owner != holding.service) {
        return Ok(None);
    }
    let ours = Color::BOTH
        .iter()
        .any(|&color| default.weights.contains_key(&holding.groups[color]));
    let mut warning = None;
    if ours {
        let former = holding.former.clone().or_else(|| alb::former(&default.tags));
        warning = put_back(client, listener_arn, former.as_deref()).await?;
    }
    let keys = default.tags.keys().filter(|key| key.starts_with("bluegreen:"));
    listener::remove_tags(client, listener_arn, keys.cloned().collect()).await?;
    Ok(warning)
}

/// The former action, or a fixed 503 where AWS does not take it any more: a destroy must not be locked up by a target
/// group that somebody else has removed.
async fn put_back(
    client: &Elbv2,
    listener_arn: &str,
    former: Option<&str>,
) -> Result<Option<String>, PortError> {
    let why = match former.and_then(action::parse) {
        None => "what it did before is not known".to_owned(),
        Some(former) => match listener::set_default(client, listener_arn, former).await {
            Ok(()) => return Ok(None),
            Err(error) if error.kind == Kind::Transient => return Err(error),
            Err(error) => format!(
                "AWS does not take its former default action back ({})",
                error.chain()
            ),
        },
    };
    listener::set_default(client, listener_arn, action::unavailable()).await?;
    Ok(Some(format!(
        "Listener {listener_arn} answers 503 to whatever no rule matches, because {why}. Set its default action where the listener is defined. The former one was: {}",
        former.unwrap_or("unknown")
    )))
}

/// What the state holds is left over once `now` carries the traffic.
pub fn left_over(prior: &Value, record: &Record, now: &Wired) -> Option<Holding> {
    let held = Holding::of(prior)?;
    let moved = held.slot != now.alb.slot || held.listener_arn != now.alb.listener_arn;
    let elsewhere = record.rule_arn.as_deref() != Some(now.alb.rule_arn.as_str());
    (moved && elsewhere).then_some(held)
}
