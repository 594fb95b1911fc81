//! The policy: which rule has which level, which label waives it, and its options. Read from `plancheck.toml`; without
//! one every rule has its default.
//!
//! Refuses what it does not know: a misspelt rule would be a rule that never fires.

mod freeze;
mod hint;

pub use freeze::{Window, WindowError};

use crate::model::Phase;
use crate::rules::Rule;
use serde::{Deserialize, Deserializer};
use std::path::Path;
use thiserror::Error;

/// What `init` writes: every rule at its default, with its reason.
pub const TEMPLATE: &str = include_str!("policy/template.toml");
/// Where the policy lies if nobody says.
pub const FILE: &str = "plancheck.toml";

/// What a broken rule means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The plan is refused.
    Error,
    /// It is said, and the plan is allowed.
    Warn,
    /// Nobody looks.
    Off,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Off => "off",
        }
    }
}

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    pub rules: Rules,
}

/// A table per rule; the names are the rules' ids.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Rules {
    pub unknown_outcome: Plain,
    pub refused_by_apply: Plain,
    pub phase_order: PhaseOrder,
    pub failed_release: Plain,
    pub cold_rollback: Plain,
    pub freeze: Freeze,
    pub one_at_a_time: OneAtATime,
    pub promotion_alone: PromotionAlone,
    pub ecs_service_fields: Plain,
    pub live_parts: Plain,
    pub canary_open_to_all: CanaryOpenToAll,
    pub canary_overlap: Plain,
    pub canary_priorities: Plain,
    pub unguarded_destroy: Plain,
    pub drift: Plain,
    pub partial_plan: Plain,
}

/// Level and label of a rule: all that most have.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plain {
    pub level: Option<Level>,
    /// A run with this label waives what the rule finds.
    pub label: Option<String>,
}

/// A table with options of its own beside level and label.
macro_rules! options {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            pub level: Option<Level>,
            /// A run with this label waives what the rule finds.
            pub label: Option<String>,
            $($(#[$field_doc])* pub $field: $type,)*
        }
        impl Default for $name {
            fn default() -> Self {
                $name { level: None, label: None, $($field: $default,)* }
            }
        }
    };
}

options!(PhaseOrder {
    /// What a release passes before `promoted`.
    #[serde(deserialize_with = "stages")]
    through: Vec<Phase> = vec![Phase::Warm, Phase::Canary],
});
options!(Freeze {
    windows: Vec<Window> = Vec::new(),
});
options!(OneAtATime {
    /// Services that may take a step forward in one plan.
    at_most: u32 = 1,
});
options!(PromotionAlone {
    /// Types of resources that may change beside a promotion; `*` stands for anything.
    beside: Vec<String> = vec!["aws_ecs_task_definition".to_owned()],
});
options!(CanaryOpenToAll {
    /// The widest range of IPv4 addresses, as its prefix's length.
    shortest_ipv4: u8 = 8,
    /// Of IPv6.
    shortest_ipv6: u8 = 32,
});

fn stages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Phase>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let stage = |name: &String| match Phase::parse(name) {
        Some(phase @ (Phase::Warm | Phase::Canary)) => Ok(phase),
        _ => Err(serde::de::Error::custom(format_args!(
            "a release passes \"warm\" and \"canary\", not {name:?}"
        ))),
    };
    names.iter().map(stage).collect()
}

/// Why there is no policy.
#[derive(Debug, Error)]
pub enum PolicyError {
    #[error("reading the policy {path}: {source}")]
    Read { path: String, source: std::io::Error },
    #[error("the policy {path} is not one: {text}{hint}")]
    Wrong {
        path: String,
        text: String,
        hint: String,
    },
    #[error("the policy {path}: {text}")]
    Bounds { path: String, text: &'static str },
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// If the file can't be read, is no TOML, names what does not exist, or has an option out of bounds.
    pub fn read(path: &Path) -> Result<Policy, PolicyError> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Policy::parse(&text, &name),
            Err(source) => Err(PolicyError::Read { path: name, source }),
        }
    }

    /// Parses the text of a policy; `name` is what errors call it.
    ///
    /// # Errors
    /// As [`Policy::read`].
    pub fn parse(text: &str, name: &str) -> Result<Policy, PolicyError> {
        let policy: Policy = toml::from_str(text).map_err(|error| PolicyError::Wrong {
            path: name.to_owned(),
            text: error.to_string().trim_end().to_owned(),
            hint: hint::nearest(error.message()),
        })?;
        match policy.out_of_bounds() {
            None => Ok(policy),
            Some(text) => Err(PolicyError::Bounds {
                path: name.to_owned(),
                text,
            }),
        }
    }

    fn out_of_bounds(&self) -> Option<&'static str> {
        let rules = &self.rules;
        let open = &rules.canary_open_to_all;
        if rules.one_at_a_time.at_most == 0 {
            Some("rules.one-at-a-time.at_most is at least 1; to stop releases use a freeze window")
        } else if 32 < open.shortest_ipv4 {
            Some("rules.canary-open-to-all.shortest_ipv4 is 0 to 32")
        } else if 128 < open.shortest_ipv6 {
            Some("rules.canary-open-to-all.shortest_ipv6 is 0 to 128")
        } else if Rule::ALL
            .into_iter()
            .any(|rule| self.own(rule).1.is_some_and(|label| label.trim().is_empty()))
        {
            Some("a label is not empty; leave it out where no label may waive a rule")
        } else {
            None
        }
    }

    /// What a rule's findings mean.
    pub fn level(&self, rule: Rule) -> Level {
        self.own(rule).0.unwrap_or(rule.doc().level)
    }

    /// The label that waives a rule's findings.
    pub fn label(&self, rule: Rule) -> Option<&str> {
        self.own(rule).1.or(rule.doc().label)
    }

    fn own(&self, rule: Rule) -> (Option<Level>, Option<&str>) {
        let rules = &self.rules;
        let (level, label) = match rule {
            Rule::UnknownOutcome => (rules.unknown_outcome.level, &rules.unknown_outcome.label),
            Rule::RefusedByApply => (rules.refused_by_apply.level, &rules.refused_by_apply.label),
            Rule::PhaseOrder => (rules.phase_order.level, &rules.phase_order.label),
            Rule::FailedRelease => (rules.failed_release.level, &rules.failed_release.label),
            Rule::ColdRollback => (rules.cold_rollback.level, &rules.cold_rollback.label),
            Rule::Freeze => (rules.freeze.level, &rules.freeze.label),
            Rule::OneAtATime => (rules.one_at_a_time.level, &rules.one_at_a_time.label),
            Rule::PromotionAlone => (rules.promotion_alone.level, &rules.promotion_alone.label),
            Rule::EcsServiceFields => (rules.ecs_service_fields.level, &rules.ecs_service_fields.label),
            Rule::LiveParts => (rules.live_parts.level, &rules.live_parts.label),
            Rule::CanaryOpenToAll => (rules.canary_open_to_all.level, &rules.canary_open_to_all.label),
            Rule::CanaryOverlap => (rules.canary_overlap.level, &rules.canary_overlap.label),
            Rule::CanaryPriorities => (rules.canary_priorities.level, &rules.canary_priorities.label),
            Rule::UnguardedDestroy => (rules.unguarded_destroy.level, &rules.unguarded_destroy.label),
            Rule::Drift => (rules.drift.level, &rules.drift.label),
            Rule::PartialPlan => (rules.partial_plan.level, &rules.partial_plan.label),
        };
        (level, label.as_deref())
    }
}

#[cfg(test)]
mod tests;
