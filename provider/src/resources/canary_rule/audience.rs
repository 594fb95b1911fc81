//! Whom a `bluegreen_canary_rule` lets through, as the rules that say so: the service's own conditions and the
//! audience's, in rules that AWS accepts, at the priority and below. Asks nobody.

use super::cookies;
use super::narrow::{self, Apart};
use super::place::priority;
use super::split::{MOST_RULES, Unsplittable, split};
use crate::adapters::alb::{Condition, Conditions};
use crate::model::{limits, matching, number, string, strings};
use tfplugin::{Diagnostics, Path, Value};

/// What makes an audience; one of them at least.
pub const KINDS: [&str; 5] = [
    "path_patterns",
    "headers",
    "cookies",
    "query_strings",
    "source_ips",
];

#[derive(Clone, Debug)]
pub struct Audience {
    pub active: bool,
    pub group: String,
    pub min_healthy: u32,
    pub color: String,
    /// Each with its priority, from the first down.
    pub rules: Vec<Slot>,
}

/// A rule that there is while the canary is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub priority: u32,
    pub conditions: Conditions,
}

impl Audience {
    /// `None` while something that decides is unknown, or with a diagnostic.
    pub fn new(value: &Value, diags: &mut Diagnostics) -> Option<Audience> {
        let route = value.get("route");
        let deciding = matching::FIELDS.map(|field| route.get(field)).into_iter();
        let deciding = deciding.chain(KINDS.map(|kind| value.get(kind)));
        let mut deciding = deciding.chain([value.get("priority"), route.get("active")]);
        if deciding.any(|value| !value.is_wholly_known()) {
            return None;
        }
        let (fixed, kinds) = joined(value, diags)?;
        let conditions = match split(&fixed, &kinds) {
            Ok(conditions) => conditions,
            Err(why) => {
                tell(&why, &kinds, diags);
                return None;
            }
        };
        let first = priority(value);
        let count = u32::try_from(conditions.len()).unwrap_or(u32::MAX);
        if first < count {
            let detail = format!(
                "This audience needs {count} rules, at priority {first} and below, and 1 is the lowest. Choose a higher priority."
            );
            diags.error_at(Path::root("priority"), "No room below", detail);
            return None;
        }
        // Without a priority the service is the listener's default action, which comes after every rule.
        if let Some(service) = number(route.get("priority"))
            && service <= first
        {
            let detail = format!(
                "Listener rules are tried from the lowest priority up, so at {first} this rule would come after the service's own at {service} and never match. Choose a priority below {service}."
            );
            diags.error_at(Path::root("priority"), "The service's own rule would win", detail);
            return None;
        }
        let slots = (0..count).zip(conditions).map(|(below, conditions)| Slot {
            priority: first - below,
            conditions,
        });
        Some(Audience {
            active: route.get("active").as_bool().unwrap_or(false),
            group: string(route.get("target_group_arn")).unwrap_or_default(),
            min_healthy: number(route.get("min_healthy_targets")).unwrap_or(1),
            color: string(route.get("color")).unwrap_or_default(),
            rules: slots.collect(),
        })
    }

    pub fn priorities(&self) -> Vec<u32> {
        self.rules.iter().map(|slot| slot.priority).collect()
    }
}

/// The conditions that every rule carries whole, and those that may be shared out.
fn joined(value: &Value, diags: &mut Diagnostics) -> Option<(Vec<Condition>, Vec<Condition>)> {
    let mut fixed = matching::conditions(value.get("route")).0;
    let mut kinds = Vec::new();
    let own = matching::conditions(&Value::object(
        ["path_patterns", "headers"].map(|kind| (kind, value.get(kind).clone())),
    ));
    kinds.extend(own.0);
    for (name, values) in value.get("cookies").as_map().into_iter().flatten() {
        kinds.push(cookies::condition(name, &strings(values)));
    }
    let own = matching::conditions(&Value::object(
        ["query_strings", "source_ips"].map(|kind| (kind, value.get(kind).clone())),
    ));
    kinds.extend(own.0);
    // Of these a rule can have only one: the two are said as one.
    for kind in &mut kinds {
        let attribute = match kind {
            Condition::Path(_) => "path_patterns",
            Condition::SourceIp(_) => "source_ips",
            _ => continue,
        };
        let twin = fixed
            .iter()
            .position(|condition| std::mem::discriminant(condition) == std::mem::discriminant(kind));
        let Some(twin) = twin else { continue };
        let service = fixed.remove(twin).values();
        let canary = kind.values();
        let together = match kind {
            Condition::Path(_) => narrow::paths(&service, &canary).map(Condition::Path),
            _ => narrow::networks(&service, &canary).map(Condition::SourceIp),
        };
        match together {
            Ok(together) => *kind = together,
            Err(why) => {
                tell_apart(&why, attribute, diags);
                return None;
            }
        }
    }
    Some((fixed, kinds))
}

fn tell_apart(why: &Apart, attribute: &str, diags: &mut Diagnostics) {
    let (summary, detail) = match why {
        Apart::Never(value) => (
            "Nobody would match",
            format!(
                "The service's own {attribute} match nothing that {value:?} matches, so no request would ever reach the candidate by it. Name a part of what the service matches, or leave it out."
            ),
        ),
        Apart::Crossed { service, canary } => (
            "Two conditions that can't be one",
            format!(
                "A rule can have only one condition on paths. The service's own pattern {service:?} and {canary:?} overlap, and neither contains the other, so no single pattern means both. Name patterns within the service's own, such as one that begins with its fixed part."
            ),
        ),
    };
    diags.error_at(Path::root(attribute), summary, detail);
}

fn tell(why: &Unsplittable, kinds: &[Condition], diags: &mut Diagnostics) {
    let (summary, detail) = match why {
        Unsplittable::NoRoom { taken, kinds } => (
            "No room for the audience",
            match taken {
                0 => format!(
                    "The audience has {kinds} kinds of conditions, and each needs a value in every rule; AWS allows {} values in one rule. Name fewer kinds.",
                    limits::VALUES_PER_RULE
                ),
                taken => format!(
                    "The service's own conditions hold {taken} values and every canary rule carries them; AWS allows {} in one rule, and the audience needs at least {kinds} more, one of each kind. Give the service fewer conditions, or the audience fewer kinds.",
                    limits::VALUES_PER_RULE
                ),
            },
        ),
        Unsplittable::Wildcards { found } => (
            "Too many wildcards",
            format!(
                "With the service's own conditions and one value of each kind, a rule would hold {found} wildcards (* and ?); AWS allows {} in one rule. A cookie needs 2 for each of its values. Write fewer of them.",
                limits::WILDCARDS_PER_RULE
            ),
        ),
        Unsplittable::TooMany { rules } => (
            "Too many rules",
            format!(
                "AWS allows few values in one rule, so this audience needs at least {rules} rules, and a load balancer has {MOST_RULES} for all its listeners unless its quota was raised. Name fewer values: wider ranges, patterns, or one header that says it all."
            ),
        ),
    };
    let first = kinds.first().map_or("source_ips", |kind| match kind {
        Condition::Path(_) => "path_patterns",
        Condition::Header { name, .. } if name == "cookie" => "cookies",
        Condition::Header { .. } => "headers",
        Condition::Query(_) => "query_strings",
        _ => "source_ips",
    });
    diags.error_at(Path::root(first), summary, detail);
}
