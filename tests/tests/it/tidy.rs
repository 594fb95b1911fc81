//! The house rules a compiler cannot check: who may use whom, and what every file must look like.
//!
//! The rules are functions from text to complaints, so each is also shown to fail. Never edits anything.

mod edges;
mod files;
mod policy;

use cargo_metadata::{Metadata, MetadataCommand};
use std::fs;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .unwrap()
}

/// Path below the root and content of every file that git tracks or would track, if it is text.
fn tracked() -> Vec<(String, String)> {
    let list = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(list.status.success(), "{}", String::from_utf8_lossy(&list.stderr));
    let list = String::from_utf8(list.stdout).unwrap();
    let files: Vec<_> = list
        .split('\0')
        .filter(|path| !path.is_empty())
        // Binary files, and files deleted but still in the index, have no text to judge.
        .filter_map(|path| {
            fs::read_to_string(root().join(path))
                .ok()
                .map(|text| (path.to_owned(), text))
        })
        .collect();
    assert!(
        files.iter().any(|(path, _)| path == "Cargo.toml"),
        "git lists the files of another folder"
    );
    files
}

/// Every complaint of `rule` over the tracked files that `concerns` it.
fn all(concerns: impl Fn(&str) -> bool, rule: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    tracked()
        .iter()
        .filter(|(path, _)| concerns(path))
        .flat_map(|(path, text)| {
            rule(path, text)
                .into_iter()
                .map(move |complaint| format!("{path}: {complaint}"))
        })
        .collect()
}

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn members_use_only_what_the_design_allows() {
    none(&edges::judge(&edges::edges(&metadata())));
}

/// The plan checks are offline unless they are built otherwise: of the SDK not a line.
#[test]
fn without_its_feature_the_plan_checks_link_no_cloud() {
    let linked = |features: &[&str]| {
        let tree = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--package",
                "bluegreen-plancheck",
                "--edges",
                "normal",
                "--prefix",
                "none",
            ])
            .args(["--offline", "--format", "{lib}"])
            .args(features)
            .current_dir(root())
            .output()
            .unwrap();
        assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
        let tree = String::from_utf8(tree.stdout).unwrap();
        assert!(tree.lines().any(|name| name == "serde_json"), "{tree}");
        let clouds = ["aws_", "teardown", "tokio", "hyper", "rustls"];
        tree.lines()
            .filter(|name| clouds.iter().any(|cloud| name.starts_with(cloud)))
            .count()
    };
    assert_eq!(linked(&[]), 0);
    assert!(0 < linked(&["--features", "live"]));
}

#[test]
fn every_member_has_a_row_in_the_table_of_edges() {
    let members: Vec<String> = metadata()
        .packages
        .iter()
        .map(|package| package.name.to_string())
        .collect();
    none(&edges::unlisted(&members));
}

#[test]
fn every_source_file_says_what_it_is_for() {
    none(&all(files::is_source, files::header));
}

#[test]
fn no_source_file_outgrows_the_ceiling() {
    none(&all(
        |path| files::is_source(path) && !files::is_test(path),
        files::size,
    ));
}

#[test]
fn only_the_wire_names_generated_code() {
    none(&all(
        |path| files::is_source(path) && files::is_beyond_the_wire(path),
        files::names_generated,
    ));
}

#[test]
fn no_file_names_a_machine_or_a_registry_host() {
    // Cargo writes the lock files, with its registry's address in them.
    none(&all(|path| !path.ends_with("Cargo.lock"), files::forbidden_words));
}

#[test]
fn the_readme_names_both_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    none(&files::commands(&readme));
}

#[test]
fn every_member_inherits_the_lints_that_forbid_unsafe_code() {
    let workspace = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    none(&files::forbids_unsafe(&workspace));
    let members: Vec<_> = metadata()
        .packages
        .iter()
        .map(|package| package.manifest_path.clone())
        .collect();
    assert!(members.len() > 5, "found only {members:?}");
    for manifest in members {
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(
            files::inherits_lints(&text),
            "{manifest} does not inherit the workspace's lints"
        );
    }
}

#[test]
fn the_iam_policy_allows_what_the_provider_calls_and_nothing_else() {
    let tracked = tracked();
    let sources = tracked.iter().filter(|(path, _)| {
        path.starts_with("provider/src/") && path.ends_with(".rs") && !files::is_test(path)
    });
    let needed = policy::needed(sources.map(|(_, text)| text.as_str()));
    let text = fs::read_to_string(root().join("examples/iam/policy.json")).unwrap();
    let allowed = policy::allowed(&serde_json::from_str(&text).unwrap());
    none(&policy::judge(&needed, &allowed));
}
