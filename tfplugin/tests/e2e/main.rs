//! The example provider as its own process, driven over the real socket by a client that shares no code with it.

mod life;
mod process;
#[allow(dead_code, reason = "each test binary uses its part of it")]
#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use support::generated::plugin::grpc_controller_client::GrpcControllerClient;
use support::generated::tfplugin6 as pb;
use support::generated::tfplugin6::provider_client::ProviderClient;
use support::host::Plugin;
use support::msgpack::{Cell, object, text};
use tonic::transport::Channel;

type Client = ProviderClient<Channel>;

fn client(plugin: &Plugin) -> Client {
    ProviderClient::new(plugin.channel.clone())
        .max_decoding_message_size(64 << 20)
        .max_encoding_message_size(64 << 20)
}

fn note(name: &str, text_: Cell, size: Cell) -> Option<pb::DynamicValue> {
    object(&[("name", text(name)), ("size", size), ("text", text_)])
}

async fn configure(client: &mut Client, folder: &str) {
    let request = pb::configure_provider::Request {
        terraform_version: "1.15.5".into(),
        config: object(&[("folder", text(folder))]),
        ..Default::default()
    };
    let response = client
        .configure_provider(request)
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(response.diagnostics, []);
}

async fn plan(
    client: &mut Client,
    prior: Option<pb::DynamicValue>,
    config: Option<pb::DynamicValue>,
    proposed: Option<pb::DynamicValue>,
) -> pb::plan_resource_change::Response {
    let request = pb::plan_resource_change::Request {
        type_name: "note_file".into(),
        prior_state: prior,
        proposed_new_state: proposed,
        config,
        prior_private: b"kept".to_vec(),
        ..Default::default()
    };
    let response = client
        .plan_resource_change(request)
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(response.diagnostics, []);
    assert_eq!(response.planned_private, b"kept");
    response
}

async fn apply(
    client: &mut Client,
    prior: Option<pb::DynamicValue>,
    planned: Option<pb::DynamicValue>,
    config: Option<pb::DynamicValue>,
) -> Option<pb::DynamicValue> {
    let request = pb::apply_resource_change::Request {
        type_name: "note_file".into(),
        prior_state: prior,
        planned_state: planned,
        config,
        planned_private: b"kept".to_vec(),
        ..Default::default()
    };
    let response = client
        .apply_resource_change(request)
        .await
        .expect("an answer")
        .into_inner();
    assert_eq!(response.diagnostics, []);
    assert_eq!(response.private, b"kept");
    response.new_state
}

/// A folder of its own for one test, removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("it is made");
        Folder(path)
    }
    fn path(&self) -> &str {
        self.0.to_str().expect("text")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn shut_down(plugin: Plugin) -> String {
    let begun = Instant::now();
    let mut controller = GrpcControllerClient::new(plugin.channel.clone());
    controller
        .shutdown(support::generated::plugin::Empty {})
        .await
        .expect("an answer");
    let (status, stderr) = plugin.exit();
    assert!(status.success(), "{status}");
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "the host would have killed it: {:?}",
        begun.elapsed()
    );
    stderr
}
