//! A provider started by hand, as under a debugger: Terraform talks to it for any number of runs and does not end it.

use super::{HEAD, with_clients};
use acceptance::folder::Folder;
use acceptance::place;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use anyhow::{Context, Result, ensure};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

with_clients!(
    a_provider_started_by_hand_serves_several_runs_and_outlives_them,
    attach
);

const DISH: &str = r#"
resource "kitchen_dish" "a" {
  name     = "soup"
  portions = 2
}
"#;

/// Started with `--debug` in a folder of its own, and what it says that Terraform has to be told.
async fn debugged(folder: &Folder) -> Result<(Child, String)> {
    let mut provider = Command::new(place::example("terraform-provider-kitchen")?)
        .arg("--debug")
        .current_dir(folder.path())
        .env("TMPDIR", folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let stdout = provider.stdout.as_mut().context("it was asked for")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        let value = line
            .trim()
            .strip_prefix("TF_REATTACH_PROVIDERS='")
            .and_then(|rest| rest.strip_suffix('\''));
        if let Some(value) = value {
            return Ok((provider, value.to_owned()));
        }
    }
    anyhow::bail!("it ended without saying how to reach it")
}

async fn attach(client: Client) -> Result<()> {
    let folder = Folder::new()?;
    std::fs::create_dir_all(folder.path().join("objects"))?;
    let (mut provider, value) = debugged(&folder).await?;
    let install = Install::Override(place::example("terraform-provider-kitchen")?);
    let setup = Setup::new(client, install).env("TF_REATTACH_PROVIDERS", &value);
    let terraform = Terraform::new(&[("head.tf", HEAD), ("main.tf", DISH)], setup).await?;

    // It keeps its objects below the folder it runs in: that this one has them shows who was asked.
    let dish = folder.path().join("objects/dish/soup.json");
    terraform
        .run(&["apply", "-auto-approve", "-input=false"])
        .await?
        .success()?;
    ensure!(
        dish.exists(),
        "another process than the one started by hand made it"
    );
    ensure!(
        terraform.plan(&[]).await?.is_empty(),
        "there is still something to do"
    );
    ensure!(provider.try_wait()?.is_none(), "it ended with Terraform");
    terraform
        .run(&["destroy", "-auto-approve", "-input=false"])
        .await?
        .success()?;
    ensure!(!dish.exists(), "it was not destroyed");
    ensure!(provider.try_wait()?.is_none(), "it ended with Terraform");

    let id = i32::try_from(provider.id().context("it runs")?)?;
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGINT)?;
    let mut rest = String::new();
    if let Some(stdout) = provider.stdout.as_mut() {
        stdout.read_to_string(&mut rest).await?;
    }
    let ended = provider.wait().await?;
    ensure!(ended.success(), "it ended with {ended}");
    let sockets = std::fs::read_dir(folder.path())?.filter_map(Result::ok);
    let left: Vec<_> = sockets
        .map(|entry| entry.file_name())
        .filter(|name| name != "objects")
        .collect();
    ensure!(left.is_empty(), "it left {left:?} behind");
    Ok(())
}
