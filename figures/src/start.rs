//! Start, memory and size, beside the AWS provider of the mirror.
//!
//! Never counts a first run: it pays for reading the file from disk.

use crate::ground::Ground;
use crate::plugin::Plugin;
use crate::report::Row;
use crate::schema;
use crate::stats::{median, percentile};
use anyhow::{Context, Result};
use std::path::Path;
use tokio::runtime::Runtime;

const MB: f64 = 1e6;
/// The aims: how many times quicker and smaller than the peer, and the largest binary.
const QUICKER: f64 = 10.0;
const SMALLER: f64 = 5.0;
const BINARY: f64 = 20.0;

/// What was measured of one provider.
pub struct Measured {
    /// Milliseconds.
    pub median: f64,
    p95: f64,
    /// MiB.
    pub fresh: f64,
    unfolded: f64,
    /// MB.
    binary: f64,
    schema_kib: f64,
}

pub fn rows(runtime: &Runtime, ground: &Ground, starts: u32) -> Result<Vec<Row>> {
    let peer = runtime.block_on(ground.aws_provider())?;
    let ours = measure(runtime, &ground.provider, starts)?;
    let theirs = measure(runtime, &peer.binary, starts)?;
    let quicker = |what: &str, ours: f64, theirs: f64| {
        Row::beside(what, "ms", ours, theirs)
            .aim(format!("at least {QUICKER} × quicker"), QUICKER <= theirs / ours)
            .note(format!("{:.0} × quicker", theirs / ours))
    };
    let smaller = |what: &str, ours: f64, theirs: f64| {
        Row::beside(what, "MiB", ours, theirs)
            .aim(format!("at least {SMALLER} × smaller"), SMALLER <= theirs / ours)
            .note(format!("{:.1} × smaller", theirs / ours))
    };
    let name = &peer.name;
    let runs = format!("start to handshake, median of {starts}");
    Ok(vec![
        quicker(&runs, ours.median, theirs.median).peer(name),
        quicker("start to handshake, 95th percentile", ours.p95, theirs.p95).peer(name),
        smaller("resident memory after the handshake", ours.fresh, theirs.fresh).peer(name),
        smaller(
            "resident memory after GetProviderSchema",
            ours.unfolded,
            theirs.unfolded,
        )
        .peer(name),
        Row::beside("size of the schema", "KiB", ours.schema_kib, theirs.schema_kib).peer(name),
        Row::beside("size of the stripped binary", "MB", ours.binary, theirs.binary)
            .aim(format!("less than {BINARY} MB"), ours.binary < BINARY)
            .peer(name),
    ])
}

pub fn measure(runtime: &Runtime, binary: &Path, starts: u32) -> Result<Measured> {
    let certificate = certificate()?;
    Plugin::start(binary, Some(&certificate)).context("the first start")?;
    let mut times = Vec::new();
    let mut fresh = Vec::new();
    for _ in 0..starts {
        let plugin = Plugin::start(binary, Some(&certificate))?;
        times.push(plugin.took.as_secs_f64() * 1000.0);
        fresh.push(plugin.memory()?.resident);
    }
    let mut unfolded = Vec::new();
    let mut schema_bytes = 0;
    for _ in 0..3 {
        let plugin = Plugin::start(binary, None)?;
        schema_bytes = runtime.block_on(schema::fetch(&plugin))?;
        unfolded.push(plugin.memory()?.resident);
    }
    let size = std::fs::metadata(binary).with_context(|| format!("reading {}", binary.display()))?;
    Ok(Measured {
        median: median(&times),
        p95: percentile(&times, 0.95),
        fresh: median(&fresh),
        unfolded: median(&unfolded),
        binary: size.len() as f64 / MB,
        schema_kib: schema_bytes as f64 / 1024.0,
    })
}

/// What Terraform sends along so that both sides speak TLS: making the answer's certificate is part of the start.
fn certificate() -> Result<String> {
    let made =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).context("making a certificate")?;
    Ok(made.cert.pem())
}
