//! The data plane: real sockets that route real HTTP by the world's latest table.
//!
//! Decides nothing about the world: it reads [`RouteTable`]s and reports what its health probes found.

use std::{
    collections::HashSet,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use hyper::HeaderMap;
use tokio::{runtime::Handle, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    balancer::Balancer,
    health::{Probers, SlowProbes},
    listener::Listeners,
    pool::Pool,
};

mod address;
pub mod backend;
mod balancer;
mod health;
mod listener;
pub mod pattern;
mod pool;
mod proxy;
mod routing;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
pub mod types;

pub use types::{
    Action, Condition, GroupRoutes, HealthCheck, ListenerRoutes, ProbeResult, RouteTable, RuleRoutes,
    Stickiness, TargetRoute,
};

/// Called with the group's ARN, the target and what the probe found, from a task of the data plane. Must not
/// block. May still be called once for a target that was removed a moment ago.
pub type Report = Arc<dyn Fn(&str, SocketAddr, ProbeResult) + Send + Sync>;

/// What is not in the routing tables.
#[derive(Clone, Debug)]
pub struct DataplaneOptions {
    /// Header that names the client's address, for tests that cannot choose their own; AWS has no such thing.
    pub client_ip_header: Option<String>,
    /// How long a target may take to accept a connection (AWS: 10 s).
    pub connect_timeout: Duration,
    /// How long a target may take to answer (AWS: the idle timeout, 60 s by default).
    pub target_timeout: Duration,
    /// Whether a sticky client stays on its group after the group's weight became 0. AWS does not say; the
    /// pessimistic answer is the default.
    pub sticky_outlives_weight_zero: bool,
}

impl Default for DataplaneOptions {
    fn default() -> Self {
        Self {
            client_ip_header: None,
            connect_timeout: Duration::from_secs(10),
            target_timeout: Duration::from_secs(60),
            sticky_outlives_weight_zero: true,
        }
    }
}

/// Listeners, balancer and health probers over one stream of routing tables. Dropping it stops everything.
pub struct Dataplane {
    shared: Arc<Shared>,
    control: Arc<Control>,
}

impl Dataplane {
    /// Opens the current table's listeners and follows every later table until [`shutdown`](Self::shutdown).
    ///
    /// A request is routed by the table published last before it, with no delay in between. Runs on the tokio
    /// runtime it is called from.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(table: watch::Receiver<Arc<RouteTable>>, report: Report, options: DataplaneOptions) -> Self {
        let shared = Arc::new(Shared {
            table: table.clone(),
            balancer: Balancer::default(),
            pool: Pool::default(),
            options,
            started: Instant::now(),
            gap_until: AtomicU64::new(0),
            connections: AtomicUsize::new(0),
            slow: SlowProbes::default(),
        });
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let control = Arc::new(Control {
            listeners: Listeners::new(tasks.clone(), stop.clone()),
            probers: Probers::default(),
            report,
            runtime: Handle::current(),
            tasks,
            stop,
        });
        control.reconcile(&shared);
        control
            .tasks
            .spawn(follow(table, Arc::clone(&shared), Arc::clone(&control)));
        Self { shared, control }
    }

    /// Where a listener of the latest table accepts connections; `None` if it has no such listener.
    pub fn listener_addr(&self, arn: &str) -> Option<SocketAddr> {
        // A listener published a moment ago gets its socket here rather than some time later.
        self.control
            .listeners
            .reconcile(&self.shared, &self.control.runtime);
        self.control.listeners.addr(arn)
    }

    /// From now on and for `duration`, every connection is closed instead of answered. Returns at
    /// once; a gap of zero ends one that is under way.
    pub fn gap(&self, duration: Duration) {
        let until = (self.shared.started.elapsed() + duration).as_nanos();
        self.shared
            .gap_until
            .store(u64::try_from(until).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// From now on the health checks of a target group, given by ARN or name, answer so much later (real time); zero
    /// ends it. An answer later than the check's timeout counts as none.
    pub fn slow_health(&self, group: &str, delay: Duration) {
        self.shared.slow.set(group, delay);
    }

    /// Ends every [`slow_health`](Self::slow_health).
    pub fn prompt_health(&self) {
        self.shared.slow.clear();
    }

    /// Stops probing and accepting, lets requests in flight finish (5 s at most) and closes all connections.
    pub async fn shutdown(self) {
        self.control.halt();
        self.control.tasks.close();
        self.control.tasks.wait().await;
        // The last table may have come in while stopping.
        self.control.probers.clear();
        self.shared.pool.keep_only(HashSet::new());
    }
}

impl Drop for Dataplane {
    fn drop(&mut self) {
        self.control.halt();
    }
}

/// What every request needs.
struct Shared {
    table: watch::Receiver<Arc<RouteTable>>,
    balancer: Balancer,
    pool: Pool,
    options: DataplaneOptions,
    started: Instant,
    /// Nanoseconds since `started`.
    gap_until: AtomicU64,
    /// Accepted so far.
    connections: AtomicUsize,
    slow: SlowProbes,
}

impl Shared {
    fn table(&self) -> Arc<RouteTable> {
        Arc::clone(&self.table.borrow())
    }

    fn in_gap(&self) -> bool {
        let until = self.gap_until.load(Ordering::Relaxed);
        until != 0 && self.started.elapsed().as_nanos() < u128::from(until)
    }

    /// The node that serves the next connection: they take turns, as the addresses of a DNS answer do.
    fn next_node(&self) -> usize {
        self.connections.fetch_add(1, Ordering::Relaxed) % types::NODES
    }

    /// Who the request comes from, as far as rules are concerned.
    fn source(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let named = self
            .options
            .client_ip_header
            .as_ref()
            .and_then(|name| headers.get(name.as_str()));
        named
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .unwrap_or(peer)
    }
}

/// What follows the tables.
struct Control {
    listeners: Listeners,
    probers: Probers,
    report: Report,
    runtime: Handle,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Control {
    fn reconcile(&self, shared: &Arc<Shared>) {
        self.listeners.reconcile(shared, &self.runtime);
        let table = shared.table();
        shared.balancer.forget_all_but(&table);
        shared.pool.keep_only(usable(&table));
        self.probers
            .reconcile(|| shared.table(), &self.report, &shared.slow, &self.runtime);
    }

    fn halt(&self) {
        self.stop.cancel();
        self.probers.clear();
    }
}

async fn follow(mut table: watch::Receiver<Arc<RouteTable>>, shared: Arc<Shared>, control: Arc<Control>) {
    let stop = control.stop.clone();
    while let Some(Ok(())) = stop.run_until_cancelled(table.changed()).await {
        control.reconcile(&shared);
    }
}

/// Targets a new request might still go to.
fn usable(table: &RouteTable) -> HashSet<SocketAddr> {
    let targets = table.groups.values().flat_map(|group| &group.targets);
    targets
        .filter(|target| target.serves || target.initial_or_unhealthy)
        .map(|target| target.addr)
        .collect()
}
