//! The stamp's rules, on a cache in a folder of the test's own.

use super::Cache;
use std::fs;
use std::path::PathBuf;

fn cache(name: &str) -> Cache {
    let root: PathBuf = std::env::temp_dir().join(format!("xtask-cache-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).unwrap();
    Cache { root }
}

#[test]
fn installs_once_per_stamp() {
    let cache = cache("once");
    let install = |folder: &std::path::Path| Ok(fs::write(folder.join("file"), "x")?);
    assert!(cache.once("peer", "1", install).unwrap());
    assert!(!cache.once("peer", "1", install).unwrap());
    assert!(cache.once("peer", "2", install).unwrap());
}

#[test]
fn a_failed_installation_leaves_no_stamp_and_is_started_afresh() {
    let cache = cache("failed");
    let failed = cache.once("peer", "1", |folder| {
        fs::write(folder.join("half"), "x")?;
        anyhow::bail!("no network")
    });
    assert!(failed.is_err());
    let ran = cache.once("peer", "1", |folder| {
        assert!(!folder.join("half").exists(), "starts from an empty folder");
        Ok(())
    });
    assert!(ran.unwrap());
}

#[test]
fn a_stamp_without_its_folder_counts_for_nothing() {
    let cache = cache("gone");
    assert!(cache.once("peer", "1", |_| Ok(())).unwrap());
    fs::remove_dir_all(cache.path("peer")).unwrap();
    assert!(cache.once("peer", "1", |_| Ok(())).unwrap());
}
