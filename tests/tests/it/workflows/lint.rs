//! zizmor, a linter of workflows: schemas, injections, permissions, pins, artifacts, caches.
//!
//! Never asks the network: only what is in the files is judged.

use super::runner::example;
use acceptance::place;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use tokio::process::Command;

/// Whether it has nothing to say, and what it says.
async fn lint(folder: &Path) -> Result<(bool, String)> {
    let output = Command::new(place::zizmor()?)
        .args([
            "--offline",
            "--no-progress",
            "--strict-collection",
            "--collect=all",
        ])
        .arg("--config")
        .arg(example().join(".github/zizmor.yml"))
        .arg(folder)
        .output()
        .await
        .context("starting zizmor")?;
    let text = [output.stdout, output.stderr].concat();
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_linter_has_nothing_to_say_of_the_workflows() -> Result<()> {
    let (clean, said) = lint(&example()).await?;
    ensure!(clean, "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_linter_objects_to_a_workflow_that_is_broken() -> Result<()> {
    let good = fs::read_to_string(example().join(".github/workflows/rollback.yml"))?;
    // The job's own permissions would narrow what the workflow gives away.
    let own = "    permissions:\n      contents: read\n      id-token: write # for the role below, instead of a stored key\n";
    ensure!(good.contains(own), "the job has other permissions");
    let wide = good.replace(own, "    permissions: write-all\n");
    for (good, from, to, says) in [
        (
            &good,
            "\"$REASON\"",
            "\"${{ inputs.reason }}\"",
            "template-injection",
        ),
        (
            &wide,
            "permissions: {}",
            "permissions: {}",
            "excessive-permissions",
        ),
        (
            &good,
            "@11bd71901bbe5b1630ceea73d27597364c9af683",
            "@v4",
            "unpinned-uses",
        ),
        (
            &good,
            "persist-credentials: false",
            "fetch-depth: 1",
            "artipacked",
        ),
        (&good, "runs-on: ", "runs_on: ", "runs_on"),
    ] {
        ensure!(good.contains(from), "the workflow has no {from}");
        let folder = acceptance::folder::Folder::new()?;
        folder.write(".github/workflows/broken.yml", &good.replace(from, to))?;
        let (clean, said) = lint(folder.path()).await?;
        ensure!(
            !clean && said.contains(says),
            "{to} is not objected to with {says}:\n{said}"
        );
    }
    Ok(())
}
