//! Traffic of one service: one listener rule, or a listener's default action, that forwards to both target groups at
//! all times. Touches nothing that does not carry the service's own tags.

pub mod action;
mod conditions;
pub mod listener;
pub mod pattern;
mod rules;
mod tags;

pub use conditions::{Condition, Conditions, Pair};
pub use rules::{
    Gone, Placement, Tagged, create_rule, delete_rule, describe_rules, modify_rule, rules, set_priorities,
};
pub use tags::{RESOURCE_TAG, Slot, former, former_tags, owner_tags, service_tags};

use super::aws::Doing;
use super::listing::Elbv2;
use crate::ports::{Health, Pace, PortError, Route, Routing, Traffic};
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{TargetGroup, TargetHealthStateEnum};
use rollout::{Color, Cycle, PerColor, TrafficSplit};
use std::time::Duration;
use tags::journal_tags;

/// AWS does not say how long a change takes to reach every node of a load balancer, nor how late DescribeTargetHealth
/// is: the allowance for both.
const PROPAGATION: Duration = Duration::from_secs(5);

/// Healthy targets of one group, and why the others are not.
pub async fn target_health(client: &Elbv2, group: &str) -> Result<Health, PortError> {
    let _turn = client.look().await;
    let answer = client
        .describe_target_health()
        .target_group_arn(group)
        .send()
        .await;
    let answer = answer.map_err(|error| Doing("describing the target health of", group).failed(error))?;
    let mut health = Health::default();
    for target in answer.target_health_descriptions() {
        let Some(state) = target.target_health() else {
            continue;
        };
        match state.state() {
            Some(TargetHealthStateEnum::Healthy) => health.healthy += 1,
            // On its way in, or out by somebody's will: not an ailment.
            Some(TargetHealthStateEnum::Initial | TargetHealthStateEnum::Draining) | None => {}
            Some(other) => {
                let reason = state.reason().map_or("", |reason| reason.as_str());
                let described = state.description().unwrap_or_default();
                let why = format!("{}: {reason} {described}", other.as_str())
                    .trim_end()
                    .to_owned();
                if !health.ailing.contains(&why) {
                    health.ailing.push(why);
                }
            }
        }
    }
    Ok(health)
}

/// One service's rule and groups.
pub struct Alb {
    pub client: Elbv2,
    pub service: String,
    pub slot: Slot,
    pub listener_arn: String,
    /// Of a default action: the listener's default rule, as DescribeRules calls it.
    pub rule_arn: String,
    pub groups: PerColor<String>,
    /// Seconds that a client stays with its color while both have a share.
    pub stickiness: Option<u32>,
}

impl Alb {
    /// Writes the journal onto the rule: after a crash the next refresh reads who holds what from there.
    pub async fn record(&self, cycle: &Cycle) -> Result<(), PortError> {
        let tagged = listener::add_tags(&self.client, self.marked(), &journal_tags(cycle)).await;
        tagged.map_err(|error| PortError {
            doing: "recording the cycle on".to_owned(),
            ..error
        })
    }

    /// What the tags are on.
    pub fn marked(&self) -> &str {
        match self.slot {
            Slot::Rule => &self.rule_arn,
            Slot::DefaultAction => &self.listener_arn,
        }
    }

    /// The service's own among `rules`: by the ARN in state, else by its tags, so that what an apply that died has
    /// made is found again.
    pub fn own<'a>(&self, rules: &'a [Tagged], arn: Option<&str>) -> Option<&'a Tagged> {
        let fits = |rule: &&Tagged| rule.priority.is_none() == (self.slot == Slot::DefaultAction);
        let known = rules.iter().find(|rule| Some(rule.arn.as_str()) == arn);
        let tagged = || {
            let mut fitting = rules.iter().filter(fits);
            fitting.find(|rule| rule.is(&self.service, self.slot.resource()))
        };
        known.filter(fits).or_else(tagged)
    }

    /// Makes the rule or default action forward to both colors, in one call.
    pub async fn forward(&self, split: TrafficSplit) -> Result<(), PortError> {
        self.forward_by(&self.client, split).await
    }

    async fn forward_by(&self, client: &Client, split: TrafficSplit) -> Result<(), PortError> {
        let action = action::forward(&self.groups, split, self.stickiness);
        match self.slot {
            Slot::Rule => modify_rule(client, &self.rule_arn, None, Some(action)).await,
            Slot::DefaultAction => listener::set_default(client, &self.listener_arn, action).await,
        }
    }

    /// Whose a rule is that routes to one of the colors.
    fn route(&self, rule: &Tagged) -> Route {
        let arn = rule.arn.clone();
        if rule.is_canary_of(&self.service) {
            Route::Canary { arn }
        } else {
            Route::Foreign { arn }
        }
    }

    /// What the rules of the listener mean for this service.
    pub fn routing_of(&self, rules: &[Tagged]) -> Routing {
        let own = rules.iter().find(|rule| rule.arn == self.rule_arn);
        let routes = PerColor::from_fn(|color| {
            let others = rules.iter().filter(|rule| rule.arn != self.rule_arn);
            let others = others.filter(|rule| rule.weights.get(&self.groups[color]).is_some_and(|&w| 0 < w));
            others.map(|rule| self.route(rule)).collect()
        });
        Routing {
            split: own.and_then(|rule| rule.split(&self.groups)),
            routes,
        }
    }
}

