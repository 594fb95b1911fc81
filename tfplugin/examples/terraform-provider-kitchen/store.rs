//! The world outside: one JSON file per object, and a journal of what was called.
//!
//! Knows nothing of Terraform. Never caches: what a person changes in the folder is what the next read sees.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value as Json;
use tfplugin::Diagnostic;

/// A handle to the folder; clones see the same one.
#[derive(Clone, Default)]
pub struct Store(Arc<RwLock<Option<PathBuf>>>);

impl Store {
    /// Uses `folder` from now on; `None` while it is not known.
    pub fn open(&self, folder: Option<&str>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = folder.map(PathBuf::from);
    }

    /// One line in the journal, such as `create cook anna`. Where there is no folder yet there is no journal.
    pub fn note(&self, line: &str) {
        if let Ok(folder) = self.folder() {
            let journal = OpenOptions::new()
                .create(true)
                .append(true)
                .open(folder.join("journal.log"));
            // The journal is for tests, which miss a line that could not be written.
            let _ = journal.and_then(|mut journal| journal.write_all(format!("{line}\n").as_bytes()));
        }
    }

    pub fn save(&self, kind: &str, name: &str, object: &Json) -> Result<(), Diagnostic> {
        let file = self.file(kind, name)?;
        let folder = file.parent().map(fs::create_dir_all);
        let written = folder
            .unwrap_or(Ok(()))
            .and_then(|()| fs::write(&file, format!("{object:#}\n")));
        written.map_err(|error| failed("kept", kind, name, &error))
    }

    /// `None` if there is no such object.
    pub fn load(&self, kind: &str, name: &str) -> Result<Option<Json>, Diagnostic> {
        let text = match fs::read_to_string(self.file(kind, name)?) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| failed("read", kind, name, &error))?,
        };
        let object = serde_json::from_str(&text);
        object
            .map(Some)
            .map_err(|error| failed("read", kind, name, &error))
    }

    /// Every object of a kind, by name.
    pub fn all(&self, kind: &str) -> Result<Vec<Json>, Diagnostic> {
        let folder = self.folder()?.join(kind);
        let names = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> = names
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        let names = names.iter().filter_map(|name| name.strip_suffix(".json"));
        names
            .filter_map(|name| self.load(kind, name).transpose())
            .collect()
    }

    /// An object that is already gone is gone.
    pub fn remove(&self, kind: &str, name: &str) -> Result<(), Diagnostic> {
        match fs::remove_file(self.file(kind, name)?) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(failed("removed", kind, name, &error))
            }
            _ => Ok(()),
        }
    }

    fn file(&self, kind: &str, name: &str) -> Result<PathBuf, Diagnostic> {
        Ok(self.folder()?.join(kind).join(format!("{name}.json")))
    }

    fn folder(&self) -> Result<PathBuf, Diagnostic> {
        let folder = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        folder.ok_or_else(|| {
            Diagnostic::error(
                "the kitchen's folder is not known yet",
                "It depends on something that is still to be made. Apply that first, with -target.",
            )
        })
    }
}

fn failed(what: &str, kind: &str, name: &str, error: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::error(
        format!("the {kind} {name:?} could not be {what}"),
        error.to_string(),
    )
}
