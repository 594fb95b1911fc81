//! Judging evidence before the next step. The executor fetches, this decides; it never waits and knows no clock,
//! so "still waiting at the deadline" is the executor's word for a failed verdict.

use crate::color::Color;
use std::fmt;

/// How far the color's own deployment has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// Nothing rolls out, or there is no fleet to ask.
    Settled,
    /// `running` of `wanted` tasks, old ones may still be leaving.
    Rolling { running: u32, wanted: u32 },
    /// The platform gave up on it, or rolled it back.
    Failed(String),
}

/// What was measured of one color.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub color: Color,
    /// Targets that the load balancer would send requests to. `initial`, `unused` and `draining` do not count.
    pub healthy: u32,
    /// Targets registered that are not healthy, with the load balancer's reason, most telling first.
    pub ailing: Vec<String>,
    pub deployment: Deployment,
}

/// Whether the next step may be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Not yet; asking again may help.
    Wait(Blocker),
    /// No; asking again will not help.
    Shut(Blocker),
}

/// Why a gate is not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    TooFewHealthy {
        color: Color,
        have: u32,
        need: u32,
        reasons: Vec<String>,
    },
    Deploying {
        color: Color,
        running: u32,
        wanted: u32,
        reasons: Vec<String>,
    },
    DeploymentFailed {
        color: Color,
        reason: String,
    },
    /// A smoke check was answered wrongly while `color` gained traffic.
    WrongAnswer {
        color: Color,
        /// What was asked: `GET https://…`.
        asked: String,
        wanted: u16,
        got: u16,
    },
}

impl Blocker {
    /// Whose fault it is.
    pub fn color(&self) -> Color {
        match self {
            Blocker::TooFewHealthy { color, .. }
            | Blocker::Deploying { color, .. }
            | Blocker::DeploymentFailed { color, .. }
            | Blocker::WrongAnswer { color, .. } => *color,
        }
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Blocker::TooFewHealthy {
                color,
                have,
                need,
                reasons,
            } => {
                write!(f, "{color} has {have} of {need} healthy targets")?;
                because(f, reasons)
            }
            Blocker::Deploying {
                color,
                running,
                wanted,
                reasons,
            } => {
                write!(
                    f,
                    "{color} is still deploying: {running} of {wanted} tasks run the new version"
                )?;
                because(f, reasons)
            }
            Blocker::DeploymentFailed { color, reason } => {
                write!(f, "the deployment to {color} failed: {reason}")
            }
            Blocker::WrongAnswer {
                color,
                asked,
                wanted,
                got,
            } => write!(
                f,
                "{asked} answered {got} instead of {wanted} once {color} had traffic"
            ),
        }
    }
}

fn because(f: &mut fmt::Formatter<'_>, reasons: &[String]) -> fmt::Result {
    if reasons.is_empty() {
        Ok(())
    } else {
        write!(f, ": {}", reasons.join("; "))
    }
}

/// A need of zero is never met by zero: an empty color has proven nothing.
pub fn judge(evidence: &Evidence, at_least: u32) -> Gate {
    let color = evidence.color;
    if let Deployment::Failed(reason) = &evidence.deployment {
        return Gate::Shut(Blocker::DeploymentFailed {
            color,
            reason: reason.clone(),
        });
    }
    let need = at_least.max(1);
    if evidence.healthy < need {
        let reasons = evidence.ailing.clone();
        return Gate::Wait(Blocker::TooFewHealthy {
            color,
            have: evidence.healthy,
            need,
            reasons,
        });
    }
    if let Deployment::Rolling { running, wanted } = evidence.deployment {
        let reasons = evidence.ailing.clone();
        return Gate::Wait(Blocker::Deploying {
            color,
            running,
            wanted,
            reasons,
        });
    }
    Gate::Open
}
