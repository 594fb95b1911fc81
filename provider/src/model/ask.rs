//! The configuration of a `bluegreen_service`, checked and typed.
//!
//! Every rule here is about the configuration alone, so its violations are errors while validating; unknown
//! values are skipped, Terraform asks again when they are known.

use super::{SmokeCheck, limits, matching, number, sticky, string};
use crate::adapters::alb::{Conditions, Placement, Slot};
use rollout::{Bake, Color, Flags, PerColor, Phase, Ramp, Version};
use std::time::Duration;
use tfplugin::{Diagnostics, Path, Value};

/// AWS's limit for a tag value is 256; releases are recorded in tags and shown in sentences.
const LONGEST_NAME: usize = 128;

/// What a duration may be.
struct Bounds {
    least: Duration,
    most: Duration,
    said: &'static str,
}

const DAY: u64 = 24 * 60 * 60;
/// An apply that lasts longer than a week is a mistake: credentials and locks do not.
const PAUSE: Bounds = Bounds {
    least: Duration::ZERO,
    most: Duration::from_secs(7 * DAY),
    said: "0s to 7d",
};
/// Below a second the first look would be the verdict.
const PATIENCE: Bounds = Bounds {
    least: Duration::from_secs(1),
    said: "1s to 7d",
    ..PAUSE
};
/// It passes between applies, so it may be longer.
const WINDOW: Bounds = Bounds {
    most: Duration::from_secs(90 * DAY),
    said: "0s to 90d",
    ..PAUSE
};

#[derive(Clone, Debug)]
pub struct Service {
    pub name: String,
    pub release: Option<String>,
    pub phase: Phase,
    pub canary_weight: u8,
    pub rollback_window: Duration,
    pub retry_token: Option<String>,
    pub initial_color: Color,
    pub alb: AlbBlock,
    pub ecs: Option<EcsBlock>,
    pub ramp: Vec<Ramp>,
    pub final_bake: Bake,
    pub health_timeout: Duration,
    pub drain: Duration,
    pub smoke: Option<SmokeCheck>,
}

/// ARNs are `None` while they are unknown; in apply they never are.
#[derive(Clone, Debug)]
pub struct AlbBlock {
    pub listener_arn: Option<String>,
    /// `None`: the listener's default action instead of a rule.
    pub priority: Option<u32>,
    pub conditions: Conditions,
    pub min_healthy: u32,
}

#[derive(Clone, Debug)]
pub struct EcsBlock {
    pub cluster: String,
    pub services: PerColor<String>,
    pub desired_count: u32,
    pub version: Version,
}

impl Service {
    /// Healthy targets that a color needs before it may carry traffic.
    pub fn floor(&self) -> u32 {
        self.ecs
            .as_ref()
            .map_or(self.alb.min_healthy, |ecs| ecs.desired_count.max(1))
    }

    pub fn slot(&self) -> Slot {
        match self.alb.priority {
            Some(_) => Slot::Rule,
            None => Slot::DefaultAction,
        }
    }

    /// Where its rule stands. `None` while the listener is unknown, and for a default action.
    pub fn placement(&self) -> Option<Placement> {
        Some(Placement {
            listener_arn: self.alb.listener_arn.clone()?,
            priority: self.alb.priority?,
            conditions: self.alb.conditions.clone(),
        })
    }

