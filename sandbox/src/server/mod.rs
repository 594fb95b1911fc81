//! One running sandbox: the world behind a lock, the API's socket, the data plane and the clockwork.
//!
//! Holds no rule of AWS; it moves calls in, answers out and time forward.

mod admin;
mod clockwork;
mod http;
mod shared;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::shared::Shared;
use crate::actors::KubernetesChange;
use crate::dataplane::{Dataplane, DataplaneOptions};
use crate::faults::Faults;
use crate::log::{Event, EventLog};
use crate::options::Options;
use crate::seed::Seed;

/// A local AWS. Several on one machine do not meet: every port comes from the system.
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Sandbox {
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        if !(options.time_scale.is_finite() && 0.0 < options.time_scale) {
            bail!(
                "the time scale must be more than zero, not {}",
                options.time_scale
            );
        }
        let log = EventLog::open(options.log.as_deref())?;
        let listener = TcpListener::bind(options.bind)
            .await
            .with_context(|| format!("binding {}", options.bind))?;
        let address = listener.local_addr().context("asking for the bound address")?;
        let (shared, table) = Shared::new(&options, log);

        let reports = Arc::downgrade(&shared);
        let report = Arc::new(move |group: &str, target: SocketAddr, result| {
            if let Some(shared) = reports.upgrade() {
                shared.change(|world| world.probed(group, target, &result));
            }
        });
        let dataplane_options = DataplaneOptions {
            client_ip_header: options.client_ip_header,
            sticky_outlives_weight_zero: options.sticky_outlives_weight_zero,
            ..DataplaneOptions::default()
        };
        shared
            .faults
            .attach(Dataplane::start(table, report, dataplane_options));

        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(clockwork::run(Arc::clone(&shared), stop.clone(), tasks.clone()));
        tasks.spawn(http::serve(
            listener,
            Arc::clone(&shared),
            stop.clone(),
            tasks.clone(),
        ));
        Ok(Self {
            shared,
            address,
            stop,
            tasks,
        })
    }

    /// For `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where a listener really accepts connections.
    pub fn listener_addr(&self, listener_arn: &str) -> Option<SocketAddr> {
        self.shared.faults.dataplane()?.listener_addr(listener_arn)
    }

    /// The event log so far.
    pub fn events(&self) -> Vec<Event> {
        self.shared.look(|world| world.log.events().to_vec())
    }

    /// The whole world, for a failing test to show.
    pub fn dump(&self) -> Value {
        self.shared.look(crate::api::dump)
    }

    /// The world as a seed that makes one like it; see [`Seed::of`] for what it leaves out.
    pub fn as_seed(&self) -> Seed {
        self.shared.as_seed()
    }

    /// Adds a seed's things to the world.
    pub fn seed(&self, seed: &Seed) -> anyhow::Result<()> {
        self.shared.seed(seed)
    }

    /// Somebody else sets a service's desired count: the autoscaler, within the range of its scalable target, or a
    /// colleague. Returns the count that holds now.
    ///
    /// # Errors
    /// If there is no such active service, or its scaling is suspended.
    pub fn scale(&self, cluster: &str, service: &str, desired: u32) -> anyhow::Result<u32> {
        self.shared.scale(cluster, service, desired)
    }

    /// Something happens in Kubernetes: a Service is made, a controller dies. What its controllers then do in AWS stands in
    /// the event log under their names.
    ///
    /// # Errors
    /// If the cluster or the object that it is about is not there.
    pub fn kubernetes(&self, change: KubernetesChange) -> anyhow::Result<()> {
        self.shared.kubernetes(change)
    }

    pub fn faults(&self) -> Faults {
        self.shared.faults.clone()
    }

    /// Stops answering, then every task and listener.
    pub async fn shutdown(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.shared.stop_backends(Duration::from_secs(1)).await;
        if let Some(dataplane) = self.shared.faults.detach() {
            dataplane.shutdown().await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
