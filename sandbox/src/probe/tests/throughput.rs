//! How fast the load client and the sandbox's data plane are together. Run alone, on an idle machine:
//! `cargo test --workspace --lib -- throughput --ignored --nocapture`

use std::collections::{BTreeMap, HashMap};

use crate::dataplane::{
    Action, Dataplane, DataplaneOptions, GroupRoutes, HealthCheck, ListenerRoutes, RouteTable, RuleRoutes,
    TargetRoute, backend,
};

use super::*;

#[tokio::test]
#[ignore = "measures the machine as much as the code"]
async fn the_load_client_reaches_2000_requests_per_second_through_the_data_plane() {
    let env = BTreeMap::from([("COLOR".to_owned(), "blue".to_owned())]);
    let task = backend::start(backend::BackendSpec {
        env,
        port: 8080,
        task: "task".to_owned(),
    })
    .unwrap();
    let target = TargetRoute {
        addr: task.addr(),
        serves: true,
        initial_or_unhealthy: false,
        probe: false,
    };
    let health = HealthCheck {
        path: "/health".to_owned(),
        port_override: None,
        interval: Duration::from_secs(5),
        timeout: Duration::from_secs(2),
        matcher: "200".to_owned(),
        enabled: true,
    };
    let action = Action::Forward {
        groups: vec![("group".to_owned(), 1)],
        stickiness: None,
    };
    let rules = vec![RuleRoutes {
        arn: "rule".to_owned(),
        conditions: vec![],
        action,
    }];
    let listener = ListenerRoutes {
        arn: "listener".to_owned(),
        port: 80,
        load_balancer: "lb".to_owned(),
        rules,
        behind: Default::default(),
    };
    let group = GroupRoutes {
        arn: "group".to_owned(),
        health,
        stickiness: None,
        fewest_healthy: 1,
        targets: vec![target],
    };
    let table = RouteTable {
        listeners: vec![listener],
        groups: HashMap::from([(group.arn.clone(), group)]),
    };
    let (_world, tables) = watch::channel(Arc::new(table));
    let dataplane = Dataplane::start(tables, Arc::new(|_, _, _| {}), DataplaneOptions::default());
    let addr = dataplane.listener_addr("listener").unwrap();

    for rate in [None, Some(2000)] {
        let probe = Probe::start(ProbeOptions {
            rate,
            connections: Connections::fixed(8),
            ..options(addr)
        })
        .unwrap();
        let (busy_before, from) = (probe_thread_seconds(), Instant::now());
        until(&probe, |report| 5.0 < report.seconds).await;
        let share = (probe_thread_seconds() - busy_before) / from.elapsed().as_secs_f64();
        let report = probe.stop().await.unwrap();
        let per_second = report.succeeded as f64 / report.seconds;
        println!(
            "rate {rate:?}: {per_second:.0}/s, {share:.2} of a core, {:?}",
            report.latency
        );
        assert_eq!(report.failed, 0);
        assert!(1950.0 <= per_second, "{per_second}");
        assert_closed(&report);
    }
}

/// Processor time of the load client's thread; zero where the system does not tell.
fn probe_thread_seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let tasks = std::fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let probe = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("stat")).ok());
    let ticks = probe.filter(|stat| stat.contains("(probe)")).map(|stat| {
        let fields: Vec<_> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        fields[11..13]
            .iter()
            .map(|ticks| ticks.parse::<f64>().unwrap_or(0.0))
            .sum::<f64>()
    });
    ticks.sum::<f64>() / TICKS_PER_SECOND
}