    /// Parses and checks. `None` if it is wrong (then `diags` says so), or if something that every decision
    /// needs is not known yet.
    pub fn parse(config: &Value, diags: &mut Diagnostics) -> Option<Service> {
        let mut checks = Checks {
            diags,
            unknown: false,
        };
        let flag = |name: &str| config.get(name).as_bool().unwrap_or(false);
        let flags = Flags {
            enable_canary: flag("enable_canary"),
            activate_canary: flag("activate_canary"),
            promote_to_all: flag("promote_to_all"),
        };
        for name in ["enable_canary", "activate_canary", "promote_to_all"] {
            checks.needs(config.get(name));
        }
        let phase = match flags.phase() {
            _ if checks.unknown => None,
            Ok(phase) => Some(phase),
            Err(contradiction) => {
                let flag = if flags.activate_canary {
                    "activate_canary"
                } else {
                    "promote_to_all"
                };
                checks.error(
                    Path::root(flag),
                    "The promotion flags contradict each other",
                    format!("{contradiction}."),
                );
                None
            }
        };
        let name = checks.name(config.get("name"), "name");
        let release = checks.name(config.get("release"), "release");
        for name in [
            "canary_weight",
            "rollback_window",
            "retry_token",
            "initial_color",
            "alb",
            "ecs",
            "rollout",
        ] {
            checks.needs(config.get(name));
        }
        let canary_weight = checks.percent(config.get("canary_weight"), Path::root("canary_weight"), 0);
        let rollback_window = checks.duration(
            config.get("rollback_window"),
            Path::root("rollback_window"),
            Duration::ZERO,
            &WINDOW,
        );
        let initial_color = match config.get("initial_color").as_str() {
            None => Color::Blue,
            Some(name) => Color::parse(name).unwrap_or_else(|| {
                let detail = format!("initial_color is {name:?}; it can be \"blue\" or \"green\".");
                checks.error(Path::root("initial_color"), "No such color", detail);
                Color::Blue
            }),
        };
        let alb = checks.alb(config.get("alb"));
        let ecs = checks.ecs(config.get("ecs"));
        let rollout = config.get("rollout");
        let ramp = checks.ramp(rollout.get("steps"));
        let at = |field: &str| Path::root("rollout").field(field);
        let final_bake = match rollout.get("final_bake") {
            Value::Null => Bake::UntilChecksTell,
            told => Bake::For(checks.duration(told, at("final_bake"), Duration::ZERO, &PAUSE)),
        };
        let health_timeout = checks.duration(
            rollout.get("health_timeout"),
            at("health_timeout"),
            Duration::from_secs(600),
            &PATIENCE,
        );
        let drain = checks.duration(rollout.get("drain"), at("drain"), Duration::from_secs(10), &PAUSE);
        checks.unknown |= !rollout.get("smoke").is_wholly_known();
        let smoke = SmokeCheck::parse(rollout.get("smoke"), checks.diags);
        if checks.unknown || checks.diags.has_errors() {
            return None;
        }
        Some(Service {
            name: name?,
            release,
            phase: phase?,
            canary_weight,
            rollback_window,
            retry_token: string(config.get("retry_token")),
            initial_color,
            alb,
            ecs,
            ramp,
            final_bake,
            health_timeout,
            drain,
            smoke,
        })
    }
}

pub(super) struct Checks<'a> {
    diags: &'a mut Diagnostics,
    unknown: bool,
}

