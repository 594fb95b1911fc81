//! Import of a `bluegreen_service`: finds the rule or default action that the id names and keeps what it does, per
//! target group. Which group is which color only the configuration can say, so nothing is decided here.

use crate::adapters::Elbv2;
use crate::adapters::alb::{self, Slot, Tagged, action};
use crate::model::{matching, string};
use rollout::{Color, Cycle, PerColor, Phase};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use tfplugin::Value;

const FORMS: &str = "Give one of:\n  <rule ARN>                           of a rule that bluegreen has made\n  <service name>@<rule ARN>            of any forwarding rule\n  <service name>@<listener ARN>        of a listener's default action (a service without a priority)";

/// What is to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id {
    pub service: Option<String>,
    pub slot: Slot,
    pub arn: String,
}

impl Id {
    /// # Errors
    /// A sentence that names the forms an id may have.
    pub fn parse(id: &str) -> Result<Id, String> {
        Id::parse_as(id, FORMS)
    }

    /// The same for another resource type, which has other `forms`.
    pub fn parse_as(id: &str, forms: &str) -> Result<Id, String> {
        let wrong = |why: &str| Err(format!("The id {id:?} {why}.\n\n{forms}"));
        // A service's name may hold an @ itself, an ARN never does.
        let (service, arn) = match id.rsplit_once('@') {
            Some((service, arn)) => (Some(service.to_owned()), arn),
            None => (None, id),
        };
        if service
            .as_deref()
            .is_some_and(|service| service.trim().is_empty())
        {
            return wrong("has no service name before the @");
        }
        let Some(("arn", rest)) = arn.split_once(':') else {
            return wrong("has no ARN");
        };
        let mut parts = rest.split(':');
        let (of_balancing, kind) = (parts.nth(1) == Some("elasticloadbalancing"), parts.nth(2));
        let kind: Vec<&str> = kind.unwrap_or_default().split('/').collect();
        let slot = match kind.as_slice() {
            ["listener-rule", "app", _, _, _, _] if of_balancing => Slot::Rule,
            ["listener", "app", _, _, _] if of_balancing => Slot::DefaultAction,
            ["listener" | "listener-rule", "net" | "gwy", ..] => {
                return wrong("is not of an application load balancer");
            }
            _ => return wrong("has an ARN that is neither a listener rule's nor a listener's"),
        };
        let arn = arn.to_owned();
        Ok(Id { service, slot, arn })
    }

    /// A rule's ARN is its listener's with one more id.
    pub fn listener_arn(&self) -> String {
        match (self.slot, self.arn.rsplit_once('/')) {
            (Slot::Rule, Some((listener, _))) => listener.replacen(":listener-rule/", ":listener/", 1),
            _ => self.arn.clone(),
        }
    }

    /// All rules of the listener, as they are now.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn rules(&self, client: &Elbv2) -> Result<Arc<Vec<Tagged>>, String> {
        let listener_arn = self.listener_arn();
        let rules = alb::rules(client, &listener_arn)
            .await
            .map_err(|error| format!("{}.", error.chain()))?;
        rules.ok_or_else(|| format!("Listener {listener_arn} does not exist."))
    }

    /// The id that a state after an import stands for.
    pub fn of(state: &Value) -> Option<Id> {
        let listener = string(state.get("alb").get("listener_arn"))?;
        let rule = string(state.get("rule_arn"))?;
        let default = state.get("alb").get("priority").is_null();
        Some(Id {
            service: string(state.get("name")),
            slot: if default { Slot::DefaultAction } else { Slot::Rule },
            arn: if default { listener } else { rule },
        })
    }
}

/// What an import found. Kept in the object's private state until the first apply has given it colors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Weight per target group.
    pub weights: BTreeMap<String, u32>,
    pub sticky: Option<u32>,
    /// The service that the tags name.
    pub owner: Option<String>,
    pub journal: Option<Cycle>,
    /// Target groups that this service's canary rules route to.
    pub canaries: Vec<String>,
    /// Of a default action: what to put back one day.
    pub former: Option<String>,
}

