//! A server that stalls: what its users would have waited is measured, and requests go on being due.

use super::*;

/// Everybody waits from the first word until `open`.
async fn gate() -> (server::Server, Arc<AtomicBool>) {
    let open = Arc::new(AtomicBool::new(true));
    let is_open = Arc::clone(&open);
    let server = server(move |_, _, _| {
        if is_open.load(Ordering::Relaxed) {
            blue()
        } else {
            Deed::Hang
        }
    })
    .await;
    (server, open)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stall_is_felt_by_all_who_were_due_in_it_and_connections_grow() {
    let (server, open) = gate().await;
    let connections = Connections {
        first: 1,
        most: 60,
        reuse: Reuse::Kept,
    };
    let probe = Probe::start(ProbeOptions {
        rate: Some(100),
        connections,
        timeout: Duration::from_secs(1),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 20 < report.succeeded).await;
    open.store(false, Ordering::Relaxed);
    // More under way than there were connections at first.
    until(&probe, |report| 10 < report.in_flight()).await;
    open.store(true, Ordering::Relaxed);
    until(&probe, |report| 10 < report.failures.timeout).await;
    let report = probe.stop().await.unwrap();
    assert_eq!(report.outages.len(), 1, "{:?}", report.outages);
    let outage = &report.outages[0];
    // From when the first was due, not from when it was given up.
    assert!(1000.0 <= outage.to_ms - outage.from_ms, "{outage:?}");
    assert_closed(&report);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_never_get_a_connection_are_failures_too() {
    let (server, open) = gate().await;
    open.store(false, Ordering::Relaxed);
    let probe = Probe::start(ProbeOptions {
        rate: Some(200),
        connections: Connections::fixed(1),
        timeout: Duration::from_millis(300),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 50 < report.failures.unsent).await;
    let report = probe.stop().await.unwrap();
    assert_eq!(
        (report.succeeded, report.outages.len()),
        (0, 1),
        "{:?}",
        report.outages
    );
    assert!(0 < report.failures.timeout, "{:?}", report.failures);
    assert_closed(&report);
}
