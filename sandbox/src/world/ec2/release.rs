//! What AWS does after the deletion of something that had interfaces: they go some time later, one by one.
//!
//! How late is drawn from a seed, never from the system, so that a run can be repeated.

use std::time::Duration;

use crate::world::World;

/// Whose interfaces are released: each kind of owner has its own range of AWS seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Of a classic load balancer: 5 to 60.
    Classic,
    /// Of an Application Load Balancer: 20 to 180.
    Application,
    /// Of a Network or Gateway Load Balancer: 60 to 300.
    Network,
    /// Of a NAT gateway: 30 to 90.
    Nat,
    /// Of an interface endpoint: 10 to 60.
    Endpoint,
    /// After exactly so long, whatever the pace.
    At(Duration),
}

/// The switches of releases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReleasePace {
    pub seed: u64,
    /// Stretches every range; 0 releases at once.
    pub times: f64,
    /// Share of releases that take up to 30 minutes instead.
    pub tail: f64,
}

/// When an interface under release changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Releasing {
    /// `available` from here, still the service's own.
    detached_at: Duration,
    gone_at: Duration,
}

/// The worst that people report.
const TAIL: (f64, f64) = (600.0, 1800.0);
/// The share of its time that an interface stays `in-use`.
const IN_USE: f64 = 0.8;

impl Default for ReleasePace {
    fn default() -> Self {
        Self {
            seed: 1,
            times: 1.0,
            tail: 0.0,
        }
    }
}

impl Release {
    const fn seconds(self) -> (f64, f64) {
        match self {
            Self::Classic => (5.0, 60.0),
            Self::Application => (20.0, 180.0),
            Self::Network => (60.0, 300.0),
            Self::Nat => (30.0, 90.0),
            Self::Endpoint => (10.0, 60.0),
            Self::At(_) => (0.0, 0.0),
        }
    }
}

impl World {
    /// Lets interfaces go: in use, then available though still the service's own, then gone. Ids of none, and interfaces
    /// already under release, are passed over.
    pub fn release_interfaces(&mut self, ids: &[String], kind: Release) {
        for id in ids {
            let delay = self.draw(kind);
            let now = self.now.aws;
            if let Some(interface) = self.ec2.interfaces.get_mut(id)
                && interface.releasing.is_none()
            {
                interface.releasing = Some(Releasing {
                    detached_at: now + delay.mul_f64(IN_USE),
                    gone_at: now + delay,
                });
                self.note_change();
            }
        }
        // A release that takes no time is over when the call is.
        self.tick_interfaces();
    }

    /// Lets time do its work on interfaces; returns when to look again.
    pub(super) fn tick_interfaces(&mut self) -> Option<Duration> {
        let now = self.now.aws;
        let due: Vec<(String, Releasing, bool)> = self
            .ec2
            .interfaces
            .values()
            .filter_map(|it| Some((it.id.clone(), it.releasing?, it.attachment.is_some())))
            .collect();
        let mut next: Option<Duration> = None;
        for (id, releasing, attached) in due {
            if releasing.gone_at <= now {
                self.remove_interface(&id);
                continue;
            }
            let mut at = releasing.gone_at;
            if releasing.detached_at <= now {
                if attached {
                    self.unmap(&id);
                    self.detach_interface(&id);
                }
            } else {
                at = releasing.detached_at;
            }
            next = Some(next.map_or(at, |next| next.min(at)));
        }
        next
    }

    fn draw(&mut self, kind: Release) -> Duration {
        if let Release::At(delay) = kind {
            return delay;
        }
        let pace = self.settings.release;
        let (low, high) = if self.chance() < pace.tail {
            TAIL
        } else {
            kind.seconds()
        };
        let seconds = (low + (high - low) * self.chance()) * pace.times;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
    }

    /// The next number from 0 to 1: splitmix64 over the seed.
    fn chance(&mut self) -> f64 {
        self.ec2.released += 1;
        let step = self.ec2.released.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut z = self.settings.release.seed.wrapping_add(step);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