impl Found {
    pub fn of(rule: &Tagged, rules: &[Tagged]) -> Found {
        let owner = rule.service().map(str::to_owned);
        let canary = |other: &&Tagged| {
            owner.is_some()
                && other.service() == owner.as_deref()
                && other
                    .tags
                    .get(alb::RESOURCE_TAG)
                    .is_some_and(|tag| tag.starts_with("canary/"))
        };
        let canaries = rules
            .iter()
            .filter(canary)
            .flat_map(|rule| rule.weights.keys().cloned());
        let former = match (rule.priority, &owner) {
            (Some(_), _) => None,
            (None, Some(_)) => alb::former(&rule.tags),
            (None, None) => action::text(&rule.actions),
        };
        Found {
            weights: rule.weights.clone(),
            sticky: rule.sticky,
            journal: rule.journal().filter(|_| owner.is_some()),
            canaries: canaries.collect(),
            former,
            owner,
        }
    }

    pub fn write(&self) -> Vec<u8> {
        let journal = self.journal.as_ref().map(|cycle| {
            json!({ "stable": cycle.stable.name(), "blue": cycle.held.blue, "green": cycle.held.green })
        });
        let found = json!({
            "weights": self.weights, "sticky": self.sticky, "owner": self.owner, "journal": journal,
            "canaries": self.canaries, "former": self.former,
        });
        json!({ "imported": found }).to_string().into_bytes()
    }

    /// `None` for private state that is not an import's.
    pub fn parse(private: &[u8]) -> Option<Found> {
        let value: serde_json::Value = serde_json::from_slice(private).ok()?;
        let found = value.get("imported")?;
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
        let whole = |value: &serde_json::Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let weights = found["weights"].as_object()?.iter();
        let journal = &found["journal"];
        Some(Found {
            weights: weights
                .map(|(arn, weight)| Some((arn.clone(), whole(weight)?)))
                .collect::<Option<_>>()?,
            sticky: whole(&found["sticky"]),
            owner: text(&found["owner"]),
            journal: journal["stable"]
                .as_str()
                .and_then(Color::parse)
                .map(|stable| Cycle {
                    stable,
                    held: PerColor {
                        blue: text(&journal["blue"]),
                        green: text(&journal["green"]),
                    },
                    failed: None,
                }),
            canaries: found["canaries"].as_array()?.iter().filter_map(text).collect(),
            former: text(&found["former"]),
        })
    }
}

