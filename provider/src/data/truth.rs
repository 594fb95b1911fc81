//! One look at the load balancer, and what it says about a service. What AWS cannot know stays null.

use crate::adapters::Elbv2;
use crate::adapters::alb::{self, Slot, Tagged};
use crate::model::{matching, string};
use crate::ports::{Kind, PortError};
use rollout::{Color, Cycle, PerColor, Phase, TrafficSplit};
use std::collections::{BTreeMap, BTreeSet};
use tfplugin::Value;

/// Why there is nothing to tell, for the operator.
#[derive(Debug)]
pub struct Missing {
    pub summary: String,
    pub detail: String,
}

impl Missing {
    fn new(summary: impl Into<String>, detail: impl Into<String>) -> Missing {
        Missing {
            summary: summary.into(),
            detail: detail.into(),
        }
    }

    fn unanswered(error: &PortError) -> Missing {
        Missing::new(
            "The service could not be looked at",
            format!("{}.", error.chain()),
        )
    }
}

/// The configuration with everything AWS says filled in.
pub async fn look(client: &Elbv2, config: &Value) -> Result<Value, Missing> {
    let name = string(config.get("name")).unwrap_or_default();
    let listener = string(config.get("listener_arn")).unwrap_or_default();
    let rules = alb::rules(client, &listener)
        .await
        .map_err(|error| Missing::unanswered(&error))?;
    let Some(rules) = rules else {
        let detail = format!(
            "listener_arn is {listener}, and AWS knows no such listener in this region and account. Service {name:?} can't be read \
             from it."
        );
        return Err(Missing::new("The listener does not exist", detail));
    };
    let own = own_rule(&rules, &name, &listener)?;
    let groups = colors(config);
    let mut arns: BTreeSet<&String> = own.weights.keys().collect();
    arns.extend(groups.iter().flat_map(|groups| [&groups.blue, &groups.green]));
    let mut healthy = BTreeMap::new();
    for arn in arns {
        let health = alb::target_health(client, arn)
            .await
            .map_err(|error| match error.kind {
                Kind::NotFound => {
                    Missing::new("A target group does not exist", format!("{}.", error.chain()))
                }
                _ => Missing::unanswered(&error),
            })?;
        healthy.insert(arn.clone(), health.healthy);
    }
    Ok(told(config, &rules, own, groups.as_ref(), &healthy))
}

/// The one rule that carries the service's tags; the default rule, where it owns the listener's default action.
pub fn own_rule<'a>(rules: &'a [Tagged], name: &str, listener: &str) -> Result<&'a Tagged, Missing> {
    let slots = [Slot::Rule, Slot::DefaultAction];
    let its = |rule: &&Tagged| slots.iter().any(|slot| rule.is(name, slot.resource()));
    let own: Vec<&Tagged> = rules.iter().filter(its).collect();
    match own.as_slice() {
        [own] => Ok(own),
        [] => {
            let there: BTreeSet<&str> = rules.iter().filter_map(Tagged::service).collect();
            let there = if there.is_empty() {
                "no service has a rule there".to_owned()
            } else {
                let names: Vec<String> = there.iter().map(|name| format!("{name:?}")).collect();
                format!("there are rules of {}", names.join(", "))
            };
            let detail = format!(
                "No rule of listener {listener} carries the tags of service {name:?}; {there}. Check name and listener_arn. If this \
                 configuration makes the service itself, add depends_on = [bluegreen_service.<name>] to the data source."
            );
            Err(Missing::new(format!("Service {name} has no rule here"), detail))
        }
        many => {
            let arns: Vec<&str> = many.iter().map(|rule| rule.arn.as_str()).collect();
            let detail = format!(
                "Rules {} of listener {listener} all carry the tags of service {name:?}, so which one serves can't be told. Remove the \
                 tags or the rules that are not the service's.",
                arns.join(" and ")
            );
            Err(Missing::new(
                format!("Service {name} has {} rules", many.len()),
                detail,
            ))
        }
    }
}

pub fn colors(config: &Value) -> Option<PerColor<String>> {
    Some(PerColor {
        blue: string(config.get("blue_target_group_arn"))?,
        green: string(config.get("green_target_group_arn"))?,
    })
}

