//! Rules of the load client, each against a server that behaves as the rule supposes.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use tokio::{net::TcpListener, time::sleep_until};

use self::server::{Deed, blue, server};
use super::*;

mod server;
mod stall;
mod throughput;

const DEADLINE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

fn options(target: SocketAddr) -> ProbeOptions {
    ProbeOptions {
        audiences: vec![Audience::new("public", &Target::new(target, "shop.example.com"))],
        connections: Connections::fixed(4),
        rate: None,
        timeout: Duration::from_secs(10),
        labels: Labels::default(),
    }
}

async fn until(probe: &Probe, condition: impl Fn(&Report) -> bool) {
    let end = Instant::now() + DEADLINE;
    loop {
        let report = probe.snapshot();
        if condition(&report) {
            return;
        }
        assert!(Instant::now() < end, "{report:?}");
        sleep_until((Instant::now() + PAUSE).into()).await;
    }
}

fn assert_closed(report: &Report) {
    assert_eq!(report.started, report.succeeded + report.failed, "{report:?}");
    assert_eq!(
        report.succeeded,
        report.phases.iter().map(|phase| phase.succeeded).sum::<u64>()
    );
    assert_eq!(
        report.failed,
        report
            .audiences
            .values()
            .map(|audience| audience.failed)
            .sum::<u64>()
    );
    let Failures {
        connect,
        broken,
        timeout,
        status,
        unsent,
    } = report.failures;
    assert_eq!(report.failed, connect + broken + timeout + status + unsent);
    let slices = &report.timeline.slices;
    assert_eq!(
        report.failed,
        slices.iter().map(|slice| u64::from(slice.failed)).sum::<u64>()
    );
    let answers: u64 = slices
        .iter()
        .flat_map(|slice| slice.audiences.values())
        .flat_map(|colors| colors.values())
        .map(|n| u64::from(*n))
        .sum();
    assert_eq!(answers, report.succeeded + status);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gap_of_50_ms_is_seen_and_nothing_outside_it() {
    let broken = Arc::new(AtomicBool::new(false));
    let in_gap = Arc::clone(&broken);
    let server = server(move |_, _, _| {
        if in_gap.load(Ordering::Relaxed) {
            Deed::Break
        } else {
            blue()
        }
    })
    .await;
    let probe = Probe::start(ProbeOptions {
        rate: Some(500),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 100 < report.succeeded).await;
    let from = probe.mark("gap");
    broken.store(true, Ordering::Relaxed);
    sleep_until((from + Duration::from_millis(50)).into()).await;
    broken.store(false, Ordering::Relaxed);
    // What the gap broke may still be on its way to being entered.
    until(&probe, |report| 50 < report.phases[1].succeeded).await;
    probe.mark("after");
    until(&probe, |report| 50 < report.phases[2].succeeded).await;
    let report = probe.stop().await.unwrap();
    let failed: Vec<_> = report.phases.iter().map(|phase| phase.failed).collect();
    assert!(failed[0] == 0 && 5 < failed[1] && failed[2] == 0, "{failed:?}");
    assert_eq!(
        report.failures,
        Failures {
            broken: report.failed,
            ..Failures::default()
        }
    );
    assert_closed(&report);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_closes_politely_fails_nothing() {
    let server = server(|_, _, before| Deed::Answer {
        status: 200,
        color: "blue",
        close: before == 2,
    })
    .await;
    let probe = Probe::start(options(server.addr)).unwrap();
    until(&probe, |report| 1000 < report.succeeded).await;
    let report = probe.stop().await.unwrap();
    assert_eq!(
        (report.failed, report.samples.len()),
        (0, 0),
        "{:?}",
        report.samples
    );
    assert_closed(&report);
}

#[tokio::test]
async fn requests_under_way_at_stop_are_awaited_and_counted() {
    let server = server(|_, _, before| if before == 1 { Deed::Hang } else { blue() }).await;
    let timeout = Duration::from_millis(200);
    let probe = Probe::start(ProbeOptions {
        timeout,
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| report.started == 8).await;
    assert_eq!(probe.snapshot().in_flight(), 4);
    let report = probe.stop().await.unwrap();
    assert_eq!((report.started, report.succeeded), (8, 4));
    assert_eq!(
        report.failures,
        Failures {
            timeout: 4,
            ..Failures::default()
        }
    );
    assert_closed(&report);
}

#[tokio::test]
async fn a_refused_connection_is_a_failure_and_no_reason_to_ask_faster() {
    let addr = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let probe = Probe::start(options(addr)).unwrap();
    until(&probe, |report| 20 <= report.failures.connect).await;
    let report = probe.stop().await.unwrap();
    assert_eq!(
        report.failures,
        Failures {
            connect: report.started,
            ..Failures::default()
        }
    );
    // Four connections, one attempt every 5 ms each.
    assert!(
        report.started as f64 <= 4.0 + report.seconds * 800.0,
        "{} in {}",
        report.started,
        report.seconds
    );
    assert_closed(&report);
}

#[tokio::test]
async fn a_status_of_400_or_above_fails_and_keeps_its_color_version_and_connection() {
    let server = server(|_, _, before| {
        let status = [200, 399, 400, 503][before % 4];
        Deed::Answer {
            status,
            color: if status == 503 { "" } else { "green" },
            close: false,
        }
    })
    .await;
    let probe = Probe::start(ProbeOptions {
        connections: Connections::fixed(1),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 40 <= report.started).await;
    let report = probe.stop().await.unwrap();
    let public = &report.audiences["public"];
    let of = |color: &str, status: u16| public.colors[color].versions["7"][&status];
    let (ok, below, above, own) = (
        of("green", 200),
        of("green", 399),
        of("green", 400),
        of("none", 503),
    );
    assert!(
        ok - own <= 1 && own <= above && above <= below && below <= ok,
        "the connection was kept"
    );
    assert_eq!(
        (report.succeeded, report.failures.status),
        (ok + below, above + own)
    );
    assert_eq!(public.answers("green"), ok + below + above);
    assert_closed(&report);
}

#[tokio::test]
async fn each_audience_comes_from_its_address_with_its_header() {
    let office_ip = IpAddr::from([127, 0, 0, 2]);
    let server = server(move |peer, head, _| {
        let asked_right =
            head.starts_with("GET /a?b=c HTTP/1.1\r\n") && head.contains("host: shop.example.com\r\n");
        let color = match (peer == office_ip, head.contains("x-office: yes\r\n")) {
            (true, false) => "by-address",
            (false, true) => "by-header",
            _ => "public",
        };
        Deed::Answer {
            status: if asked_right { 200 } else { 500 },
            color,
            close: false,
        }
    })
    .await;
    let mut target = Target::new(server.addr, "shop.example.com");
    target.path = "/a?b=c".to_owned();
    let audiences = vec![
        Audience::new("public", &target),
        Audience::from("office", &target, office_ip),
        Audience::new("header", &target).with_header("x-office", "yes"),
    ];
    let probe = Probe::start(ProbeOptions {
        audiences,
        rate: Some(600),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 90 < report.succeeded).await;
    let report = probe.stop().await.unwrap();
    for (audience, color) in [
        ("public", "public"),
        ("office", "by-address"),
        ("header", "by-header"),
    ] {
        let seen = &report.audiences[audience];
        assert!(
            seen.share(color) == 1.0 && 25 < seen.answers(color),
            "{audience}: {seen:?}"
        );
    }
    assert_closed(&report);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_is_kept_whatever_the_server_does() {
    let server = server(|_, _, _| blue()).await;
    let probe = Probe::start(ProbeOptions {
        rate: Some(400),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 400 < report.succeeded).await;
    let report = probe.stop().await.unwrap();
    let due = report.seconds * 400.0;
    assert!(report.started as f64 <= due + 1.0, "{} of {due}", report.started);
    assert!(due * 0.8 <= report.started as f64, "{} of {due}", report.started);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_switch_takes_until_the_last_answer_from_the_old_color() {
    let switched = Arc::new(AtomicBool::new(false));
    let is_green = Arc::clone(&switched);
    let server = server(move |_, _, _| {
        let color = if is_green.load(Ordering::Relaxed) {
            "green"
        } else {
            "blue"
        };
        Deed::Answer {
            status: 200,
            color,
            close: false,
        }
    })
    .await;
    let probe = Probe::start(ProbeOptions {
        rate: Some(1000),
        ..options(server.addr)
    })
    .unwrap();
    until(&probe, |report| 50 < report.succeeded).await;
    let from = probe.mark("switch");
    sleep_until((from + Duration::from_millis(60)).into()).await;
    switched.store(true, Ordering::Relaxed);
    until(&probe, |report| {
        50 < report.phases[1].audiences["public"].answers("green")
    })
    .await;
    probe.mark("after");
    until(&probe, |report| 50 < report.phases[2].succeeded).await;
    let report = probe.stop().await.unwrap();

    let took = report.switch_ms("switch", "public", "blue", from).unwrap();
    let public = &report.phase("switch").unwrap().audiences["public"];
    assert!(30.0 < took, "{took}");
    // One answer may have been decided before the switch and be entered after one decided later.
    assert!(
        public.colors["blue"].last_ms <= public.colors["green"].first_ms + 20.0,
        "{public:?}"
    );
    assert_eq!(report.switch_ms("after", "public", "blue", from), Some(0.0));
    assert_eq!(report.switch_ms("after", "nobody", "blue", from), None);
    assert_eq!(report.switch_ms("never", "public", "blue", from), None);
    let slices = &report.timeline.slices;
    let sum = |color: &str| -> u64 {
        let of = |slice: &Slice| u64::from(slice.answers("public", color));
        slices.iter().map(of).sum()
    };
    for color in ["blue", "green"] {
        assert_eq!(sum(color), report.audiences["public"].answers(color));
    }
    let blue_in = |slice: &Slice| slice.answers("public", "blue");
    assert_eq!(slices.last().map(blue_in), Some(0));
    assert_closed(&report);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["phases"][1]["name"], "switch");
    assert_eq!(
        json["audiences"]["public"]["colors"]["blue"]["versions"]["7"]["200"],
        public_blue(&report)
    );
}

fn public_blue(report: &Report) -> u64 {
    report.audiences["public"].answers("blue")
}

#[tokio::test]
async fn nothing_to_ask_is_refused() {
    let addr = SocketAddr::from(([127, 0, 0, 1], 9));
    assert!(
        Probe::start(ProbeOptions {
            audiences: vec![],
            ..options(addr)
        })
        .is_err()
    );
    assert!(
        Probe::start(ProbeOptions {
            connections: Connections::fixed(0),
            ..options(addr)
        })
        .is_err()
    );
    assert!(
        Probe::start(ProbeOptions {
            rate: Some(0),
            ..options(addr)
        })
        .is_err()
    );
}
