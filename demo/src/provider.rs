//! The provider's binary: built by cargo, whose words the operator sees as they come.
//!
//! Never guesses where cargo puts it: cargo says so itself.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const PACKAGE: &str = "terraform-provider-bluegreen";

/// What `--provider` names, if it is there.
pub fn given(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .with_context(|| format!("there is no provider at {}", path.display()))
}

pub fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args([
            "build",
            "--package",
            PACKAGE,
            "--message-format",
            "json-render-diagnostics",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
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
    let output = match command.output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!(
                "cargo is not on the PATH: start the demo with `cargo demo`, or name a built provider with --provider"
            )
        }
        other => other.context("starting cargo")?,
    };
    if !output.status.success() {
        bail!("the provider does not build: cargo's words are above");
    }
    let messages = String::from_utf8(output.stdout).context("reading cargo's messages")?;
    executable(&messages).with_context(|| format!("cargo named no binary of {PACKAGE}"))
}

fn executable(messages: &str) -> Option<PathBuf> {
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut built = messages.filter(|message| message["target"]["name"] == PACKAGE);
    built.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests;
