//! Listener rules, as ELBv2 tells and takes them: one function per call. Owns nothing and decides nothing.

use super::action::sticky_for;
use super::conditions::Conditions;
use super::tags::{HELD_TAGS, RESOURCE_TAG, SERVICE_TAG, STABLE_TAG, Slot, service_tags, tag_list};
use crate::adapters::aws::Doing;
use crate::adapters::listing::{Elbv2, Rules};
use crate::ports::{Kind, PortError};
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, Rule, RulePriorityPair};
use rollout::{Color, Cycle, PerColor, TrafficSplit};
use std::collections::BTreeMap;

/// Where on the listener a rule stands, and whom it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub listener_arn: String,
    pub priority: u32,
    pub conditions: Conditions,
}

/// One rule of a listener with its tags.
#[derive(Clone, Debug, Default)]
pub struct Tagged {
    pub arn: String,
    /// `None` for the default rule.
    pub priority: Option<u32>,
    /// Weight per target group; a plain forward counts as weight 1.
    pub weights: BTreeMap<String, u32>,
    /// Seconds of group stickiness, if it is on.
    pub sticky: Option<u32>,
    /// As AWS gave them, to be put back.
    pub actions: Vec<Action>,
    /// Of the default rule: its listener's, which is where a claim of the default action is written.
    pub tags: BTreeMap<String, String>,
    pub conditions: Conditions,
}

impl Tagged {
    pub fn is(&self, service: &str, resource: &str) -> bool {
        self.tags.get(SERVICE_TAG).is_some_and(|tag| tag == service)
            && self.tags.get(RESOURCE_TAG).is_some_and(|tag| tag == resource)
    }

    /// The service of ours that it belongs to; `None` for a rule of somebody else.
    pub fn service(&self) -> Option<&str> {
        self.tags.get(SERVICE_TAG).map(String::as_str)
    }

    pub fn is_canary(&self) -> bool {
        let tag = self.tags.get(RESOURCE_TAG);
        tag.is_some_and(|tag| tag.starts_with("canary/"))
    }

    /// Made for a canary audience of `service`.
    pub fn is_canary_of(&self, service: &str) -> bool {
        self.service() == Some(service) && self.is_canary()
    }

    /// Forwards to both groups and to nobody else, and lets no cookie beat the weights: stickiness is as asked for
    /// while both have a share, and off otherwise.
    pub fn is_intact(&self, groups: &PerColor<String>, stickiness: Option<u32>) -> bool {
        let both = Color::BOTH
            .iter()
            .all(|&color| self.weights.contains_key(&groups[color]));
        let Some(split) = self.split(groups) else {
            return false;
        };
        both && self.only_forwards()
            && self.weights.len() == 2
            && self.sticky == sticky_for(split, stickiness)
    }

    /// Neither redirects, answers by itself, nor authenticates.
    pub fn only_forwards(&self) -> bool {
        let forward = |action: &Action| action.r#type() == Some(&ActionTypeEnum::Forward);
        !self.actions.is_empty() && self.actions.iter().all(forward)
    }

    /// Target groups in the order of the action.
    pub fn groups(&self) -> Vec<String> {
        let forwards = self
            .actions
            .iter()
            .flat_map(|action| match action.forward_config() {
                Some(forward) => forward
                    .target_groups()
                    .iter()
                    .filter_map(|group| group.target_group_arn().map(str::to_owned))
                    .collect(),
                None => action
                    .target_group_arn()
                    .map(str::to_owned)
                    .into_iter()
                    .collect::<Vec<_>>(),
            });
        forwards.collect()
    }

    /// Its tags say whose it is and what the cycle is.
    pub fn is_marked(&self, service: &str, slot: Slot, cycle: &Cycle) -> bool {
        let wanted = service_tags(service, slot, cycle);
        wanted
            .iter()
            .all(|(key, value)| self.tags.get(key) == Some(value))
    }

    pub fn split(&self, groups: &PerColor<String>) -> Option<TrafficSplit> {
        let weight = |color: Color| self.weights.get(&groups[color]).copied().unwrap_or(0);
        TrafficSplit::from_weights(weight(Color::Blue), weight(Color::Green))
    }

    /// The cycle that the journal recorded, if there is one.
    pub fn journal(&self) -> Option<Cycle> {
        let stable = Color::parse(self.tags.get(STABLE_TAG)?)?;
        let held = PerColor::from_fn(|color| self.tags.get(HELD_TAGS[color]).cloned());
        Some(Cycle {
            stable,
            held,
            failed: None,
        })
    }

    pub fn matches(&self, placement: &Placement) -> bool {
        self.conditions.same(&placement.conditions)
    }
}

/// All rules of a listener, with tags, as they are now. `Ok(None)` if the listener is gone.
pub async fn rules(client: &Elbv2, listener_arn: &str) -> Result<Rules, PortError> {
    client.rules(listener_arn).await
}

