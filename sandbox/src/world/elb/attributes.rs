//! Attributes of classic load balancers.
//!
//! Kept and shown; nothing acts on them.

use super::Classic;
use crate::world::{Refusal, Ruled, World};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    pub cross_zone: bool,
    pub access_log: AccessLog,
    pub draining: bool,
    /// Seconds.
    pub draining_timeout: u32,
    /// Seconds.
    pub idle_timeout: u32,
    /// `monitor`, `defensive` or `strictest`.
    pub desync_mitigation: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessLog {
    pub enabled: bool,
    pub bucket: Option<String>,
    pub prefix: Option<String>,
    /// Minutes.
    pub emit_interval: Option<u32>,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            cross_zone: false,
            access_log: AccessLog::default(),
            draining: false,
            draining_timeout: 300,
            idle_timeout: 60,
            desync_mitigation: "defensive".into(),
        }
    }
}

/// `None` leaves what is.
#[derive(Debug, Clone, Default)]
pub struct AttributeChanges {
    pub cross_zone: Option<bool>,
    pub access_log: Option<AccessLog>,
    pub draining: Option<bool>,
    pub draining_timeout: Option<u32>,
    pub idle_timeout: Option<u32>,
    pub desync_mitigation: Option<String>,
}

impl World {
    pub fn set_classic_attributes(&mut self, name: &str, changes: AttributeChanges) -> Ruled<&Classic> {
        let balancer = self.classic_mut(name)?;
        let ranges = [
            ("ConnectionDraining.Timeout", changes.draining_timeout, 1, 3600),
            ("ConnectionSettings.IdleTimeout", changes.idle_timeout, 1, 4000),
        ];
        for (what, value, low, high) in ranges {
            if value.is_some_and(|value| !(low..=high).contains(&value)) {
                return Err(Refusal::validation(format!(
                    "{what} must be between {low} and {high}"
                )));
            }
        }
        if let Some(log) = &changes.access_log {
            if log.enabled && log.bucket.is_none() {
                return Err(Refusal::new(
                    "InvalidConfigurationRequest",
                    "An access log needs the name of a bucket",
                ));
            }
            if log
                .emit_interval
                .is_some_and(|minutes| ![5, 60].contains(&minutes))
            {
                return Err(Refusal::validation("AccessLog.EmitInterval must be 5 or 60"));
            }
        }
        if let Some(mode) = &changes.desync_mitigation
            && !["monitor", "defensive", "strictest"].contains(&mode.as_str())
        {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("'{mode}' is no desync mitigation mode"),
            ));
        }
        let now = &mut balancer.attributes;
        now.cross_zone = changes.cross_zone.unwrap_or(now.cross_zone);
        now.draining = changes.draining.unwrap_or(now.draining);
        now.draining_timeout = changes.draining_timeout.unwrap_or(now.draining_timeout);
        now.idle_timeout = changes.idle_timeout.unwrap_or(now.idle_timeout);
        if let Some(log) = changes.access_log {
            now.access_log = log;
        }
        if let Some(mode) = changes.desync_mitigation {
            now.desync_mitigation = mode;
        }
        self.classic(name)
    }
}
