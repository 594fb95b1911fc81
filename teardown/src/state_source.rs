//! Where Terraform's state comes from: files, standard input, or `terraform state pull` in the working directory; and the
//! backup that Terraform leaves beside a state on disk, since a destroy that hung has lost its cluster already.
//!
//! Never takes a state that can't be read for an empty one, and never writes one.

mod backup;

use anyhow::{Context, Result, bail, ensure};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use teardown::managed::{Form, Former, Managed};
use tokio::process::Command;
use tokio::time::timeout;

/// What was read, and from where.
#[derive(Debug, Default)]
pub struct States {
    /// What they hold together.
    pub managed: Managed,
    /// One sentence for each, for the operator.
    pub said: Vec<String>,
}

/// Reads the named states; where none is named and `folder` is one of Terraform's, its state, which has to come within
/// `limit`.
pub async fn read(named: &[PathBuf], terraform: &Path, folder: &Path, limit: Duration) -> Result<States> {
    let mut states = States::default();
    let stdin = named.iter().filter(|path| is_stdin(path)).count();
    ensure!(
        stdin <= 1,
        "standard input can be read only once: give --state - once"
    );
    let mut beside = Vec::new();
    for path in named {
        let (name, text) = match is_stdin(path) {
            true => ("standard input".to_owned(), stdin_text()?),
            false => (path.display().to_string(), file(path)?),
        };
        states.add(&name, &text)?;
        if !is_stdin(path) {
            beside.push(backup::of(path));
        }
    }
    if named.is_empty() && is_terraforms(folder)? {
        let pulled = timeout(limit, pull(terraform, folder)).await;
        let text = pulled.with_context(|| {
            format!(
                "`{} state pull` has not ended in time (--timeout gives it more)",
                terraform.display()
            )
        })??;
        states.add("this folder's state", &text)?;
        beside.push(backup::of(&backup::state_of(folder)));
    }
    for path in beside {
        states.recall(&path);
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
        let mut state = Managed::default();
        let form = state
            .add(text)
            .with_context(|| format!("reading Terraform's state from {name}"))?;
        self.said.push(match form {
            Form::Empty => format!("Read {name}: there is no state yet."),
            Form::File | Form::Shown => format!(
                "Read {name}: {}, {}, and {} to spare.",
                counted(state.vpcs().count(), "VPC"),
                counted(state.clusters().count(), "cluster"),
                spared(state.count()),
            ),
        });
        self.managed.merge(state);
        Ok(())
    }

    /// Takes what a backup adds to the states that were read. Without it nothing is lost but a convenience.
    fn recall(&mut self, path: &Path) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => {
                self.said
                    .push(format!("Did not read {}: {error}.", path.display()));
                return;
            }
        };
        let path = path.display();
        match self.managed.recall(&text) {
            Ok(Former::Taken { clusters, objects }) if clusters + objects == 0 => {}
            Ok(Former::Taken { clusters, objects }) => self.said.push(format!(
                "Read {path}, the state before Terraform's last run: {} more, and {} to spare.",
                counted(clusters, "cluster"),
                spared(objects),
            )),
            Ok(Former::Unrelated) => self.said.push(format!(
                "Did not use {path}: it is no older version of this state."
            )),
            Err(error) => self
                .said
                .push(format!("Did not use {path}: {:#}.", anyhow::Error::new(error))),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// What a controller makes and Terraform may have made too.
fn spared(objects: usize) -> String {
    match objects {
        0 => "no load balancer or group".to_owned(),
        1 => "1 load balancer, group or interface".to_owned(),
        _ => format!("{objects} load balancers, groups and interfaces"),
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
