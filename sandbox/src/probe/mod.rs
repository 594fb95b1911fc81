//! A load client that tells what users of a release saw: who was served by which color, when, and what failed.
//!
//! Never retries and never forgives: each request it starts is entered as succeeded or as failed. A request fails
//! if no connection opens, if the connection breaks or the time is up before the answer's end, or if the status
//! is 400 or above. A connection that the server closed between two requests has failed none.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::sync::{oneshot, watch};
use tokio_util::task::TaskTracker;

mod histogram;
mod http;
mod labels;
mod outages;
pub mod picture;
mod record;
mod report;
pub mod ruler;
mod slices;
mod stream;
pub mod svg;
mod target;
#[cfg(test)]
mod tests;
mod worker;

pub use labels::{Label, Labels};
pub use report::{
    AudienceReport, ColorReport, FailureSample, Failures, Latency, Outage, PhaseReport, Report, Slice,
    Timeline,
};
pub use target::{Addresses, Target, Tls};

use self::{
    record::Record,
    worker::{Lane, Pace},
};

/// The phase that lasts until the first mark.
pub const FIRST_PHASE: &str = "start";

/// What to ask, as whom, and how often.
#[derive(Clone, Debug)]
pub struct ProbeOptions {
    /// Who asks what; requests are spread evenly over them.
    pub audiences: Vec<Audience>,
    /// Of each audience.
    pub connections: Connections,
    /// Requests per second of all audiences together, due at fixed times whatever the server does; those that
    /// find every connection of their audience busy are sent late. `None`: each connection as fast as it can.
    pub rate: Option<u32>,
    /// For one request, connecting included.
    pub timeout: Duration,
    /// What answers say of who gave them.
    pub labels: Labels,
}

/// How many connections carry an audience's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// To begin with.
    pub first: usize,
    /// With a rate, as long as requests are late there is one more, up to this many.
    pub most: usize,
    /// Whether a connection carries more than one request.
    pub reuse: Reuse,
}

/// Whether a connection carries more than one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reuse {
    /// As long as the server keeps it open.
    Kept,
    /// Each request opens one and has it closed.
    Never,
}

impl Connections {
    /// This many, kept open.
    pub fn fixed(count: usize) -> Self {
        Self {
            first: count,
            most: count,
            reuse: Reuse::Kept,
        }
    }
}

/// A kind of user.
#[derive(Clone, Debug)]
pub struct Audience {
    /// `public`, `office`; no two have the same.
    pub name: String,
    /// What it asks.
    pub target: Target,
    /// The address its connections come from.
    pub source: Option<IpAddr>,
    /// Headers that each of its requests carries.
    pub headers: Vec<(String, String)>,
}

impl Audience {
    /// Asks from the system's default address.
    pub fn new(name: &str, target: &Target) -> Self {
        Self {
            name: name.to_owned(),
            target: target.clone(),
            source: None,
            headers: Vec::new(),
        }
    }

    /// Asks from this address (127.0.0.2, say, which Linux lets any process bind).
    pub fn from(name: &str, target: &Target, source: IpAddr) -> Self {
        Self {
            source: Some(source),
            ..Self::new(name, target)
        }
    }

    /// Carries this header too.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// The first answer of an audience, before there is any load.
#[derive(Clone, Debug)]
pub struct FirstLook {
    /// Of the answer.
    pub status: u16,
    /// Whether it said which color gave it.
    pub names_color: bool,
}

/// Asks once for each audience.
///
/// # Errors
/// If one gets no whole answer; the error names it.
pub async fn look(options: &ProbeOptions) -> anyhow::Result<Vec<FirstLook>> {
    let record = Arc::new(Record::new(options));
    let mut looks = Vec::new();
    for (lane, audience) in lanes(options, &record).iter().zip(&options.audiences) {
        let answer = lane.once().await;
        let answer = answer.map_err(|failure| anyhow::anyhow!("{}: {failure}", audience.name))?;
        looks.push(FirstLook {
            status: answer.status,
            names_color: !answer.said.color.is_empty(),
        });
    }
    Ok(looks)
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
            !options.audiences.is_empty() && options.connections.first != 0,
            "nobody to ask"
        );
        anyhow::ensure!(options.rate != Some(0), "a rate of 0 asks nothing");
        let record = Arc::new(Record::new(&options));
        let lanes = lanes(&options, &record);
        let (stop, stopped) = watch::channel(false);
        let (finished, done) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("starting the load client's runtime")?;
        let run = move || {
            runtime.block_on(async {
                let workers = TaskTracker::new();
                // Connection by connection, so that the audiences' first requests alternate.
                for _ in 0..options.connections.first {
                    for lane in &lanes {
                        worker::spawn(lane, &stopped, &workers);
                    }
                }
                workers.close();
                workers.wait().await;
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
        Arc::new(Lane {
            audience: index,
            target: audience.target.clone(),
            source: audience.source,
            request: request(audience, options.connections.reuse),
            labels: options.labels.clone(),
            connections: options.connections,
            timeout: options.timeout,
            // Audiences take turns: each has its share of the rate, half way between the others' requests.
            pace: gap.map(|gap| Pace {
                first: record.began() + gap * index as u32,
                every: gap * count,
                next: AtomicU64::new(0),
            }),
            record: Arc::clone(record),
            workers: AtomicUsize::new(0),
        })
    };
    options.audiences.iter().enumerate().map(lane).collect()
}

fn request(audience: &Audience, reuse: Reuse) -> Vec<u8> {
    let Target { host, path, .. } = &audience.target;
    let mut request = format!("GET {path} HTTP/1.1\r\n");
    let names_host = audience
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("host"));
    if !names_host {
        request += &format!("host: {host}\r\n");
    }
    for (name, value) in &audience.headers {
        request += &format!("{name}: {value}\r\n");
    }
    if reuse == Reuse::Never {
        request += "connection: close\r\n";
    }
    request += "\r\n";
    request.into_bytes()
}
