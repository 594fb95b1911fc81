//! The table of commands, run through the AWS CLI in one Python process, and what each call was answered.
//!
//! Never judges an answer; a process that has not ended by its deadline is killed.

use acceptance::place;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

const DEADLINE: Duration = Duration::from_secs(120);

/// Something that answers as AWS does.
pub struct Answering {
    pub endpoint: String,
    /// What the table takes for granted: `VPC`, `SUBNET_1` and so on.
    pub names: Vec<(String, String)>,
    /// How much faster than AWS it lives.
    pub pace: u32,
}

/// One line of the table.
#[derive(Debug, Deserialize)]
pub struct Told {
    pub line: u32,
    pub command: String,
    /// The error code that the table expects.
    pub refusal: Option<String>,
    pub keeps: Option<Kept>,
    pub code: i32,
    /// What the command said to a person.
    pub talk: String,
    pub calls: Vec<Answer>,
}

#[derive(Debug, Deserialize)]
pub struct Kept {
    pub name: String,
    pub value: String,
}

/// One call that a command made: a page each, a look each.
#[derive(Debug, Deserialize)]
pub struct Answer {
    pub service: String,
    pub action: String,
    pub error: Option<String>,
    /// Every structure in it says under `$` which one of the model it is.
    pub output: Value,
    /// Where the raw answer and AWS's model disagree.
    pub complaints: Vec<String>,
}

/// Runs every line of a table beside this file, whatever comes of the ones before.
pub async fn drive(answering: &Answering, table: &str) -> Result<Vec<Told>> {
    let mut command = python(&place::aws_cli()?, answering)?;
    command.arg(here("drive.py")).arg(here(table));
    command.arg(answering.pace.to_string());
    command.args(
        answering
            .names
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    let (code, out, talk) = finish(command).await?;
    let told: Vec<Told> = out
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("reading {line}")))
        .collect::<Result<_>>()?;
    if code != Some(0) || told.is_empty() {
        bail!("the CLI's process ended with {code:?}: {talk}");
    }
    Ok(told)
}

/// One command of the real command line: exit code, standard output, standard error.
pub async fn aws(answering: &Answering, args: &[&str]) -> Result<(Option<i32>, String, String)> {
    let mut command = python(&place::aws_cli()?, answering)?;
    command.args(["-m", "awscli"]).args(args);
    finish(command).await
}

/// A file beside this one.
pub fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/peers")
        .join(name)
}

/// Python with the packages in `library`, no settings of whoever runs the tests, and nothing left on the disk.
fn python(library: &Path, answering: &Answering) -> Result<Command> {
    let mut command = bare(library)?;
    command.env("AWS_ENDPOINT_URL", &answering.endpoint);
    Ok(command)
}

/// The same, before there is anybody to talk to.
pub fn bare(library: &Path) -> Result<Command> {
    let mut command = Command::new("python3");
    command
        .arg("-B")
        .env_clear()
        .env("PATH", std::env::var_os("PATH").context("there is a PATH")?)
        .env("PYTHONPATH", library)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_DEFAULT_REGION", sandbox::Options::default().region)
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_PAGER", "")
        .env("AWS_CONFIG_FILE", "/nonexistent")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    Ok(command)
}

async fn finish(mut command: Command) -> Result<(Option<i32>, String, String)> {
    let output = tokio::time::timeout(DEADLINE, command.output()).await;
    let output = output.with_context(|| format!("{command:?} still ran after {DEADLINE:?}"))?;
    let output = output.context("starting python3, in which the AWS CLI is written")?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((output.status.code(), text(&output.stdout), text(&output.stderr)))
}
