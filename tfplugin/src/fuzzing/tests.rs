//! Replays what the fuzzer kept and what once broke something, on any toolchain; makes the inputs it starts from.

use std::fs;
use std::path::{Path, PathBuf};

use super::rpc::{METHODS, call};

type Entry = fn(&[u8]);

/// Every target with its entry.
const TARGETS: [(&str, Entry); 5] = [
    ("value_msgpack", super::value_msgpack),
    ("value_json", super::value_json),
    ("type_json", super::type_json),
    ("rpc", super::rpc),
    ("handshake", super::handshake),
];

fn folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(below)
}

/// Every input below `folder`, by name.
fn inputs(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut inputs: Vec<_> = entries
        .map(|entry| entry.expect("readable").path())
        .map(|path| (path.display().to_string(), fs::read(&path).expect("readable")))
        .collect();
    inputs.sort();
    inputs
}

fn replay(target: &str, kind: &str) {
    let (_, entry) = TARGETS
        .iter()
        .find(|(name, _)| *name == target)
        .expect("a target");
    for (name, input) in inputs(&folder(kind).join(target)) {
        let entry = std::panic::AssertUnwindSafe(|| entry(&input));
        // The panic's own message is printed above this one; this one names the file.
        assert!(std::panic::catch_unwind(entry).is_ok(), "{name} breaks {target}");
    }
}

macro_rules! replays {
    ($($target:ident),*) => {
        mod corpus {
            $(#[test]
            fn $target() {
                super::replay(stringify!($target), "corpus");
            })*
        }
        mod seeds {
            $(#[test]
            fn $target() {
                super::replay(stringify!($target), "seeds");
            })*
        }
    };
}

replays!(value_msgpack, value_json, type_json, rpc, handshake);

#[test]
fn the_corpus_stays_small() {
    let kept: Vec<_> = TARGETS
        .iter()
        .flat_map(|(target, _)| inputs(&folder("corpus").join(target)))
        .collect();
    let bytes: usize = kept.iter().map(|(_, input)| input.len()).sum();
    assert!(
        kept.len() < 300 && bytes < 1_000_000,
        "{} files, {bytes} bytes",
        kept.len()
    );
    for (target, _) in TARGETS {
        assert!(
            !inputs(&folder("corpus").join(target)).is_empty(),
            "{target} has no corpus"
        );
    }
}

#[test]
fn every_method_of_the_service_is_fuzzed() {
    let declared: Vec<_> = include_str!("../../proto/tfplugin6.proto")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("rpc ")?.split('(').next())
        .collect();
    let mut known: Vec<_> = METHODS.iter().map(|method| method.name).collect();
    for name in &declared {
        assert!(known.contains(name), "{name} is missing");
    }
    known.retain(|name| !declared.contains(name));
    assert_eq!(known, [""; 0], "of no service");
}

/// Guards the harness itself: an answer that is none must not pass for one.
#[tokio::test]
async fn an_unknown_method_is_not_taken_for_an_answer() {
    let server = crate::server::Server::new(super::everything::Everything);
    let routes = crate::wire::routes(std::sync::Arc::new(server), Default::default()).await;
    assert!(call(routes.clone(), "Nothing", Vec::new()).await.is_err());
    let schema = call(routes, "GetProviderSchema", Vec::new())
        .await
        .expect("an answer");
    assert!(schema.iter().any(|message| message.len() > 1000));
}

/// The provider that is fuzzed is sound: what it is refused for is the input.
#[test]
fn the_provider_with_everything_has_no_faulty_schema() {
    let server = crate::server::Server::new(super::everything::Everything);
    let faults: Vec<_> = server.faults.iter().map(|fault| fault.detail.clone()).collect();
    assert_eq!(faults, [""; 0]);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]
    #[test]
    fn no_bytes_break_a_target(data in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        for (_, entry) in TARGETS {
            entry(&data);
        }
    }
}