impl Traffic for Alb {
    async fn routing(&self) -> Result<Routing, PortError> {
        let rules = rules(&self.client, &self.listener_arn).await?.unwrap_or_default();
        Ok(self.routing_of(&rules))
    }

    async fn set_split(&self, split: TrafficSplit, pace: Pace) -> Result<(), PortError> {
        let client = match pace {
            Pace::Measured => &*self.client,
            Pace::AtOnce => &self.client.at_once,
        };
        self.forward_by(client, split).await.map_err(|error| PortError {
            doing: format!("shifting traffic to {split} with"),
            on: match self.slot {
                Slot::Rule => format!("listener rule {}", self.rule_arn),
                Slot::DefaultAction => format!("the default action of listener {}", self.listener_arn),
            },
            ..error
        })
    }

    async fn health(&self, color: Color) -> Result<Health, PortError> {
        target_health(&self.client, &self.groups[color]).await
    }

    async fn notice(&self, color: Color) -> Result<Duration, PortError> {
        let group = &self.groups[color];
        let call = self.client.describe_target_groups().target_group_arns(group);
        let answer = call.send().await;
        let answer = answer.map_err(|error| Doing("describing target group", group).failed(error))?;
        let group = answer.target_groups().first();
        let told = |value: Option<i32>, default| {
            let value = value.and_then(|value| u32::try_from(value).ok());
            Duration::from_secs(u64::from(value.unwrap_or(default)))
        };
        // AWS's defaults where it says nothing.
        let interval = told(group.and_then(TargetGroup::health_check_interval_seconds), 30);
        let timeout = told(group.and_then(TargetGroup::health_check_timeout_seconds), 5);
        let checks = group.and_then(TargetGroup::unhealthy_threshold_count);
        let checks = checks.and_then(|checks| u32::try_from(checks).ok()).unwrap_or(2);
        // The last of the failing checks begins so many intervals after the first request and may time out.
        Ok(interval.saturating_mul(checks) + timeout + PROPAGATION)
    }

    async fn elsewhere(&self, color: Color) -> Result<Vec<Route>, PortError> {
        let group = &self.groups[color];
        let answer = self
            .client
            .describe_target_groups()
            .target_group_arns(group)
            .send()
            .await;
        let answer = answer.map_err(|error| Doing("describing target group", group).failed(error))?;
        let balancers = answer
            .target_groups()
            .iter()
            .flat_map(|group| group.load_balancer_arns());
        let mut found = Vec::new();
        for balancer in balancers {
            let mut listeners = self
                .client
                .describe_listeners()
                .load_balancer_arn(balancer)
                .into_paginator()
                .items()
                .send();
            while let Some(listener) = listeners.next().await {
                let listener =
                    listener.map_err(|error| Doing("describing the listeners of", balancer).failed(error))?;
                let Some(arn) = listener.listener_arn().filter(|&arn| arn != self.listener_arn) else {
                    continue;
                };
                let rules = rules(&self.client, arn).await?.unwrap_or_default();
                let routed = rules
                    .iter()
                    .filter(|rule| rule.weights.get(group).is_some_and(|&weight| 0 < weight));
                found.extend(routed.map(|rule| self.route(rule)));
            }
        }
        Ok(found)
    }

    async fn close_canary(&self, color: Color) -> Result<(), PortError> {
        let (here, elsewhere) = tokio::try_join!(self.routing(), self.elsewhere(color))?;
        for route in here.routes[color].iter().chain(&elsewhere) {
            if let Route::Canary { arn } = route {
                delete_rule(&self.client, arn).await?;
            }
        }
        Ok(())
    }
}
