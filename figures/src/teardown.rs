//! What a scan of `bluegreen-teardown` costs where every call takes as long as AWS is away, beside what people run instead.
//!
//! Deletes nothing. What stands beside it sees less: the script's listing knows neither tags nor other kinds of load
//! balancers, and the scan that asks for the tags of each load balancer looks at nothing else.

use crate::calls::Calls;
use crate::ground::Ground;
use crate::report::Row;
use crate::stats::median;
use acceptance::place;
use acceptance::world::World;
use anyhow::{Context, Result, ensure};
use sandbox::{Fault, FaultRule, Options, Seed};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LATENCY: Duration = Duration::from_millis(50);
/// Of each N load balancers so many are classic.
const CLASSIC: u32 = 4;
const SCANS: u32 = 5;
/// The aims: seconds for so many load balancers in the Region, calls for the fewer, MB, milliseconds.
const REGIONS: [(u32, f64); 2] = [(400, 0.4), (4_000, 1.0)];
const CALLS: usize = 12;
const BINARY: f64 = 12.0;
const HELP: f64 = 20.0;

/// Asks for the tags of one load balancer after the other, in one process and over one connection.
const ONE_BY_ONE: &str = "
import botocore.session
session = botocore.session.get_session()
elb, elbv2 = session.create_client('elb'), session.create_client('elbv2')
for page in elb.get_paginator('describe_load_balancers').paginate():
    for it in page['LoadBalancerDescriptions']:
        elb.describe_tags(LoadBalancerNames=[it['LoadBalancerName']])
for page in elbv2.get_paginator('describe_load_balancers').paginate():
    for it in page['LoadBalancers']:
        elbv2.describe_tags(ResourceArns=[it['LoadBalancerArn']])
";

pub async fn rows(ground: &Ground, starts: u32) -> Result<Vec<Row>> {
    let mut rows = vec![size(&ground.teardown)?, help(&ground.teardown, starts)?];
    for (number, aim) in REGIONS {
        rows.extend(scans(&ground.teardown, number, aim).await?);
    }
    Ok(rows)
}

fn size(binary: &Path) -> Result<Row> {
    let size = std::fs::metadata(binary).with_context(|| format!("reading {}", binary.display()))?;
    let size = size.len() as f64 / 1e6;
    Ok(Row::new("size of bluegreen-teardown", "MB", size)
        .aim(format!("less than {BINARY} MB"), size < BINARY))
}

fn help(binary: &Path, starts: u32) -> Result<Row> {
    let mut times = Vec::new();
    // The first one pays for reading the file from disk.
    for _ in 0..=starts {
        let began = Instant::now();
        let output = Command::new(binary).arg("--help").stdin(Stdio::null()).output();
        let output = output.with_context(|| format!("starting {}", binary.display()))?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        ensure!(output.status.success(), "--help ended with {}", output.status);
    }
    let half = median(&times[1..]);
    let what = format!("bluegreen-teardown --help, median of {starts}");
    Ok(Row::new(&what, "ms", half).aim(format!("less than {HELP} ms"), half < HELP))
}

/// Scans of a Region with so many load balancers, three of which a cluster left in the VPC.
async fn scans(binary: &Path, number: u32, aim: f64) -> Result<Vec<Row>> {
    let world = World::start(Options::default(), &seed(number)?).await?;
    world
        .sandbox()
        .faults()
        .add(FaultRule::new(Fault::Latency(LATENCY)));
    let (ours, calls) = scan(&world, binary).await?;
    let listing = [
        "-m",
        "awscli",
        "elb",
        "describe-load-balancers",
        "--output",
        "text",
    ];
    let query = ["--query", "LoadBalancerDescriptions[*].LoadBalancerName"];
    let (script, _) = timed(&world, &mut python(&listing, &query)?).await?;
    let (tags, asked) = timed(&world, &mut python(&["-c", ONE_BY_ONE], &[])?).await?;
    world.shutdown().await?;
    let beside = |what: &str, theirs: f64, peer: &str| {
        let what = format!(
            "{what} of {number} load balancers, {} ms a call",
            LATENCY.as_millis()
        );
        Row::beside(&what, "s", ours, theirs).peer(peer)
    };
    let few = number == REGIONS[0].0;
    let counted = Row::new(&format!("calls of that scan of {number}"), "", calls as f64);
    Ok(vec![
        beside("scan", tags, &format!("tags one by one, {asked} calls"))
            .aim(format!("less than {aim} s"), ours < aim)
            .note(format!("{:.0} × quicker; median of {SCANS}", tags / ours)),
        beside(
            "the same scan",
            script,
            "the aws CLI lists the classic ones' names",
        ),
        match few {
            true => counted.aim(format!("at most {CALLS}"), calls <= CALLS),
            false => counted,
        },
    ])
}

