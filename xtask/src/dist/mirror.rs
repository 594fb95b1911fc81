//! A mirror that `terraform init` installs from: as a folder (`filesystem_mirror`), or behind any HTTPS server of files
//! (`network_mirror`).
//!
//! Layout and hashes are Terraform's "Provider Network Mirror Protocol" and the packed layout of "Provider
//! Installation"; `terraform providers mirror` writes the same.

use super::archive::Entry;
use super::sums::hex;
use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;

/// As configurations name it, with the registry's host.
const SOURCE: &str = "registry.terraform.io/bluegreen-rs/bluegreen";

/// A packed provider.
pub struct Package<'a> {
    pub version: &'a str,
    pub platform: &'a str,
    pub file: &'a str,
    pub packed: &'a [u8],
    pub entries: &'a [Entry],
}

/// Writes the mirror below `root`.
pub fn lay_out(root: &Path, package: &Package) -> Result<()> {
    let folder = root.join(SOURCE);
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let archive = json!({
        "url": package.file,
        "hashes": [h1(package.entries), format!("zh:{}", hex(package.packed))],
    });
    let versions = json!({ "versions": { package.version: {} } });
    let archives = json!({ "archives": { package.platform: archive } });
    let index = serde_json::to_vec_pretty(&versions)?;
    let listed = serde_json::to_vec_pretty(&archives)?;
    super::write(&folder.join(package.file), package.packed)?;
    super::write(&folder.join("index.json"), &index)?;
    super::write(&folder.join(format!("{}.json", package.version)), &listed)
}

/// The hash that lock files carry: of what is in the package, however it is packed. Go's `dirhash.Hash1`.
fn h1(entries: &[Entry]) -> String {
    let mut lines: Vec<String> = entries
        .iter()
        .map(|entry| format!("{}  {}\n", hex(&entry.bytes), entry.name))
        .collect();
    // By name, which is what follows the hash.
    lines.sort_by(|one, other| one[64..].cmp(&other[64..]));
    format!("h1:{}", STANDARD.encode(Sha256::digest(lines.concat())))
}
