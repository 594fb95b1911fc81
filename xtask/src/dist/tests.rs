//! The folder that is written to, and that the same input gives the same bytes.

use super::archive::{Entry, tar, zip};
use super::{MARK, clear};
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("dist-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn a_folder_of_somebody_else_is_not_emptied() {
    let folder = folder("foreign");
    std::fs::create_dir_all(&folder).expect("made");
    std::fs::write(folder.join("thesis.txt"), "years of work").expect("written");
    let error = clear(&folder).expect_err("it is not ours");
    assert!(
        error.to_string().contains("name another folder with --out"),
        "{error}"
    );
    assert!(folder.join("thesis.txt").exists());
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn an_earlier_release_is_replaced_whole() {
    let folder = folder("earlier");
    clear(&folder).expect("a new folder");
    for file in [MARK, "bluegreen-teardown_0.0.9_linux_amd64.tar.gz"] {
        std::fs::write(folder.join(file), "").expect("written");
    }
    clear(&folder).expect("it is ours");
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn the_same_files_give_the_same_archives() {
    let entries = || {
        [
            Entry::program("tool", vec![7; 100_000]),
            Entry::text("LICENSE", b"do as you like".to_vec()),
        ]
    };
    assert_eq!(zip(&entries()).expect("packed"), zip(&entries()).expect("packed"));
    let packed = tar(&entries()).expect("packed");
    assert_eq!(packed, tar(&entries()).expect("packed"));
    let mut unpacked = ::tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
    let found: Vec<_> = unpacked
        .entries()
        .expect("an archive")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let header = entry.header();
            let path = entry.path().expect("a path").display().to_string();
            (
                path,
                header.mode().expect("a mode"),
                header.size().expect("a size"),
            )
        })
        .collect();
    let expected = [
        ("tool".to_owned(), 0o755, 100_000),
        ("LICENSE".to_owned(), 0o644, 14),
    ];
    assert_eq!(found, expected);
}
