//! What the host reads first.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::{Address, COOKIE, Environment, Socket, reattach};

fn environment(variables: &[(&str, &str)]) -> Environment {
    let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
    Environment::read(|name| variables.get(name).map(|value| (*value).to_owned()))
}

fn unix(path: &str) -> Address {
    Address::Unix(PathBuf::from(path))
}

fn path(socket: &Socket) -> PathBuf {
    match &socket.address {
        Address::Unix(path) => path.clone(),
        Address::Tcp(address) => panic!("{address} is no unix socket"),
    }
}

fn port(socket: &Socket) -> u16 {
    match &socket.address {
        Address::Tcp(address) => address.port(),
        Address::Unix(path) => panic!("{} is no TCP port", path.display()),
    }
}

#[test]
fn only_the_cookie_makes_it_a_plugin() {
    assert!(environment(&[COOKIE]).is_plugin);
    assert!(!environment(&[]).is_plugin);
    assert!(!environment(&[(COOKIE.0, "d602bf8f")]).is_plugin);
}

#[test]
fn the_line_has_six_fields_and_a_certificate_without_padding() {
    let plain = environment(&[COOKIE]).line(&unix("/tmp/s"), None);
    assert_eq!(plain, "1|6|unix|/tmp/s|grpc|\n");
    let certified = environment(&[COOKIE]).line(&unix("/tmp/s"), Some(&[0xfb, 0xff, 0xfe, 0x01]));
    assert_eq!(certified, "1|6|unix|/tmp/s|grpc|+//+AQ\n");
}

#[test]
fn a_host_that_asks_about_multiplexing_is_told_no() {
    let line = environment(&[COOKIE, ("PLUGIN_MULTIPLEX_GRPC", "true")]).line(&unix("/tmp/s"), None);
    assert_eq!(line, "1|6|unix|/tmp/s|grpc||false\n");
}

#[tokio::test]
async fn the_socket_is_its_owners_alone_and_leaves_nothing_behind() {
    let parent = std::env::temp_dir();
    let socket = Socket::unix(&parent).expect("it binds");
    let path = path(&socket);
    let folder = path.parent().expect("in a folder").to_owned();
    let mode = folder.metadata().expect("it exists").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert!(path.starts_with(&parent) && path.exists());
    drop(socket);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_falls_back_to_tmp() {
    let long = std::env::temp_dir().join("x".repeat(90));
    let environment = environment(&[COOKIE, ("PLUGIN_UNIX_SOCKET_DIR", long.to_str().expect("text"))]);
    let socket = environment.bind().await.expect("it binds elsewhere");
    let path = path(&socket);
    assert!(path.starts_with("/tmp") && path.as_os_str().len() <= 100);
}

const NOWHERE: (&str, &str) = ("PLUGIN_UNIX_SOCKET_DIR", "/nowhere/at/all");
const CERTIFICATE: (&str, &str) = ("PLUGIN_CLIENT_CERT", "a certificate");

#[tokio::test]
async fn without_a_place_for_a_socket_there_is_a_port_if_the_host_gave_a_certificate() {
    let socket = environment(&[COOKIE, NOWHERE, CERTIFICATE]).bind().await;
    let socket = socket.expect("it binds");
    let line = environment(&[COOKIE]).line(&socket.address, None);
    assert_eq!(line, format!("1|6|tcp|127.0.0.1:{}|grpc|\n", port(&socket)));
    let refused = environment(&[COOKIE, NOWHERE]).bind().await;
    assert_eq!(
        refused.map(|_| ()).map_err(|error| error.kind()),
        Err(std::io::ErrorKind::NotFound)
    );
}

#[tokio::test]
async fn a_port_that_anybody_could_use_is_refused() {
    let asked = environment(&[COOKIE, ("TFPLUGIN_NETWORK", "tcp")]).bind().await;
    let error = asked.expect_err("there is no certificate").to_string();
    assert!(error.contains("PLUGIN_CLIENT_CERT"), "{error}");
}

#[tokio::test]
async fn the_first_free_port_of_the_hosts_range_is_taken() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let first = taken.local_addr().expect("an address").port();
    let bind = async |first: u16, last: u16| {
        let (first, last) = (first.to_string(), last.to_string());
        let variables = [
            COOKIE,
            CERTIFICATE,
            ("TFPLUGIN_NETWORK", "tcp"),
            ("PLUGIN_MIN_PORT", first.as_str()),
            ("PLUGIN_MAX_PORT", last.as_str()),
        ];
        environment(&variables).bind().await
    };
    let socket = bind(first, first.saturating_add(50))
        .await
        .expect("one of fifty is free");
    assert!((first + 1..=first.saturating_add(50)).contains(&port(&socket)));
    assert_eq!(
        bind(first, first).await.map(|_| ()).map_err(|error| error.kind()),
        Err(std::io::ErrorKind::AddrInUse)
    );
}

#[tokio::test]
async fn a_network_nobody_knows_is_named() {
    let asked = environment(&[COOKIE, CERTIFICATE, ("TFPLUGIN_NETWORK", "pipe")])
        .bind()
        .await;
    let error = asked.expect_err("there is no such network").to_string();
    assert!(error.contains("\"pipe\"") && error.contains("tcp"), "{error}");
}

#[test]
fn reattaching_needs_test_and_the_protocol() {
    let json: serde_json::Value =
        serde_json::from_str(&reattach("example.test/acme/x", &unix("/s"))).expect("JSON");
    let entry = &json["example.test/acme/x"];
    assert_eq!(entry["Test"], true);
    assert_eq!(entry["ProtocolVersion"], 6);
    assert_eq!(entry["Protocol"], "grpc");
    assert_eq!(
        entry["Addr"],
        serde_json::json!({ "Network": "unix", "String": "/s" })
    );
    assert_eq!(entry["Pid"], std::process::id());
    let port = Address::Tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 10_000)));
    let json: serde_json::Value = serde_json::from_str(&reattach("x", &port)).expect("JSON");
    assert_eq!(
        json["x"]["Addr"],
        serde_json::json!({ "Network": "tcp", "String": "127.0.0.1:10000" })
    );
}
