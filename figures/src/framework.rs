//! What the framework costs by itself: a provider that keeps nothing, beside the AWS provider asked the same.
//!
//! Never asks anything that would go to AWS: reads and applies are ours alone.

mod ask;
mod wire;

use crate::ground::Ground;
use crate::grpc::{Host, Method};
use crate::plugin::Plugin;
use crate::report::Row;
use crate::start;
use crate::stats::median;
use anyhow::{Context, Result, ensure};
use ask::{Shape, Subject};
use tokio::runtime::Runtime;
use wire::{accepted, put};

const CALLS: u32 = 200;
const READS: u32 = 10_000;
const AT_ONCE: u32 = 50;
const MILLION: f64 = 1e6;
/// Of no account: nothing is asked that would need one.
const OFFLINE: [(&str, &str); 8] = [
    ("region", "eu-central-1"),
    ("access_key", "none"),
    ("secret_key", "none"),
    ("skip_credentials_validation", "true"),
    ("skip_get_ec2_platforms", "true"),
    ("skip_metadata_api_check", "true"),
    ("skip_region_validation", "true"),
    ("skip_requesting_account_id", "true"),
];
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[]}"#;

pub fn rows(runtime: &Runtime, ground: &Ground, starts: u32) -> Result<Vec<Row>> {
    let echo = ground.echo()?;
    let peer = runtime.block_on(ground.aws_provider())?;
    let ours = start::measure(runtime, &echo, starts)?;
    let theirs = start::measure(runtime, &peer.binary, starts)?;
    let mut rows = vec![
        Row::beside(
            "framework: start to handshake, with TLS",
            "ms",
            ours.median,
            theirs.median,
        ),
        Row::beside(
            "framework: resident memory after the handshake",
            "MiB",
            ours.fresh,
            theirs.fresh,
        ),
    ];
    let asked = runtime.block_on(latencies(&echo, &peer.binary))?;
    for (what, ours, theirs) in asked {
        let what = format!("framework: {what}");
        rows.push(match theirs {
            Some(theirs) => Row::beside(&what, "µs", ours, theirs),
            None => Row::new(&what, "µs", ours),
        });
    }
    for row in &mut rows {
        if row.beside.is_some() {
            *row = row.clone().peer(&peer.name);
        }
    }
    rows.extend(runtime.block_on(throughput(&echo))?);
    Ok(rows)
}

async fn latencies(
    echo: &std::path::Path,
    aws: &std::path::Path,
) -> Result<Vec<(&'static str, f64, Option<f64>)>> {
    let plugin = Plugin::start(echo, None)?;
    let host = Host::connect(&plugin).await?;
    let ours = hundred(&host).await?;
    let their_plugin = Plugin::start(aws, None)?;
    let their_host = Host::connect(&their_plugin).await?;
    let theirs = policy(&their_host).await?;
    let mut rows = Vec::new();
    for (what, method) in [
        ("GetProviderSchema", Method::Schema),
        (
            "validate, 100 attributes beside aws_iam_policy's 10",
            Method::Validate,
        ),
        ("upgrade, the same", Method::Upgrade),
        ("plan of a create, the same", Method::Plan),
    ] {
        // A schema of megabytes takes its time.
        let calls = if matches!(method, Method::Schema) {
            CALLS / 10
        } else {
            CALLS
        };
        let mine = median(&ours.latencies(method, calls).await?);
        rows.push((what, mine, Some(median(&theirs.latencies(method, calls).await?))));
    }
    for (what, method) in [
        ("read, 100 attributes", Method::Read),
        ("apply of a create, the same", Method::Apply),
    ] {
        rows.push((what, median(&ours.latencies(method, CALLS).await?), None));
    }
    Ok(rows)
}

async fn throughput(echo: &std::path::Path) -> Result<Vec<Row>> {
    let plugin = Plugin::start(echo, None)?;
    let host = Host::connect(&plugin).await?;
    let subject = hundred(&host).await?;
    let before = plugin.memory()?.resident;
    let mut best = f64::MAX;
    for _ in 0..3 {
        best = best.min(subject.reads(READS, AT_ONCE).await?.as_secs_f64());
    }
    let per_second = f64::from(READS) / best;
    let note = format!(
        "{AT_ONCE} at once, best of 3; {:.0} µs each",
        best * MILLION / f64::from(READS)
    );
    Ok(vec![
        Row::new("framework: 10,000 reads of 100 attributes", "/s", per_second).note(note),
        Row::beside(
            "framework: resident memory after 30,000 reads",
            "MiB",
            plugin.memory()?.resident,
            before,
        )
        .peer("before them"),
    ])
}

async fn hundred(host: &Host) -> Result<Subject<'_>> {
    let schema = host.call(Method::Schema, &[]).await?;
    let shape = Shape::of_resource(&schema, "echo_hundred")?;
    Ok(Subject {
        host,
        name: "echo_hundred",
        config: shape.full(),
        shape,
        stored: r#"{"attribute_00":"a text","attribute_05":7,"attribute_10":true}"#,
    })
}

/// Configured with keys that are none: its plans ask for the default tags.
async fn policy(host: &Host) -> Result<Subject<'_>> {
    let schema = host.call(Method::Schema, &[]).await?;
    let mut request = Vec::new();
    put(&mut request, 1, b"1.11.4");
    put(&mut request, 2, &Shape::of_provider(&schema)?.with(&OFFLINE));
    let answer = host.call(Method::Configure, &request).await?;
    accepted(&answer, 1).context("configuring the AWS provider")?;
    let shape = Shape::of_resource(&schema, "aws_iam_policy")?;
    let config = shape.with(&[("name", "figures"), ("path", "/"), ("policy", POLICY)]);
    ensure!(config.len() > 100, "a configuration with a policy is longer");
    Ok(Subject {
        host,
        name: "aws_iam_policy",
        config,
        shape,
        stored: r#"{"id":"figures","name":"figures","path":"/","policy":"{}"}"#,
    })
}
