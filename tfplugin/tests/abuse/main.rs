//! The process under abuse: whatever a client does, it answers the others, stays small, and ends without a trace.
//!
//! Waits for conditions, never for a time. Measures memory only against what the same process needed before.

mod bulk;
mod connections;
mod crowd;
mod messages;
#[allow(dead_code, reason = "each test binary uses its part of it")]
#[path = "../support/mod.rs"]
mod support;
mod vanish;

use std::path::{Path, PathBuf};
use std::time::Duration;

use support::generated::plugin::Empty;
use support::generated::plugin::grpc_controller_client::GrpcControllerClient;
use support::generated::tfplugin6 as pb;
use support::generated::tfplugin6::provider_client::ProviderClient;
use support::host::{Plugin, Transport, counted};
use support::msgpack::{Cell, fields, object};
use tonic::transport::Channel;

type Client = ProviderClient<Channel>;

/// Longer than anything here takes on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(120);
const LARGEST: usize = 400 << 20;

async fn start() -> Plugin {
    Plugin::start_of(counted(), Transport::MutualTls, &[]).await
}

fn client(plugin: &Plugin) -> Client {
    ProviderClient::new(plugin.channel.clone())
        .max_decoding_message_size(LARGEST)
        .max_encoding_message_size(LARGEST)
}

fn bulk(text: Cell) -> Option<pb::DynamicValue> {
    object(&[("any", Cell::Nil), ("items", Cell::Nil), ("text", text)])
}

fn read_request(state: Option<pb::DynamicValue>) -> pb::read_resource::Request {
    pb::read_resource::Request {
        type_name: "echo_bulk".into(),
        current_state: state,
        ..Default::default()
    }
}

/// The process answers as if nothing had happened.
async fn still_answers(plugin: &Plugin) {
    let state = bulk(Cell::Text("still here".into()));
    let answer = client(plugin).read_resource(read_request(state.clone())).await;
    let answer = answer.expect("an answer").into_inner();
    assert_eq!((answer.diagnostics, answer.new_state), (vec![], state));
}

/// Asks the process to end, and looks that nothing of it stays.
async fn end(plugin: Plugin) {
    let folder = socket_folder(&plugin);
    let mut controller = GrpcControllerClient::new(plugin.channel.clone());
    controller.shutdown(Empty {}).await.expect("an answer");
    let (status, stderr) = exit(plugin).await;
    assert!(status.success(), "{status}: {stderr}");
    assert!(!folder.exists(), "{} is left", folder.display());
}

/// Waits for the process to end by itself; meanwhile this thread goes on closing connections.
async fn exit(plugin: Plugin) -> (std::process::ExitStatus, String) {
    tokio::task::spawn_blocking(move || plugin.exit())
        .await
        .expect("no panic")
}

fn socket_folder(plugin: &Plugin) -> PathBuf {
    let folder = Path::new(&plugin.line[3]).parent().expect("a folder");
    assert!(folder.is_dir(), "{}", folder.display());
    folder.to_owned()
}

/// What the process has allocated, in bytes.
struct Memory {
    live: usize,
    /// At most, since the last time somebody asked.
    peak: usize,
}

async fn memory(plugin: &Plugin) -> Memory {
    let request = pb::read_data_source::Request {
        type_name: "echo_memory".into(),
        config: object(&[("live", Cell::Nil), ("peak", Cell::Nil)]),
        ..Default::default()
    };
    let answer = client(plugin).read_data_source(request).await;
    let answer = answer.expect("an answer").into_inner();
    let bytes = |cell: &Cell| match cell {
        Cell::Int(bytes) => usize::try_from(*bytes).expect("a size"),
        other => panic!("{other:?} is no number of bytes"),
    };
    match fields(&answer.state).expect("an object").as_slice() {
        [(_, live), (_, peak)] => Memory {
            live: bytes(live),
            peak: bytes(peak),
        },
        other => panic!("{other:?}"),
    }
}

/// Resident memory of the process, in bytes; only tells that something goes on in it.
fn resident(plugin: &Plugin) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", plugin.child.id())).expect("it runs");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("a line");
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kilobytes << 10
}

/// Until `condition` holds.
async fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let mut tick = tokio::time::interval(Duration::from_millis(10));
    let waiting = async {
        while !condition() {
            tick.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .unwrap_or_else(|_| panic!("still waiting for {what}"));
}
