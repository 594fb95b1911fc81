//! Requests to a provider's process as bytes: the same for protocol 5 and 6, whose messages agree where this asks.
//!
//! Knows names of methods and the frame of a message; what is in it is up to who asks.

use crate::plugin::Plugin;
use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

/// Large enough that nobody waits for the window of a large schema.
const WINDOW: u32 = 64 * 1024 * 1024;

/// A method that both protocols have.
#[derive(Clone, Copy, Debug)]
pub enum Method {
    Schema,
    Configure,
    Validate,
    Upgrade,
    Read,
    Plan,
    Apply,
}

impl Method {
    fn path(self, protocol: u32) -> String {
        let name = match (self, protocol) {
            (Self::Schema, 5) => "GetSchema",
            (Self::Schema, _) => "GetProviderSchema",
            (Self::Configure, 5) => "Configure",
            (Self::Configure, _) => "ConfigureProvider",
            (Self::Validate, 5) => "ValidateResourceTypeConfig",
            (Self::Validate, _) => "ValidateResourceConfig",
            (Self::Upgrade, _) => "UpgradeResourceState",
            (Self::Read, _) => "ReadResource",
            (Self::Plan, _) => "PlanResourceChange",
            (Self::Apply, _) => "ApplyResourceChange",
        };
        let protocol = if protocol == 5 { 5 } else { 6 };
        format!("/tfplugin{protocol}.Provider/{name}")
    }
}

/// One connection, in the clear.
pub struct Host {
    sender: SendRequest<Full<Bytes>>,
    connection: JoinHandle<hyper::Result<()>>,
    protocol: u32,
}

impl Host {
    pub async fn connect(plugin: &Plugin) -> Result<Self> {
        let stream = UnixStream::connect(&plugin.socket)
            .await
            .context("connecting to the provider")?;
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .handshake(TokioIo::new(stream))
            .await
            .context("greeting the provider")?;
        Ok(Self {
            sender,
            connection: tokio::spawn(connection),
            protocol: plugin.protocol,
        })
    }

    /// The answer's message.
    pub async fn call(&self, method: Method, message: &[u8]) -> Result<Bytes> {
        let mut frame = vec![0];
        frame.extend(
            u32::try_from(message.len())
                .context("the request is too long")?
                .to_be_bytes(),
        );
        frame.extend(message);
        let request = Request::post(format!("http://provider{}", method.path(self.protocol)))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Full::new(Bytes::from(frame)))
            .context("writing the request")?;
        let asked = self.sender.clone().send_request(request).await;
        let response = asked.with_context(|| format!("asking {method:?}"))?;
        let early = response.headers().get("grpc-status").cloned();
        let body = response.into_body().collect().await;
        let body = body.with_context(|| format!("reading what {method:?} answers"))?;
        let status = early.or_else(|| body.trailers().and_then(|it| it.get("grpc-status").cloned()));
        ensure!(
            status.as_ref().is_some_and(|status| status == "0"),
            "the provider refused {method:?}: gRPC status {status:?}"
        );
        let bytes = body.to_bytes();
        ensure!(bytes.len() >= 5, "the answer to {method:?} holds no message");
        Ok(bytes.slice(5..))
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