pub fn told(
    config: &Value,
    rules: &[Tagged],
    own: &Tagged,
    groups: Option<&PerColor<String>>,
    healthy: &BTreeMap<String, u32>,
) -> Value {
    let mut state = config.clone();
    let name = own.service().unwrap_or_default();
    let journal = own.journal();
    state.set("rule_arn", own.arn.as_str().into());
    state.set("priority", own.priority.map(i64::from).into());
    state.set("conditions", matching::seen(&nobody(), &own.conditions));
    let shares = shares(&own.weights);
    let of_group = healthy.iter().map(|(arn, healthy)| {
        let share = shares.get(arn).copied().unwrap_or(0);
        let group = [
            ("traffic", Value::from(i64::from(share))),
            ("healthy_targets", Value::from(i64::from(*healthy))),
        ];
        (arn.clone(), Value::object(group))
    });
    state.set("target_groups", Value::object(of_group));
    let live = shares.iter().find(|(_, share)| **share == 100);
    state.set("live_target_group_arn", live.map(|(arn, _)| arn.clone()).into());
    let stable = journal.as_ref().map(|cycle| cycle.stable.name().to_owned());
    state.set("stable_color", stable.into());
    let held = |color: Color| journal.as_ref().and_then(|cycle| cycle.held[color].clone());
    state.set("releases", both(|color| held(color).into()));
    let mut canary: Vec<&Tagged> = rules.iter().filter(|rule| rule.is_canary_of(name)).collect();
    canary.sort_by_key(|rule| rule.priority);
    let canary_rules = canary.iter().flat_map(|rule| {
        let open = rule.weights.iter().filter(|(_, weight)| 0 < **weight);
        open.map(|(group, _)| {
            Value::object([
                ("arn", Value::from(rule.arn.as_str())),
                ("priority", rule.priority.map(i64::from).into()),
                ("target_group_arn", group.as_str().into()),
            ])
        })
    });
    state.set("canary_rules", Value::List(canary_rules.collect()));
    let Some(groups) = groups else {
        for field in ["phase", "live_color", "traffic", "healthy_targets", "rule_intact"] {
            state.set(field, Value::Null);
        }
        return state;
    };
    let targets = |color: Color| healthy.get(&groups[color]).copied().unwrap_or(0);
    let split = own.split(groups);
    let phase = split.zip(journal.as_ref()).map(|(split, cycle)| {
        let candidate = &groups[cycle.candidate()];
        let audience = canary
            .iter()
            .any(|rule| rule.weights.get(candidate).is_some_and(|&weight| 0 < weight));
        cycle.phase(split, Some(targets(cycle.candidate())), audience, Phase::Stable)
    });
    state.set("phase", phase.map(|phase| phase.name().to_owned()).into());
    let live = split.and_then(|split| serves(split, journal.as_ref()));
    state.set("live_color", live.map(|color| color.name().to_owned()).into());
    let traffic = split.map(|split| both(|color| i64::from(split.share(color)).into()));
    state.set("traffic", traffic.unwrap_or(Value::Null));
    state.set("healthy_targets", both(|color| i64::from(targets(color)).into()));
    // What stickiness was asked for is the resource's to know; at 0 or 100 % there must be none.
    state.set("rule_intact", own.is_intact(groups, own.sticky).into());
    state
}

/// Who serves, or serves most. A tie is stable's, as the resource has it; without a journal it is nobody's.
fn serves(split: TrafficSplit, journal: Option<&Cycle>) -> Option<Color> {
    let most = Color::BOTH.into_iter().find(|&color| 50 < split.share(color));
    most.or(journal.map(|cycle| cycle.stable))
}

/// Whole percent per group; a group that gets requests never counts as one that gets none.
fn shares(weights: &BTreeMap<String, u32>) -> BTreeMap<String, u32> {
    let sum: u64 = weights.values().map(|&weight| u64::from(weight)).sum();
    let percent = |weight: u32| match u64::from(weight) {
        0 => 0,
        weight if weight == sum => 100,
        weight => ((weight * 100 + sum / 2) / sum).clamp(1, 99),
    };
    weights
        .iter()
        .map(|(arn, &weight)| (arn.clone(), u32::try_from(percent(weight)).unwrap_or(100)))
        .collect()
}

fn both(value: impl Fn(Color) -> Value) -> Value {
    Value::object(Color::BOTH.map(|color| (color.name(), value(color))))
}

/// Conditions before any was seen.
fn nobody() -> Value {
    Value::object(matching::FIELDS.map(|field| (field, Value::Null)))
}
