//! Room on a listener for the rules of one resource: which rules have to move, or the sentence that says why they
//! can't. Moves only rules of ours, and by a call that AWS refuses whole if another process was quicker.

use crate::adapters::alb::{self, RESOURCE_TAG, Tagged};
use crate::ports::PortError;
use crate::priorities::{Ledger, Moves, Owner, Standing, Want, settle};
use aws_sdk_elasticloadbalancingv2::Client;

/// How often a listener is looked at anew after another process was quicker.
pub const LOOKS: usize = 5;

/// What has to move so that a resource gets its priorities.
#[derive(Debug, Default)]
pub struct Way {
    pub moves: Moves,
    /// What will have happened to rules of resources that this run has not met.
    strangers: Vec<String>,
}

impl Way {
    /// One call for all, so that rules change places without a moment between.
    pub async fn make(&self, client: &Client, ledger: &Ledger, owner: &str) -> Result<(), PortError> {
        if self.moves.is_empty() {
            return Ok(());
        }
        alb::set_priorities(client, &self.moves).await?;
        ledger.note(owner, &self.strangers);
        Ok(())
    }

    pub fn moves(&self, arn: &str) -> bool {
        self.moves.iter().any(|(moved, _)| moved == arn)
    }
}

/// Rule and new priority of every rule that has to move; hold the listener's turn from the look at `rules` until the
/// moves are made.
///
/// # Errors
/// A sentence for the operator: a rule of somebody else is in the way, or one that another resource of this run has
/// just put there.
pub fn room(
    ledger: &Ledger,
    listener: &str,
    owner: &str,
    rules: &[Tagged],
    wants: &[Want<'_>],
) -> Result<Way, String> {
    let standing: Vec<Standing> = rules.iter().filter_map(standing).collect();
    let moves = settle(&standing, wants, &ledger.reserved(listener, owner)).map_err(|taken| {
        format!("On listener {listener}, {taken}. Choose another priority, or free that one.")
    })?;
    let mut strangers = Vec::new();
    for (arn, to) in &moves {
        if wants.iter().any(|want| want.arn == Some(arn.as_str())) {
            continue;
        }
        if let Some((priority, other)) = ledger.settled_by_another(arn, owner) {
            return Err(format!(
                "{other} was put at priority {priority} of listener {listener} in this same apply, and {owner} would push it away again. Give one of them another priority."
            ));
        }
        let Some((rule, other)) = rules
            .iter()
            .find(|rule| rule.arn == *arn)
            .and_then(|rule| Some((rule, name(rule)?)))
        else {
            continue;
        };
        if !ledger.knows(listener, &other) {
            strangers.push(format!(
                "Rule {arn} of {other} gave way to {owner} on listener {listener}: from priority {} to {to}. If this same configuration has it, it goes to its own place when its turn comes. If another one has it, that one will want its priority back: give each configuration a range of its own.",
                rule.priority.unwrap_or_default()
            ));
        }
    }
    Ok(Way { moves, strangers })
}

/// Another process changed the listener between the look and the call, which AWS refused whole: look again.
pub fn raced(error: &PortError) -> bool {
    matches!(error.code.as_deref(), Some("PriorityInUse" | "RuleNotFound"))
}

/// An error of a call that makes or moves rules.
pub fn said(error: &PortError) -> String {
    let chain = error.chain();
    match error.code.as_deref() {
        Some("TooManyRules") => format!(
            "{chain}. A load balancer has 100 rules, its listeners' default rules not counted, unless the quota \"Rules per Application Load Balancer\" was raised: remove rules, or have it raised, and apply again."
        ),
        _ => format!("{chain}."),
    }
}

/// `None` for the default rule, which has no priority to give.
fn standing(rule: &Tagged) -> Option<Standing> {
    let owner = match rule.service() {
        None => Owner::Foreign,
        Some(service) if rule.is_canary() => Owner::Canary(service.to_owned()),
        Some(service) => Owner::Service(service.to_owned()),
    };
    Some(Standing {
        arn: rule.arn.clone(),
        priority: rule.priority?,
        owner,
    })
}

/// How the resource that made a rule is called among those of a run.
fn name(rule: &Tagged) -> Option<String> {
    let service = rule.service()?;
    let canary = rule
        .tags
        .get(RESOURCE_TAG)
        .and_then(|tag| tag.strip_prefix("canary/"));
    Some(match canary {
        Some(priority) => super::canary_rule::owner(service, priority),
        None => super::service::owner(service),
    })
}
