//! The committed registry pages are what the schemas and examples render. Run with `BLESS=1`, or as `cargo xtask docs`,
//! to write them anew. Guides are written by hand and left alone.

use crate::Bluegreen;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tfplugin::docs::{Page, render};

/// Where only rendered pages lie.
const FOLDERS: [&str; 3] = ["docs/resources", "docs/data-sources", "docs/functions"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn rendered() -> BTreeMap<String, String> {
    let example = |path: &str| fs::read_to_string(root().join(path)).ok();
    let pages = render(&Bluegreen::default(), example);
    pages
        .into_iter()
        .map(|Page { path, text }| (path, text))
        .collect()
}

/// The rendered pages that are there, by path.
fn committed() -> Vec<String> {
    let mut paths = vec!["docs/index.md".to_owned()];
    for folder in FOLDERS {
        let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
        paths.extend(entries.map(|entry| format!("{folder}/{}", entry.unwrap().file_name().display())));
    }
    paths
}

#[test]
fn the_committed_pages_are_what_the_schemas_render() {
    let pages = rendered();
    if std::env::var_os("BLESS").is_some() {
        for path in committed() {
            let _ = fs::remove_file(root().join(path));
        }
        for (path, text) in &pages {
            let path = root().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    for path in committed() {
        let held = fs::read_to_string(root().join(&path)).unwrap_or_default();
        let fresh = pages.get(&path);
        assert!(
            fresh == Some(&held),
            "{path} is not what the schemas and examples render: run `cargo xtask docs`"
        );
    }
    let missing: Vec<&String> = pages.keys().filter(|path| !committed().contains(path)).collect();
    assert!(
        missing.is_empty(),
        "{missing:?} are not written: run `cargo xtask docs`"
    );
}

#[test]
fn every_page_has_an_example_and_no_member_goes_without_a_description() {
    for (path, text) in rendered() {
        assert!(text.contains("## Example Usage"), "{path} has no example");
        // A field of a plain object type has no description of its own; its attribute's speaks for it.
        let sections = text
            .split("\n<a id=")
            .filter(|section| !section.starts_with("\"nestedobjatt"));
        let bare = sections.flat_map(str::lines).filter(|line| {
            let member = line.starts_with("- `") || line.starts_with("1. `");
            let says = line.split_once(") ").map_or("", |(_, says)| says);
            member && (says.is_empty() || says.starts_with("(see "))
        });
        let bare: Vec<&str> = bare.collect();
        assert!(bare.is_empty(), "{path} does not describe {bare:#?}");
    }
}
