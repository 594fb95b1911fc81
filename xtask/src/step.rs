//! The checks, what each one runs, and the order they come in.
//!
//! Decides nothing about success: a step's error is its result.

use crate::cache::Cache;
use crate::peers;
use crate::shell::Program;
use anyhow::{Context, Result};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// One check. The order of the variants is the order they run in: cheap ones first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Formatting, as rustfmt would leave it
    Fmt,
    /// Lints, with warnings as errors
    Clippy,
    /// Doc comments, with broken links as errors
    Doc,
    /// The real programs that the tests run against, installed into the cache
    Peers,
    /// Dependencies: banned crates, licenses, sources
    Deny,
    /// The binaries and example providers that the acceptance tests start
    Build,
    /// The framework as its own package: what is in it compiles without the rest of the workspace
    Package,
    /// Every test
    Test,
}

/// Where things are.
pub struct Place {
    pub repository: PathBuf,
    pub cache: Cache,
}

impl Step {
    pub fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Doc => "doc",
            Self::Peers => "peers",
            Self::Deny => "deny",
            Self::Build => "build",
            Self::Package => "package",
            Self::Test => "test",
        }
    }

    /// What the heading says.
    pub fn says(self) -> &'static str {
        match self {
            Self::Fmt => "cargo fmt --check",
            Self::Clippy => "cargo clippy --workspace --all-targets -- -D warnings",
            Self::Doc => "cargo doc --workspace --no-deps --document-private-items",
            Self::Peers => "install peers into the cache",
            Self::Deny => "cargo deny check bans licenses sources",
            Self::Build => "cargo build --workspace --bins --examples",
            Self::Package => "cargo package --package tfplugin-rs",
            Self::Test => "cargo test --workspace",
        }
    }

    pub fn run(self, place: &Place) -> Result<()> {
        let cargo = || Program::cargo().within(&place.repository);
        match self {
            Self::Fmt => cargo().args(["fmt", "--all", "--check"]).run(),
            Self::Clippy => cargo()
                .args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
                .run(),
            Self::Doc => cargo()
                .args(["doc", "--workspace", "--no-deps", "--document-private-items"])
                .env("RUSTDOCFLAGS", "-D warnings")
                .run(),
            Self::Peers => peers::install(&place.cache),
            Self::Deny => Program::new(peers::deny(&place.cache))
                .absent("cargo-deny is not in the cache: run `cargo verify peers` first")
                .args([
                    "--all-features",
                    "check",
                    "--hide-inclusion-graph",
                    "bans",
                    "licenses",
                    "sources",
                ])
                .within(&place.repository)
                .run(),
            Self::Build => cargo()
                .args(["build", "--workspace", "--bins", "--examples"])
                .run(),
            // What is not committed yet is checked too: nothing is published here.
            Self::Package => cargo()
                .args(["package", "--package", "tfplugin-rs", "--allow-dirty"])
                .run(),
            Self::Test => cargo()
                .args(["test", "--workspace"])
                .env("BLUEGREEN_BIN_DIR", binaries(&place.repository)?)
                .env("BLUEGREEN_PEERS", place.cache.path(""))
                .env("RUST_TEST_THREADS", tests_at_once().to_string())
                .run(),
        }
    }
}

/// One more than there are cores: the AWS provider's tests mostly wait for delays that are fixed in it.
fn tests_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from) + 1
}

/// Where `cargo build` puts binaries.
pub fn binaries(repository: &Path) -> Result<PathBuf> {
    Ok(target(repository)?.join("debug"))
}

/// Cargo's target folder, whatever `CARGO_TARGET_DIR` says.
pub fn target(repository: &Path) -> Result<PathBuf> {
    let metadata = Program::cargo()
        .args(["metadata", "--format-version=1", "--no-deps"])
        .within(repository)
        .output()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).context("parsing cargo metadata")?;
    let target = metadata["target_directory"]
        .as_str()
        .context("cargo metadata names no target directory")?;
    Ok(PathBuf::from(target))
}
