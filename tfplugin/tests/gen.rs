//! The committed code is what the protos generate. Run with `BLESS=1` to write it anew.
//!
//! The framework gets the server side only; the client side exists for tests.

use std::path::Path;

const FILES: [&str; 2] = ["tfplugin6.rs", "plugin.rs"];

fn generate(out: &Path, client: bool) {
    let protos = Path::new(env!("CARGO_MANIFEST_DIR")).join("proto");
    let files = [protos.join("tfplugin6.proto"), protos.join("plugin.proto")];
    let descriptors = protox::compile(files, [protos]).expect("the protos are valid");
    tonic_prost_build::configure()
        .build_client(client)
        .build_server(!client)
        .build_transport(client)
        .btree_map(".")
        .emit_rerun_if_changed(false)
        .out_dir(out)
        .compile_fds(descriptors)
        .expect("code is generated");
}

fn compare(committed: &str, client: bool) {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join(committed);
    let fresh = Path::new(env!("CARGO_TARGET_TMPDIR")).join(if client { "gen-client" } else { "gen-server" });
    std::fs::create_dir_all(&fresh).expect("a folder under target");
    generate(&fresh, client);
    for file in FILES {
        let text = std::fs::read_to_string(fresh.join(file)).expect("generated");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(committed.join(file), &text).expect("writable");
        }
        let held = std::fs::read_to_string(committed.join(file)).unwrap_or_default();
        assert!(
            held == text,
            "{file} is not what proto/ generates: run the test again with BLESS=1"
        );
    }
}

#[test]
fn the_committed_server_code_is_what_the_protos_generate() {
    compare("src/gen", false);
}

#[test]
fn the_committed_client_code_is_what_the_protos_generate() {
    compare("tests/support/gen", true);
}
