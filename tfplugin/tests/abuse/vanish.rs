//! A client that is gone in the middle: what was begun is finished, and then neither process nor socket is left.

use std::path::{Path, PathBuf};
use std::process::Command;

use tonic::transport::{Channel, Endpoint};

use super::support::generated::tfplugin6 as pb;
use super::support::host::{Plugin, Transport, echo};
use super::support::msgpack::{Cell, nil, object, text};
use super::{Client, bulk, client, exit, read_request, socket_folder, start, until};

/// A folder of its own for one test, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("it is made");
        Folder(path)
    }
    /// Of the slow resource in it.
    fn path(&self) -> String {
        self.0.join("slow").to_str().expect("text").to_owned()
    }
    fn said(&self, word: &str) -> bool {
        self.0.join(format!("slow.{word}")).exists()
    }
    fn go(&self) {
        std::fs::write(self.0.join("slow.go"), "").expect("writable");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn slow_apply(path: &str) -> pb::apply_resource_change::Request {
    let state = object(&[("path", text(path))]);
    pb::apply_resource_change::Request {
        type_name: "echo_slow".into(),
        prior_state: nil(),
        planned_state: state.clone(),
        config: state,
        ..Default::default()
    }
}

/// Closes the only connection, whatever is under way on it.
fn cut(plugin: &mut Plugin) {
    plugin.channel = unconnected();
}

fn unconnected() -> Channel {
    Endpoint::from_static("http://unused").connect_lazy()
}

async fn gone(plugin: Plugin, folder: &Path) {
    let (status, stderr) = exit(plugin).await;
    assert!(status.success(), "{status}: {stderr}");
    assert!(!folder.exists(), "{} is left", folder.display());
}

#[tokio::test]
async fn an_apply_is_finished_after_the_connection_is_cut() {
    let mut plugin = start().await;
    let (socket, folder) = (socket_folder(&plugin), Folder::new("cut"));
    let mut applying = client(&plugin);
    let path = folder.path();
    let apply = tokio::spawn(async move { applying.apply_resource_change(slow_apply(&path)).await });
    until("the apply to begin", || folder.said("begun")).await;
    apply.abort();
    let _ = apply.await;
    cut(&mut plugin);
    folder.go();
    gone(plugin, &socket).await;
    assert!(folder.said("done"), "the apply was cut off");
}

#[tokio::test]
async fn ten_thousand_requests_are_abandoned_without_a_trace() {
    let mut plugin = start().await;
    let socket = socket_folder(&plugin);
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..10_000 {
        let mut client = client(&plugin);
        let state = bulk(Cell::Text(format!("request {number}")));
        asked.spawn(async move { client.read_resource(read_request(state)).await.is_ok() });
    }
    for _ in 0..100 {
        assert!(asked.join_next().await.expect("one of many").expect("no panic"));
    }
    asked.shutdown().await;
    cut(&mut plugin);
    gone(plugin, &socket).await;
}

#[tokio::test]
async fn half_a_large_request_holds_nothing_up() {
    let mut plugin = start().await;
    let socket = socket_folder(&plugin);
    for operation in ["read", "plan", "apply", "upgrade"] {
        // A connection of its own, cut while the megabytes are on their way.
        let channel = plugin.connect().await;
        let mut client = Client::new(channel).max_encoding_message_size(super::LARGEST);
        let state = bulk(Cell::Text("x".repeat(50 << 20)));
        let asked = async move {
            match operation {
                "read" => drop(client.read_resource(read_request(state)).await),
                "plan" => {
                    let request = pb::plan_resource_change::Request {
                        type_name: "echo_bulk".into(),
                        proposed_new_state: state.clone(),
                        config: state,
                        ..Default::default()
                    };
                    drop(client.plan_resource_change(request).await);
                }
                "apply" => {
                    let request = pb::apply_resource_change::Request {
                        type_name: "echo_bulk".into(),
                        planned_state: state.clone(),
                        config: state,
                        ..Default::default()
                    };
                    drop(client.apply_resource_change(request).await);
                }
                _ => {
                    let json = format!(r#"{{"text":"{}"}}"#, "x".repeat(50 << 20)).into_bytes();
                    let request = pb::upgrade_resource_state::Request {
                        type_name: "echo_bulk".into(),
                        version: 1,
                        raw_state: Some(pb::RawState {
                            json,
                            ..Default::default()
                        }),
                    };
                    drop(client.upgrade_resource_state(request).await);
                }
            }
        };
        let asked = tokio::spawn(asked);
        let before = super::resident(&plugin);
        until("some of it to arrive", || {
            asked.is_finished() || super::resident(&plugin) > before + (1 << 20)
        })
        .await;
        asked.abort();
        let _ = asked.await;
        super::still_answers(&plugin).await;
    }
    cut(&mut plugin);
    gone(plugin, &socket).await;
}

/// The part of the killed host; only ever run by the test below, which names the folder.
#[tokio::test]
#[ignore = "is a process of another test"]
async fn a_host_to_be_killed() {
    let told = |name| std::env::var_os(name).map(PathBuf::from);
    let (Some(folder), Some(program)) = (told("ABUSE_FOLDER"), told("ABUSE_PROGRAM")) else {
        panic!("only the test that kills it runs it");
    };
    let plugin = Plugin::start_of(&program, Transport::MutualTls, &[]).await;
    let socket = &plugin.line[3];
    std::fs::write(folder.join("plugin"), format!("{} {socket}", plugin.child.id())).expect("writable");
    let path = folder.join("slow");
    let _ = client(&plugin)
        .apply_resource_change(slow_apply(path.to_str().expect("text")))
        .await;
}

#[tokio::test]
async fn an_apply_is_finished_after_the_host_is_killed() {
    let folder = Folder::new("killed");
    // Built here, not by the host: a build that waits for another one's lock on the target folder takes as long as
    // that one, which no patience with the host covers.
    let program = echo();
    let said = std::fs::File::create(folder.0.join("host")).expect("writable");
    let mut host = Command::new(std::env::current_exe().expect("a path"))
        .args([
            "--ignored",
            "--exact",
            "--nocapture",
            "vanish::a_host_to_be_killed",
        ])
        .env("ABUSE_FOLDER", &folder.0)
        .env("ABUSE_PROGRAM", program)
        .stdout(said.try_clone().expect("a second handle"))
        .stderr(said)
        .spawn()
        .expect("it starts");
    until("the apply to begin", || {
        if let Some(status) = host.try_wait().expect("it was started here") {
            let said = std::fs::read_to_string(folder.0.join("host")).unwrap_or_default();
            panic!("the host ended by itself, {status}: {said}");
        }
        folder.said("begun")
    })
    .await;
    host.kill().expect("it runs");
    host.wait().expect("it was started here");
    let plugin = std::fs::read_to_string(folder.0.join("plugin")).expect("written before the apply");
    let (id, socket) = plugin.split_once(' ').expect("two words");
    // An ended process that nobody waits for has no memory map, or is not there at all.
    let runs = || std::fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| !line.is_empty());
    assert!(runs() && Path::new(socket).exists(), "it works on");
    folder.go();
    until("the orphan to end", || !runs()).await;
    assert!(folder.said("done"), "the apply was cut off");
    assert!(
        !Path::new(socket).parent().expect("a folder").exists(),
        "{socket} is left"
    );
}
