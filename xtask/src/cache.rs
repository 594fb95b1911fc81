//! The git-ignored folder that holds installed peers, each once, with a stamp that says which one.
//!
//! Never trusts half an installation: the stamp is written last, and a different stamp means a fresh start.

use anyhow::{Context, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$BLUEGREEN_CACHE`, or `.cache` at the root of the repository.
    pub fn open(repository: &Path) -> Result<Self> {
        let root =
            std::env::var_os("BLUEGREEN_CACHE").map_or_else(|| repository.join(".cache"), PathBuf::from);
        fs::create_dir_all(&root).with_context(|| format!("creating {}", root.display()))?;
        let root = root
            .canonicalize()
            .with_context(|| format!("resolving {}", root.display()))?;
        Ok(Self { root })
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    /// Runs `install` on an empty folder unless the stamp of `folder` already says `stamp`. Returns whether it ran.
    pub fn once(&self, folder: &str, stamp: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<bool> {
        // Two runs on one cache wait for each other instead of installing into each other.
        let lock = File::create(self.path("lock")).context("creating the lock of the cache")?;
        lock.lock().context("locking the cache")?;
        let (target, mark) = (self.path(folder), self.path(&format!("{folder}.stamp")));
        if target.is_dir() && fs::read_to_string(&mark).is_ok_and(|found| found == stamp) {
            return Ok(false);
        }
        for leftover in [fs::remove_file(&mark), fs::remove_dir_all(&target)] {
            if let Err(error) = leftover
                && error.kind() != std::io::ErrorKind::NotFound
            {
                return Err(error).with_context(|| format!("clearing {}", target.display()));
            }
        }
        fs::create_dir_all(&target).with_context(|| format!("creating {}", target.display()))?;
        install(&target).with_context(|| format!("installing {folder}"))?;
        fs::write(&mark, stamp).with_context(|| format!("writing {}", mark.display()))?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
