//! The look at AWS, with the sandbox as AWS: a plan that destroys a network without a guard is allowed where nothing is
//! in its way, and refused by the name of what is.
//!
//! The plan is a file; nothing here runs Terraform.

#![allow(clippy::unwrap_used, reason = "a test that meets the unexpected ends there")]

use sandbox::{Options, Sandbox, Seed};
use serde_json::{Value, json};
use std::process::{Command, Output};
use std::time::Duration;

const SUBNETS: [&str; 2] = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"];
const NODES: &str = "sg-0aaaaaaaaaaaaaaaa";
/// Looks at a world that is being made, 50 ms apart.
const LOOKS: u32 = 400;

fn plan(name: &str) -> String {
    format!("{}/tests/plans/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

/// The VPC that the plan destroys.
fn vpc() -> String {
    let text = std::fs::read_to_string(plan("unguarded-destroy")).unwrap();
    let plan: Value = serde_json::from_str(&text).unwrap();
    let changes = plan["resource_changes"].as_array().unwrap();
    let vpc = changes.iter().find(|it| it["type"] == "aws_vpc").unwrap();
    vpc["change"]["before"]["id"].as_str().unwrap().to_owned()
}

/// An AWS in which this VPC is, and more.
async fn aws(vpc: &str, more: &Value) -> Sandbox {
    let options = Options {
        time_scale: 0.005,
        ..Options::default()
    };
    let sandbox = Sandbox::start(options).await.unwrap();
    let subnet = |id: &str, cidr: &str, zone: &str| json!({ "id": id, "cidr": cidr, "zone": zone });
    let mut seed = json!({
        "vpcs": [{
            "id": vpc, "cidr": "10.0.0.0/16", "internet_gateway": "igw-0123456789abcdef0",
            "subnets": [
                subnet(SUBNETS[0], "10.0.1.0/24", "eu-central-1a"),
                subnet(SUBNETS[1], "10.0.2.0/24", "eu-central-1b"),
            ],
        }],
        "security_groups": [{ "id": NODES, "name": "nodes", "description": "the nodes", "vpc": vpc }],
    });
    for (name, value) in more.as_object().unwrap() {
        seed[name] = value.clone();
    }
    let seed: Seed = serde_json::from_value(seed).unwrap();
    sandbox.seed(&seed).unwrap();
    sandbox
}

fn check(sandbox: &Sandbox, plan: &str, flags: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bluegreen-plancheck"))
        .args(["check", plan])
        .args(flags)
        .env_clear()
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", sandbox.endpoint())
        .output()
        .unwrap()
}

/// Exit code and standard output.
fn told(output: &Output) -> (i32, String) {
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code().unwrap(), text)
}

fn calls(sandbox: &Sandbox) -> Vec<Value> {
    let events = sandbox.events().into_iter().map(|it| it.json);
    events.filter(|it| it["event"] == "call").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_with_nothing_in_the_way_may_go_and_a_look_changes_nothing() {
    let vpc = vpc();
    let sandbox = aws(&vpc, &json!({})).await;
    let (code, text) = told(&check(&sandbox, &plan("unguarded-destroy"), &[]));
    assert_eq!(code, 2, "{text}");
    assert!(
        calls(&sandbox).is_empty(),
        "it looked without having been asked to"
    );
    let (code, text) = told(&check(&sandbox, &plan("unguarded-destroy"), &["--live"]));
    assert_eq!(code, 0, "{text}");
    let calls = calls(&sandbox);
    assert!(!calls.is_empty());
    assert!(calls.iter().all(|it| it["mutating"] != true), "{calls:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_cluster_left_is_named() {
    let vpc = vpc();
    let cluster = json!({ "kubernetes": [
        { "cluster": {
            "name": "main", "vpc": vpc, "subnets": SUBNETS, "node_security_group": NODES,
            "controllers": ["cloud-controller"], "resync_seconds": 30,
        } },
        { "service": {
            "cluster": "main", "namespace": "ingress-nginx", "name": "controller", "ports": [80],
            "uid": "b7f3c9d2-41e8-4a6b-9c05-2d8e7f1a3b64",
        } },
    ] });
    let sandbox = aws(&vpc, &cluster).await;
    let made = |sandbox: &Sandbox| sandbox.dump()["classic_load_balancers"][0]["LoadBalancerName"].clone();
    let mut interval = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..LOOKS {
        interval.tick().await;
        if made(&sandbox).is_string() {
            break;
        }
    }
    let name = made(&sandbox);
    let kill = json!({ "kill": { "cluster": "main", "controller": "cloud-controller" } });
    sandbox.kubernetes(serde_json::from_value(kill).unwrap()).unwrap();
    let (code, text) = told(&check(&sandbox, &plan("unguarded-destroy"), &["--live"]));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("a look at AWS finds in the way"), "{text}");
    assert!(text.contains(name.as_str().unwrap()), "{name} is not in: {text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebodys_load_balancer_that_the_plan_leaves_behind_is_in_the_way_of_its_vpc() {
    let vpc = vpc();
    let shop = json!({ "load_balancers": [{ "name": "shop", "internal": true, "subnets": SUBNETS }] });
    let sandbox = aws(&vpc, &shop).await;
    let (code, text) = told(&check(&sandbox, &plan("unguarded-destroy"), &["--live"]));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("application load balancer shop"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_that_fails_allows_nothing() {
    let elsewhere = "vpc-0d1e2f3a4b5c6d7e8";
    let sandbox = aws(elsewhere, &json!({})).await;
    let (code, text) = told(&check(&sandbox, &plan("unguarded-destroy"), &["--live"]));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("AWS could not be looked at: "), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_a_guard_stands_nobody_looks() {
    let vpc = vpc();
    let sandbox = aws(&vpc, &json!({})).await;
    let (code, text) = told(&check(&sandbox, &plan("guarded-destroy"), &["--live"]));
    assert_eq!(code, 0, "{text}");
    assert!(calls(&sandbox).is_empty());
}
