//! Flags and holders in, the meaning of this apply out, or the sentence that says why it has none.
//! Decides from what Terraform's state recorded, never from a live look: a plan must come out the same twice.

use crate::color::{Color, PerColor};
use crate::cycle::{Cycle, Version};
use crate::phase::Phase;
use crate::split::TrafficSplit;
use thiserror::Error;

/// What the configuration asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    pub phase: Phase,
    pub release: Option<String>,
    pub version: Version,
    /// The configuration names another version than it did, under the same release.
    pub version_edited: bool,
    /// The retry token differs from the recorded one, which lifts the lock of a failed release.
    pub retry: bool,
}

/// What is recorded of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub cycle: Cycle,
    pub split: TrafficSplit,
    /// The version each color runs, where that is known.
    pub versions: PerColor<Option<String>>,
    /// A canary audience is routed to this color.
    pub canary_open: PerColor<bool>,
}

/// The meaning of an ask, given the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    pub phase: Phase,
    /// The cycle as it will be recorded.
    pub cycle: Cycle,
    /// A new cycle began: the live color became stable without moving traffic.
    pub new_cycle: bool,
    /// The candidate's version changes. [`Version::Unknown`] only while planning.
    pub deploy: Option<(Color, Version)>,
}

impl Intent {
    /// The color that serves when the intent is reached, weighted canaries aside.
    pub fn live(&self) -> Color {
        match self.phase {
            Phase::Promoted => self.cycle.candidate(),
            Phase::Stable | Phase::Warm | Phase::Canary => self.cycle.stable,
        }
    }
}

/// An ask that the recorded world forbids: a warning while planning, an error before the first call of an apply.
/// (An error while planning would also lock the user out of `terraform destroy`, which plans first.)
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error(
        "release {release} is what the stable color ({stable}) already holds, so there is nothing to {verb}: \
         set a new release, or set all three flags to false to serve {release} from {stable}"
    )]
    StablesOwnRelease {
        release: String,
        stable: Color,
        verb: &'static str,
    },
    #[error(
        "no color holds release {release}, the candidate ({live}) is live, and all flags are false: \
         a rollback names the old release; to release {release} set enable_canary = true"
    )]
    NothingToRollBackTo { release: String, live: Color },
    #[error(
        "no color holds release {release}, so it cannot be what serves, and with all flags false {stable} serves {}: \
         to release {release} set enable_canary = true, or name what serves",
        .serves.as_deref().unwrap_or("what it runs")
    )]
    Unheld {
        release: String,
        stable: Color,
        serves: Option<String>,
    },
    #[error(
        "{stable} holds no release, so traffic cannot go back to it from {live}: \
         keep enable_canary and promote_to_all true, or set a new release with enable_canary = true"
    )]
    EmptyStable { stable: Color, live: Color },
    #[error(
        "traffic is divided ({split}) while {candidate} holds release {held}: finish or abort that release \
         before {release} begins (set release = \"{held}\" with promote_to_all = true, or with all flags false)"
    )]
    Unfinished {
        release: String,
        held: String,
        candidate: Color,
        split: TrafficSplit,
    },
    #[error(
        "{color} serves everybody and a live color's version never changes: give the new version a new release, \
         so that it is deployed to {idle}", idle = color.other()
    )]
    LiveVersion { color: Color },
    #[error(
        "{color} receives canary traffic and its version changes only at a share of 0 with no canary rule on it: \
         set activate_canary = false first, or give the new version a new release"
    )]
    VersionUnderCanary { color: Color },
    #[error(
        "release {release} failed its verdict and is not tried again by itself: fix it and set a new release, or \
         set retry_token to a new value; to go back to the stable color set all three flags to false"
    )]
    Failed { release: String },
}

/// The intent of a first apply, which has no predecessor: the release goes to `initial` and serves at once.
///
/// `None` for phases that need a predecessor (`warm`, `canary`).
pub fn first(phase: Phase, release: Option<&str>, initial: Color) -> Option<Intent> {
    let stable = match phase {
        Phase::Stable => initial,
        // The candidate of an empty stable: either way the initial color serves, so the second plan is empty.
        Phase::Promoted => match release {
            Some(_) => initial.other(),
            None => return None,
        },
        Phase::Warm | Phase::Canary => return None,
    };
    let mut held = PerColor::default();
    held[initial] = release.map(str::to_owned);
    Some(Intent {
        phase,
        cycle: Cycle {
            stable,
            held,
            failed: None,
        },
        new_cycle: false,
        deploy: None,
    })
}

