//! What state says is true of a service: the computed attributes, typed.
//!
//! Read fills it from what it saw, plan from what is wanted; the difference is the diff. Holds no configuration.

use super::{number, string};
use rollout::{Color, Cycle, Facts, PerColor, Phase, TrafficSplit};
use tfplugin::Value;

/// The computed part of a `bluegreen_service`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub phase: Phase,
    pub split: TrafficSplit,
    /// Tasks requested, `None` where there is no ECS service (yet).
    pub capacity: PerColor<Option<u32>>,
    pub cycle: Cycle,
    /// Task definition per color, as first written; comparisons use the short form.
    pub versions: PerColor<Option<String>>,
    /// RFC 3339, second precision.
    pub promoted_at: Option<String>,
    /// `None` while the rule is missing.
    pub rule_arn: Option<String>,
    /// What the listener did by default before the service owned that, as JSON.
    pub former: Option<String>,
    pub retire_due: bool,
    /// The rule is as this service keeps it: forward, stickiness, tags, no conditions of others.
    pub rule_intact: bool,
    pub change: String,
}

impl Record {
    /// Reads the computed attributes of a state. `None` if they are missing, as right after an import.
    pub fn from_state(state: &Value) -> Option<Record> {
        let cycle = state.get("cycle");
        let traffic = state.get("traffic");
        let capacity = state.get("capacity");
        let held = |color: Color| cycle.get(color.name());
        let green = u8::try_from(traffic.get("green").as_i64()?).ok()?;
        Some(Record {
            phase: Phase::parse(state.get("phase").as_str()?)?,
            split: TrafficSplit::giving(Color::Green, green)?,
            capacity: PerColor::from_fn(|color| number(capacity.get(color.name()))),
            cycle: Cycle {
                stable: Color::parse(cycle.get("stable_color").as_str()?)?,
                held: PerColor::from_fn(|color| string(held(color).get("release"))),
                failed: string(cycle.get("failed_release")),
            },
            versions: PerColor::from_fn(|color| string(held(color).get("task_definition"))),
            promoted_at: string(cycle.get("promoted_at")),
            rule_arn: string(state.get("rule_arn")),
            former: string(state.get("former_default_action")),
            retire_due: state.get("retire_due").as_bool().unwrap_or(false),
            rule_intact: state.get("rule_intact").as_bool().unwrap_or(true),
            change: string(state.get("change")).unwrap_or_default(),
        })
    }

    /// The facts that the core decides from. An audience counts as routed to the candidate from the moment the
    /// canary rules were allowed, whether or not they exist yet.
    pub fn facts(&self) -> Facts {
        let candidate = self.cycle.candidate();
        let audience = self.phase == Phase::Canary && self.split.share(candidate) == 0;
        Facts {
            cycle: self.cycle.clone(),
            split: self.split,
            versions: PerColor::from_fn(|color| {
                self.versions[color]
                    .as_deref()
                    .map(|version| crate::adapters::ecs::short(version).to_owned())
            }),
            canary_open: PerColor::from_fn(|color| color == candidate && audience),
        }
    }

    /// Writes everything but `route`, which also holds configuration.
    pub fn write(&self, state: &mut Value, has_fleet: bool) {
        state.set("phase", self.phase.name().into());
        state.set("live_color", live(self.split, &self.cycle).name().into());
        state.set("traffic", shares(self.split));
        state.set(
            "capacity",
            if has_fleet {
                counts(self.capacity)
            } else {
                Value::Null
            },
        );
        state.set("cycle", self.cycle_value());
        state.set("rule_arn", self.rule_arn.clone().into());
        state.set("former_default_action", self.former.clone().into());
        state.set("retire_due", self.retire_due.into());
        state.set("rule_intact", self.rule_intact.into());
        state.set("change", self.change.clone().into());
    }

    pub fn cycle_value(&self) -> Value {
        let held = |color: Color| {
            Value::object([
                ("release", Value::from(self.cycle.held[color].clone())),
                ("task_definition", Value::from(self.versions[color].clone())),
            ])
        };
        Value::object([
            ("stable_color", Value::from(self.cycle.stable.name())),
            ("blue", held(Color::Blue)),
            ("green", held(Color::Green)),
            ("promoted_at", Value::from(self.promoted_at.clone())),
            ("failed_release", Value::from(self.cycle.failed.clone())),
        ])
    }
}

/// Who serves, or serves most; a tie goes to stable.
pub fn live(split: TrafficSplit, cycle: &Cycle) -> Color {
    let candidate = cycle.candidate();
    if split.share(cycle.stable) < split.share(candidate) {
        candidate
    } else {
        cycle.stable
    }
}

fn shares(split: TrafficSplit) -> Value {
    Value::object(Color::BOTH.map(|color| (color.name(), Value::from(i64::from(split.share(color))))))
}

fn counts(capacity: PerColor<Option<u32>>) -> Value {
    Value::object(Color::BOTH.map(|color| (color.name(), Value::from(capacity[color].map(i64::from)))))
}
