//! Rules of health probes.

use std::{collections::HashSet, time::Instant};

use tokio::sync::{mpsc, watch};

use super::*;
use crate::dataplane::{
    Dataplane, DataplaneOptions, GroupRoutes, TargetRoute, backend,
    testing::{always, backend, by_hand, forward, group, healthy, nobody},
};

fn probed(addr: SocketAddr) -> TargetRoute {
    TargetRoute {
        probe: true,
        ..healthy(addr)
    }
}

type Reports = mpsc::UnboundedReceiver<(String, SocketAddr, ProbeResult)>;

fn start(group: (String, GroupRoutes)) -> (Dataplane, watch::Sender<Arc<RouteTable>>, Reports) {
    let (world, tables) = watch::channel(Arc::new(always(forward(&[]), vec![group])));
    let (sender, reports) = mpsc::unbounded_channel();
    let report: Report = Arc::new(move |group, target, result| {
        let _ = sender.send((group.to_owned(), target, result));
    });
    (
        Dataplane::start(tables, report, DataplaneOptions::default()),
        world,
        reports,
    )
}

#[test]
fn matchers_list_codes_and_ranges() {
    for (matcher, status, expected) in [
        ("200", 200, true),
        ("200", 201, false),
        ("200-299", 299, true),
        ("200-299", 300, false),
        ("200,202", 202, true),
        ("200, 301-302", 302, true),
        ("200,202", 201, false),
        ("", 200, false),
    ] {
        assert_eq!(accepts(matcher, status), expected, "{matcher} on {status}");
    }
}

#[tokio::test]
async fn a_target_is_probed_at_once_and_then_at_the_interval() {
    let backend = backend("blue");
    let began = Instant::now();
    let (_dataplane, _world, mut reports) = start(group("group", vec![probed(backend.addr())]));
    for _ in 0..4 {
        let (group, target, result) = reports.recv().await.unwrap();
        assert_eq!(
            (group.as_str(), target, result),
            ("group", backend.addr(), ProbeResult::Ok(200))
        );
    }
    // Four probes, three intervals.
    assert!(
        Duration::from_millis(30) <= began.elapsed(),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn each_way_to_fail_is_reported_as_itself() {
    let env = [("FORCE_ERROR".to_owned(), "true".to_owned())].into();
    let failing = backend::start(backend::BackendSpec {
        env,
        port: 8080,
        task: "failing".to_owned(),
    })
    .unwrap();
    let (_silent, silent_addr) = by_hand().await;
    let nobody = nobody().await;
    let mut group = group("group", [failing.addr(), silent_addr, nobody].map(probed).into());
    group.1.health.timeout = Duration::from_millis(20);
    let (_dataplane, _world, mut reports) = start(group);
    let mut missing = HashSet::from([failing.addr(), silent_addr, nobody]);
    while !missing.is_empty() {
        let (_, target, result) = reports.recv().await.unwrap();
        match result {
            // A busy machine may let any probe time out; the silent target does nothing else.
            ProbeResult::Timeout if target != silent_addr => continue,
            ProbeResult::Timeout => {}
            ProbeResult::BadStatus(500) => assert_eq!(target, failing.addr()),
            ProbeResult::Refused(_) => assert_eq!(target, nobody),
            other => panic!("{target}: {other:?}"),
        }
        missing.remove(&target);
    }
}

#[tokio::test]
async fn a_changed_check_holds_from_the_next_probe_on() {
    let backend = backend("blue");
    let (_dataplane, world, mut reports) = start(group("group", vec![probed(backend.addr())]));
    assert_eq!(reports.recv().await.unwrap().2, ProbeResult::Ok(200));
    let mut changed = group("group", vec![probed(backend.addr())]);
    changed.1.health.matcher = "404".to_owned();
    world.send_replace(Arc::new(always(forward(&[]), vec![changed])));
    let changed = async { while reports.recv().await.unwrap().2 != ProbeResult::BadStatus(200) {} };
    tokio::time::timeout(Duration::from_secs(60), changed)
        .await
        .unwrap();
}

#[tokio::test]
async fn nothing_is_probed_that_the_table_does_not_ask_for() {
    let (silent, watched) = (backend("blue"), backend("green"));
    let mut disabled = group("disabled", vec![probed(silent.addr())]);
    disabled.1.health.enabled = false;
    let both = group("group", vec![healthy(silent.addr()), probed(watched.addr())]);
    let (world, tables) = watch::channel(Arc::new(always(forward(&[]), vec![disabled, both])));
    let (sender, mut reports) = mpsc::unbounded_channel();
    let report: Report = Arc::new(move |group, target, _| drop(sender.send((group.to_owned(), target))));
    let dataplane = Dataplane::start(tables, report, DataplaneOptions::default());
    for _ in 0..3 {
        assert_eq!(
            reports.recv().await.unwrap(),
            ("group".to_owned(), watched.addr())
        );
    }
    dataplane.shutdown().await;
    while reports.recv().await.is_some() {}
    drop(world);
}