impl Checks<'_> {
    pub(super) fn error(&mut self, at: Path, summary: &str, detail: impl Into<String>) {
        self.diags.error_at(at, summary, detail);
    }

    pub(super) fn needs(&mut self, value: &Value) {
        self.unknown |= value.is_unknown();
    }

    /// Names and releases end up in AWS tags, so AWS's alphabet is theirs.
    fn name(&mut self, value: &Value, attribute: &str) -> Option<String> {
        self.needs(value);
        let name = string(value)?;
        let allowed = |c: char| c.is_alphanumeric() || " +-=._:/@".contains(c);
        let wrong = if name.trim().is_empty() {
            Some("it is empty".to_owned())
        } else if LONGEST_NAME < name.chars().count() {
            Some(format!("it is longer than {LONGEST_NAME} characters"))
        } else {
            name.chars()
                .find(|&c| !allowed(c))
                .map(|c| format!("it has the character {c:?}"))
        };
        if let Some(wrong) = wrong {
            let detail = format!(
                "{attribute} is recorded in a tag of the listener rule, and {wrong}. Use letters, digits, spaces and + - = . _ : / @."
            );
            self.error(
                Path::root(attribute),
                &format!("{attribute} can't be recorded"),
                detail,
            );
        }
        Some(name)
    }

    fn percent(&mut self, value: &Value, at: Path, least: u8) -> u8 {
        match value.as_f64() {
            None => least,
            Some(percent) if percent.fract() == 0.0 && f64::from(least) <= percent && percent <= 99.0 => {
                percent as u8
            }
            Some(percent) => {
                let detail = format!(
                    "{at} is {percent}; it is a whole percentage from {least} to 99. 100 is what promote_to_all is for."
                );
                self.error(at, "Not a share of a canary", detail);
                least
            }
        }
    }

    fn duration(&mut self, value: &Value, at: Path, default: Duration, within: &Bounds) -> Duration {
        let Some(text) = value.as_str() else {
            self.needs(value);
            return default;
        };
        let (summary, detail) = match parse_duration(text) {
            Some(duration) if within.least <= duration && duration <= within.most => return duration,
            Some(_) => (
                "Out of bounds",
                format!("{at} is {text:?}; it can be {}.", within.said),
            ),
            None => (
                "Not a duration",
                format!("{at} is {text:?}; write it like \"90s\", \"15m\" or \"1h30m\"."),
            ),
        };
        self.error(at, summary, detail);
        default
    }

    fn alb(&mut self, block: &Value) -> AlbBlock {
        let at = |field: &str| Path::root("alb").field(field);
        self.needs(block.get("priority"));
        self.needs(block.get("min_healthy_targets"));
        let priority = number(block.get("priority")).filter(|priority| (1..=50_000).contains(priority));
        if priority.is_none() && block.get("priority").as_f64().is_some() {
            self.error(
                at("priority"),
                "No such priority",
                "A listener rule's priority is a whole number from 1 to 50000.",
            );
        }
        let conditions = self.conditions(block);
        let groups = PerColor {
            blue: string(block.get("blue_target_group_arn")),
            green: string(block.get("green_target_group_arn")),
        };
        if groups.blue.is_some() && groups.blue == groups.green {
            let detail = "blue_target_group_arn and green_target_group_arn are the same group, so traffic could not be moved between colors. Give each color its own target group.";
            self.error(
                at("green_target_group_arn"),
                "One target group for two colors",
                detail,
            );
        }
        let min_healthy = number(block.get("min_healthy_targets")).unwrap_or(1);
        if min_healthy == 0 || block.get("min_healthy_targets").as_f64().is_some_and(|n| n < 1.0) {
            self.error(
                at("min_healthy_targets"),
                "An empty color proves nothing",
                "min_healthy_targets is at least 1.",
            );
        }
        self.needs(block.get("stickiness"));
        self.unknown |= sticky::check(block, at("stickiness"), self.diags);
        AlbBlock {
            listener_arn: string(block.get("listener_arn")),
            priority,
            conditions,
            min_healthy: min_healthy.max(1),
        }
    }

    fn conditions(&mut self, block: &Value) -> Conditions {
        let at = |field: &str| Path::root("alb").field(field);
        limits::check(block, &at, self.diags);
        let known = matching::FIELDS
            .iter()
            .all(|field| block.get(field).is_wholly_known());
        self.unknown |= !known;
        let conditions = matching::conditions(block);
        if block.get("priority").is_null() {
            if !conditions.0.is_empty() {
                let detail = "Without a priority the service owns the listener's default action, which takes whatever no rule matches and so has no conditions. Set a priority, or leave the conditions out.";
                self.error(at("priority"), "Conditions without a rule", detail);
            }
        } else if conditions.0.is_empty() && known && !block.is_null() {
            let detail = "A listener rule needs a condition: set host_headers or path_patterns ([\"/*\"] matches every request).";
            self.error(at("host_headers"), "The rule would match nothing", detail);
        }
        let (values, wildcards) = (conditions.values(), conditions.wildcards());
        if limits::VALUES_PER_RULE < values {
            let detail = format!(
                "host_headers, path_patterns and the other conditions hold {values} values; AWS allows {} condition values in one rule.",
                limits::VALUES_PER_RULE
            );
            self.error(at("host_headers"), "Too many condition values", detail);
        }
        if limits::WILDCARDS_PER_RULE < wildcards {
            let detail = format!(
                "The conditions hold {wildcards} wildcards (* and ?); AWS allows {} in one rule.",
                limits::WILDCARDS_PER_RULE
            );
            self.error(at("host_headers"), "Too many wildcards", detail);
        }
        conditions
    }

    fn ramp(&mut self, steps: &Value) -> Vec<Ramp> {
        self.unknown |= !steps.is_wholly_known();
        let mut ramp: Vec<Ramp> = Vec::new();
        for (index, step) in steps.as_list().unwrap_or_default().iter().enumerate() {
            let at = |field: &str| Path::root("rollout").field("steps").index(index).field(field);
            let percent = self.percent(step.get("weight"), at("weight"), 1);
            let bake = self.duration(step.get("bake"), at("bake"), Duration::ZERO, &PAUSE);
            if let Some(last) = ramp.last()
                && percent <= last.percent
            {
                let detail = format!(
                    "Step {} sends {percent}% after {}%: the steps of a ramp rise.",
                    index + 1,
                    last.percent
                );
                self.error(at("weight"), "A ramp that does not rise", detail);
            }
            ramp.push(Ramp { percent, bake });
        }
        ramp
    }
}

/// `90s`, `15m`, `1h30m`, `500ms`; `None` for anything else, among it a number without a unit.
pub fn parse_duration(text: &str) -> Option<Duration> {
    humantime::parse_duration(text).ok()
}
