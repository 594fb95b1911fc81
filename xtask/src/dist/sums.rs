//! SHA-256 sums in the form of `sha256sum`, whose `--check` reads them.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;

#[derive(Default)]
pub struct Sums(String);

impl Sums {
    /// Of a file in `folder`.
    pub fn add(&mut self, folder: &Path, file: &str) -> Result<()> {
        let sum = hex(&super::read(&folder.join(file))?);
        writeln!(self.0, "{sum}  {file}").context("writing to memory")
    }

    pub fn write(self, folder: &Path, file: &str) -> Result<()> {
        super::write(&folder.join(file), self.0.as_bytes())
    }
}

pub fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string can't fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
