//! Which file Terraform's local backend keeps the state before its last run in.
//!
//! Only names files; where a state is kept elsewhere the file is not there, or is of another state and shows it.

use serde_json::Value;
use std::path::{Path, PathBuf};

/// Beside a state file.
pub fn of(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".backup");
    PathBuf::from(name)
}

/// The state file of a folder and its workspace, if the backend is the local one.
pub fn state_of(folder: &Path) -> PathBuf {
    let workspace = std::fs::read_to_string(folder.join(".terraform/environment")).unwrap_or_default();
    let settings = settings(folder);
    let text = |name: &str| settings[name].as_str().filter(|it| !it.is_empty());
    match workspace.trim() {
        "" | "default" => folder.join(text("path").unwrap_or("terraform.tfstate")),
        other => folder
            .join(text("workspace_dir").unwrap_or("terraform.tfstate.d"))
            .join(other)
            .join("terraform.tfstate"),
    }
}

/// How `terraform init` was told to keep the state; null where nothing was said.
fn settings(folder: &Path) -> Value {
    let text = std::fs::read_to_string(folder.join(".terraform/terraform.tfstate")).unwrap_or_default();
    let file: Value = serde_json::from_str(&text).unwrap_or_default();
    file["backend"]["config"].clone()
}

#[cfg(test)]
mod tests;