async fn scan(world: &World, binary: &Path) -> Result<(f64, usize)> {
    let (mut times, mut calls) = (Vec::new(), 0);
    for _ in 0..SCANS {
        let mut command = Command::new(binary);
        command.args([
            "scan",
            "--vpc-id",
            "vpc-shop",
            "--cluster",
            "shop",
            "--output",
            "json",
        ]);
        let from = world.next_seq();
        let began = Instant::now();
        let output = output(world, &mut command).await?;
        times.push(began.elapsed().as_secs_f64());
        calls = Calls::since(&world.events(), from).all();
        let said: Value = serde_json::from_slice(&output.stdout).context("reading the scan")?;
        let objects = said["vpcs"][0]["objects"].as_array().into_iter().flatten();
        let orphans = objects.filter(|it| it["verdict"] == "orphan").count();
        ensure!(
            output.status.code() == Some(2),
            "the scan ended with {}: {said:#}",
            output.status
        );
        ensure!(orphans == 3, "{orphans} orphans: {said:#}");
    }
    Ok((median(&times), calls))
}

async fn timed(world: &World, command: &mut Command) -> Result<(f64, usize)> {
    let from = world.next_seq();
    let began = Instant::now();
    let output = output(world, command).await?;
    let took = began.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{command:?} ended with {}: {said}",
        output.status
    );
    Ok((took, Calls::since(&world.events(), from).all()))
}

fn python(args: &[&str], more: &[&str]) -> Result<Command> {
    let mut command = Command::new("python3");
    command.arg("-B").args(args).args(more);
    command.env("PYTHONPATH", place::aws_cli()?);
    Ok(command)
}

async fn output(world: &World, command: &mut Command) -> Result<std::process::Output> {
    let region = Options::default().region;
    command
        .env("AWS_ENDPOINT_URL", world.sandbox().endpoint())
        .env("AWS_REGION", &region)
        .env("AWS_DEFAULT_REGION", &region)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn().with_context(|| format!("starting {command:?}"))?;
    // The world answers on this runtime meanwhile.
    let waited = tokio::task::spawn_blocking(move || child.wait_with_output());
    Ok(waited.await.context("waiting")??)
}

/// A VPC with what cluster `shop` left in it, and everybody else's load balancers in the default VPC.
fn seed(number: u32) -> Result<Seed> {
    let others = number - 3;
    let classic = (0..others / CLASSIC).map(|at| json!({ "name": format!("team-{at}") }));
    let modern = (others / CLASSIC..others).map(|at| json!({ "name": format!("team-{at}") }));
    let left = (0..3).map(|at| {
        json!({
            "name": format!("a{at}123456789ab4def8123456789abcde"),
            "subnets": ["subnet-shop"],
            "security_groups": ["sg-shop"],
            "tags": {
                "kubernetes.io/cluster/shop": "owned",
                "kubernetes.io/service-name": format!("shop/web-{at}"),
            },
        })
    });
    let seed = json!({
        "vpcs": [{
            "id": "vpc-shop", "cidr": "10.1.0.0/16", "internet_gateway": "igw-shop", "default_group": "sg-shop",
            "subnets": [{ "id": "subnet-shop", "cidr": "10.1.1.0/24" }],
        }],
        "classic_load_balancers": left.chain(classic).collect::<Vec<Value>>(),
        "load_balancers": modern.collect::<Vec<Value>>(),
    });
    Ok(serde_json::from_value(seed)?)
}

#[cfg(test)]
mod tests {
    use super::{REGIONS, seed};

    #[test]
    fn a_region_has_as_many_load_balancers_as_the_figure_says() {
        for (number, _) in REGIONS {
            let seed = seed(number).unwrap();
            let all = seed.classic_load_balancers.len() + seed.load_balancers.len();
            assert_eq!(all, number as usize);
        }
    }
}
