//! `cargo xtask dist`: what a release consists of, in the forms that registries, mirrors and people install from.
//!
//! The same binaries give the same bytes. Signs and uploads nothing: the key and the place are the publisher's.

mod archive;
mod floor;
mod mirror;
mod sums;

use crate::shell::{Program, say};
use anyhow::{Context, Result, bail, ensure};
use archive::Entry;
use std::fs;
use std::path::{Path, PathBuf};
use sums::Sums;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PLATFORM: &str = "linux_amd64";
const PROVIDER: &str = "terraform-provider-bluegreen";
/// Lies in every folder that this command made, and is written last.
const MARK: &str = "SHA256SUMS";

/// A program that is no plugin, and what its archive holds beside it.
struct Tool {
    name: &'static str,
    /// Below `docs`.
    page: &'static str,
    /// Has the commands `man` and `completions`.
    speaks: bool,
}

const TOOLS: [Tool; 3] = [
    Tool {
        name: "bluegreen-teardown",
        page: "teardown.md",
        speaks: true,
    },
    Tool {
        name: "bluegreen-plancheck",
        page: "plancheck.md",
        speaks: true,
    },
    Tool {
        name: "bluegreen-sandbox",
        page: "sandbox.md",
        speaks: false,
    },
];

#[derive(clap::Args)]
pub struct Asked {
    /// Where the files go; a folder that this command made before is replaced [default: target/dist]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Pack the programs in this folder instead of building them for release
    #[arg(long, value_name = "FOLDER")]
    binaries: Option<PathBuf>,
}

/// Builds, packs, and says what it made.
pub fn dist(asked: Asked) -> Result<bool> {
    ensure!(
        cfg!(all(
            target_os = "linux",
            target_arch = "x86_64",
            target_env = "gnu"
        )),
        "releases are packed for {PLATFORM} on such a machine: cross compilation is not set up"
    );
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask lies at the root")?;
    let target = crate::step::target(repository)?;
    let binaries = match asked.binaries {
        Some(folder) => folder,
        None => build(repository, &target)?,
    };
    let out = asked.out.unwrap_or_else(|| target.join("dist"));
    clear(&out)?;
    let floor = floor(&binaries)?;
    provider(repository, &binaries, &out)?;
    let mut sums = Sums::default();
    for tool in &TOOLS {
        let file = pack(repository, &binaries, &out, tool)?;
        sums.add(&out, &file)?;
    }
    sums.write(&out, MARK)?;
    say(&format!("these programs need glibc {floor} or later"));
    Ok(true)
}

fn build(repository: &Path, target: &Path) -> Result<PathBuf> {
    let packages = TOOLS.iter().map(|tool| tool.name).chain([PROVIDER]);
    Program::cargo()
        .args(["build", "--release", "--locked"])
        .args(packages.flat_map(|package| ["--package", package]))
        .within(repository)
        .run()?;
    Ok(target.join("release"))
}

/// Makes an empty folder; refuses one with anything in it that is not an earlier release.
fn clear(out: &Path) -> Result<()> {
    let foreign = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_some() && !out.join(MARK).exists(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(error).with_context(|| format!("reading {}", out.display())),
    };
    if foreign {
        bail!(
            "{} is not empty and holds no {MARK} of an earlier run: name another folder with --out",
            out.display()
        );
    }
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("emptying {}", out.display()))?;
    }
    fs::create_dir_all(out).with_context(|| format!("creating {}", out.display()))
}

/// What the highest of the programs needs, if that is not more than is promised.
fn floor(binaries: &Path) -> Result<floor::Version> {
    let mut highest = floor::Version::default();
    for name in TOOLS.iter().map(|tool| tool.name).chain([PROVIDER]) {
        let needs = floor::of(&read(&binaries.join(name))?)
            .with_context(|| format!("reading which glibc {name} needs"))?;
        ensure!(
            needs <= floor::PROMISED,
            "{name} needs glibc {needs}, but {} is promised: build on an older system",
            floor::PROMISED
        );
        highest = highest.max(needs);
    }
    Ok(highest)
}

/// The provider's archive, manifest and sums as the registry demands them, and the mirror.
fn provider(repository: &Path, binaries: &Path, out: &Path) -> Result<()> {
    let entries = [
        Entry::text("CHANGELOG.md", read(&repository.join("CHANGELOG.md"))?),
        Entry::text("LICENSE", read(&repository.join("LICENSE"))?),
        Entry::program(&format!("{PROVIDER}_v{VERSION}"), read(&binaries.join(PROVIDER))?),
    ];
    let file = format!("{PROVIDER}_{VERSION}_{PLATFORM}.zip");
    let packed = archive::zip(&entries)?;
    write(&out.join(&file), &packed)?;
    let manifest = format!("{PROVIDER}_{VERSION}_manifest.json");
    let written = read(&repository.join("provider/terraform-registry-manifest.json"))?;
    write(&out.join(&manifest), &written)?;
    let mut sums = Sums::default();
    sums.add(out, &file)?;
    sums.add(out, &manifest)?;
    sums.write(out, &format!("{PROVIDER}_{VERSION}_SHA256SUMS"))?;
    let package = mirror::Package {
        version: VERSION,
        platform: PLATFORM,
        file: &file,
        packed: &packed,
        entries: &entries,
    };
    mirror::lay_out(&out.join("mirror"), &package)
}

/// The archive of one tool; returns its name.
fn pack(repository: &Path, binaries: &Path, out: &Path, tool: &Tool) -> Result<String> {
    let Tool { name, page, speaks } = tool;
    let program = binaries.join(name);
    let stem = format!("{name}_{VERSION}_{PLATFORM}");
    let within = |file: &str| format!("{stem}/{file}");
    let mut entries = vec![
        Entry::program(&within(name), read(&program)?),
        Entry::text(&within("LICENSE"), read(&repository.join("LICENSE"))?),
        Entry::text(&within("CHANGELOG.md"), read(&repository.join("CHANGELOG.md"))?),
        Entry::text(&within("README.md"), read(&repository.join("docs").join(page))?),
    ];
    if *speaks {
        let said = |args: &[&str]| Program::new(&program).args(args).output();
        entries.push(Entry::text(&within(&format!("{name}.1")), said(&["man"])?.into()));
        for shell in ["bash", "fish", "zsh"] {
            let file = format!("completions/{name}.{shell}");
            entries.push(Entry::text(&within(&file), said(&["completions", shell])?.into()));
        }
    }
    let file = format!("{stem}.tar.gz");
    write(&out.join(&file), &archive::tar(&entries)?)?;
    Ok(file)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes).with_context(|| format!("writing {}", file.display()))?;
    say(&format!("{:>12}  {}", bytes.len(), file.display()));
    Ok(())
}

#[cfg(test)]
mod tests;
