//! What each command says and how it ends, where nobody sits at a terminal.

use crate::place::{BALANCER, Place};
use crate::schema::Schemas;
use serde_json::Value;

const STATE: [&str; 2] = ["--state", "network.tfstate"];

fn check(schema: &str, value: &Value) {
    let complaints = Schemas::load().complaints(schema, value);
    assert!(complaints.is_empty(), "{complaints:#?}");
}

fn with<'a>(command: &[&'a str]) -> Vec<&'a str> {
    [command, &STATE].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_finds_what_the_cluster_left() {
    let place = Place::new().await;
    let table = place.run(&with(&["scan", "--output", "table"])).await;
    assert_eq!(table.code, 2);
    insta::assert_snapshot!("scan_table", table.told(&place));
    let json = place.run(&with(&["scan"])).await;
    assert_eq!(json.code, 2);
    json.json("scan.schema.json");
    insta::assert_snapshot!("scan_json", json.told(&place));
    let again = place.run(&with(&["scan"])).await;
    assert_eq!(again.stdout, json.stdout, "the same world gives the same bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_read_from_standard_input_too() {
    let place = Place::new().await;
    let state = place.read("network.tfstate");
    let piped = place.fed(&["scan", "--state", "-"], &state).await;
    let read = place.run(&with(&["scan"])).await;
    assert_eq!((piped.code, piped.stdout), (2, read.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_written_and_applied_and_the_log_of_it_holds() {
    let place = Place::new().await;
    let planned = place
        .run(&with(&["plan", "-o", "sweep.json", "--output", "table"]))
        .await;
    assert_eq!(planned.code, 2);
    insta::assert_snapshot!("plan", planned.told(&place));
    assert!(place.has_balancer().await, "a plan changes nothing");

    let args = with(&[
        "apply",
        "sweep.json",
        "--audit",
        "audit.jsonl",
        "--journal",
        "journal",
    ]);
    let applied = place.run(&args).await;
    assert_eq!(applied.code, 0, "{}", applied.told(&place));
    let said = applied.json("apply.schema.json");
    insta::assert_snapshot!("applied", applied.told(&place));
    let outcomes = said["objects"].as_array().unwrap().iter();
    let outcomes: Vec<&Value> = outcomes.map(|it| &it["outcome"]).collect();
    assert_eq!(outcomes, ["deleted", "deleted"]);
    assert!(!place.has_balancer().await);

    let verified = place.run(&["audit", "verify", "audit.jsonl"]).await;
    assert_eq!(verified.code, 0, "{}", verified.told(&place));
    verified.json("audit.schema.json");
    check(
        "plan.schema.json",
        &serde_json::from_str(&place.read("sweep.json")).unwrap(),
    );
    for line in place.read("audit.jsonl").lines() {
        check("audit-line.schema.json", &serde_json::from_str(line).unwrap());
    }
    let text = place.read("audit.jsonl");
    place.write(
        "audit.jsonl",
        &text.replacen(BALANCER, "b0123456789ab4def8123456789abcde", 1),
    );
    let tampered = place.run(&["audit", "verify", "audit.jsonl"]).await;
    assert_eq!(tampered.code, 1);
    insta::assert_snapshot!("audit_tampered", tampered.told(&place));

    let after = place.run(&with(&["scan", "--output", "table"])).await;
    assert_eq!(after.code, 0, "{}", after.told(&place));
    insta::assert_snapshot!("scan_after", after.told(&place));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_unconfirmed_or_by_a_plan_that_does_not_fit() {
    let place = Place::new().await;
    let unconfirmed = place.fed(&with(&["apply"]), &format!("{}\n", place.vpc)).await;
    assert_eq!(unconfirmed.code, 5);
    insta::assert_snapshot!("apply_unconfirmed", unconfirmed.told(&place));

    let planned = place.run(&with(&["plan", "-o", "sweep.json"])).await;
    assert_eq!(planned.code, 2);
    let stateless = place.run(&["apply", "sweep.json"]).await;
    assert_eq!(stateless.code, 5);
    insta::assert_snapshot!("apply_without_the_state", stateless.told(&place));
    let text = place.read("sweep.json");
    place.write(
        "sweep.json",
        &text.replacen(BALANCER, "b0123456789ab4def8123456789abcde", 1),
    );
    let changed = place.run(&with(&["apply", "sweep.json"])).await;
    assert_eq!(changed.code, 5);
    insta::assert_snapshot!("apply_changed_plan", changed.told(&place));
    assert!(place.has_balancer().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn yes_with_the_vpc_named_needs_no_terminal() {
    let place = Place::new().await;
    let vpc = place.vpc.clone();
    let applied = place
        .run(&with(&["apply", "--yes", "--vpc-id", &vpc, "--output", "table"]))
        .await;
    assert_eq!(applied.code, 0, "{}", applied.told(&place));
    insta::assert_snapshot!("apply_yes", applied.told(&place));
    assert!(!place.has_balancer().await);
    let again = place.run(&with(&["apply", "--yes", "--vpc-id", &vpc])).await;
    assert_eq!(
        again.code,
        0,
        "a second run finds nothing: {}",
        again.told(&place)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn why_tells_the_story_of_one_object() {
    let place = Place::new().await;
    let why = place.run(&with(&["why", BALANCER, "--output", "table"])).await;
    assert_eq!(why.code, 0);
    insta::assert_snapshot!("why", why.told(&place));
    let json = place.run(&with(&["why", BALANCER])).await;
    json.json("why.schema.json");
    let unknown = place.run(&with(&["why", "nobody"])).await;
    assert_eq!(unknown.code, 1);
    insta::assert_snapshot!("why_nobody", unknown.told(&place));
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_to_give() {
    let place = Place::new().await;
    let runs: [(&str, &[&str]); 7] = [
        ("nowhere", &["scan"]),
        (
            "no_such_vpc",
            &[
                "scan",
                "--vpc-id",
                "vpc-0123456789abcdef0",
                "--region",
                "eu-central-1",
            ],
        ),
        ("no_region", &["scan", "--vpc-id", "vpc-0123456789abcdef0"]),
        ("no_state_file", &["scan", "--state", "missing.tfstate"]),
        ("no_plan_file", &["apply", "missing.json"]),
        ("yes_without_a_vpc", &["apply", "--yes"]),
        ("no_command", &["destroy"]),
    ];
    for (name, args) in runs {
        let ran = place.run(args).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.told(&place));
        insta::assert_snapshot!(format!("error_{name}"), ran.told(&place));
    }
}
