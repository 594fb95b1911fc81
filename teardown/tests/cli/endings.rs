//! The ends that are neither clean nor plain: what can't be judged, what had changed, what was stopped, what took too long.

use crate::place::{BALANCER, Place};
use sandbox::{Fault, FaultRule};
use std::time::{Duration, Instant};

/// When the load balancer was made differs from run to run.
fn told(name: &str, text: &str) {
    insta::with_settings!({ filters => [(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "[time]")] }, {
        insta::assert_snapshot!(name, text);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn without_proof_that_the_cluster_is_gone_nothing_may_be_deleted() {
    let place = Place::new().await;
    let here = ["--vpc-id", &place.vpc, "--region", "eu-central-1"];
    let args = |command: &[&'static str]| -> Vec<String> {
        let all = command.iter().chain(&here);
        all.map(|it| (*it).to_owned()).collect()
    };
    let run = async |command: &[&'static str]| {
        let args = args(command);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        place.run(&args).await
    };
    let table = run(&["scan", "--output", "table"]).await;
    assert_eq!(table.code, 3);
    told("blocked_scan", &table.told(&place));
    let why = run(&["why", BALANCER, "--output", "table"]).await;
    assert_eq!(why.code, 0, "the answer is the result");
    told("blocked_why", &why.told(&place));
    let first = run(&["scan"]).await;
    first.json("scan.schema.json");
    assert_eq!((first.code, &first.stdout), (3, &run(&["scan"]).await.stdout));
    let applied = run(&["apply", "--yes"]).await;
    assert_eq!(applied.code, 3);
    told("blocked_apply", &applied.told(&place));
    assert!(place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_unknown_and_stays() {
    let place = Place::new().await;
    let rule = FaultRule {
        action: Some("DescribeTags".into()),
        ..FaultRule::new(Fault::Deny)
    };
    place.sandbox.faults().add(rule);
    let scanned = place
        .run(&["scan", "--state", "network.tfstate", "--output", "table"])
        .await;
    assert_eq!(scanned.code, 3);
    told("unknown_scan", &scanned.told(&place));
    let vpc = place.vpc.clone();
    let applied = place
        .run(&["apply", "--yes", "--vpc-id", &vpc, "--state", "network.tfstate"])
        .await;
    assert_eq!(applied.code, 3, "{}", applied.told(&place));
    assert!(place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_changed_since_the_plan_is_left_alone_and_named() {
    let place = Place::new().await;
    let planned = place
        .run(&["plan", "-o", "sweep.json", "--state", "network.tfstate"])
        .await;
    assert_eq!(planned.code, 2);
    place.tag("team").await;
    let applied = place
        .run(&[
            "apply",
            "sweep.json",
            "--state",
            "network.tfstate",
            "--output",
            "table",
        ])
        .await;
    assert_eq!(applied.code, 4);
    told("drifted_apply", &applied.told(&place));
    assert!(place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_ends_when_its_time_is_over_and_what_is_unread_is_unknown() {
    let place = Place::new().await;
    let rule = FaultRule {
        action: Some("DescribeTargetGroups".into()),
        ..FaultRule::new(Fault::Latency(Duration::from_secs(600)))
    };
    place.sandbox.faults().add(rule);
    for command in [&["scan"][..], &["plan", "-o", "sweep.json"], &["why", BALANCER]] {
        let began = Instant::now();
        let args = [command, &["--timeout", "2s", "--state", "network.tfstate"]].concat();
        let ran = place.run(&args).await;
        let took = began.elapsed();
        assert!(took < Duration::from_secs(20), "{command:?} took {took:?}");
        let exit = if command[0] == "why" { 0 } else { 3 };
        assert_eq!(ran.code, exit, "{}", ran.told(&place));
    }
    let scanned = place
        .run(&[
            "scan",
            "--timeout",
            "2s",
            "--state",
            "network.tfstate",
            "--output",
            "table",
        ])
        .await;
    told("late_scan", &scanned.told(&place));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_takes_too_long_says_what_is_left() {
    // An hour until the interfaces are released.
    let place = Place::at(100.0).await;
    let vpc = place.vpc.clone();
    let args = ["apply", "--yes", "--vpc-id", &vpc, "--state", "network.tfstate"];
    let applied = place
        .run(&[&args[..], &["--timeout", "3s", "--output", "table"]].concat())
        .await;
    assert_eq!(applied.code, 4);
    told("late_apply", &applied.told(&place));
    assert!(!place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroy_that_lost_its_cluster_from_the_state_is_known_by_the_backup() {
    let place = Place::new().await;
    let before = place.state("prod");
    let now: serde_json::Value = {
        let mut state: serde_json::Value = serde_json::from_str(&before).unwrap();
        state["resources"].as_array_mut().unwrap().pop();
        state["serial"] = 9.into();
        state
    };
    place.write("network.tfstate", &now.to_string());
    let args = ["scan", "--state", "network.tfstate", "--output", "table"];
    let without = place.run(&args).await;
    assert_eq!(without.code, 3);
    place.write("network.tfstate.backup", &before);
    let scanned = place.run(&args).await;
    assert_eq!(scanned.code, 2);
    told("backup_scan", &scanned.told(&place));
    place.write("network.tfstate.backup", &before.replace("network", "other"));
    let foreign = place.run(&args).await;
    assert_eq!((foreign.code, &foreign.stdout), (3, &without.stdout));
}
