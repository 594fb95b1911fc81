//! Faults on demand: which call fails, and how.
//!
//! Decides only; the server carries the fault out. Random choices come from the rule's seed, never from the system.

mod kill;
mod millis;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use kill::kill_peer;

use crate::api::Call;
use crate::clock::Clock;
use crate::dataplane::Dataplane;

/// What a call takes on AWS, roughly, in AWS time.
const USUAL_LATENCY: Duration = Duration::from_millis(100);

/// What happens to a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Refused with the service's throttling error; nothing is applied.
    Throttle,
    /// Refused with a 5xx; nothing is applied.
    ServerError,
    /// Refused as IAM refuses who may not; nothing is applied.
    Deny,
    /// Answered after this much real time; in JSON, milliseconds.
    #[serde(with = "millis")]
    Latency(Duration),
    /// Answered after this many times what such a call takes on AWS (100 ms of AWS time).
    LatencyTimes(u32),
    /// Applied, but the connection closes instead of answering.
    LostAnswer,
    /// The calling process is killed before the call is applied.
    KillBefore,
    /// The calling process is killed after the call is applied.
    KillAfter,
}

/// When a fault strikes. All that is given must match; the first rule that strikes wins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    #[serde(default)]
    pub service: Option<String>,
    #[serde(default)]
    pub action: Option<String>,
    #[serde(default)]
    pub mutating: Option<bool>,
    /// Only the nth matching call since the rule was added, counted from 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// Strikes this share of the matching calls, drawn from `seed`.
    #[serde(default)]
    pub probability: Option<f64>,
    #[serde(default)]
    pub seed: u64,
    /// Strikes at most this often.
    #[serde(default)]
    pub times: Option<u64>,
    pub fault: Fault,
}

/// The switchboard; clones share it.
#[derive(Clone)]
pub struct Faults {
    clock: Clock,
    state: Arc<Mutex<State>>,
    dataplane: Arc<Mutex<Option<Arc<Dataplane>>>>,
}

#[derive(Default)]
struct State {
    rules: Vec<Armed>,
    calls: u64,
}

struct Armed {
    rule: FaultRule,
    matched: u64,
    struck: u64,
    random: u64,
}

impl Fault {
    /// As the event log names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::ServerError => "server_error",
            Self::Deny => "deny",
            Self::Latency(_) => "latency",
            Self::LatencyTimes(_) => "latency_times",
            Self::LostAnswer => "lost_answer",
            Self::KillBefore => "kill_before",
            Self::KillAfter => "kill_after",
        }
    }
}

impl FaultRule {
    /// Strikes every call; narrow it by setting fields.
    pub fn new(fault: Fault) -> Self {
        Self {
            service: None,
            action: None,
            mutating: None,
            nth: None,
            probability: None,
            seed: 0,
            times: None,
            fault,
        }
    }

    fn matches(&self, call: &Call) -> bool {
        self.service
            .as_deref()
            .is_none_or(|service| service == call.service.name())
            && self.action.as_deref().is_none_or(|action| action == call.action)
            && self.mutating.is_none_or(|mutating| mutating == call.mutating())
    }
}

impl Faults {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            state: Arc::default(),
            dataplane: Arc::default(),
        }
    }

    /// Counting for `nth` begins now.
    pub fn add(&self, rule: FaultRule) {
        let random = rule.seed;
        self.state().rules.push(Armed {
            rule,
            matched: 0,
            struck: 0,
            random,
        });
    }

    /// Removes every rule and makes health checks prompt again. [`Self::calls_seen`] goes on counting.
    pub fn clear(&self) {
        self.state().rules.clear();
        if let Some(dataplane) = self.dataplane() {
            dataplane.prompt_health();
        }
    }

    /// AWS calls received since the start, faulty ones included.
    pub fn calls_seen(&self) -> u64 {
        self.state().calls
    }

    /// For this long (real time) every listener closes connections instead of answering.
    pub fn data_plane_gap(&self, duration: Duration) {
        if let Some(dataplane) = self.dataplane() {
            dataplane.gap(duration);
        }
    }

    /// From now on the health checks of a target group, given by ARN or name, answer this much later (AWS time); an
    /// answer later than the check's timeout counts as none. Zero ends it.
    pub fn slow_health(&self, target_group: &str, delay: Duration) {
        if let Some(dataplane) = self.dataplane() {
            dataplane.slow_health(target_group, self.clock.real(delay));
        }
    }

    /// Real time for which a fault holds a call back.
    pub(crate) fn delay(&self, fault: &Fault) -> Option<Duration> {
        match fault {
            Fault::Latency(real) => Some(*real),
            Fault::LatencyTimes(times) => Some(self.clock.real(USUAL_LATENCY * *times)),
            _ => None,
        }
    }

    pub(crate) fn attach(&self, dataplane: Dataplane) {
        *self.slot() = Some(Arc::new(dataplane));
    }

    pub(crate) fn dataplane(&self) -> Option<Arc<Dataplane>> {
        self.slot().clone()
    }

    /// The data plane, to be shut down, unless someone still uses it.
    pub(crate) fn detach(&self) -> Option<Dataplane> {
        Arc::into_inner(self.slot().take()?)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Arc<Dataplane>>> {
        self.dataplane.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts the call and picks what happens to it.
    pub(crate) fn decide(&self, call: &Call) -> Option<Fault> {
        let mut state = self.state();
        state.calls += 1;
        let mut chosen = None;
        // Every rule counts its matches, even where an earlier one has struck.
        for armed in state.rules.iter_mut().filter(|armed| armed.rule.matches(call)) {
            armed.matched += 1;
            let nth = armed.rule.nth.is_none_or(|nth| nth == armed.matched);
            let left = armed.rule.times.is_none_or(|times| armed.struck < times);
            if chosen.is_none() && nth && left && armed.draw() {
                armed.struck += 1;
                chosen = Some(armed.rule.fault.clone());
            }
        }
        chosen
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Armed {
    /// True with the rule's probability; splitmix64 from its seed.
    fn draw(&mut self) -> bool {
        let Some(probability) = self.rule.probability else {
            return true;
        };
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let unit = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
        unit < probability
    }
}
