//! The sockets of listeners: bound, accepted from and closed as the table says.
//!
//! Knows nothing of HTTP beyond handing each request to the proxy.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Handle,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Shared, address, proxy, types::RouteTable};

/// How long requests in flight may take to finish once their listener is gone.
const LAST_REQUESTS: Duration = Duration::from_secs(5);

/// The listeners of the latest table.
pub(super) struct Listeners {
    bound: Mutex<HashMap<String, Bound>>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

struct Bound {
    addr: SocketAddr,
    load_balancer: String,
    stop: CancellationToken,
}

impl Listeners {
    pub(super) fn new(tasks: TaskTracker, stop: CancellationToken) -> Self {
        Self {
            bound: Mutex::default(),
            tasks,
            stop,
        }
    }

    /// Where a listener accepts connections.
    pub(super) fn addr(&self, arn: &str) -> Option<SocketAddr> {
        self.bound().get(arn).map(|bound| bound.addr)
    }

    /// Binds what the latest table has and closes what it has no more.
    pub(super) fn reconcile(&self, shared: &Arc<Shared>, runtime: &Handle) {
        let mut bound = self.bound();
        // Read under the lock: of two callers at once, the later one must not act on the earlier table.
        let table = shared.table();
        bound.retain(|arn, listener| {
            let keep = table.listeners.iter().any(|wanted| wanted.arn == *arn);
            if !keep {
                listener.stop.cancel();
            }
            keep
        });
        if self.stop.is_cancelled() {
            return;
        }
        for (arn, load_balancer, port) in missing(&table, &bound) {
            let sibling = bound.values().find(|other| other.load_balancer == load_balancer);
            match self.open(
                shared,
                runtime,
                arn,
                port,
                load_balancer,
                sibling.map(|other| other.addr.ip()),
            ) {
                Ok(listener) => {
                    bound.insert(arn.to_owned(), listener);
                }
                Err(error) => tracing::error!(%arn, %error, "listener has no socket"),
            }
        }
    }

    fn open(
        &self,
        shared: &Arc<Shared>,
        runtime: &Handle,
        arn: &str,
        port: u16,
        load_balancer: &str,
        ip: Option<IpAddr>,
    ) -> std::io::Result<Bound> {
        // A low port would need root.
        let port = if port < 1024 { 10_000 + port } else { port };
        let socket = match ip {
            Some(ip) => address::bind_on(ip, port)?,
            None => address::bind(&address::LOAD_BALANCERS, port)?,
        };
        let addr = socket.local_addr()?;
        let _guard = runtime.enter();
        let socket = TcpListener::from_std(socket)?;
        let stop = self.stop.child_token();
        let accepting = accept(
            socket,
            arn.into(),
            Arc::clone(shared),
            stop.clone(),
            self.tasks.clone(),
        );
        self.tasks.spawn_on(accepting, runtime);
        Ok(Bound {
            addr,
            load_balancer: load_balancer.to_owned(),
            stop,
        })
    }

    fn bound(&self) -> MutexGuard<'_, HashMap<String, Bound>> {
        self.bound.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing<'t>(table: &'t RouteTable, bound: &HashMap<String, Bound>) -> Vec<(&'t str, &'t str, u16)> {
    let wanted = table
        .listeners
        .iter()
        .filter(|listener| !bound.contains_key(&listener.arn));
    wanted
        .map(|listener| {
            (
                listener.arn.as_str(),
                listener.load_balancer.as_str(),
                listener.port,
            )
        })
        .collect()
}

async fn accept(
    socket: TcpListener,
    arn: Arc<str>,
    shared: Arc<Shared>,
    stop: CancellationToken,
    tasks: TaskTracker,
) {
    while let Some(accepted) = stop.run_until_cancelled(socket.accept()).await {
        match accepted {
            // In a gap the client's connection closes at once.
            Ok(_) if shared.in_gap() => {}
            Ok((stream, peer)) => {
                tasks.spawn(serve(
                    stream,
                    (peer.ip(), shared.next_node()),
                    Arc::clone(&arn),
                    Arc::clone(&shared),
                    stop.clone(),
                ));
            }
            Err(error) => {
                tracing::warn!(%arn, %error, "could not accept");
                // Out of file descriptors, as a rule: trying again at once would spin.
                let _ = tokio::time::timeout(Duration::from_millis(20), stop.cancelled()).await;
            }
        }
    }
}

async fn serve(
    stream: TcpStream,
    (peer, node): (IpAddr, usize),
    arn: Arc<str>,
    shared: Arc<Shared>,
    stop: CancellationToken,
) {
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| proxy::answer(&shared, (&arn, node), peer, request));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    let served = tokio::select! {
        biased;
        served = connection.as_mut() => served,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::time::timeout(LAST_REQUESTS, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = served {
        tracing::trace!(%peer, %error, "connection ended early");
    }
}
