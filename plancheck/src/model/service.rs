//! One side of a `bluegreen_service`. Holds what the plan says, unknowns included; decides nothing.

use super::{Color, PerColor, Phase};
use crate::view::{Known, Shape, View};

/// A service before or after.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    pub name: Known<String>,
    pub release: Known<String>,
    pub enable_canary: Known<bool>,
    pub activate_canary: Known<bool>,
    pub promote_to_all: Known<bool>,
    pub retry_token: Known<String>,
    pub listener: Known<String>,
    /// Null: the listener's default action.
    pub priority: Known<u32>,
    pub groups: PerColor<Known<String>>,
    pub ecs: Option<Ecs>,
    pub phase: Known<Phase>,
    pub live: Known<Color>,
    /// Percent.
    pub traffic: PerColor<Known<u32>>,
    /// Tasks requested.
    pub capacity: PerColor<Known<u32>>,
    pub stable: Known<Color>,
    pub held: PerColor<Held>,
    pub failed_release: Known<String>,
    pub rule: Known<String>,
    pub rule_intact: Known<bool>,
    pub change: Known<String>,
}

/// What a color holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub release: Known<String>,
    pub task_definition: Known<String>,
}

/// The ECS services that a service names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ecs {
    pub cluster: Known<String>,
    pub services: PerColor<Known<String>>,
    /// Tasks that a serving color runs at least.
    pub desired_count: Known<u32>,
}

/// What a release is asked for by. Alike before and after, what differs is drift or clean-up.
const ASKS: [&str; 10] = [
    "release",
    "enable_canary",
    "activate_canary",
    "promote_to_all",
    "canary_weight",
    "retry_token",
    "rollback_window",
    "alb",
    "ecs",
    "rollout",
];

/// Whether both sides ask for the same. What is unknown is never the same.
///
/// # Errors
/// If an attribute is missing.
pub fn repeats(before: View<'_>, after: View<'_>) -> Result<bool, Shape> {
    let mut same = true;
    // To the end: each of them has to be there.
    for name in ASKS {
        same &= before.part(name)? == after.part(name)?;
    }
    Ok(same)
}

impl Service {
    /// # Errors
    /// If an attribute is missing or is not what it should be.
    pub fn read(view: View<'_>) -> Result<Service, Shape> {
        let alb = view.at("alb")?;
        let ecs = view.at("ecs")?;
        let cycle = view.at("cycle")?;
        let traffic = view.at("traffic")?;
        let capacity = view.at("capacity")?;
        let color = |view: View<'_>, name: &str| view.word(name, "blue or green", Color::parse);
        Ok(Service {
            name: view.text("name")?,
            release: view.text("release")?,
            enable_canary: view.flag("enable_canary")?,
            activate_canary: view.flag("activate_canary")?,
            promote_to_all: view.flag("promote_to_all")?,
            retry_token: view.text("retry_token")?,
            listener: alb.text("listener_arn")?,
            priority: alb.count("priority")?,
            groups: PerColor {
                blue: alb.text("blue_target_group_arn")?,
                green: alb.text("green_target_group_arn")?,
            },
            ecs: match ecs.is_null() {
                true => None,
                false => Some(Ecs {
                    cluster: ecs.text("cluster")?,
                    services: PerColor {
                        blue: ecs.text("blue_service")?,
                        green: ecs.text("green_service")?,
                    },
                    desired_count: ecs.count("desired_count")?,
                }),
            },
            phase: view.word("phase", "a phase", Phase::parse)?,
            live: color(view, "live_color")?,
            traffic: PerColor::try_from_fn(|color| traffic.count(color.name()))?,
            capacity: PerColor::try_from_fn(|color| capacity.count(color.name()))?,
            stable: color(cycle, "stable_color")?,
            held: PerColor::try_from_fn(|color| {
                let held = cycle.at(color.name())?;
                Ok(Held {
                    release: held.text("release")?,
                    task_definition: held.text("task_definition")?,
                })
            })?,
            failed_release: cycle.text("failed_release")?,
            rule: view.text("rule_arn")?,
            rule_intact: view.flag("rule_intact")?,
            change: view.text("change")?,
        })
    }

    /// The color that is not stable.
    pub fn candidate(&self) -> Option<Color> {
        self.stable.value().map(|stable| stable.other())
    }

    /// The release that a color holds.
    pub fn holds(&self, color: Color) -> Option<&str> {
        self.held[color].release.text()
    }

    /// Percent of `color`, if known.
    pub fn share(&self, color: Color) -> Option<u32> {
        self.traffic[color].value().copied()
    }

    /// What it is called in sentences: its name, or `the service`.
    pub fn called(&self) -> &str {
        self.name.text().unwrap_or("the service")
    }
}
