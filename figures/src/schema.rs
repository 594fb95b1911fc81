//! One RPC, `GetProviderSchema`: the first that Terraform calls, and the one that makes a provider unfold itself.
//!
//! Never decodes the answer; its size is all that is wanted.

use crate::plugin::Plugin;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::UnixStream;

/// Flag and length of an empty gRPC message.
const EMPTY: &[u8] = &[0; 5];
/// Large enough that nobody waits for the window of a large schema.
const WINDOW: u32 = 64 * 1024 * 1024;

/// Bytes of the answer.
pub async fn fetch(plugin: &Plugin) -> Result<usize> {
    let stream = UnixStream::connect(&plugin.socket)
        .await
        .context("connecting to the provider")?;
    let (mut sender, connection) = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .handshake(TokioIo::new(stream))
        .await
        .context("greeting the provider")?;
    let connection = tokio::spawn(connection);
    let request = Request::post(format!("http://provider{}", path(plugin.protocol)))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(Full::new(Bytes::from_static(EMPTY)))
        .context("writing the request")?;
    let response = sender
        .send_request(request)
        .await
        .context("asking for the schema")?;
    let early = response.headers().get("grpc-status").cloned();
    let body = response
        .into_body()
        .collect()
        .await
        .context("reading the schema")?;
    let status = early.or_else(|| body.trailers().and_then(|it| it.get("grpc-status").cloned()));
    ensure!(
        status.as_ref().is_some_and(|status| status == "0"),
        "the provider refused to show its schema: gRPC status {status:?}"
    );
    drop(sender);
    connection.abort();
    Ok(body.to_bytes().len())
}

fn path(protocol: u32) -> &'static str {
    match protocol {
        5 => "/tfplugin5.Provider/GetSchema",
        _ => "/tfplugin6.Provider/GetProviderSchema",
    }
}
