//! Makes a listener hold exactly the rules of one `bluegreen_canary_rule`. Absolute and repeatable: whatever an
//! earlier attempt left, this ends in the same place. Changes no rule without our tags, and of others' rules with our
//! tags only the priority, where they are in the way.

use super::audience::{Audience, Slot};
use super::place::{Place, resource_tag};
use super::plan::{Known, as_value, paired};
use crate::adapters::Clients;
use crate::adapters::alb::{self, Tagged};
use crate::model::string;
use crate::ports::PortError;
use crate::priorities::Want;
use crate::resources::room::{LOOKS, raced, room, said};
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum};
use tfplugin::Value;

/// What there is.
pub struct Found {
    /// `rules` in state, highest priority number first.
    pub rules: Value,
    /// Priorities that are reserved, and the rules of others that stand there.
    pub squatters: Vec<(u32, String)>,
}

pub async fn found(clients: &Clients, place: &Place) -> Result<Found, PortError> {
    Ok(shown(clients, place, &place.rules(clients).await?))
}

/// The same for a refresh, which may share a look with others.
pub async fn recent(clients: &Clients, place: &Place) -> Result<Found, PortError> {
    let rules = clients.elbv2.recent_rules(&place.listener_arn).await?;
    Ok(shown(clients, place, &rules.unwrap_or_default()))
}

fn shown(clients: &Clients, place: &Place, rules: &[Tagged]) -> Found {
    let owner = place.owner();
    let mut own: Vec<&Tagged> = rules
        .iter()
        .filter(|rule| place.owns(rule, clients, &owner))
        .collect();
    own.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
    let value = |rule: &&Tagged| {
        // More than one group, or none, is drift: shown as a group that can't be the planned one.
        let groups: Vec<&str> = rule.weights.keys().map(String::as_str).collect();
        as_value(
            rule.priority.unwrap_or(0),
            rule.conditions.lines(),
            groups.join(",").into(),
            rule.arn.as_str().into(),
        )
    };
    let squatters = rules.iter().filter(|rule| rule.service().is_none());
    let squatters = squatters.filter_map(|rule| {
        let priority = rule
            .priority
            .filter(|priority| place.priorities.contains(priority))?;
        Some((priority, rule.arn.clone()))
    });
    Found {
        rules: Value::list(own.iter().map(value)),
        squatters: squatters.collect(),
    }
}

/// Removes every rule of the resource.
///
/// # Errors
/// A sentence for the operator.
pub async fn close(clients: &Clients, place: &Place) -> Result<(), String> {
    let _turn = clients.ledger.turn(&place.listener_arn).await;
    let owner = place.owner();
    for rule in place.rules(clients).await.map_err(|error| said(&error))?.iter() {
        if place.owns(rule, clients, &owner) {
            alb::delete_rule(&clients.elbv2, &rule.arn)
                .await
                .map_err(|error| said(&error))?;
        }
    }
    Ok(())
}

/// Makes the rules of the audience, out of those that stood at `from` as far as they go. `planned` is `rules` of the
/// plan: who is named there keeps its place.
///
/// # Errors
/// A sentence for the operator.
pub async fn open(
    clients: &Clients,
    from: &Place,
    to: &Place,
    audience: &Audience,
    planned: &Value,
) -> Result<(), String> {
    let _turn = clients.ledger.turn(&to.listener_arn).await;
    let mut looks = 1;
    loop {
        match open_once(clients, from, to, audience, planned).await {
            Err(Failed::Port(error)) if raced(&error) && looks < LOOKS => looks += 1,
            Err(Failed::Taken(why)) if looks == 1 => return Err(format!("{why} Nothing was changed.")),
            done => return done.map_err(Failed::said),
        }
    }
}

enum Failed {
    Port(PortError),
    /// Before any changing call of this look.
    Taken(String),
    Ailing(String),
}

impl Failed {
    fn said(self) -> String {
        match self {
            Failed::Port(error) => said(&error),
            Failed::Taken(why) | Failed::Ailing(why) => why,
        }
    }
}

impl From<PortError> for Failed {
    fn from(error: PortError) -> Self {
        Failed::Port(error)
    }
}

