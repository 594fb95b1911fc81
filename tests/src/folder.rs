//! A folder of a test's own, gone with the test unless the test failed or keeps it.
//!
//! Never shared: two tests never get the same one.

use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    pub fn new() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("bluegreen-{}-{number}", std::process::id()));
        // A leftover of a killed run with the same process id must not leak into this one.
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("clearing {}", path.display()))?;
        }
        fs::create_dir_all(&path).with_context(|| format!("creating {}", path.display()))?;
        Ok(Self { path, kept: false })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the folder where it is, for whoever wants to look into it.
    pub fn keep(&mut self) {
        self.kept = true;
    }

    /// Writes a file below the folder, making the folders on the way.
    pub fn write(&self, name: &str, content: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        let parent = path.parent().context("a file lies in a folder")?;
        fs::create_dir_all(parent).with_context(|| format!("creating {}", parent.display()))?;
        fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[expect(
                clippy::print_stderr,
                reason = "tells the person who reads a failed test where to look"
            )]
            {
                eprintln!("the test's folder is kept: {}", self.path.display());
            }
        } else if !self.kept {
            // What cannot be removed lies in the system's folder for temporary files.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
