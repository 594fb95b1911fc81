//! How the process behaves: started by hand, signalled, left alone, asked for logs.

use std::process::{Command, Stdio};

use crate::support::generated::tfplugin6 as pb;
use crate::support::host::{Plugin, Transport, example};
use crate::{Folder, client, shut_down};

#[test]
fn started_by_hand_it_says_what_it_is() {
    let output = Command::new(example())
        .stdin(Stdio::null())
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    let said = String::from_utf8(output.stderr).expect("text");
    assert!(said.starts_with("this program is a Terraform provider"), "{said}");
}

#[tokio::test]
async fn a_signal_that_its_host_gets_too_does_not_end_it() {
    let plugin = Plugin::start(Transport::Plain, &[]).await;
    for signal in ["-INT", "-TERM", "-HUP"] {
        let sent = Command::new("kill")
            .args([signal, &plugin.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
        let metadata = client(&plugin).get_metadata(pb::get_metadata::Request {}).await;
        metadata.expect("it still answers");
    }
    shut_down(plugin).await;
}

#[tokio::test]
async fn it_listens_on_a_port_of_the_hosts_range_when_it_is_told_to() {
    let variables = [
        ("TFPLUGIN_NETWORK", "tcp"),
        ("PLUGIN_MIN_PORT", "10000"),
        ("PLUGIN_MAX_PORT", "25000"),
    ];
    let plugin = Plugin::start(Transport::MutualTls, &variables).await;
    let port: u16 = plugin.line[3]
        .strip_prefix("127.0.0.1:")
        .expect("on this machine only")
        .parse()
        .expect("a port");
    assert_eq!(plugin.line[2], "tcp");
    assert!((10_000..=25_000).contains(&port), "{port}");
    let metadata = client(&plugin).get_metadata(pb::get_metadata::Request {}).await;
    metadata.expect("an answer");
    shut_down(plugin).await;
}

#[tokio::test]
async fn without_its_host_it_ends() {
    let mut plugin = Plugin::start(Transport::MutualTls, &[]).await;
    client(&plugin)
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("an answer");
    // The last handle to the connection: with it goes the host.
    plugin.channel = tonic::transport::Endpoint::from_static("http://unused").connect_lazy();
    // Elsewhere, so that this thread can close the connection.
    let exit = tokio::task::spawn_blocking(move || plugin.exit());
    let (status, _) = exit.await.expect("no panic");
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn it_logs_what_it_is_asked_to_and_nothing_else() {
    let plugin = Plugin::start(Transport::MutualTls, &[("TF_LOG_PROVIDER_NOTE", "debug")]).await;
    client(&plugin)
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("an answer");
    let stderr = shut_down(plugin).await;
    let lines: Vec<serde_json::Value> = stderr
        .lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect();
    let served = lines
        .iter()
        .find(|line| line["@message"] == "served request")
        .expect("the request");
    assert_eq!(
        (&served["@level"], &served["tf_rpc"]),
        (&"debug".into(), &"GetMetadata".into())
    );

    let plugin = Plugin::start(Transport::MutualTls, &[]).await;
    client(&plugin)
        .get_metadata(pb::get_metadata::Request {})
        .await
        .expect("an answer");
    assert_eq!(shut_down(plugin).await, "");
}

#[tokio::test]
async fn a_temporary_folder_with_a_long_name_does_not_keep_it_from_starting() {
    let folder = Folder::new(&"long".repeat(30));
    let plugin = Plugin::start(Transport::MutualTls, &[("TMPDIR", folder.path())]).await;
    assert!(plugin.line[3].starts_with("/tmp/"), "{:?}", plugin.line);
    shut_down(plugin).await;
}
