//! What is measured and where: the release builds of provider and command, the peer from the mirror, the shape of this machine.
//!
//! Never names the machine: cores and memory are what its figures depend on.

use crate::cli::Cli;
use acceptance::place;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use anyhow::{Context, Result, ensure};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROVIDER: &str = "terraform-provider-bluegreen";
const TEARDOWN: &str = "bluegreen-teardown";
const KIB_PER_GIB: f64 = 1024.0 * 1024.0;
/// The one that the mirror holds.
const AWS: &str = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
"#;

pub struct Ground {
    pub provider: PathBuf,
    pub teardown: PathBuf,
    pub demo: PathBuf,
    pub out: PathBuf,
    pub machine: Machine,
}

#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    pub cores: usize,
    pub memory_gib: f64,
    /// Processes that wanted a core in the minute before: others than these measurements make figures worse.
    pub load_before: f64,
    pub terraform: String,
}

/// The unpacked AWS provider, and the folder it lies in.
pub struct Peer {
    pub binary: PathBuf,
    pub name: String,
    _terraform: Terraform,
}

pub fn ground(cli: &Cli) -> Result<Ground> {
    let machine = machine()?;
    let target = target()?;
    // At once: alone, each would have the large SDK of EC2 compiled with other features.
    if cli.provider.is_none() || cli.teardown.is_none() {
        cargo(&["build", "--release", "--package", PROVIDER, "--package", TEARDOWN])?;
    }
    let built = |given: &Option<PathBuf>, name: &str| match given {
        Some(path) => path
            .canonicalize()
            .with_context(|| format!("there is no {}", path.display())),
        None => Ok(target.join("release").join(name)),
    };
    let provider = built(&cli.provider, PROVIDER)?;
    let teardown = built(&cli.teardown, TEARDOWN)?;
    cargo(&["build", "--package", "demo"])?;
    let out = cli.out.clone().unwrap_or_else(|| target.join("figures"));
    std::fs::create_dir_all(&out).with_context(|| format!("creating {}", out.display()))?;
    Ok(Ground {
        provider,
        teardown,
        demo: target.join("debug/demo"),
        out,
        machine,
    })
}

impl Ground {
    /// Terraform with the provider that is measured and the AWS of a sandbox.
    pub fn setup(&self, endpoint: &str, region: &str) -> Setup {
        Setup::new(Client::Cli, Install::Override(self.provider.clone())).aws(endpoint, region)
    }

    /// The framework's example that keeps nothing, built as users get theirs.
    pub fn echo(&self) -> Result<PathBuf> {
        const ECHO: &str = "terraform-provider-echo";
        cargo(&[
            "build",
            "--release",
            "--package",
            "tfplugin-rs",
            "--example",
            ECHO,
        ])?;
        Ok(target()?.join("release/examples").join(ECHO))
    }

    /// Unpacks it from the mirror, as `terraform init` does.
    pub async fn aws_provider(&self) -> Result<Peer> {
        let install = Install::Mirror {
            provider: None,
            peers: Some(place::mirror()?),
        };
        let terraform = Terraform::new(&[("main.tf", AWS)], Setup::new(Client::Cli, install)).await?;
        let data = terraform.folder().join("../data/providers");
        let binary = find(&data, "terraform-provider-aws")?.context("init unpacked no AWS provider")?;
        let file = binary
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let version = file.trim_start_matches("terraform-provider-aws_v");
        let version = version.split('_').next().unwrap_or_default();
        Ok(Peer {
            name: format!("hashicorp/aws {version}"),
            binary,
            _terraform: terraform,
        })
    }
}

fn find(folder: &Path, prefix: &str) -> Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        // The mirror's packages may be links: what they lead to is what counts.
        let path = entry?.path();
        if path.is_dir() {
            if let Some(found) = find(&path, prefix)? {
                return Ok(Some(found));
            }
        } else if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(prefix))
        {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn cargo(args: &[&str]) -> Result<()> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command
        .arg("--quiet")
        .args(args)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    // What `cargo run` says about this package is not about that one, and would make cargo build it anew.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
            .iter()
            .any(|it| text.starts_with(it))
        {
            command.env_remove(&name);
        }
    }
    let status = command.status().context("starting cargo")?;
    ensure!(status.success(), "cargo {} failed", args.join(" "));
    Ok(())
}

/// Cargo marks its target folder, wherever CARGO_TARGET_DIR put it.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe().context("finding this program")?;
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").exists();
    let target = program.ancestors().skip(1).find(marked);
    Ok(target
        .context("this program does not lie in a target folder of cargo")?
        .to_owned())
}

fn machine() -> Result<Machine> {
    let memory = std::fs::read_to_string("/proc/meminfo").context("reading /proc/meminfo")?;
    let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    let load = std::fs::read_to_string("/proc/loadavg").context("reading /proc/loadavg")?;
    let output = Command::new(place::terraform()?)
        .args(["version", "-json"])
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .context("asking terraform for its version")?;
    let said: serde_json::Value =
        serde_json::from_slice(&output.stdout).context("reading terraform's version")?;
    Ok(Machine {
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        memory_gib: kib.unwrap_or_default() / KIB_PER_GIB,
        load_before: load
            .split(' ')
            .next()
            .and_then(|it| it.parse().ok())
            .unwrap_or_default(),
        terraform: said["terraform_version"].as_str().unwrap_or_default().to_owned(),
    })
}
