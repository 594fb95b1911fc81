//! Replays what the fuzzer kept and what it starts from, on any toolchain.

use std::fs;
use std::path::Path;

type Entry = fn(&[u8]);

const TARGETS: [(&str, Entry); 2] = [
    ("plan_text", super::plan_text),
    ("plan_values", super::plan_values),
];

/// Every input of a target, by name.
fn inputs(kind: &str, target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz")
        .join(kind)
        .join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut inputs: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read(&path).unwrap()))
        .collect();
    inputs.sort();
    inputs
}

#[test]
fn what_the_fuzzer_kept_and_begins_with_breaks_nothing() {
    for (target, entry) in TARGETS {
        for kind in ["seeds", "corpus"] {
            let inputs = inputs(kind, target);
            assert!(!inputs.is_empty(), "{target} has no {kind}");
            for (name, input) in inputs {
                let entry = std::panic::AssertUnwindSafe(|| entry(&input));
                // The panic's own message is printed above this one; this one names the file.
                assert!(std::panic::catch_unwind(entry).is_ok(), "{name} breaks {target}");
            }
        }
    }
}

#[test]
fn the_corpus_stays_small() {
    let kept: Vec<_> = TARGETS
        .iter()
        .flat_map(|(target, _)| inputs("corpus", target))
        .collect();
    let bytes: usize = kept.iter().map(|(_, input)| input.len()).sum();
    assert!(
        kept.len() < 150 && bytes < 500_000,
        "{} files, {bytes} bytes",
        kept.len()
    );
}

/// Otherwise the fuzzer begins with what is never judged.
#[test]
fn the_fuzzer_begins_with_plans_that_are_judged() {
    for (name, input) in inputs("seeds", "plan_text") {
        let document =
            crate::document::Document::read_slice(&input).unwrap_or_else(|error| panic!("{name}: {error}"));
        let plan = crate::model::Plan::of(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(!plan.changing.is_empty(), "{name}");
    }
}
