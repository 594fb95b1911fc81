//! What a rule does with a request, and which of it ALB accepts.
//!
//! Refuses what the sandbox cannot route honestly (authentication, JWT) instead of ignoring it.

use std::collections::BTreeSet;

use super::Kind;
use crate::world::{Refusal, Ruled, World};

/// A rule may forward to this many groups (not adjustable).
const GROUPS_PER_ACTION: usize = 5;
/// Not adjustable.
const GROUPS_PER_BALANCER: usize = 100;
const HIGHEST_WEIGHT: u32 = 999;
const LONGEST_STICKINESS: u64 = 604_800;

#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// Echoed only where the caller gave it, as ALB does.
    pub order: Option<u32>,
    pub kind: ActionKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ActionKind {
    Forward(Forward),
    FixedResponse {
        status: u16,
        content_type: Option<String>,
        body: Option<String>,
    },
    Redirect(Redirect),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Forward {
    /// ARN and weight, in the caller's order.
    pub groups: Vec<(String, u32)>,
    pub stickiness: Stickiness,
}

#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stickiness {
    pub enabled: bool,
    pub seconds: Option<u64>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Redirect {
    pub status: u16,
    pub protocol: String,
    pub host: String,
    pub port: String,
    pub path: String,
    pub query: String,
}

impl Action {
    /// A fixed answer, the usual default of a listener.
    pub fn fixed_response(status: u16, body: &str) -> Self {
        Self {
            order: None,
            kind: ActionKind::FixedResponse {
                status,
                content_type: Some("text/plain".into()),
                body: Some(body.to_owned()),
            },
        }
    }

    /// ARNs of the groups it forwards to.
    pub fn groups(&self) -> impl Iterator<Item = &str> {
        let groups = match &self.kind {
            ActionKind::Forward(forward) => forward.groups.as_slice(),
            _ => &[],
        };
        groups.iter().map(|(arn, _)| arn.as_str())
    }

    /// Whether it forwards to several groups without keeping clients in theirs.
    pub(super) fn splits_loosely(&self) -> bool {
        matches!(&self.kind, ActionKind::Forward(to) if 1 < to.groups.len() && !to.stickiness.enabled)
    }

    fn check(&self) -> Ruled<()> {
        match &self.kind {
            ActionKind::Forward(forward) => check_forward(forward),
            ActionKind::FixedResponse {
                status,
                content_type,
                body,
            } => check_fixed(*status, content_type.as_deref(), body.as_deref()),
            ActionKind::Redirect(redirect) => check_redirect(redirect),
        }
    }
}

impl World {
    /// ALB's rules for the actions of one rule on a listener of `load_balancer`; `replaced` is the rule that has
    /// others now.
    pub(super) fn check_actions(
        &self,
        load_balancer: &str,
        actions: &[Action],
        replaced: Option<&str>,
    ) -> Ruled<()> {
        if actions.is_empty() {
            return Err(Refusal::validation("An action must be specified"));
        }
        // Authentication is the only action that may stand before the one that ends the request.
        if actions.len() != 1 {
            return Err(Refusal::new(
                "InvalidLoadBalancerAction",
                "You must specify exactly one terminal action (forward, redirect or fixed-response)",
            ));
        }
        let kind = self.load_balancer(load_balancer)?.kind;
        for action in actions {
            action.check()?;
            if kind != Kind::Application && action.groups().count() != 1 {
                return Err(Refusal::new(
                    "InvalidLoadBalancerAction",
                    format!("A {} load balancer forwards to one target group", kind.name()),
                ));
            }
            for arn in action.groups() {
                self.check_group_usable(load_balancer, kind, arn)?;
            }
            self.check_group_stickiness(action)?;
        }
        self.check_group_count(load_balancer, actions, replaced)
    }

    /// A client that must stay on its target must stay in its group first.
    fn check_group_stickiness(&self, action: &Action) -> Ruled<()> {
        let sticky = action
            .groups()
            .filter_map(|arn| self.elbv2.target_groups.get(arn))
            .find(|group| group.stickiness().is_some());
        match sticky {
            Some(group) if action.splits_loosely() => Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!(
                    "You must enable group stickiness on a rule if you enabled target stickiness on one of its target \
                     groups: {}",
                    group.arn
                ),
            )),
            _ => Ok(()),
        }
    }

    fn check_group_count(&self, load_balancer: &str, added: &[Action], replaced: Option<&str>) -> Ruled<()> {
        let here = |rule: &&super::Rule| {
            let listener = self.elbv2.listeners.get(&rule.listener);
            listener.is_some_and(|it| it.load_balancer == load_balancer)
                && Some(rule.arn.as_str()) != replaced
        };
        let rules = self.elbv2.rules.values().filter(here);
        let mut groups: BTreeSet<&str> = rules.flat_map(|rule| rule.groups()).collect();
        groups.extend(added.iter().flat_map(Action::groups));
        if GROUPS_PER_BALANCER < groups.len() {
            return Err(Refusal::new(
                "TooManyUniqueTargetGroupsPerLoadBalancer",
                format!(
                    "The maximum number of unique target groups '{GROUPS_PER_BALANCER}' has been reached on load balancer \
                     '{load_balancer}'"
                ),
            ));
        }
        Ok(())
    }

    fn check_group_usable(&self, load_balancer: &str, kind: Kind, arn: &str) -> Ruled<()> {
        let group =
            self.elbv2.target_groups.get(arn).ok_or_else(|| {
                Refusal::new("TargetGroupNotFound", format!("Target group '{arn}' not found"))
            })?;
        if !kind.protocols().contains(&group.protocol.as_str()) {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!(
                    "The protocol '{}' of target group '{arn}' is not one of a {} load balancer",
                    group.protocol,
                    kind.name()
                ),
            ));
        }
        if self
            .elbv2
            .balancers_of(&group.arn)
            .iter()
            .any(|used_by| used_by != load_balancer)
        {
            return Err(Refusal::new(
                "TargetGroupAssociationLimit",
                format!(
                    "The following target groups cannot be associated with more than one load balancer: {arn}"
                ),
            ));
        }
        Ok(())
    }
}

