//! Eight clean-ups of eight VPCs in one account and Region at the same time, at the rates that AWS publishes.
//!
//! Never looks at what the command says of throttling: the event log says what AWS refused.

use acceptance::folder::Folder;
use acceptance::world::{World, in_world};
use anyhow::{Context, Result, ensure};
use sandbox::{Options, RateLimits, Seed};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::task::JoinSet;

const RUNS: usize = 8;
/// Per VPC: each with its security group.
const ORPHANS: usize = 5;
const DEADLINE: Duration = Duration::from_secs(240);

/// `RUNS` networks of clusters that are gone, with what their cloud controllers left there.
fn seed() -> Result<Seed> {
    let mut vpcs = Vec::new();
    let mut groups = Vec::new();
    let mut balancers = Vec::new();
    for run in 0..RUNS {
        let cluster = format!("kubernetes.io/cluster/gone-{run}");
        vpcs.push(json!({
            "id": format!("vpc-{run}"), "cidr": format!("10.{run}.0.0/16"),
            "internet_gateway": format!("igw-{run}"), "default_group": format!("sg-{run}"),
            "subnets": [
                { "id": format!("subnet-{run}-a"), "cidr": format!("10.{run}.1.0/24"), "zone": "eu-central-1a" },
                { "id": format!("subnet-{run}-b"), "cidr": format!("10.{run}.2.0/24"), "zone": "eu-central-1b" },
            ],
        }));
        for orphan in 0..ORPHANS {
            let name = format!("a5f0c5d1e6d3b4c5f9a3e2b1c0d9e{run:02x}{orphan:01x}");
            let group = format!("sg-{run}-{orphan}");
            groups.push(json!({
                "id": group, "vpc": format!("vpc-{run}"), "name": format!("k8s-elb-{name}"),
                "tags": { &cluster: "owned" },
            }));
            balancers.push(json!({
                "name": name, "subnets": [format!("subnet-{run}-a"), format!("subnet-{run}-b")],
                "security_groups": [group],
                "tags": { &cluster: "owned", "kubernetes.io/service-name": format!("shop/web-{orphan}") },
            }));
        }
    }
    let seed = json!({ "vpcs": vpcs, "security_groups": groups, "classic_load_balancers": balancers });
    Seed::from_json(seed.to_string().as_bytes())
}

async fn clean_up(endpoint: String, run: usize) -> Result<()> {
    let folder = Folder::new()?;
    let mut command = Command::new(acceptance::place::binary("bluegreen-teardown")?);
    command
        .args(["apply", "--yes", "--vpc-id", &format!("vpc-{run}")])
        .args(["--cluster", &format!("gone-{run}")])
        .current_dir(folder.path())
        .env_clear()
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", Options::default().region)
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(DEADLINE, command.output()).await;
    let output = output.with_context(|| format!("run {run} did not end"))??;
    ensure!(
        output.status.code() == Some(0),
        "run {run}: {:?} {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_runs_at_once_are_throttled_in_one_call_of_a_hundred_at_most() -> Result<()> {
    let options = Options {
        rate_limits: RateLimits::Published,
        release_times: 0.2,
        ..Options::default()
    };
    in_world(World::start(options, &seed()?).await?, async |world: &World| {
        let mut runs = JoinSet::new();
        for run in 0..RUNS {
            runs.spawn(clean_up(world.sandbox().endpoint(), run));
        }
        while let Some(ended) = runs.join_next().await {
            ended.context("a run panicked")??;
        }
        let dump = world.sandbox().dump();
        let left = dump["classic_load_balancers"].as_array().map_or(0, Vec::len);
        ensure!(left == 0, "{left} load balancers are left");
        let calls: Vec<Value> = world
            .events()
            .into_iter()
            .filter(|event| event["event"] == "call")
            .filter(|event| {
                event["client"]
                    .as_str()
                    .is_some_and(|it| it.contains("bluegreen-teardown"))
            })
            .collect();
        let refused = |event: &&Value| {
            ["Throttling", "RequestLimitExceeded"]
                .iter()
                .any(|code| event["error"] == *code)
        };
        let throttled = calls.iter().filter(refused).count();
        // Each run scans twice and deletes ten objects: fewer calls were no load.
        ensure!(calls.len() > RUNS * 20, "{} calls", calls.len());
        ensure!(
            throttled * 100 <= calls.len(),
            "{throttled} of {} calls were throttled",
            calls.len()
        );
        Ok(())
    })
    .await
}
