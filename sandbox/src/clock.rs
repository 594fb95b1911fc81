//! The one place that reads a clock: AWS's seconds, real time and timestamps.
//!
//! Decides nothing. The world takes [`Now`] as a value and never looks at a clock itself.

use std::time::Duration;

use jiff::{Timestamp, ToSpan};
use tokio::time::Instant;

/// One moment, in the three ways the sandbox needs it.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// AWS time since the start: real time divided by the time scale.
    pub aws: Duration,
    /// Real milliseconds since the start, for the event log.
    pub real_ms: f64,
    /// Wall clock, for `CreatedTime` and its like.
    pub wall: Timestamp,
}

/// Started once per sandbox.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
    wall_start: Timestamp,
    scale: f64,
}

impl Clock {
    /// `scale`: real seconds per AWS second; more than zero.
    pub fn start(scale: f64) -> Self {
        let now = Timestamp::now();
        Self {
            start: Instant::now(),
            // AWS's times have no finer grain.
            wall_start: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
            scale,
        }
    }

    pub fn now(&self) -> Now {
        let real = self.start.elapsed();
        let millis = i64::try_from(real.as_millis()).unwrap_or(i64::MAX);
        Now {
            aws: real.div_f64(self.scale),
            real_ms: real.as_secs_f64() * 1000.0,
            wall: self
                .wall_start
                .checked_add(millis.milliseconds())
                .unwrap_or(self.wall_start),
        }
    }

    /// How long an AWS duration takes here.
    pub fn real(&self, aws: Duration) -> Duration {
        aws.mul_f64(self.scale)
    }

    /// When, on the real clock, an AWS moment comes.
    pub fn instant(&self, aws: Duration) -> Instant {
        self.start + self.real(aws)
    }
}