async fn open_once(
    clients: &Clients,
    from: &Place,
    to: &Place,
    audience: &Audience,
    planned: &Value,
) -> Result<(), Failed> {
    let client = &clients.elbv2;
    let owner = to.owner();
    let rules = to.rules(clients).await?;
    let own: Vec<&Tagged> = rules
        .iter()
        .filter(|rule| from.owns(rule, clients, &owner) || is_made(rule, to, audience))
        .collect();
    let kept = assigned(&audience.rules, planned, &own);
    let wants: Vec<Want<'_>> = audience
        .rules
        .iter()
        .zip(&kept)
        .map(|(slot, rule)| Want {
            arn: rule.map(|rule| rule.arn.as_str()),
            priority: slot.priority,
        })
        .collect();
    let way = room(&clients.ledger, &to.listener_arn, &owner, &rules, &wants);
    let way = way.map_err(Failed::Taken)?;
    prove(clients, audience).await?;
    // With the tag that the others have until all is done; an imported rule has none.
    let tag = resource_tag(from.priority);
    for rule in kept.iter().flatten().filter(|rule| rule.service().is_none()) {
        let tags = alb::owner_tags(&to.service, &tag);
        alb::listener::add_tags(client, &rule.arn, &tags).await?;
    }
    way.make(client, &clients.ledger, &owner).await?;
    for (slot, rule) in audience.rules.iter().zip(&kept) {
        let arn = match rule {
            Some(rule) => {
                amend(clients, rule, slot, &audience.group).await?;
                rule.arn.clone()
            }
            None => create(clients, to, &tag, slot, &audience.group).await?,
        };
        clients.ledger.settled(&arn, slot.priority, &owner);
    }
    if from.priority != to.priority {
        let tags = alb::owner_tags(&to.service, &resource_tag(to.priority));
        let rules = to.rules(clients).await?;
        for rule in rules.iter().filter(|rule| from.owns(rule, clients, &owner)) {
            alb::listener::add_tags(client, &rule.arn, &tags).await?;
        }
    }
    for rule in own {
        if !kept.iter().flatten().any(|kept| kept.arn == rule.arn) {
            alb::delete_rule(client, &rule.arn).await?;
        }
    }
    Ok(())
}

/// Made by an apply of the same plan that died after its last change.
fn is_made(rule: &Tagged, to: &Place, audience: &Audience) -> bool {
    let stands = |slot: &Slot| rule.priority == Some(slot.priority) && rule.conditions.same(&slot.conditions);
    rule.is(&to.service, &resource_tag(to.priority)) && audience.rules.iter().any(stands)
}

/// Which rule of `own` becomes which slot: as planned where the plan said so.
fn assigned<'a>(slots: &[Slot], planned: &Value, own: &[&'a Tagged]) -> Vec<Option<&'a Tagged>> {
    let find = |arn: &String| own.iter().copied().find(|rule| rule.arn == *arn);
    let planned = planned.as_list().unwrap_or_default();
    let said: Vec<Option<String>> = (0..slots.len())
        .map(|index| {
            let arn = planned.get(index).and_then(|rule| string(rule.get("arn")));
            arn.filter(|arn| find(arn).is_some())
        })
        .collect();
    let open: Vec<Slot> = slots
        .iter()
        .zip(&said)
        .filter(|(_, arn)| arn.is_none())
        .map(|(slot, _)| slot.clone())
        .collect();
    let others = own
        .iter()
        .filter(|rule| !said.iter().flatten().any(|arn| *arn == rule.arn));
    let others: Vec<Known> = others
        .map(|rule| Known {
            arn: rule.arn.clone(),
            priority: rule.priority,
            conditions: rule.conditions.lines(),
        })
        .collect();
    let mut rest = paired(&open, &others).into_iter();
    said.into_iter()
        .map(|arn| arn.or_else(|| rest.next().flatten()))
        .map(|arn| arn.as_ref().and_then(find))
        .collect()
}

async fn amend(clients: &Clients, rule: &Tagged, slot: &Slot, group: &str) -> Result<(), PortError> {
    let matches = rule.conditions.same(&slot.conditions);
    let forwards = rule.weights.len() == 1 && rule.weights.contains_key(group);
    if matches && forwards {
        return Ok(());
    }
    let conditions = (!matches).then_some(&slot.conditions);
    alb::modify_rule(&clients.elbv2, &rule.arn, conditions, Some(forward(group))).await
}

fn forward(group: &str) -> Action {
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(group)
        .build()
}

/// An audience is traffic too: nobody is sent to a color that is not proven.
async fn prove(clients: &Clients, audience: &Audience) -> Result<(), Failed> {
    let health = alb::target_health(&clients.elbv2, &audience.group).await?;
    if health.healthy < audience.min_healthy {
        return Err(Failed::Ailing(format!(
            "{} has {} of {} healthy targets, so nobody was sent to it. {} Apply again when it is healthy.",
            audience.color,
            health.healthy,
            audience.min_healthy,
            health.ailing.join("; ")
        )));
    }
    Ok(())
}

async fn create(
    clients: &Clients,
    place: &Place,
    tag: &str,
    slot: &Slot,
    group: &str,
) -> Result<String, PortError> {
    let tags = alb::owner_tags(&place.service, tag);
    let placement = alb::Placement {
        listener_arn: place.listener_arn.clone(),
        priority: slot.priority,
        conditions: slot.conditions.clone(),
    };
    match alb::create_rule(&clients.elbv2, &placement, forward(group), &tags).await {
        Err(error) if error.code.as_deref() == Some("PriorityInUse") => {
            // The answer to an earlier attempt was lost: if the rule is ours, it is made.
            let rules = place.rules(clients).await?;
            let ours = rules
                .iter()
                .find(|rule| rule.priority == Some(slot.priority) && rule.is(&place.service, tag));
            ours.map(|rule| rule.arn.clone()).ok_or(error)
        }
        made => made,
    }
}
