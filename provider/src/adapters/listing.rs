//! The rules of a listener, looked at once for everybody who asks at the same time: Terraform reads ten resources
//! side by side, and most of them stand on the same few listeners. Decides nothing about rules.
//!
//! What is remembered lives for one process, which is one plan or one apply; it serves refreshing only, for
//! [`RECENT`], and is void from the begin of any changing call of ours. A decision that may change something asks
//! [`Elbv2::rules`], which never answers with what was known before the question.

use super::alb::{Tagged, describe_rules};
use super::paced::Epoch;
use crate::ports::PortError;
use aws_sdk_elasticloadbalancingv2::Client;
use std::collections::{BTreeMap, HashMap};
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// How old a listing may be for a refresh. Refreshing takes seconds, and what another hand changes meanwhile could
/// as well have come a moment later.
const RECENT: Duration = Duration::from_secs(10);
/// Looks at target health side by side.
const LOOKS: usize = 8;

/// All rules of a listener with their tags; `None` if the listener is gone.
pub type Rules = Option<Arc<Vec<Tagged>>>;

/// Elastic Load Balancing, with what its callers share. Is a [`Client`] wherever nothing is shared.
#[derive(Clone, Debug)]
pub struct Elbv2 {
    client: Client,
    /// Its changing calls wait for nobody: for the one call that puts traffic back.
    pub at_once: Client,
    /// Tags for everything that is made, from the provider block.
    pub default_tags: Arc<BTreeMap<String, String>>,
    shared: Arc<Sharing>,
}

#[derive(Debug)]
struct Sharing {
    listeners: Mutex<HashMap<String, Arc<Slot>>>,
    tickets: AtomicU64,
    epoch: Epoch,
    looks: Semaphore,
}

type Slot = tokio::sync::Mutex<Option<Seen>>;

/// The last look at a listener.
#[derive(Debug)]
struct Seen {
    /// Tickets of its begin and its end, to tell who asked before.
    begun: u64,
    ended: u64,
    at: Instant,
    epoch: u64,
    answer: Result<Rules, PortError>,
}

impl Seen {
    /// Whoever asked before the look began; what failed is not tried again by all who waited for it.
    fn serves_now(&self, asked: u64) -> bool {
        asked < self.begun
    }

    /// Whoever refreshes, as long as the look is young and from after every change of ours. A failure serves only
    /// those who waited for it.
    fn serves_refresh(&self, asked: u64, epoch: u64) -> bool {
        match self.answer {
            Ok(_) => self.at.elapsed() < RECENT && self.epoch == epoch,
            Err(_) => asked < self.ended,
        }
    }
}

impl Elbv2 {
    pub fn new(
        client: Client,
        at_once: Client,
        epoch: Epoch,
        default_tags: BTreeMap<String, String>,
    ) -> Elbv2 {
        let shared = Sharing {
            listeners: Mutex::default(),
            tickets: AtomicU64::default(),
            epoch,
            looks: Semaphore::new(LOOKS),
        };
        Elbv2 {
            client,
            at_once,
            default_tags: Arc::new(default_tags),
            shared: Arc::new(shared),
        }
    }

    /// The rules as they are now, for every decision that may change something: shares only a look that began after
    /// this was asked.
    pub async fn rules(&self, listener_arn: &str) -> Result<Rules, PortError> {
        let asked = self.ticket();
        self.listing(listener_arn, |seen| seen.serves_now(asked)).await
    }

    /// For refreshing, which changes nothing: the rules as they were a few seconds ago at most, and never from before
    /// a change of ours.
    pub async fn recent_rules(&self, listener_arn: &str) -> Result<Rules, PortError> {
        let (asked, epoch) = (self.ticket(), &self.shared.epoch);
        self.listing(listener_arn, |seen| seen.serves_refresh(asked, epoch.now()))
            .await
    }

    /// Who looks holds the listener's slot, so that whoever asks meanwhile waits for the answer instead of asking too.
    async fn listing(&self, listener_arn: &str, serves: impl Fn(&Seen) -> bool) -> Result<Rules, PortError> {
        let slot = self.slot(listener_arn);
        let mut slot = slot.lock().await;
        if let Some(seen) = slot.as_ref().filter(|seen| serves(seen)) {
            return said_again(&seen.answer);
        }
        let (begun, at, epoch) = (self.ticket(), Instant::now(), self.shared.epoch.now());
        let answer = describe_rules(&self.client, listener_arn).await;
        let seen = Seen {
            begun,
            ended: self.ticket(),
            at,
            epoch,
            answer: answer.map(|rules| rules.map(Arc::new)),
        };
        let answer = said_again(&seen.answer);
        *slot = Some(seen);
        answer
    }

    fn ticket(&self) -> u64 {
        self.shared.tickets.fetch_add(1, Ordering::SeqCst)
    }

    fn slot(&self, listener_arn: &str) -> Arc<Slot> {
        let listeners = self.shared.listeners.lock();
        let mut listeners = listeners.unwrap_or_else(PoisonError::into_inner);
        listeners.entry(listener_arn.to_owned()).or_default().clone()
    }

    /// One of the few looks that may be under way at a time; drop it when the answer is there.
    pub async fn look(&self) -> Option<SemaphorePermit<'_>> {
        self.shared.looks.acquire().await.ok()
    }
}

fn said_again(answer: &Result<Rules, PortError>) -> Result<Rules, PortError> {
    answer.as_ref().cloned().map_err(PortError::said_again)
}

impl Deref for Elbv2 {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

#[cfg(test)]
mod tests;
