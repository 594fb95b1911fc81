//! What `cargo xtask dist` makes, as its users take it: sums that check, archives that unpack and run, and a mirror from
//! which real Terraform installs the provider.
//!
//! Never builds for release: the programs are those of the tests, packed the same way.

use acceptance::folder::Folder;
use acceptance::place;
use acceptance::terraform::{Client, Install, Setup, Terraform};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = "registry.terraform.io/bluegreen-rs/bluegreen";
const CONFIG: &str = r#"
terraform {
  required_providers {
    bluegreen = {
      source  = "bluegreen-rs/bluegreen"
      version = "0.1.0"
    }
  }
}

output "phase" {
  value = provider::bluegreen::phase(true, true, false)
}
"#;

fn run(program: &Path, args: &[&str], folder: &Path) -> Result<String> {
    let output = Command::new(program)
        .args(args)
        .current_dir(folder)
        .output()
        .with_context(|| format!("starting {}", program.display()))?;
    let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let said = String::from_utf8_lossy(&said);
    ensure!(output.status.success(), "{} {args:?}: {said}", program.display());
    String::from_utf8(output.stdout).context("reading what it said")
}

/// Packs the programs of the tests.
fn dist(folder: &Folder) -> Result<PathBuf> {
    let xtask = place::binary("xtask")?;
    let binaries = xtask
        .parent()
        .context("it lies in a folder")?
        .display()
        .to_string();
    let out = folder.path().join("dist");
    let written = out.display().to_string();
    let said = run(
        &xtask,
        &["dist", "--binaries", &binaries, "--out", &written],
        folder.path(),
    )?;
    ensure!(said.contains("these programs need glibc 2."), "{said}");
    Ok(out)
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_is_whole_and_terraform_installs_the_provider_from_its_mirror() -> Result<()> {
    let folder = Folder::new()?;
    let out = dist(&folder)?;
    let expected = [
        "SHA256SUMS",
        "bluegreen-plancheck_0.1.0_linux_amd64.tar.gz",
        "bluegreen-sandbox_0.1.0_linux_amd64.tar.gz",
        "bluegreen-teardown_0.1.0_linux_amd64.tar.gz",
        "mirror",
        "terraform-provider-bluegreen_0.1.0_SHA256SUMS",
        "terraform-provider-bluegreen_0.1.0_linux_amd64.zip",
        "terraform-provider-bluegreen_0.1.0_manifest.json",
    ];
    ensure!(names(&out)? == expected, "{:?}", names(&out)?);
    for sums in ["SHA256SUMS", "terraform-provider-bluegreen_0.1.0_SHA256SUMS"] {
        run(Path::new("sha256sum"), &["--check", "--strict", sums], &out)?;
    }
    let manifest = fs::read_to_string(out.join("terraform-provider-bluegreen_0.1.0_manifest.json"))?;
    let manifest: Value = serde_json::from_str(&manifest)?;
    ensure!(manifest["metadata"]["protocol_versions"] == serde_json::json!(["6.0"]));
    for tool in ["bluegreen-teardown", "bluegreen-plancheck", "bluegreen-sandbox"] {
        let stem = format!("{tool}_0.1.0_linux_amd64");
        run(Path::new("tar"), &["-xzf", &format!("{stem}.tar.gz")], &out)?;
        let program = out.join(&stem).join(tool);
        let version = run(&program, &["--version"], &out)?;
        ensure!(version.trim() == format!("{tool} 0.1.0"), "{version}");
    }
    let page = out.join("bluegreen-teardown_0.1.0_linux_amd64/bluegreen-teardown.1");
    ensure!(fs::read_to_string(&page)?.contains(".TH bluegreen-teardown 1"));
    installed(&out, Client::Cli).await?;
    installed(&out, Client::Library).await
}

/// By `init`, which checks the hashes; and the provider runs.
async fn installed(out: &Path, client: Client) -> Result<()> {
    let mirror = out.join("mirror");
    let setup = Setup::new(client, Install::Release(mirror.clone()));
    let terraform = Terraform::new(&[("main.tf", CONFIG)], setup).await?;
    let locked = fs::read_to_string(terraform.folder().join(".terraform.lock.hcl"))?;
    let listed = fs::read_to_string(mirror.join(SOURCE).join("0.1.0.json"))?;
    let listed: Value = serde_json::from_str(&listed)?;
    let hashes = listed["archives"]["linux_amd64"]["hashes"].as_array();
    let hashes = hashes.context("the mirror lists hashes")?;
    let h1 = hashes[0].as_str().context("a hash")?;
    ensure!(
        h1.starts_with("h1:") && locked.contains(h1),
        "Terraform found another hash than {h1}: {locked}"
    );
    terraform.apply(&[]).await?.success()?;
    let state = terraform.state().await?;
    ensure!(
        state["values"]["outputs"]["phase"]["value"] == "canary",
        "{state}"
    );
    Ok(())
}
