//! A load client that tells what users of a release saw: who was served by which color, when, and what failed.
//!
//! Never retries and never forgives: each request it starts is entered as succeeded or as failed. A request fails
//! if no connection opens, if the connection breaks or the time is up before the answer's end, or if the status
//! is 400 or above. A connection that the server closed between two requests has failed none.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{Arc, atomic::AtomicU64},
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::{
    sync::{oneshot, watch},
    task::JoinSet,
};

mod histogram;
mod http;
mod record;
mod report;
#[cfg(test)]
mod tests;
mod worker;

pub use report::{
    AudienceReport, ColorReport, FailureSample, Failures, Latency, PhaseReport, Report, Slice, Timeline,
};

use self::{
    record::Record,
    worker::{Lane, Pace},
};

/// The phase that lasts until the first mark.
pub const FIRST_PHASE: &str = "start";

/// What to ask, as whom, and how often.
#[derive(Clone, Debug)]
pub struct ProbeOptions {
    /// The listener's socket.
    pub target: SocketAddr,
    /// `host` header.
    pub host: String,
    /// Path and query.
    pub path: String,
    /// Who asks; requests are spread evenly over them.
    pub audiences: Vec<Audience>,
    /// Connections of each audience.
    pub connections: usize,
    /// Requests per second of all audiences together, due at fixed times whatever the server does; those that
    /// find every connection of their audience busy are sent late. `None`: each connection as fast as it can.
    pub rate: Option<u32>,
    /// For one request, connecting included.
    pub timeout: Duration,
}

/// A kind of user.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// `public`, `office`.
    pub name: String,
    /// The address its connections come from.
    pub source: Option<IpAddr>,
    /// A header each of its requests carries.
    pub header: Option<(String, String)>,
}

impl Audience {
    /// Asks from the system's default address.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Asks from this address (127.0.0.2, say, which Linux lets any process bind).
    pub fn from(name: &str, source: IpAddr) -> Self {
        Self {
            source: Some(source),
            ..Self::new(name)
        }
    }
}

/// A running load client, on a thread of its own. Dropping it stops it without a report.
pub struct Probe {
    record: Arc<Record>,
    stop: watch::Sender<bool>,
    done: oneshot::Receiver<()>,
}

impl Probe {
    /// Starts asking at once.
    ///
    /// # Errors
    /// Without an audience or a connection, with a rate of 0, or if no thread can be started.
    pub fn start(options: ProbeOptions) -> anyhow::Result<Self> {
        anyhow::ensure!(
            !options.audiences.is_empty() && options.connections != 0,
            "nobody to ask"
        );
        anyhow::ensure!(options.rate != Some(0), "a rate of 0 asks nothing");
        let names = options
            .audiences
            .iter()
            .map(|audience| audience.name.clone())
            .collect();
        let record = Arc::new(Record::new(names, FIRST_PHASE));
        let lanes = lanes(&options, &record);
        let (stop, stopped) = watch::channel(false);
        let (finished, done) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("starting the load client's runtime")?;
        let run = move || {
            runtime.block_on(async {
                let mut workers = JoinSet::new();
                // Connection by connection, so that the audiences' first requests alternate.
                for _ in 0..options.connections {
                    for lane in &lanes {
                        workers.spawn(worker::run(Arc::clone(lane), stopped.clone()));
                    }
                }
                workers.join_all().await;
            });
            let _ = finished.send(());
        };
        thread::Builder::new()
            .name("probe".to_owned())
            .spawn(run)
            .context("starting the load client's thread")?;
        Ok(Self { record, stop, done })
    }

    /// Begins a new phase: every request that ends from now on belongs to it. Returns the instant it began.
    pub fn mark(&self, name: &str) -> Instant {
        self.record.mark(name)
    }

    /// What was seen so far.
    pub fn snapshot(&self) -> Report {
        self.record.report()
    }

    /// Starts no further request, waits for those under way (no longer than the timeout) and reports.
    ///
    /// # Errors
    /// If the load client's thread died.
    pub async fn stop(mut self) -> anyhow::Result<Report> {
        self.stop.send_replace(true);
        (&mut self.done).await.context("the load client's thread died")?;
        Ok(self.record.report())
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

fn lanes(options: &ProbeOptions, record: &Arc<Record>) -> Vec<Arc<Lane>> {
    let gap = options.rate.map(|rate| Duration::from_secs(1) / rate);
    let count = options.audiences.len() as u32;
    let lane = |(index, audience): (usize, &Audience)| {
        let extra = audience
            .header
            .as_ref()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let extra = extra.unwrap_or_default();
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: {}\r\n{extra}\r\n",
            options.path, options.host
        );
        Arc::new(Lane {
            audience: index,
            target: options.target,
            source: audience.source,
            request: request.into_bytes(),
            timeout: options.timeout,
            // Audiences take turns: each has its share of the rate, half way between the others' requests.
            pace: gap.map(|gap| Pace {
                first: record.began() + gap * index as u32,
                every: gap * count,
                next: AtomicU64::new(0),
            }),
            record: Arc::clone(record),
        })
    };
    options.audiences.iter().enumerate().map(lane).collect()
}
