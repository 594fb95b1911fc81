//! How many calls AWS lets through: token buckets, filled as time passes and emptied by one for each call.
//!
//! Off unless asked for. Decides only; the refusal is the server's, in the words of each service. Services whose
//! rates AWS does not publish have none here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::api::{Call, Service};

/// Whether calls are counted against AWS's rates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RateLimits {
    #[default]
    Off,
    /// The buckets that AWS publishes for EC2, and those reported for both versions of Elastic Load Balancing.
    Published,
}

/// What a bucket holds when full, and what flows in per second of AWS time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Rate {
    burst: f64,
    refill: f64,
}

/// EC2, of each action by itself: a listing by ids or filters, or in pages.
const EC2_READ: Rate = rate(100.0, 20.0);
/// EC2: a listing of everything there is.
const EC2_READ_ALL: Rate = rate(50.0, 10.0);
const EC2_CHANGE: Rate = rate(50.0, 5.0);
/// Elastic Load Balancing, of a version, for all actions of the kind together.
const ELB_READ: Rate = rate(40.0, 10.0);
const ELB_CHANGE: Rate = rate(20.0, 3.0);
const ELB_REGISTER: Rate = rate(20.0, 4.0);
/// For all actions of a version.
const ELB_ALL: Rate = rate(40.0, 10.0);

const fn rate(burst: f64, refill: f64) -> Rate {
    Rate { burst, refill }
}

/// What a call is counted under.
type Name = (&'static str, String);

/// Every bucket that a call has touched.
#[derive(Debug)]
pub(crate) struct Buckets {
    limits: RateLimits,
    levels: Mutex<HashMap<Name, Level>>,
}

#[derive(Debug, Clone, Copy)]
struct Level {
    tokens: f64,
    at: Duration,
}

impl Buckets {
    pub fn new(limits: RateLimits) -> Self {
        Self {
            limits,
            levels: Mutex::default(),
        }
    }

    /// Whether the call gets through at this moment of AWS time. It takes from every bucket it is counted under, or,
    /// where one of them is empty, from none.
    pub fn admits(&self, call: &Call, now: Duration) -> bool {
        if self.limits == RateLimits::Off {
            return true;
        }
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let mut filled = Vec::new();
        for (name, rate) in buckets(call) {
            let before = levels.get(&name).copied();
            let tokens = before.map_or(rate.burst, |it| {
                let passed = now.saturating_sub(it.at).as_secs_f64();
                (it.tokens + passed * rate.refill).min(rate.burst)
            });
            filled.push((name, tokens));
        }
        let admitted = filled.iter().all(|(_, tokens)| 1.0 <= *tokens);
        for (name, tokens) in filled {
            let tokens = if admitted { tokens - 1.0 } else { tokens };
            levels.insert(name, Level { tokens, at: now });
        }
        admitted
    }
}

/// What a call is counted under, and how that fills.
fn buckets(call: &Call) -> Vec<(Name, Rate)> {
    let service = call.service.name();
    match call.service {
        Service::Ec2 => {
            let rate = match (call.mutating(), narrowed(call)) {
                (true, _) => EC2_CHANGE,
                (false, true) => EC2_READ,
                (false, false) => EC2_READ_ALL,
            };
            // A listing of everything has a bucket beside that of the same action with filters.
            let kind = if rate == EC2_READ_ALL {
                " of everything"
            } else {
                ""
            };
            vec![((service, format!("{}{kind}", call.action)), rate)]
        }
        Service::Elb | Service::Elbv2 => {
            let registers = call.action.starts_with("Register") || call.action.starts_with("Deregister");
            let (kind, rate) = match (call.mutating(), registers) {
                (false, _) => ("reads", ELB_READ),
                (true, true) => ("registrations", ELB_REGISTER),
                (true, false) => ("changes", ELB_CHANGE),
            };
            vec![
                ((service, kind.to_owned()), rate),
                ((service, "all".to_owned()), ELB_ALL),
            ]
        }
        Service::Eks | Service::Ecs | Service::Sts | Service::Autoscaling => Vec::new(),
    }
}

/// Whether a listing asks for less than everything: by filters, by ids, or in pages.
fn narrowed(call: &Call) -> bool {
    let mut names = call.input.keys();
    names.any(|name| name == "Filter" || name == "MaxResults" || name.ends_with("Id"))
}
