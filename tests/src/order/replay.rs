//! The part of AWS that matters for order, rebuilt from the log: rules, targets, services, tasks.
//!
//! Takes only what took effect; refuses an event that cannot be understood, with the reason.

use super::call::{conditions, list, name, number, shares, tags, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A listener rule, or a listener's default action under the listener's own ARN.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward {
    pub listener: String,
    /// `None` for a default action.
    pub priority: Option<u64>,
    pub conditions: BTreeSet<String>,
    /// Percent by target group ARN.
    pub shares: BTreeMap<String, f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EcsService {
    pub desired: u64,
    pub task_definition: String,
}

/// Everything known after some event.
#[derive(Clone, Debug, Default)]
pub struct Replay {
    pub forwards: BTreeMap<String, Forward>,
    pub tags: BTreeMap<String, BTreeMap<String, String>>,
    /// State by target by target group ARN.
    targets: BTreeMap<String, BTreeMap<String, String>>,
    /// By cluster and name.
    pub services: BTreeMap<(String, String), EcsService>,
    /// Cluster and service by task ARN.
    pub tasks: BTreeMap<String, (String, String)>,
    /// When a target group that had a share lost its last one, in milliseconds of the log.
    pub idle_since: BTreeMap<String, f64>,
}

impl Replay {
    pub fn take(&mut self, event: &Value) -> Result<(), String> {
        match text(&event["event"]) {
            "world" => self.world(&event["world"]),
            "target" => self.target(event),
            "task" => {
                let place = (
                    name(&event["cluster"]).to_owned(),
                    name(&event["service"]).to_owned(),
                );
                self.tasks.insert(text(&event["task"]).to_owned(), place);
                Ok(())
            }
            "call" if event["mutating"] == true && event["applied"] == true => {
                let serving = self.serving();
                self.call(event)?;
                let at = event["at_ms"].as_f64().ok_or("a call without at_ms")?;
                for group in serving.difference(&self.serving()) {
                    self.idle_since.insert(group.clone(), at);
                }
                Ok(())
            }
            "call" => Ok(()),
            "autoscaler" => self.autoscaler(event),
            // When a node of the balancer follows changes nothing of what was asked for.
            "propagation" => Ok(()),
            // Networks and clusters have a life of their own, in which nobody is answered.
            "interface" | "nat_gateway" | "eks" => Ok(()),
            other => Err(format!("an event of unknown kind {other:?}")),
        }
    }

    /// The largest share of a group in anybody's rule.
    pub fn share(&self, group: &str) -> f64 {
        self.forwards
            .values()
            .filter_map(|forward| forward.shares.get(group))
            .copied()
            .fold(0.0, f64::max)
    }

    pub fn healthy(&self, group: &str) -> usize {
        let targets = self.targets.get(group);
        targets.map_or(0, |targets| {
            targets.values().filter(|state| *state == "healthy").count()
        })
    }

    /// The ARN of a target group given by name or ARN.
    pub fn group(&self, name: &str) -> Option<&str> {
        let part = format!(":targetgroup/{name}/");
        let known = self
            .targets
            .keys()
            .chain(self.forwards.values().flat_map(|forward| forward.shares.keys()));
        known
            .map(String::as_str)
            .find(|arn| *arn == name || arn.contains(&part))
    }

    pub fn tag(&self, arn: &str, key: &str) -> Option<&str> {
        self.tags.get(arn)?.get(key).map(String::as_str)
    }

    fn serving(&self) -> BTreeSet<String> {
        let shares = self.forwards.values().flat_map(|forward| &forward.shares);
        shares
            .filter(|(_, share)| **share > 0.0)
            .map(|(group, _)| group.clone())
            .collect()
    }

    fn world(&mut self, world: &Value) -> Result<(), String> {
        *self = Self::default();
        for listener in list(&world["listeners"]) {
            self.listener(listener)?;
        }
        for rule in list(&world["rules"]) {
            // A default rule is the default action of its listener, which is there already.
            if number(&rule["Priority"]).is_some() {
                self.rule(rule, text(&rule["ListenerArn"]))?;
            }
        }
        for group in list(&world["target_groups"]) {
            let targets = list(&group["Targets"]).iter();
            let targets = targets
                .map(|it| (text(&it["target"]).to_owned(), text(&it["state"]).to_owned()))
                .collect();
            self.targets
                .insert(text(&group["TargetGroupArn"]).to_owned(), targets);
        }
        for service in list(&world["services"]) {
            self.service(service)?;
        }
        if let Some(tags) = world["tags"].as_object() {
            for (arn, tags) in tags {
                let tags = tags.as_object().into_iter().flatten();
                let tags = tags
                    .map(|(key, value)| (key.clone(), text(value).to_owned()))
                    .collect();
                self.tags.insert(arn.clone(), tags);
            }
        }
        Ok(())
    }

    fn autoscaler(&mut self, event: &Value) -> Result<(), String> {
        let key = (
            name(&event["cluster"]).to_owned(),
            name(&event["service"]).to_owned(),
        );
        let service = self.services.get_mut(&key);
        let service = service.ok_or_else(|| format!("an unknown service was scaled: {event}"))?;
        service.desired = event["to"]
            .as_u64()
            .ok_or_else(|| format!("an autoscaler without a count: {event}"))?;
        Ok(())
    }

    fn target(&mut self, event: &Value) -> Result<(), String> {
        let (group, target) = (text(&event["target_group"]), text(&event["target"]));
        if group.is_empty() || target.is_empty() {
            return Err(format!("a target event without target: {event}"));
        }
        let targets = self.targets.entry(group.to_owned()).or_default();
        match text(&event["state"]) {
            "gone" => targets.remove(target),
            state => targets.insert(target.to_owned(), state.to_owned()),
        };
        Ok(())
    }

    fn call(&mut self, event: &Value) -> Result<(), String> {
        let (input, output) = (&event["input"], &event["output"]);
        match text(&event["action"]) {
            "CreateRule" => {
                let rule = list(&output["Rules"])
                    .first()
                    .ok_or("CreateRule answered no rule")?;
                self.rule(rule, text(&input["ListenerArn"]))?;
                self.tags
                    .insert(text(&rule["RuleArn"]).to_owned(), tags(&input["Tags"]));
            }
            "ModifyRule" => {
                let rule = list(&output["Rules"])
                    .first()
                    .ok_or("ModifyRule answered no rule")?;
                let old = self
                    .forwards
                    .get(text(&rule["RuleArn"]))
                    .ok_or("ModifyRule of an unknown rule")?;
                let listener = old.listener.clone();
                self.rule(rule, &listener)?;
            }
            "DeleteRule" => {
                self.forwards
                    .remove(text(&input["RuleArn"]))
                    .ok_or("DeleteRule of an unknown rule")?;
            }
            "SetRulePriorities" => {
                for pair in list(&input["RulePriorities"]) {
                    let rule = self.forwards.get_mut(text(&pair["RuleArn"]));
                    rule.ok_or("SetRulePriorities of an unknown rule")?.priority = number(&pair["Priority"]);
                }
            }
            "CreateListener" | "ModifyListener" => {
                let listener = list(&output["Listeners"])
                    .first()
                    .ok_or("no listener was answered")?;
                self.listener(listener)?;
            }
            "DeleteListener" => {
                let listener = text(&input["ListenerArn"]);
                self.forwards.retain(|_, forward| forward.listener != listener);
            }
            "AddTags" => {
                for arn in list(&input["ResourceArns"]) {
                    self.tags
                        .entry(text(arn).to_owned())
                        .or_default()
                        .extend(tags(&input["Tags"]));
                }
            }
            "RemoveTags" => {
                for arn in list(&input["ResourceArns"]) {
                    let gone = list(&input["TagKeys"]);
                    let tags = self.tags.entry(text(arn).to_owned()).or_default();
                    tags.retain(|key, _| !gone.iter().any(|gone| text(gone) == key));
                }
            }
            "CreateService" | "UpdateService" => self.service(&output["service"])?,
            "DeleteService" => {
                self.services
                    .remove(&place(input))
                    .ok_or("DeleteService of an unknown service")?;
            }
            // Everything else changes nothing that order depends on.
            _ => {}
        }
        Ok(())
    }

    fn rule(&mut self, rule: &Value, listener: &str) -> Result<(), String> {
        let arn = rule["RuleArn"]
            .as_str()
            .ok_or_else(|| format!("a rule without ARN: {rule}"))?;
        let forward = Forward {
            listener: listener.to_owned(),
            priority: number(&rule["Priority"]),
            conditions: conditions(&rule["Conditions"]),
            shares: shares(&rule["Actions"]),
        };
        self.forwards.insert(arn.to_owned(), forward);
        Ok(())
    }

    fn listener(&mut self, listener: &Value) -> Result<(), String> {
        let arn = listener["ListenerArn"]
            .as_str()
            .ok_or_else(|| format!("a listener without ARN: {listener}"))?;
        let (conditions, shares) = (BTreeSet::new(), shares(&listener["DefaultActions"]));
        let forward = Forward {
            listener: arn.to_owned(),
            priority: None,
            conditions,
            shares,
        };
        self.forwards.insert(arn.to_owned(), forward);
        Ok(())
    }

    fn service(&mut self, service: &Value) -> Result<(), String> {
        let desired =
            number(&service["desiredCount"]).ok_or_else(|| format!("no desired count in {service}"))?;
        let key = (
            name(&service["clusterArn"]).to_owned(),
            name(&service["serviceName"]).to_owned(),
        );
        let task_definition = name_and_revision(text(&service["taskDefinition"])).to_owned();
        self.services.insert(
            key,
            EcsService {
                desired,
                task_definition,
            },
        );
        Ok(())
    }
}

/// Cluster and name of the service that an ECS call is about.
pub fn place(input: &Value) -> (String, String) {
    let cluster = if input["cluster"].is_string() {
        name(&input["cluster"])
    } else {
        "default"
    };
    (cluster.to_owned(), name(&input["service"]).to_owned())
}

fn name_and_revision(task_definition: &str) -> &str {
    task_definition.rsplit('/').next().unwrap_or(task_definition)
}
