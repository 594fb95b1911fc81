//! Connections let in, each counted for as long as it is open.
//!
//! Each TLS handshake has a task and a deadline of its own, so that a stuck client keeps nobody out.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::time::{interval, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::Connected;

use crate::handshake::{Io, Socket};
use crate::server::Activity;
use crate::server::activity::Busy;

const HANDSHAKE: Duration = Duration::from_secs(10);
/// When the system refuses a connection (too many open files), it will again at once.
const PAUSE: Duration = Duration::from_millis(100);

/// Everyone who connects to `socket` and, with `tls`, proves to be the host. Ends with `shutdown`.
pub(super) fn accept(
    socket: Socket,
    tls: Option<Arc<rustls::ServerConfig>>,
    activity: Activity,
    shutdown: CancellationToken,
) -> ReceiverStream<io::Result<Connection>> {
    let (sender, connections) = mpsc::channel(16);
    let accepting = async move {
        let mut pause = interval(PAUSE);
        loop {
            let stream = match socket.accept().await {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::warn!(%error, "accepting a connection");
                    pause.tick().await;
                    continue;
                }
            };
            let (sender, tls, activity) = (sender.clone(), tls.clone(), activity.clone());
            tokio::spawn(async move {
                let io: Box<dyn Io> = match tls {
                    None => stream,
                    Some(config) => {
                        match timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream)).await {
                            Ok(Ok(stream)) => Box::new(stream),
                            Ok(Err(error)) => return tracing::warn!(%error, "refused a connection"),
                            Err(_) => {
                                return tracing::warn!(
                                    "refused a connection: its TLS handshake took too long"
                                );
                            }
                        }
                    }
                };
                // The server may have ended meanwhile; then there is nobody to serve the connection.
                let _ = sender
                    .send(Ok(Connection {
                        io,
                        _busy: activity.connection(),
                    }))
                    .await;
            });
        }
    };
    tokio::spawn(async move {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = accepting => {}
        }
    });
    ReceiverStream::new(connections)
}

/// One open connection.
pub(super) struct Connection {
    io: Box<dyn Io>,
    _busy: Busy,
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