/// Looks at what the id names. Returns a state that tells where it stands, without anything that only the
/// configuration can decide, and the private state of an import.
///
/// # Errors
/// A sentence for the operator.
pub async fn look(client: &Elbv2, id: &Id) -> Result<(Value, Vec<u8>), String> {
    let listener_arn = id.listener_arn();
    let rules = id.rules(client).await?;
    let found = match id.slot {
        Slot::Rule => rules.iter().find(|rule| rule.arn == id.arn),
        Slot::DefaultAction => rules.iter().find(|rule| rule.priority.is_none()),
    };
    let Some(rule) = found else {
        return Err(format!("Listener {listener_arn} has no rule {}.", id.arn));
    };
    let what = match id.slot {
        Slot::Rule if rule.priority.is_none() => {
            return Err(format!(
                "{} is the default rule of listener {listener_arn}. To let a service own the listener's default action, use the id <service name>@{listener_arn}.",
                id.arn
            ));
        }
        Slot::Rule => format!("Rule {}", id.arn),
        Slot::DefaultAction => format!("The default action of listener {listener_arn}"),
    };
    if rule
        .tags
        .get(alb::RESOURCE_TAG)
        .is_some_and(|tag| tag != id.slot.resource())
    {
        return Err(format!(
            "{what} is a canary rule of service {:?}. Import the service's own rule; a bluegreen_canary_rule is imported with this id, and finds rules that it has made by itself.",
            rule.service().unwrap_or_default()
        ));
    }
    if !rule.only_forwards() || rule.weights.is_empty() {
        let kinds = rule
            .actions
            .iter()
            .filter_map(|action| action.r#type())
            .map(|kind| kind.as_str());
        return Err(format!(
            "{what} does not just forward to target groups (its actions: {}), so there is no traffic to take over.{}",
            kinds.collect::<Vec<_>>().join(", "),
            match id.slot {
                Slot::Rule => "",
                Slot::DefaultAction =>
                    " A first apply without an import takes the listener over and can put this back.",
            }
        ));
    }
    let service = match (&id.service, rule.service()) {
        (Some(given), Some(owner)) if given != owner => {
            return Err(format!(
                "{what} belongs to service {owner:?}, not to {given:?}: its tags say so."
            ));
        }
        (Some(given), _) => given.clone(),
        (None, Some(owner)) => owner.to_owned(),
        (None, None) => {
            return Err(format!(
                "{what} carries no tags of bluegreen, so the id has to say whose it is: <service name>@{}.",
                id.arn
            ));
        }
    };
    let found = Found::of(rule, &rules);
    let state = state(&service, &listener_arn, rule, &found);
    if !matching::conditions(state.get("alb")).same(&rule.conditions) {
        return Err(format!(
            "{what} has a condition that a service can't keep: {}. Change it to one that it can, then import.",
            rule.conditions.lines().join("; ")
        ));
    }
    Ok((state, found.write()))
}

/// Of two groups the first is taken for blue: a suggestion for `-generate-config-out`, and never more than that.
fn state(service: &str, listener_arn: &str, rule: &Tagged, found: &Found) -> Value {
    let order = rule.groups();
    let group = |color: Color| {
        let index = usize::from(color == Color::Green);
        order.get(index).cloned()
    };
    let groups = PerColor::from_fn(|color| group(color).unwrap_or_default());
    let split = rule.split(&groups);
    let stable = found.journal.as_ref().map_or(Color::Blue, |cycle| cycle.stable);
    let phase = match split.map(|split| split.live()) {
        Some(Some(live)) if live != stable && found.journal.is_some() => Phase::Promoted,
        Some(None) => Phase::Canary,
        _ => Phase::Stable,
    };
    let candidate = split.map_or(0, |split| split.share(stable.other()));
    let live = split.and_then(|split| split.live());
    let release = found.journal.as_ref().and_then(|cycle| match phase {
        Phase::Stable => cycle.held[cycle.stable].clone(),
        _ => cycle.held[cycle.candidate()].clone(),
    });
    let alb = Value::object([
        ("listener_arn", Value::from(listener_arn)),
        ("priority", rule.priority.map(i64::from).into()),
        ("blue_target_group_arn", group(Color::Blue).into()),
        ("green_target_group_arn", group(Color::Green).into()),
        ("stickiness", Value::Null),
        ("min_healthy_targets", Value::Null),
    ]);
    Value::object([
        ("id", Value::from(service)),
        ("name", service.into()),
        ("release", release.into()),
        ("enable_canary", (phase != Phase::Stable).into()),
        ("activate_canary", (phase == Phase::Canary).into()),
        ("promote_to_all", (phase == Phase::Promoted).into()),
        (
            "canary_weight",
            match phase {
                Phase::Canary => i64::from(candidate).into(),
                _ => Value::Null,
            },
        ),
        (
            "initial_color",
            match (live, &found.journal) {
                (Some(Color::Green), None) => Color::Green.name().into(),
                _ => Value::Null,
            },
        ),
        ("alb", matching::seen(&alb, &rule.conditions)),
        ("rule_arn", rule.arn.as_str().into()),
    ])
}

#[cfg(test)]
mod tests;
