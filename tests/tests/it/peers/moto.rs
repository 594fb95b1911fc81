//! moto, another imitation of AWS: the same table of commands, and every difference in the answers is on a list that
//! says who is right and by which page of AWS's documentation.
//!
//! Never forgives: a difference that is not listed fails, and so does a listed one that no longer occurs.

mod compare;
mod list;

use super::cli;
use super::drive::{self, Answering};
use acceptance::place;
use anyhow::{Context, Result, ensure};
use list::List;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(60);
/// Nothing changes by itself in moto, so its waiters need not wait.
const PACE: u32 = 5000;

/// A moto of its own; it ends with its standard input, so it cannot outlive this.
pub struct Moto {
    pub answering: Answering,
    _process: Child,
    _stdin: ChildStdin,
}

#[derive(Deserialize)]
struct Up {
    endpoint: String,
    names: BTreeMap<String, String>,
}

pub async fn start(settings: &[(&str, &str)]) -> Result<Moto> {
    let mut command = drive::bare(&place::moto()?)?;
    command
        .envs(settings.iter().copied())
        .arg(drive::here("moto/server.py"))
        .stdin(Stdio::piped())
        .stderr(Stdio::null());
    let mut process = command.spawn().context("starting python3 with moto")?;
    let stdin = process.stdin.take().context("standard input is a pipe")?;
    let stdout = process.stdout.take().context("standard output is a pipe")?;
    let line = timeout(SOON, BufReader::new(stdout).lines().next_line()).await;
    let line = line.context("moto did not start in time")??;
    let up: Up = serde_json::from_str(&line.context("moto ended before it answered")?)?;
    Ok(Moto {
        answering: Answering {
            endpoint: up.endpoint,
            names: up.names.into_iter().collect(),
            pace: PACE,
        },
        _process: process,
        _stdin: stdin,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_agrees_except_where_the_list_says_who_is_right() -> Result<()> {
    agrees("calls.txt", include_str!("moto/differences.json")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_agrees_on_networks_except_where_the_list_says_who_is_right() -> Result<()> {
    agrees("moto/networks.txt", include_str!("moto/networks.json")).await
}

async fn agrees(table: &str, list: &str) -> Result<()> {
    let (sandbox, ours) = cli::empty().await?;
    let moto = start(&[]).await?;
    let answers = tokio::try_join!(drive::drive(&ours, table), drive::drive(&moto.answering, table));
    sandbox.shutdown().await;
    let (here, there) = answers?;
    let strays = cli::strays(&here);
    let found = compare::differences(
        compare::plain(&here, &ours.names)?,
        compare::plain(&there, &moto.answering.names)?,
    );

    let list = List::read(list)?;
    let mut wrong = list.unlike(&found);
    wrong.extend(strays);
    wrong.extend(list.miscited().await?);
    ensure!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    Ok(())
}
