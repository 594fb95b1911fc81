//! Where Terraform's state comes from: files, standard input, or `terraform state pull` in the working directory.
//!
//! Never takes a state that can't be read for an empty one, and never writes one.

use anyhow::{Context, Result, bail, ensure};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use teardown::managed::{Form, Managed};
use tokio::process::Command;

/// What was read, and from where.
#[derive(Debug, Default)]
pub struct States {
    /// What they hold together.
    pub managed: Managed,
    /// One sentence for each, for the operator.
    pub said: Vec<String>,
}

/// Reads the named states; where none is named and `folder` is one of Terraform's, its state.
pub async fn read(named: &[PathBuf], terraform: &Path, folder: &Path) -> Result<States> {
    let mut states = States::default();
    let stdin = named.iter().filter(|path| is_stdin(path)).count();
    ensure!(
        stdin <= 1,
        "standard input can be read only once: give --state - once"
    );
    for path in named {
        let (name, text) = match is_stdin(path) {
            true => ("standard input".to_owned(), stdin_text()?),
            false => (path.display().to_string(), file(path)?),
        };
        states.add(&name, &text)?;
    }
    if named.is_empty() && is_terraforms(folder)? {
        let text = pull(terraform, folder).await?;
        states.add("this folder's state", &text)?;
    }
    Ok(states)
}

/// Whether a path stands for standard input.
pub fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// All of standard input.
pub fn stdin_text() -> Result<String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("reading standard input")?;
    Ok(text)
}

impl States {
    fn add(&mut self, name: &str, text: &str) -> Result<()> {
        let before = self.managed.count();
        let form = self
            .managed
            .add(text)
            .with_context(|| format!("reading Terraform's state from {name}"))?;
        let objects = self.managed.count() - before;
        self.said.push(match form {
            Form::Empty => format!("Read {name}: there is no state yet."),
            Form::File | Form::Shown => format!(
                "Read {name}: {} VPCs, {} clusters, and {objects} load balancers, target groups, security groups and \
                 network interfaces that are Terraform's.",
                self.managed.vpcs().count(),
                self.managed.clusters().count(),
            ),
        });
        Ok(())
    }
}

fn file(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("reading Terraform's state from {}", path.display()))
}

/// Whether Terraform works in this folder.
fn is_terraforms(folder: &Path) -> Result<bool> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let name = entry
            .with_context(|| format!("reading {}", folder.display()))?
            .file_name();
        let name = name.to_string_lossy();
        if name == ".terraform" || name.ends_with(".tf") || name.ends_with(".tf.json") {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn pull(terraform: &Path, folder: &Path) -> Result<String> {
    const FIX: &str = "this folder has a Terraform configuration, and without its state nothing that Terraform manages \
                       could be spared; make `terraform state pull` work here, or hand the state over with --state FILE";
    let output = Command::new(terraform)
        .args(["state", "pull"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| {
            format!(
                "starting {} (--terraform names another); {FIX}",
                terraform.display()
            )
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{} state pull` failed ({}); {FIX}\n{}",
            terraform.display(),
            output.status,
            said.trim()
        );
    }
    String::from_utf8(output.stdout).context("`terraform state pull` printed something that is not text")
}

#[cfg(test)]
mod tests;
