//! What must be there before anything starts, each with a sentence that says what is missing and how to get it.
//!
//! Never installs anything.

use crate::cli::Cli;
use crate::provider;
use acceptance::place;
use anyhow::{Context, Error, Result, anyhow, bail};
use serde_json::Value;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the example asks for in `required_version`.
const OLDEST: (u32, u32) = (1, 8);
const GET_TERRAFORM: &str = "https://developer.hashicorp.com/terraform/install";

/// What a run stands on.
pub struct Ground {
    /// Version of the terraform on the PATH.
    pub terraform: String,
    pub provider: PathBuf,
    /// Where the local AWS is to answer.
    pub address: SocketAddr,
    /// For the report and the event log.
    pub out: PathBuf,
}

/// Everything quick first, so that nobody waits for a build to be told of a taken port.
pub fn ground(cli: &Cli) -> Result<Ground> {
    let terraform = terraform()?;
    let address = address(cli)?;
    let out = out(cli)?;
    let provider = match &cli.provider {
        Some(path) => provider::given(path)?,
        None => provider::build()?,
    };
    Ok(Ground {
        terraform,
        provider,
        address,
        out,
    })
}

fn terraform() -> Result<String> {
    let program = place::terraform().map_err(|_| {
        anyhow!(
            "terraform is not on the PATH: install version {}.{} or later from {GET_TERRAFORM}, then run cargo demo again",
            OLDEST.0,
            OLDEST.1
        )
    })?;
    let output = Command::new(&program)
        .args(["version", "-json"])
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .with_context(|| format!("running {} version", program.display()))?;
    let said: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("reading the version of {}", program.display()))?;
    let version = said["terraform_version"].as_str().unwrap_or_default();
    if major_minor(version).is_none_or(|version| version < OLDEST) {
        bail!(
            "{} is version {version}, but the example needs {}.{} or later: get it from {GET_TERRAFORM}",
            program.display(),
            OLDEST.0,
            OLDEST.1
        );
    }
    Ok(version.to_owned())
}

fn major_minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

fn address(cli: &Cli) -> Result<SocketAddr> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, cli.port.unwrap_or(0)));
    match TcpListener::bind(address) {
        Ok(_) => Ok(address),
        Err(error) => Err(taken(Error::new(error), address)),
    }
}

/// The same sentence for a port that was taken in between.
pub fn taken(error: Error, address: SocketAddr) -> Error {
    let kind = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<std::io::Error>())
        .map(std::io::Error::kind);
    let port = address.port();
    match kind {
        Some(ErrorKind::AddrInUse) => anyhow!(
            "port {port} of 127.0.0.1 is taken: name another with --port, or leave --port out and any free one is used"
        ),
        Some(ErrorKind::PermissionDenied) => anyhow!(
            "port {port} may not be used by this user: name one above 1023 with --port, or leave --port out"
        ),
        _ => error,
    }
}

/// Exists from now on.
fn out(cli: &Cli) -> Result<PathBuf> {
    let folder = match &cli.out {
        Some(folder) => folder.clone(),
        None => target()?.join("demo"),
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    Ok(folder)
}

/// Cargo marks its target folder, wherever CARGO_TARGET_DIR put it.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe().context("finding this program")?;
    let marked = |folder: &&Path| folder.join("CACHEDIR.TAG").exists();
    let target = program.ancestors().skip(1).find(marked);
    let target =
        target.context("this program does not lie in a target folder of cargo: name a folder with --out")?;
    Ok(target.to_owned())
}

#[cfg(test)]
mod tests;