/// # Errors
/// [`Refusal`] if the recorded world forbids the ask.
pub fn resolve(ask: &Ask, facts: &Facts) -> Result<Intent, Refusal> {
    let before = &facts.cycle;
    let Some(release) = ask.release.as_deref() else {
        // Nothing is held without names: the flags do exactly what they say, for ever relative to one stable.
        return finish(ask, facts, before.clone(), false);
    };
    // A release that serves everybody is beyond trying: whatever failed since was not its release.
    let serves =
        facts.split.live() == Some(before.candidate()) && before.holder(release) == Some(before.candidate());
    if before.failed.as_deref() == Some(release) && !ask.retry && ask.phase != Phase::Stable && !serves {
        return Err(Refusal::Failed {
            release: release.to_owned(),
        });
    }
    let mut cycle = before.clone();
    if ask.retry {
        cycle.failed = None;
    }
    let candidate = before.candidate();
    match before.holder(release) {
        Some(holder) if holder == before.stable => {
            let verb = match ask.phase {
                // A way back to stable is open whatever version the configuration names by then: a task definition
                // that was registered anew has another number.
                Phase::Stable if ask.version_edited => {
                    keeps_version(ask, facts)?;
                    return finish(ask, facts, cycle, false);
                }
                Phase::Stable => return finish(ask, facts, cycle, false),
                Phase::Warm => "warm up",
                Phase::Canary => "show to a canary",
                Phase::Promoted => "promote",
            };
            Err(Refusal::StablesOwnRelease {
                release: release.to_owned(),
                stable: before.stable,
                verb,
            })
        }
        Some(_) => finish(ask, facts, cycle, false),
        None if ask.phase == Phase::Stable => {
            if facts.split.live() == Some(candidate) {
                return Err(Refusal::NothingToRollBackTo {
                    release: release.to_owned(),
                    live: candidate,
                });
            }
            let serves = before.held[before.stable].clone();
            if serves.is_some() || facts.split.live().is_none() {
                return Err(Refusal::Unheld {
                    release: release.to_owned(),
                    stable: before.stable,
                    serves,
                });
            }
            // What has served without a name gets one.
            keeps_version(ask, facts)?;
            cycle.held[before.stable] = Some(release.to_owned());
            finish(ask, facts, cycle, false)
        }
        None => match (facts.split.live(), &before.held[candidate]) {
            (Some(live), _) => {
                cycle.stable = live;
                cycle.held[live.other()] = Some(release.to_owned());
                cycle.failed = None;
                finish(ask, facts, cycle, true)
            }
            (None, None) => {
                // The cycle is open but nameless: the candidate's share belongs to no release that could be lost.
                cycle.held[candidate] = Some(release.to_owned());
                cycle.failed = None;
                finish(ask, facts, cycle, false)
            }
            (None, Some(held)) => Err(Refusal::Unfinished {
                release: release.to_owned(),
                held: held.clone(),
                candidate,
                split: facts.split,
            }),
        },
    }
}

/// Stable runs what the configuration names, or its version is nobody's business, or it does not serve alone.
fn keeps_version(ask: &Ask, facts: &Facts) -> Result<(), Refusal> {
    let stable = facts.cycle.stable;
    let running = facts.versions[stable].as_deref();
    let alone = facts.split.live() == Some(stable) && !facts.canary_open[stable.other()];
    if alone && running.is_some() && ask.version.differs_from(running) {
        return Err(Refusal::LiveVersion { color: stable });
    }
    Ok(())
}

fn finish(ask: &Ask, facts: &Facts, cycle: Cycle, new_cycle: bool) -> Result<Intent, Refusal> {
    let candidate = cycle.candidate();
    let named = ask.release.is_some();
    if ask.phase != Phase::Promoted
        && facts.split.live() == Some(candidate)
        && named
        && cycle.held[cycle.stable].is_none()
    {
        return Err(Refusal::EmptyStable {
            stable: cycle.stable,
            live: candidate,
        });
    }
    let running = facts.versions[candidate].as_deref();
    let serves = facts.split.share(candidate) == 100;
    // In a first apply the fleet is made after this resource: a live color whose fleet is not there yet runs no
    // version that could differ.
    let deploys =
        ask.phase != Phase::Stable && ask.version.differs_from(running) && !(serves && running.is_none());
    if deploys {
        if serves {
            return Err(Refusal::LiveVersion { color: candidate });
        }
        // A new release may replace the one under canary: its rules are closed first. The same release may not
        // change its content under an audience.
        let watched = 0 < facts.split.share(candidate) || facts.canary_open[candidate];
        if watched && !new_cycle {
            return Err(Refusal::VersionUnderCanary { color: candidate });
        }
    }
    let deploy = deploys.then(|| (candidate, ask.version.clone()));
    Ok(Intent {
        phase: ask.phase,
        cycle,
        new_cycle,
        deploy,
    })
}
