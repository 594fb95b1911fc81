//! A change in one sentence, for the plan's `change` attribute, diagnostics and golden files. Decides nothing.

use crate::color::{Color, PerColor};
use crate::cycle::Version;
use crate::desired::Desired;
use crate::intent::Intent;
use crate::phase::Phase;
use crate::plan::Ramp;
use crate::split::TrafficSplit;

/// Everything the sentence is made of.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    pub intent: &'a Intent,
    /// The release the configuration names.
    pub release: Option<&'a str>,
    pub before: TrafficSplit,
    pub phase_before: Phase,
    pub requested: PerColor<Option<u32>>,
    pub desired: &'a Desired,
    pub ramp: &'a [Ramp],
    /// Canary rules route to this color now.
    pub canary_open: PerColor<bool>,
    /// The configuration is the one applied last: what differs is drift or unfinished work.
    pub repeated: bool,
}

/// What sort of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Nothing,
    Release,
    StraightDeploy,
    Warm,
    Canary,
    Promotion,
    /// The other color is still up: traffic goes back in one rule change.
    WarmRollback,
    /// The other color has to be started and proven first.
    ColdRollback,
    Abort,
    /// Only unfinished draining and scaling down.
    CleanUp,
    /// Traffic, capacity or version drifted from what was applied.
    Repair,
    Resize,
}

impl Change<'_> {
    pub fn kind(&self) -> Kind {
        let Change {
            intent,
            before,
            desired,
            ..
        } = self;
        let candidate = intent.cycle.candidate();
        let moves = *before != desired.split;
        let grows = Color::BOTH
            .into_iter()
            .any(|c| self.requested[c] < desired.capacity[c]);
        let shrinks = Color::BOTH
            .into_iter()
            .any(|c| desired.capacity[c] < self.requested[c]);
        let deploys = intent.deploy.is_some();
        if !(moves || grows || shrinks || deploys || intent.new_cycle || self.phase_before != intent.phase) {
            return Kind::Nothing;
        }
        if intent.new_cycle {
            return if intent.phase == Phase::Promoted {
                Kind::StraightDeploy
            } else {
                Kind::Release
            };
        }
        if self.repeated {
            return if moves || grows || deploys {
                Kind::Repair
            } else {
                Kind::CleanUp
            };
        }
        match intent.phase {
            // Traffic leaves a live candidate: a rollback, whether or not the candidate then stays up.
            Phase::Stable | Phase::Warm | Phase::Canary if before.live() == Some(candidate) => {
                let stable = intent.cycle.stable;
                if self.requested[stable] < desired.capacity[stable] {
                    Kind::ColdRollback
                } else {
                    Kind::WarmRollback
                }
            }
            _ if self.phase_before == intent.phase && !moves && !deploys => Kind::Resize,
            Phase::Stable => Kind::Abort,
            Phase::Warm => Kind::Warm,
            Phase::Canary => Kind::Canary,
            Phase::Promoted => Kind::Promotion,
        }
    }

    /// One line, no full stop: `rollback, warm: green 100% → 0% in 1 rule change; green 2 → 0 tasks after draining`.
    pub fn sentence(&self) -> String {
        let of = self
            .release
            .map(|release| format!(" of {release}"))
            .unwrap_or_default();
        let title = match self.kind() {
            Kind::Nothing => return "nothing to do".into(),
            Kind::Release => format!("release{}", of.replacen(" of", "", 1)),
            Kind::StraightDeploy => format!("straight deploy{of}, skipping the canary"),
            Kind::Warm if self.phase_before == Phase::Canary => format!("back to warm{of}"),
            Kind::Warm => format!("warm-up{of}"),
            Kind::Canary => format!("canary{of}"),
            Kind::Promotion => format!("promotion{of}"),
            Kind::WarmRollback => "rollback, warm".into(),
            Kind::ColdRollback => "rollback, cold".into(),
            Kind::Abort => "abort".into(),
            Kind::CleanUp => "clean-up".into(),
            Kind::Repair => "repair".into(),
            Kind::Resize => "resize".into(),
        };
        format!("{title}: {}", self.parts().join("; "))
    }

    fn parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if let Some((color, _)) = self
            .intent
            .deploy
            .as_ref()
            .filter(|(color, _)| self.canary_open[*color])
        {
            parts.push(format!("the canary on {color} is closed first"));
        }
        if let Some((color, version)) = &self.intent.deploy {
            parts.push(match version {
                Version::Known(version) => format!("deploy {} to {color}", short(version)),
                Version::Unknown | Version::Unmanaged => format!("deploy the new version to {color}"),
            });
        }
        for color in Color::BOTH {
            if let (from, Some(to)) = (self.requested[color], self.desired.capacity[color])
                && from.unwrap_or(0) < to
            {
                parts.push(format!(
                    "{color} {} → {to} tasks, healthy first",
                    from.unwrap_or(0)
                ));
            }
        }
        parts.push(self.traffic());
        for color in Color::BOTH {
            if let (Some(from), Some(to)) = (self.requested[color], self.desired.capacity[color])
                && to < from
            {
                parts.push(format!("{color} {from} → {to} tasks after draining"));
            }
        }
        let stable = self.intent.cycle.stable;
        let kept = self.desired.capacity[stable].filter(|&tasks| 0 < tasks);
        if let (Phase::Promoted, Some(tasks)) = (self.intent.phase, kept) {
            parts.push(format!("{stable} keeps {tasks} tasks for a warm rollback"));
        }
        parts
    }

    fn traffic(&self) -> String {
        let (from, to) = (self.before, self.desired.split);
        let candidate = self.intent.cycle.candidate();
        if from == to {
            let live = to.live().unwrap_or(self.intent.cycle.stable);
            return match self.intent.phase {
                Phase::Canary if to.share(candidate) == 0 => {
                    format!("{live} keeps 100% of the public, canary rules may open onto {candidate}")
                }
                _ => match to.live() {
                    Some(live) => format!("{live} keeps 100%"),
                    None => format!("traffic stays at {to}"),
                },
            };
        }
        // Told from the color that wins, so that the numbers rise.
        let winner = if from.share(candidate) < to.share(candidate) {
            candidate
        } else {
            candidate.other()
        };
        let mut stops = vec![from.share(winner)];
        if winner == candidate {
            let (low, high) = (from.share(winner), to.share(winner));
            stops.extend(
                self.ramp
                    .iter()
                    .map(|p| p.percent)
                    .filter(|&p| low < p && p < high),
            );
        }
        stops.push(to.share(winner));
        let moves = stops.len() - 1;
        let stops: Vec<String> = stops.iter().map(|share| format!("{share}%")).collect();
        let changes = if moves == 1 {
            "1 rule change".into()
        } else {
            format!("{moves} rule changes")
        };
        format!("{winner} {} in {changes}", stops.join(" → "))
    }
}

/// The last segment of an ARN: `web:7` reads better in a sentence than the account it lives in.
fn short(version: &str) -> &str {
    version.rsplit('/').next().unwrap_or(version)
}
