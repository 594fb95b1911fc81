//! Keep-alive connections to targets.
//!
//! A connection belongs to one request at a time and is polled by that request's own task: no task per
//! connection and no channel to it. Never retries a request a target may have seen.

use std::{
    collections::{HashMap, HashSet},
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    Request, Response,
    body::{Body, Frame, Incoming, SizeHint},
    client::conn::http1::{Connection, SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

const IDLE_PER_TARGET: usize = 256;

/// Why a target gave no response.
#[derive(Debug, thiserror::Error)]
pub(super) enum UpstreamError {
    #[error("no connection within {0:?}")]
    ConnectTimeout(Duration),
    #[error("could not connect")]
    Connect(#[source] io::Error),
    #[error("the connection broke before a response")]
    Broken(#[source] hyper::Error),
}

/// One connection to a target.
pub(super) struct Upstream {
    addr: SocketAddr,
    send: SendRequest<Incoming>,
    connection: Pin<Box<Connection<TokioIo<TcpStream>, Incoming>>>,
    closed: bool,
}

/// Idle connections by target.
#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    by_target: HashMap<SocketAddr, Vec<Upstream>>,
    /// Targets that may get new requests. A connection to any other is closed when its request is done, so
    /// that a target has none left by the time it stops, and cannot close one just as a request enters it.
    wanted: HashSet<SocketAddr>,
}

impl Pool {
    /// Sends `request` to `addr`, on an idle connection if one is alive.
    pub(super) async fn send(
        &self,
        addr: SocketAddr,
        mut request: Request<Incoming>,
        connect_timeout: Duration,
    ) -> Result<(Upstream, Response<Incoming>), UpstreamError> {
        while let Some(mut upstream) = self.take(addr) {
            if !upstream.is_usable().await {
                continue;
            }
            match upstream.send(request).await {
                Ok(response) => return Ok((upstream, response)),
                // Not a retry: the connection turned out closed before any byte was written to it.
                Err((Some(unsent), _)) => request = unsent,
                Err((None, error)) => return Err(UpstreamError::Broken(error)),
            }
        }
        let mut upstream = Upstream::connect(addr, connect_timeout).await?;
        match upstream.send(request).await {
            Ok(response) => Ok((upstream, response)),
            Err((_, error)) => Err(UpstreamError::Broken(error)),
        }
    }

    /// Takes back a connection whose response has been read to its end.
    pub(super) fn give_back(&self, upstream: Upstream) {
        let mut idle = self.idle();
        if upstream.closed || !idle.wanted.contains(&upstream.addr) {
            return;
        }
        let of_target = idle.by_target.entry(upstream.addr).or_default();
        if of_target.len() < IDLE_PER_TARGET {
            of_target.push(upstream);
        }
    }

    /// Closes the idle connections of every other target and takes none of theirs back.
    pub(super) fn keep_only(&self, wanted: HashSet<SocketAddr>) {
        let mut idle = self.idle();
        idle.by_target.retain(|addr, _| wanted.contains(addr));
        idle.wanted = wanted;
    }

    fn take(&self, addr: SocketAddr) -> Option<Upstream> {
        self.idle().by_target.get_mut(&addr)?.pop()
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Upstream {
    async fn connect(addr: SocketAddr, timeout: Duration) -> Result<Self, UpstreamError> {
        let stream = tokio::time::timeout(timeout, TcpStream::connect(addr))
            .await
            .map_err(|_| UpstreamError::ConnectTimeout(timeout))?
            .map_err(UpstreamError::Connect)?;
        stream.set_nodelay(true).map_err(UpstreamError::Connect)?;
        let (send, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(UpstreamError::Broken)?;
        Ok(Self {
            addr,
            send,
            connection: Box::pin(connection),
            closed: false,
        })
    }

    /// Reads whatever the target said since the last request: a close, as a rule, if anything.
    async fn is_usable(&mut self) -> bool {
        poll_fn(|cx| {
            self.drive(cx);
            if self.closed {
                Poll::Ready(false)
            } else {
                self.send.poll_ready(cx).map(|ready| ready.is_ok())
            }
        })
        .await
    }

    async fn send(
        &mut self,
        request: Request<Incoming>,
    ) -> Result<Response<Incoming>, (Option<Request<Incoming>>, hyper::Error)> {
        let mut response = pin!(self.send.try_send_request(request));
        poll_fn(|cx| {
            self.drive(cx);
            response.as_mut().poll(cx)
        })
        .await
        .map_err(|mut error| (error.take_message(), error.into_error()))
    }

    /// Reads a response to its end.
    pub(super) async fn collect(&mut self, body: Incoming) -> Result<Bytes, UpstreamError> {
        let mut whole = pin!(body.collect());
        let whole = poll_fn(|cx| {
            self.drive(cx);
            whole.as_mut().poll(cx)
        });
        Ok(whole.await.map_err(UpstreamError::Broken)?.to_bytes())
    }

    fn drive(&mut self, cx: &mut Context<'_>) {
        // Its error, if any, comes out of the response or the body it belongs to.
        self.closed = self.closed || self.connection.as_mut().poll(cx).is_ready();
    }
}

/// A response read from its connection as it arrives; the connection closes with it.
pub(super) struct StreamedBody {
    upstream: Upstream,
    body: Incoming,
}

impl StreamedBody {
    pub(super) fn new(upstream: Upstream, body: Incoming) -> Self {
        Self { upstream, body }
    }
}

impl Body for StreamedBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.upstream.drive(cx);
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        // The body's demand for more is answered by the connection, which nobody else would poll.
        if frame.is_pending() {
            self.upstream.drive(cx);
            return Pin::new(&mut self.body).poll_frame(cx);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
