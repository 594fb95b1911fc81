//! Listener rules: priorities, limits, and the one atomic change a rollout is made of.
//!
//! A refused call changes nothing: every check comes before the first write.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Condition, Kind, Rule, conditions};
use crate::world::{Refusal, Ruled, World};

const HIGHEST_PRIORITY: i64 = 50_000;

impl World {
    pub fn create_rule(
        &mut self,
        listener: &str,
        priority: i64,
        matches: Vec<Condition>,
        actions: Vec<Action>,
        tags: BTreeMap<String, String>,
    ) -> Ruled<String> {
        let found = self.listener(listener)?.clone();
        let kind = self.load_balancer(&found.load_balancer)?.kind;
        if kind != Kind::Application {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("Listeners of {} load balancers have no rules", kind.name()),
            ));
        }
        let priority = check_priority(priority)?;
        conditions::check(&matches)?;
        if self
            .elbv2
            .rules
            .values()
            .any(|rule| rule.listener == listener && rule.priority == Some(priority))
        {
            return Err(priority_in_use(priority));
        }
        let rules = self
            .elbv2
            .rules
            .values()
            .filter(|rule| rule.priority.is_some())
            .filter_map(|rule| self.elbv2.listeners.get(&rule.listener))
            .filter(|listener| listener.load_balancer == found.load_balancer)
            .count();
        if self.settings.rules_per_balancer <= rules {
            return Err(Refusal::new(
                "TooManyRules",
                format!(
                    "The maximum number of rules on load balancer '{}' has been reached",
                    found.load_balancer
                ),
            ));
        }
        self.check_actions(&found.load_balancer, &actions, None)?;

        // The ARN of a rule is its listener's with one more id.
        let before = self.rules_before(listener);
        let id = self.ids.hex16("listener-rule", &format!("{listener}/{priority}"));
        let arn = format!("{}/{id}", listener.replacen(":listener/", ":listener-rule/", 1));
        self.set_tags(&arn, tags);
        self.elbv2.rules.insert(
            arn.clone(),
            Rule {
                arn: arn.clone(),
                listener: listener.to_owned(),
                priority: Some(priority),
                conditions: matches,
                actions,
            },
        );
        self.propagate(listener, before);
        self.refresh_group_use();
        Ok(arn)
    }

    /// Each list given replaces the whole list; omitted and empty leave it. The priority cannot change here.
    pub fn modify_rule(&mut self, arn: &str, matches: Vec<Condition>, actions: Vec<Action>) -> Ruled<()> {
        let rule = self.rule(arn)?;
        if rule.priority.is_none() {
            return Err(Refusal::new(
                "OperationNotPermitted",
                format!("Default rule '{arn}' cannot be modified"),
            ));
        }
        let listener = rule.listener.clone();
        let load_balancer = self.listener(&listener)?.load_balancer.clone();
        if !matches.is_empty() {
            conditions::check(&matches)?;
        }
        if !actions.is_empty() {
            self.check_actions(&load_balancer, &actions, Some(arn))?;
        }
        let before = self.rules_before(&listener);
        if let Some(rule) = self.elbv2.rules.get_mut(arn) {
            if !matches.is_empty() {
                rule.conditions = matches;
            }
            if !actions.is_empty() {
                rule.actions = actions;
            }
        }
        self.propagate(&listener, before);
        self.refresh_group_use();
        Ok(())
    }

    pub fn delete_rule(&mut self, arn: &str) -> Ruled<()> {
        let rule = self.rule(arn)?;
        let listener = rule.listener.clone();
        if rule.priority.is_none() {
            return Err(Refusal::new(
                "OperationNotPermitted",
                format!("Default rule '{arn}' cannot be deleted"),
            ));
        }
        let before = self.rules_before(&listener);
        self.elbv2.rules.remove(arn);
        self.tags.remove(arn);
        self.propagate(&listener, before);
        self.refresh_group_use();
        Ok(())
    }

    /// Judged by the order it leads to, so two rules may swap in one call.
    pub fn set_rule_priorities(&mut self, pairs: &[(String, i64)]) -> Ruled<()> {
        let mut wanted = BTreeMap::new();
        let mut listeners = BTreeSet::new();
        for (arn, priority) in pairs {
            let rule = self.rule(arn)?;
            if rule.priority.is_none() {
                return Err(Refusal::new(
                    "OperationNotPermitted",
                    format!("Priority of the default rule '{arn}' cannot be changed"),
                ));
            }
            listeners.insert(rule.listener.clone());
            if wanted.insert(arn.clone(), check_priority(*priority)?).is_some() {
                return Err(Refusal::validation(format!(
                    "The rule '{arn}' is specified more than once"
                )));
            }
        }
        if 1 < listeners.len() {
            return Err(Refusal::validation("The rules must belong to the same listener"));
        }
        let mut taken = BTreeSet::new();
        for rule in self
            .elbv2
            .rules
            .values()
            .filter(|rule| listeners.contains(&rule.listener))
        {
            let Some(current) = rule.priority else { continue };
            let priority = wanted.get(&rule.arn).copied().unwrap_or(current);
            if !taken.insert(priority) {
                return Err(priority_in_use(priority));
            }
        }
        let before = listeners
            .first()
            .map(|listener| (listener.clone(), self.rules_before(listener)));
        for (arn, priority) in wanted {
            if let Some(rule) = self.elbv2.rules.get_mut(&arn) {
                rule.priority = Some(priority);
            }
        }
        if let Some((listener, before)) = before {
            self.propagate(&listener, before);
        }
        self.touch_routes();
        Ok(())
    }

    pub fn rule(&self, arn: &str) -> Ruled<&Rule> {
        self.elbv2
            .rules
            .get(arn)
            .ok_or_else(|| Refusal::new("RuleNotFound", format!("Rule '{arn}' not found")))
    }
}

fn check_priority(priority: i64) -> Ruled<u16> {
    if !(1..=HIGHEST_PRIORITY).contains(&priority) {
        return Err(Refusal::validation(format!(
            "Priority '{priority}' must be between 1 and {HIGHEST_PRIORITY}"
        )));
    }
    u16::try_from(priority).map_err(|_| Refusal::validation("Priority is out of range"))
}

fn priority_in_use(priority: u16) -> Refusal {
    Refusal::new(
        "PriorityInUse",
        format!("Priority '{priority}' is currently in use"),
    )
}
