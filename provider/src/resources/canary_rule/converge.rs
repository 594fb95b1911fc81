//! Makes a listener hold exactly the rules of one `bluegreen_canary_rule`. Absolute and repeatable: whatever an
//! earlier attempt left, this ends in the same place. Never touches a rule without its tags.

use super::plan::Audience;
use super::{placement, priority, resource_tag};
use crate::adapters::Elbv2;
use crate::adapters::alb::{self, Tagged};
use crate::model::string;
use crate::ports::PortError;
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum};
use std::sync::Arc;
use tfplugin::Value;

/// Where one resource's rules live, and the tags that tell them.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    service: String,
    listener_arn: String,
    resource: String,
    route: Route,
}

/// The part of `route` that every rule carries. Not compared: a change of it amends rules in place.
#[derive(Clone, Debug)]
struct Route(Value);

impl PartialEq for Route {
    fn eq(&self, _: &Route) -> bool {
        true
    }
}

impl Place {
    pub fn of(value: &Value) -> Place {
        let route = value.get("route");
        Place {
            service: string(route.get("service")).unwrap_or_default(),
            listener_arn: string(route.get("listener_arn")).unwrap_or_default(),
            resource: resource_tag(priority(value)),
            route: Route(route.clone()),
        }
    }

    async fn rules(&self, client: &Elbv2) -> Result<Arc<Vec<Tagged>>, PortError> {
        Ok(alb::rules(client, &self.listener_arn).await?.unwrap_or_default())
    }

    fn owns(&self, rule: &Tagged) -> bool {
        rule.is(&self.service, &self.resource)
    }
}

/// The rules that exist, highest priority number first, as `rules` in state.
pub async fn found(client: &Elbv2, place: &Place) -> Result<Value, PortError> {
    Ok(shown(place, &place.rules(client).await?))
}

/// The same for a refresh, which may share a look with others.
pub async fn recent(client: &Elbv2, place: &Place) -> Result<Value, PortError> {
    let rules = client.recent_rules(&place.listener_arn).await?;
    Ok(shown(place, &rules.unwrap_or_default()))
}

fn shown(place: &Place, rules: &[Tagged]) -> Value {
    let mut own: Vec<&Tagged> = rules.iter().filter(|rule| place.owns(rule)).collect();
    own.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
    let value = |rule: &Tagged| {
        let ranges = rule.conditions.0.iter().filter_map(|condition| match condition {
            alb::Condition::SourceIp(ranges) => Some(ranges),
            _ => None,
        });
        let ranges: Vec<Value> = ranges.flatten().map(|range| range.as_str().into()).collect();
        // More than one group, or none, is drift: shown as a group that can't be the planned one.
        let groups: Vec<&str> = rule.weights.keys().map(String::as_str).collect();
        Value::object([
            ("priority", Value::from(rule.priority.map(i64::from))),
            ("source_ips", Value::List(ranges)),
            ("target_group_arn", groups.join(",").into()),
            ("arn", rule.arn.as_str().into()),
        ])
    };
    Value::List(own.into_iter().map(value).collect())
}

/// With no audience, removes every rule of the resource.
///
/// # Errors
/// A sentence for the operator.
pub async fn converge(client: &Elbv2, place: &Place, audience: Option<&Audience>) -> Result<(), String> {
    let said = |error: PortError| format!("{}.", error.chain());
    let rules = place.rules(client).await.map_err(said)?;
    let wanted = audience
        .map(|audience| audience.rules.as_slice())
        .unwrap_or_default();
    let keep = |rule: &Tagged| {
        wanted
            .iter()
            .any(|(priority, _)| rule.priority == Some(*priority))
    };
    for rule in rules.iter().filter(|rule| place.owns(rule) && !keep(rule)) {
        alb::delete_rule(client, &rule.arn).await.map_err(said)?;
    }
    let Some(audience) = audience else { return Ok(()) };
    prove(client, audience).await?;
    for (priority, ranges) in wanted {
        let placement = placement(&place.route.0, *priority, ranges.clone());
        match rules.iter().find(|rule| rule.priority == Some(*priority)) {
            Some(rule) if !place.owns(rule) => {
                return Err(format!(
                    "Priority {priority} of listener {} belongs to rule {}, which is not this resource's. Choose another priority, or free that one.",
                    place.listener_arn, rule.arn
                ));
            }
            Some(rule) if rule.matches(&placement) && only(rule, &audience.group) => {}
            Some(rule) => {
                let conditions = Some(&placement.conditions);
                alb::modify_rule(client, &rule.arn, conditions, Some(forward(&audience.group)))
                    .await
                    .map_err(said)?;
            }
            None => create(client, place, &placement, audience).await.map_err(said)?,
        }
    }
    Ok(())
}

fn only(rule: &Tagged, group: &str) -> bool {
    rule.weights.len() == 1 && rule.weights.contains_key(group)
}

fn forward(group: &str) -> Action {
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .target_group_arn(group)
        .build()
}

/// An audience is traffic too: nobody is sent to a color that is not proven.
async fn prove(client: &Elbv2, audience: &Audience) -> Result<(), String> {
    let health = alb::target_health(client, &audience.group)
        .await
        .map_err(|error| format!("{}.", error.chain()))?;
    if health.healthy < audience.min_healthy {
        return Err(format!(
            "{} has {} of {} healthy targets, so nobody was sent to it. {} Apply again when it is healthy.",
            audience.color,
            health.healthy,
            audience.min_healthy,
            health.ailing.join("; ")
        ));
    }
    Ok(())
}

async fn create(
    client: &Elbv2,
    place: &Place,
    placement: &alb::Placement,
    audience: &Audience,
) -> Result<(), PortError> {
    let tags = alb::owner_tags(&place.service, &place.resource);
    match alb::create_rule(client, placement, forward(&audience.group), &tags).await {
        Ok(_) => Ok(()),
        Err(error) if error.code.as_deref() == Some("PriorityInUse") => {
            // The answer to an earlier attempt was lost: if the rule is ours, it is made.
            let rules = place.rules(client).await?;
            let ours = rules
                .iter()
                .any(|rule| rule.priority == Some(placement.priority) && place.owns(rule));
            if ours { Ok(()) } else { Err(error) }
        }
        Err(error) => Err(error),
    }
}