fn check_forward(forward: &Forward) -> Ruled<()> {
    if forward.groups.is_empty() {
        return Err(Refusal::validation("A target group ARN must be specified"));
    }
    if GROUPS_PER_ACTION < forward.groups.len() {
        return Err(Refusal::new(
            "TooManyTargetGroups",
            format!("The maximum number of target groups per action is '{GROUPS_PER_ACTION}'"),
        ));
    }
    for (index, (arn, weight)) in forward.groups.iter().enumerate() {
        if HIGHEST_WEIGHT < *weight {
            return Err(Refusal::validation(format!(
                "The weight for each target group must be between 0 and {HIGHEST_WEIGHT}, inclusive"
            )));
        }
        if forward.groups[..index].iter().any(|(other, _)| other == arn) {
            return Err(Refusal::validation(format!(
                "The target group '{arn}' is specified more than once in an action"
            )));
        }
    }
    match forward.stickiness {
        Stickiness {
            enabled: true,
            seconds: None,
        } => Err(Refusal::validation(
            "Stickiness duration must be specified if stickiness is enabled",
        )),
        Stickiness {
            seconds: Some(seconds),
            ..
        } if !(1..=LONGEST_STICKINESS).contains(&seconds) => Err(Refusal::validation(format!(
            "Stickiness duration must be between 1 and {LONGEST_STICKINESS} seconds"
        ))),
        _ => Ok(()),
    }
}

fn check_fixed(status: u16, content_type: Option<&str>, body: Option<&str>) -> Ruled<()> {
    if !matches!(status / 100, 2 | 4 | 5) {
        return Err(Refusal::validation(format!(
            "Status code '{status}' must be 2XX, 4XX or 5XX"
        )));
    }
    let allowed = [
        "text/plain",
        "text/css",
        "text/html",
        "application/javascript",
        "application/json",
    ];
    if let Some(kind) = content_type.filter(|kind| !allowed.contains(kind)) {
        return Err(Refusal::validation(format!(
            "Content type '{kind}' must be one of {allowed:?}"
        )));
    }
    if body.is_some_and(|body| 1024 < body.len()) {
        return Err(Refusal::validation(
            "The message body must be at most 1024 characters",
        ));
    }
    Ok(())
}

fn check_redirect(redirect: &Redirect) -> Ruled<()> {
    if !matches!(redirect.status, 301 | 302) {
        return Err(Refusal::validation(
            "Status code must be one of HTTP_301, HTTP_302",
        ));
    }
    let unchanged = redirect.protocol == "#{protocol}"
        && redirect.host == "#{host}"
        && redirect.port == "#{port}"
        && redirect.path == "/#{path}";
    if unchanged {
        return Err(Refusal::new(
            "InvalidLoadBalancerAction",
            "The redirect configuration is not valid because it creates a loop.",
        ));
    }
    Ok(())
}
