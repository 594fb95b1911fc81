//! Traffic of one service: one listener rule that forwards to both target groups at all times. Touches no rule
//! that does not carry the service's own tags.

use super::aws::Doing;
use crate::ports::{Health, Kind, PortError, Route, Routing, Traffic};
use aws_sdk_elasticloadbalancingv2::Client;
use aws_sdk_elasticloadbalancingv2::types::{
    Action, ActionTypeEnum, ForwardActionConfig, HostHeaderConditionConfig, PathPatternConditionConfig, Rule,
    RuleCondition, RulePriorityPair, SourceIpConditionConfig, Tag, TargetGroupStickinessConfig,
    TargetGroupTuple, TargetHealthStateEnum,
};
use rollout::{Color, Cycle, PerColor, TrafficSplit};
use std::collections::BTreeMap;

/// Says which service a rule belongs to.
pub const SERVICE_TAG: &str = "bluegreen:service";
/// Says which resource made it: `service`, or `canary/<priority>`.
pub const RESOURCE_TAG: &str = "bluegreen:resource";
/// The journal: the color a release cycle started from. Outlives a crash that Terraform's state did not see.
pub const STABLE_TAG: &str = "bluegreen:stable";
/// The journal: the release each color holds.
pub const HELD_TAGS: PerColor<&str> = PerColor {
    blue: "bluegreen:blue",
    green: "bluegreen:green",
};

/// Where on the listener a rule stands, and whom it matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    pub listener_arn: String,
    pub priority: u32,
    pub host_headers: Vec<String>,
    pub path_patterns: Vec<String>,
    pub source_ips: Vec<String>,
}

/// One rule of a listener with its tags.
#[derive(Clone, Debug)]
pub struct Tagged {
    pub arn: String,
    /// `None` for the default rule.
    pub priority: Option<u32>,
    /// Weight per target group; a plain forward counts as weight 1.
    pub weights: BTreeMap<String, u32>,
    pub tags: BTreeMap<String, String>,
    pub source_ips: Vec<String>,
    pub host_headers: Vec<String>,
    pub path_patterns: Vec<String>,
}

impl Tagged {
    pub fn is(&self, service: &str, resource: &str) -> bool {
        self.tags.get(SERVICE_TAG).is_some_and(|tag| tag == service)
            && self.tags.get(RESOURCE_TAG).is_some_and(|tag| tag == resource)
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
        let sorted = |values: &[String]| {
            let mut values = values.to_vec();
            values.sort();
            values
        };
        sorted(&self.host_headers) == sorted(&placement.host_headers)
            && sorted(&self.path_patterns) == sorted(&placement.path_patterns)
            && sorted(&self.source_ips) == sorted(&placement.source_ips)
    }
}