/// The calls behind [`rules`], shared with nobody.
pub async fn describe_rules(client: &Client, listener_arn: &str) -> Result<Option<Vec<Tagged>>, PortError> {
    let on = format!("listener {listener_arn}");
    let (mut found, mut marker): (Vec<Rule>, Option<String>) = (Vec::new(), None);
    loop {
        let answer = client
            .describe_rules()
            .listener_arn(listener_arn)
            .set_marker(marker)
            .send()
            .await;
        let answer = match answer.map_err(|error| Doing("describing the rules of", &on).failed(error)) {
            Ok(answer) => answer,
            Err(error) if error.kind == Kind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        found.extend(answer.rules().iter().cloned());
        marker = answer.next_marker().map(str::to_owned);
        if marker.is_none() {
            break;
        }
    }
    let mut tags = BTreeMap::new();
    // The default rule is owned through its listener's tags.
    let arns: Vec<String> = found
        .iter()
        .filter(|rule| rule.is_default() != Some(true))
        .filter_map(|rule| rule.rule_arn().map(str::to_owned))
        .chain([listener_arn.to_owned()])
        .collect();
    // DescribeTags takes at most 20 ARNs per call.
    for arns in arns.chunks(20) {
        let answer = client
            .describe_tags()
            .set_resource_arns(Some(arns.to_vec()))
            .send()
            .await;
        let answer =
            match answer.map_err(|error| Doing("describing the tags of the rules of", &on).failed(error)) {
                Ok(answer) => answer,
                // A rule was removed between the two calls: look again at what is there now.
                Err(error) if error.kind == Kind::NotFound => {
                    return Box::pin(describe_rules(client, listener_arn)).await;
                }
                Err(error) => return Err(error),
            };
        for description in answer.tag_descriptions() {
            let its = description.tags().iter();
            let its = its.map(|tag| {
                (
                    tag.key().unwrap_or_default().to_owned(),
                    tag.value().unwrap_or_default().to_owned(),
                )
            });
            tags.insert(
                description.resource_arn().unwrap_or_default().to_owned(),
                its.collect(),
            );
        }
    }
    let tagged = |rule| tagged(rule, listener_arn, &mut tags);
    Ok(Some(found.iter().map(tagged).collect()))
}

fn tagged(rule: &Rule, listener_arn: &str, tags: &mut BTreeMap<String, BTreeMap<String, String>>) -> Tagged {
    let arn = rule.rule_arn().unwrap_or_default().to_owned();
    let owned_by = if rule.is_default() == Some(true) {
        listener_arn
    } else {
        &arn
    };
    let mut weights = BTreeMap::new();
    for action in rule.actions() {
        // AWS echoes one group as TargetGroupArn, several as ForwardConfig, and sometimes both.
        match action.forward_config() {
            Some(forward) => {
                for group in forward.target_groups() {
                    let weight = u32::try_from(group.weight().unwrap_or(1)).unwrap_or(0);
                    weights.insert(group.target_group_arn().unwrap_or_default().to_owned(), weight);
                }
            }
            None => weights.extend(action.target_group_arn().map(|arn| (arn.to_owned(), 1))),
        }
    }
    Tagged {
        priority: rule.priority().and_then(|priority| priority.parse().ok()),
        weights,
        sticky: rule
            .actions()
            .iter()
            .filter_map(|action| action.forward_config())
            .filter_map(|forward| forward.target_group_stickiness_config())
            .find(|config| config.enabled() == Some(true))
            .map(|config| u32::try_from(config.duration_seconds().unwrap_or(0)).unwrap_or(0)),
        actions: rule.actions().to_vec(),
        tags: tags.remove(owned_by).unwrap_or_default(),
        conditions: Conditions::from_sdk(rule.conditions()),
        arn,
    }
}

/// Makes a rule with its tags in the same call, so that a rule without an owner never exists.
pub async fn create_rule(
    client: &Elbv2,
    placement: &Placement,
    action: Action,
    tags: &BTreeMap<String, String>,
) -> Result<String, PortError> {
    let on = format!(
        "at priority {} of listener {}",
        placement.priority, placement.listener_arn
    );
    // Ours win: who owns a rule is read from them.
    let mut all = (*client.default_tags).clone();
    all.extend(tags.clone());
    let answer = client
        .create_rule()
        .listener_arn(&placement.listener_arn)
        .priority(i32::try_from(placement.priority).unwrap_or(i32::MAX))
        .set_conditions(Some(placement.conditions.to_sdk()))
        .actions(action)
        .set_tags(Some(tag_list(&all)))
        .send()
        .await
        .map_err(|error| Doing("creating a rule", &on).failed(error))?;
    Ok(answer
        .rules()
        .first()
        .and_then(Rule::rule_arn)
        .unwrap_or_default()
        .to_owned())
}

/// Removes a rule; one that is gone already counts as removed.
pub async fn delete_rule(client: &Client, arn: &str) -> Result<Gone, PortError> {
    let result = client.delete_rule().rule_arn(arn).send().await;
    match result.map_err(|error| Doing("deleting listener rule", arn).failed(error)) {
        Ok(_) => Ok(Gone::Now),
        Err(error) if error.kind == Kind::NotFound => Ok(Gone::Before),
        Err(error) => Err(error),
    }
}

/// Since when a rule is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    Now,
    /// It was not there.
    Before,
}

/// Changes whom a rule matches and where it forwards, in one call.
pub async fn modify_rule(
    client: &Client,
    arn: &str,
    conditions: Option<&Conditions>,
    action: Option<Action>,
) -> Result<(), PortError> {
    let call = client
        .modify_rule()
        .rule_arn(arn)
        .set_conditions(conditions.map(Conditions::to_sdk))
        .set_actions(action.map(|a| vec![a]));
    call.send()
        .await
        .map(|_| ())
        .map_err(|error| Doing("changing listener rule", arn).failed(error))
}

pub async fn set_priorities(client: &Client, pairs: &[(String, u32)]) -> Result<(), PortError> {
    let pairs: Vec<RulePriorityPair> = pairs
        .iter()
        .map(|(arn, priority)| {
            let priority = i32::try_from(*priority).unwrap_or(i32::MAX);
            RulePriorityPair::builder()
                .rule_arn(arn)
                .priority(priority)
                .build()
        })
        .collect();
    let on = pairs
        .iter()
        .filter_map(RulePriorityPair::rule_arn)
        .collect::<Vec<_>>()
        .join(", ");
    let call = client.set_rule_priorities().set_rule_priorities(Some(pairs));
    call.send()
        .await
        .map(|_| ())
        .map_err(|error| Doing("setting the priorities of", &on).failed(error))
}
