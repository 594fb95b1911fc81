//! Health probes: one request per target and interval, each on a connection of its own.
//!
//! Reports what each probe found and stops there: thresholds and states are the world's.

use std::{
    collections::HashMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Handle,
    time::{Instant, MissedTickBehavior},
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Report,
    types::{HealthCheck, ProbeResult, RouteTable},
};

#[cfg(test)]
mod tests;

/// Enough for any status line.
const HEAD: usize = 1024;

/// How much later the health checks of a group answer, by its ARN or name; clones share it.
#[derive(Clone, Default)]
pub(super) struct SlowProbes(Arc<Mutex<HashMap<String, Duration>>>);

impl SlowProbes {
    pub(super) fn set(&self, group: &str, delay: Duration) {
        self.all().insert(group.to_owned(), delay);
    }

    pub(super) fn clear(&self) {
        self.all().clear();
    }

    fn of(&self, arn: &str) -> Duration {
        let all = self.all();
        // `…:targetgroup/name/id`
        let name = arn.split('/').nth(1).unwrap_or_default();
        all.get(arn)
            .or_else(|| all.get(name))
            .copied()
            .unwrap_or_default()
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<String, Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A prober per (group, target) of the latest table.
#[derive(Default)]
pub(super) struct Probers {
    running: Mutex<HashMap<(String, SocketAddr), Prober>>,
}

struct Prober {
    check: HealthCheck,
    _task: AbortOnDropHandle<()>,
}

impl Probers {
    /// Starts, restarts (after a change of the check) and stops probers. `table` is read under the lock.
    pub(super) fn reconcile(
        &self,
        table: impl FnOnce() -> Arc<RouteTable>,
        report: &Report,
        slow: &SlowProbes,
        runtime: &Handle,
    ) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let table = table();
        let check = |(group, addr): &(String, SocketAddr)| {
            let group = table.groups.get(group).filter(|group| group.health.enabled)?;
            group
                .targets
                .iter()
                .any(|t| t.probe && t.addr == *addr)
                .then_some(&group.health)
        };
        running.retain(|key, prober| check(key) == Some(&prober.check));
        for group in table.groups.values().filter(|group| group.health.enabled) {
            for target in group.targets.iter().filter(|target| target.probe) {
                running
                    .entry((group.arn.clone(), target.addr))
                    .or_insert_with(|| {
                        let watching = watch(
                            group.arn.clone(),
                            target.addr,
                            group.health.clone(),
                            Arc::clone(report),
                            slow.clone(),
                        );
                        let task = AbortOnDropHandle::new(runtime.spawn(watching));
                        Prober {
                            check: group.health.clone(),
                            _task: task,
                        }
                    });
            }
        }
    }

    /// Stops every prober.
    pub(super) fn clear(&self) {
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

async fn watch(group: String, target: SocketAddr, check: HealthCheck, report: Report, slow: SlowProbes) {
    let mut ticks = tokio::time::interval(check.interval.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        report(&group, target, probe(target, &check, slow.of(&group)).await);
    }
}

async fn probe(target: SocketAddr, check: &HealthCheck, delay: Duration) -> ProbeResult {
    let port = check.port_override.unwrap_or(target.port());
    let asked = async {
        let answer = ask(SocketAddr::new(target.ip(), port), &check.path).await;
        if !delay.is_zero() {
            tokio::time::sleep_until(Instant::now() + delay).await;
        }
        answer
    };
    match tokio::time::timeout(check.timeout, asked).await {
        Err(_) => ProbeResult::Timeout,
        Ok(Err(error)) => ProbeResult::Refused(error.to_string()),
        Ok(Ok(status)) if accepts(&check.matcher, status) => ProbeResult::Ok(status),
        Ok(Ok(status)) => ProbeResult::BadStatus(status),
    }
}

/// The status of `GET path`. The status line is all a probe needs, so no HTTP client is involved.
async fn ask(addr: SocketAddr, path: &str) -> io::Result<u16> {
    let mut stream = TcpStream::connect(addr).await?;
    let head = format!(
        "GET {path} HTTP/1.1\r\nHost: {addr}\r\nUser-Agent: ELB-HealthChecker/2.0\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let mut answer = Vec::with_capacity(HEAD);
    while !answer.windows(2).any(|pair| pair == b"\r\n") {
        if HEAD <= answer.len() || stream.read_buf(&mut answer).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "no HTTP response"));
        }
    }
    let line = String::from_utf8_lossy(&answer);
    let status = line
        .strip_prefix("HTTP/1.")
        .and_then(|rest| rest.get(2..5))
        .and_then(|code| code.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no HTTP response"))
}

/// Whether `matcher` (`"200"`, `"200-299"`, `"200,202"`) lists `status`.
fn accepts(matcher: &str, status: u16) -> bool {
    matcher.split(',').any(|part| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        match (low.trim().parse::<u16>(), high.trim().parse::<u16>()) {
            (Ok(low), Ok(high)) => (low..=high).contains(&status),
            _ => false,
        }
    })
}