/// All rules of a listener, with tags. `Ok(None)` if the listener is gone.
pub async fn rules(client: &Client, listener_arn: &str) -> Result<Option<Vec<Tagged>>, PortError> {
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
    let arns: Vec<String> = found
        .iter()
        .filter_map(|rule| rule.rule_arn().map(str::to_owned))
        .collect();
    // DescribeTags takes at most 20 ARNs per call.
    for arns in arns.chunks(20) {
        let answer = client
            .describe_tags()
            .set_resource_arns(Some(arns.to_vec()))
            .send()
            .await;
        let answer = match answer
            .map_err(|error| Doing("describing the tags of the rules of", &on).failed(error))
        {
            Ok(answer) => answer,
            // A rule was removed between the two calls: look again at what is there now.
            Err(error) if error.kind == Kind::NotFound => return Box::pin(rules(client, listener_arn)).await,
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
    Ok(Some(found.iter().map(|rule| tagged(rule, &mut tags)).collect()))
}

fn tagged(rule: &Rule, tags: &mut BTreeMap<String, BTreeMap<String, String>>) -> Tagged {
    let arn = rule.rule_arn().unwrap_or_default().to_owned();
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
    let values = |field: &str| {
        let conditions = rule
            .conditions()
            .iter()
            .filter(|condition| condition.field() == Some(field));
        let all = conditions.flat_map(|condition| match field {
            "host-header" => condition
                .host_header_config()
                .map_or(condition.values(), |c| c.values()),
            "path-pattern" => condition
                .path_pattern_config()
                .map_or(condition.values(), |c| c.values()),
            _ => condition
                .source_ip_config()
                .map_or(condition.values(), |c| c.values()),
        });
        all.cloned().collect::<Vec<String>>()
    };
    Tagged {
        priority: rule.priority().and_then(|priority| priority.parse().ok()),
        weights,
        tags: tags.remove(&arn).unwrap_or_default(),
        source_ips: values("source-ip"),
        host_headers: values("host-header"),
        path_patterns: values("path-pattern"),
        arn,
    }
}

/// A forward to both groups in percent. Group stickiness is off in the same call: its cookies would beat the weights.
pub fn forward(groups: &PerColor<String>, split: TrafficSplit) -> Action {
    let tuple = |color: Color| {
        TargetGroupTuple::builder()
            .target_group_arn(&groups[color])
            .weight(i32::from(split.share(color)))
            .build()
    };
    let off = TargetGroupStickinessConfig::builder().enabled(false).build();
    let config = ForwardActionConfig::builder()
        .target_groups(tuple(Color::Blue))
        .target_groups(tuple(Color::Green))
        .target_group_stickiness_config(off)
        .build();
    Action::builder()
        .r#type(ActionTypeEnum::Forward)
        .forward_config(config)
        .build()
}

pub fn conditions(placement: &Placement) -> Vec<RuleCondition> {
    let mut all = Vec::new();
    if !placement.host_headers.is_empty() {
        let values = Some(placement.host_headers.clone());
        let config = HostHeaderConditionConfig::builder().set_values(values).build();
        all.push(
            RuleCondition::builder()
                .field("host-header")
                .host_header_config(config)
                .build(),
        );
    }
    if !placement.path_patterns.is_empty() {
        let values = Some(placement.path_patterns.clone());
        let config = PathPatternConditionConfig::builder().set_values(values).build();
        all.push(
            RuleCondition::builder()
                .field("path-pattern")
                .path_pattern_config(config)
                .build(),
        );
    }
    if !placement.source_ips.is_empty() {
        let values = Some(placement.source_ips.clone());
        let config = SourceIpConditionConfig::builder().set_values(values).build();
        all.push(
            RuleCondition::builder()
                .field("source-ip")
                .source_ip_config(config)
                .build(),
        );
    }
    all
}

/// Makes a rule with its tags in the same call, so that a rule without an owner never exists.
pub async fn create_rule(
    client: &Client,
    placement: &Placement,
    action: Action,
    tags: &BTreeMap<String, String>,
) -> Result<String, PortError> {
    let on = format!(
        "at priority {} of listener {}",
        placement.priority, placement.listener_arn
    );
    let answer = client
        .create_rule()
        .listener_arn(&placement.listener_arn)
        .priority(i32::try_from(placement.priority).unwrap_or(i32::MAX))
        .set_conditions(Some(conditions(placement)))
        .actions(action)
        .set_tags(Some(tag_list(tags)))
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
pub async fn delete_rule(client: &Client, arn: &str) -> Result<(), PortError> {
    let result = client.delete_rule().rule_arn(arn).send().await;
    match result.map_err(|error| Doing("deleting listener rule", arn).failed(error)) {
        Err(error) if error.kind != Kind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Changes whom a rule matches and where it forwards, in one call.
pub async fn modify_rule(
    client: &Client,
    arn: &str,
    conditions: Option<Vec<RuleCondition>>,
    action: Option<Action>,
) -> Result<(), PortError> {
    let call = client
        .modify_rule()
        .rule_arn(arn)
        .set_conditions(conditions)
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

fn tag_list(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect()
}

/// The tags of a service's own rule: who owns it, and the journal.
pub fn service_tags(service: &str, cycle: &Cycle) -> BTreeMap<String, String> {
    let mut tags = owner_tags(service, "service");
    tags.extend(journal_tags(cycle));
    tags
}

pub fn owner_tags(service: &str, resource: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        (SERVICE_TAG.into(), service.into()),
        (RESOURCE_TAG.into(), resource.into()),
    ])
}

fn journal_tags(cycle: &Cycle) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::from([(STABLE_TAG.to_owned(), cycle.stable.name().to_owned())]);
    for color in Color::BOTH {
        if let Some(release) = &cycle.held[color] {
            tags.insert(HELD_TAGS[color].into(), release.clone());
        }
    }
    tags
}

/// Healthy targets of one group, and why the others are not.
pub async fn target_health(client: &Client, group: &str) -> Result<Health, PortError> {
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
            // On its way out by somebody's will: not an ailment.
            Some(TargetHealthStateEnum::Draining) | None => {}
            Some(other) => {
                let id = target
                    .target()
                    .and_then(|target| target.id())
                    .unwrap_or("a target");
                let reason = state.reason().map_or("", |reason| reason.as_str());
                let described = state.description().unwrap_or_default();
                health.ailing.push(
                    format!("{id} is {}: {reason} {described}", other.as_str())
                        .trim_end()
                        .to_owned(),
                );
            }
        }
    }
    Ok(health)
}

/// One service's rule and groups.
pub struct Alb {
    pub client: Client,
    pub service: String,
    pub listener_arn: String,
    pub rule_arn: String,
    pub groups: PerColor<String>,
}

impl Alb {
    /// Writes the journal onto the rule: after a crash the next refresh reads who holds what from there.
    pub async fn record(&self, cycle: &Cycle) -> Result<(), PortError> {
        let call = self
            .client
            .add_tags()
            .resource_arns(&self.rule_arn)
            .set_tags(Some(tag_list(&journal_tags(cycle))));
        call.send()
            .await
            .map(|_| ())
            .map_err(|error| Doing("recording the cycle on rule", &self.rule_arn).failed(error))
    }

    /// What the rules of the listener mean for this service.
    pub fn routing_of(&self, rules: &[Tagged]) -> Routing {
        let own = rules.iter().find(|rule| rule.arn == self.rule_arn);
        let routes = PerColor::from_fn(|color| {
            let others = rules.iter().filter(|rule| rule.arn != self.rule_arn);
            let others = others.filter(|rule| rule.weights.get(&self.groups[color]).is_some_and(|&w| 0 < w));
            others
                .map(|rule| {
                    let arn = rule.arn.clone();
                    let ours = rule.tags.get(SERVICE_TAG) == Some(&self.service)
                        && rule
                            .tags
                            .get(RESOURCE_TAG)
                            .is_some_and(|tag| tag.starts_with("canary/"));
                    if ours {
                        Route::Canary { arn }
                    } else {
                        Route::Foreign { arn }
                    }
                })
                .collect()
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

    async fn set_split(&self, split: TrafficSplit) -> Result<(), PortError> {
        modify_rule(
            &self.client,
            &self.rule_arn,
            None,
            Some(forward(&self.groups, split)),
        )
        .await
        .map_err(|error| {
            let doing = format!("shifting traffic to {split} with");
            PortError {
                doing,
                on: format!("listener rule {}", self.rule_arn),
                ..error
            }
        })
    }

    async fn health(&self, color: Color) -> Result<Health, PortError> {
        target_health(&self.client, &self.groups[color]).await
    }

    async fn close_canary(&self, color: Color) -> Result<(), PortError> {
        for route in &self.routing().await?.routes[color] {
            if let Route::Canary { arn } = route {
                delete_rule(&self.client, arn).await?;
            }
        }
        Ok(())
    }
}
