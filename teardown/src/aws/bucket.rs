//! How many calls a second AWS takes of each class: its documented token buckets, kept on our side, so that it need
//! not refuse. Where it refuses all the same the rate is halved, and grows back with every call that goes through.
//!
//! AWS's buckets are the account's. Changes of load balancers have the smallest ones, and a clean-up makes several at once,
//! so those begin with an eighth of the rate and take more while AWS does not complain: eight pipelines that end their
//! environments in the same minute get along without a word to each other.

use super::wait::jitter;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Calls that share one of AWS's buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// STS.
    Identity,
    /// EC2, filtered or paged reads.
    NetworkRead,
    /// EC2, changes.
    NetworkWrite,
    /// Classic load balancers, reads.
    ClassicRead,
    /// Classic load balancers, changes.
    ClassicWrite,
    /// The newer load balancers and target groups, reads.
    ModernRead,
    /// The newer load balancers and target groups, changes.
    ModernWrite,
    /// EKS.
    Clusters,
}

/// What the class of all buckets holds: burst, and refill per second.
fn documented(class: Class) -> (f64, f64) {
    match class {
        Class::NetworkRead => (100.0, 20.0),
        Class::NetworkWrite => (50.0, 5.0),
        Class::ClassicRead | Class::ModernRead => (40.0, 10.0),
        Class::ClassicWrite | Class::ModernWrite => (20.0, 3.0),
        // Nowhere documented: what AWS grants most of its control planes.
        Class::Identity | Class::Clusters => (20.0, 10.0),
    }
}

const CLASSES: [Class; 8] = [
    Class::Identity,
    Class::NetworkRead,
    Class::NetworkWrite,
    Class::ClassicRead,
    Class::ClassicWrite,
    Class::ModernRead,
    Class::ModernWrite,
    Class::Clusters,
];

/// How much of AWS's bucket is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Whole,
    /// An eighth, and more with every quiet moment.
    Share,
}

fn claim(class: Class) -> Claim {
    match class {
        Class::ClassicWrite | Class::ModernWrite => Claim::Share,
        _ => Claim::Whole,
    }
}

const SHARE: f64 = 1.0 / 8.0;
/// How long a share stays as it is: others who began at the same time have had their first turns by then.
const QUIET: Duration = Duration::from_secs(15);
/// After which time without a refusal it doubles.
const DOUBLING: Duration = Duration::from_secs(5);

/// One bucket per class.
#[derive(Debug)]
pub(crate) struct Buckets([Bucket; CLASSES.len()]);

impl Buckets {
    pub fn new() -> Buckets {
        Buckets(CLASSES.map(|class| {
            let (burst, refill) = documented(class);
            Bucket::new(burst, refill, claim(class))
        }))
    }

    pub fn of(&self, class: Class) -> &Bucket {
        &self.0[class as usize]
    }
}

#[derive(Debug)]
pub(crate) struct Bucket {
    burst: f64,
    refill: f64,
    claim: Claim,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    /// Tokens per second, when AWS last refused a call or, before that, at first.
    base: f64,
    /// Tokens per second, at present.
    rate: f64,
    /// The first call, or the last one that AWS refused for its rate.
    since: Option<Instant>,
    at: Instant,
}

impl Bucket {
    fn new(burst: f64, refill: f64, claim: Claim) -> Bucket {
        let (tokens, rate) = match claim {
            Claim::Whole => (burst, refill),
            // Less than one: those who began together do not make their first change together.
            Claim::Share => (jitter(Duration::from_secs(1)).as_secs_f64(), refill * SHARE),
        };
        Bucket {
            burst,
            refill,
            claim,
            state: Mutex::new(State {
                tokens,
                base: rate,
                rate,
                since: None,
                at: Instant::now(),
            }),
        }
    }

    fn now(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let passed = now.saturating_duration_since(state.at).as_secs_f64();
        if let (Claim::Share, Some(since)) = (self.claim, state.since) {
            let quiet = now.saturating_duration_since(since).saturating_sub(QUIET);
            let doublings = quiet.as_secs_f64() / DOUBLING.as_secs_f64();
            state.rate = (state.base * doublings.exp2()).min(self.refill);
        }
        let burst = match self.claim {
            Claim::Whole => self.burst,
            Claim::Share => (self.burst / 2.0 * state.rate / self.refill).max(1.0),
        };
        state.tokens = burst.min(state.tokens + passed * state.rate);
        state.at = now;
        state
    }

    /// Takes as many as there are, one at least and `most` at most; or says how long until there is one.
    pub fn take(&self, most: usize) -> Result<usize, Duration> {
        let mut state = self.now();
        state.since = state.since.or(Some(state.at));
        if state.tokens < 1.0 {
            return Err(Duration::from_secs_f64((1.0 - state.tokens) / state.rate));
        }
        let taken = state.tokens.floor().min(most as f64);
        state.tokens -= taken;
        Ok(taken as usize)
    }

    /// AWS refused a call for its rate: what we took for tokens were none.
    pub fn throttled(&self) {
        let mut state = self.now();
        state.tokens = 0.0;
        state.rate = (state.rate / 2.0).max(self.refill / 16.0);
        state.base = state.rate;
        state.since = Some(state.at);
    }

    /// A call went through. A share grows with time, not with calls: eight that double each other's are soon too many.
    pub fn answered(&self) {
        let mut state = self.now();
        if self.claim == Claim::Whole {
            state.rate = (state.rate + self.refill / 20.0).min(self.refill);
        }
    }
}

#[cfg(test)]
mod tests;
