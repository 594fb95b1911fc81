//! What the host reads first.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{COOKIE, Environment, Socket, reattach};

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Environment::read(|name| variables.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn only_the_cookie_makes_it_a_plugin() {
    assert!(environment(&[COOKIE]).is_plugin);
    assert!(!environment(&[]).is_plugin);
    assert!(!environment(&[(COOKIE.0, "d602bf8f")]).is_plugin);
}

#[test]
fn the_line_has_six_fields_and_a_certificate_without_padding() {
    let plain = environment(&[COOKIE]).line(Path::new("/tmp/s"), None);
    assert_eq!(plain, "1|6|unix|/tmp/s|grpc|\n");
    let certified = environment(&[COOKIE]).line(Path::new("/tmp/s"), Some(&[0xfb, 0xff, 0xfe, 0x01]));
    assert_eq!(certified, "1|6|unix|/tmp/s|grpc|+//+AQ\n");
}

#[test]
fn a_host_that_asks_about_multiplexing_is_told_no() {
    let line = environment(&[COOKIE, ("PLUGIN_MULTIPLEX_GRPC", "true")]).line(Path::new("/tmp/s"), None);
    assert_eq!(line, "1|6|unix|/tmp/s|grpc||false\n");
}

#[tokio::test]
async fn the_socket_is_its_owners_alone_and_leaves_nothing_behind() {
    let parent = std::env::temp_dir();
    let socket = Socket::bind(&parent).expect("it binds");
    let folder = socket.path.parent().expect("in a folder").to_owned();
    let mode = folder.metadata().expect("it exists").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(socket.path.starts_with(&parent) && socket.path.exists());
    drop(socket);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_falls_back_to_tmp() {
    let long = std::env::temp_dir().join("x".repeat(90));
    let environment = environment(&[COOKIE, ("PLUGIN_UNIX_SOCKET_DIR", long.to_str().expect("text"))]);
    let socket = environment.bind().expect("it binds elsewhere");
    assert!(socket.path.starts_with("/tmp") && socket.path.as_os_str().len() <= 100);
}

#[tokio::test]
async fn a_folder_that_can_not_be_made_is_an_error() {
    assert!(Socket::bind(Path::new("/nowhere/at/all")).is_err());
}

#[test]
fn reattaching_needs_test_and_the_protocol() {
    let json: serde_json::Value =
        serde_json::from_str(&reattach("example.test/acme/x", Path::new("/s"))).expect("JSON");
    let entry = &json["example.test/acme/x"];
    assert_eq!(entry["Test"], true);
    assert_eq!(entry["ProtocolVersion"], 6);
    assert_eq!(entry["Protocol"], "grpc");
    assert_eq!(
        entry["Addr"],
        serde_json::json!({ "Network": "unix", "String": "/s" })
    );
    assert_eq!(entry["Pid"], std::process::id());
}
