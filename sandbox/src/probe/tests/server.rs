//! A server for the load client's tests that does with each request what the test decides.
//!
//! Asserts nothing: what the load client made of it is the test's question.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::AbortHandle,
};

/// What a server does with one request of a connection.
pub(super) enum Deed {
    Answer {
        status: u16,
        color: &'static str,
        close: bool,
    },
    /// Close without a word.
    Break,
    /// Never answer.
    Hang,
}

pub(super) fn blue() -> Deed {
    Deed::Answer {
        status: 200,
        color: "blue",
        close: false,
    }
}

/// Stops with its last handle.
pub(super) struct Server {
    pub addr: SocketAddr,
    accepting: AbortHandle,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// `decide` sees the peer, the head and how many requests the connection had before.
pub(super) async fn server<F>(decide: F) -> Server
where
    F: Fn(IpAddr, &str, usize) -> Deed + Send + Sync + 'static,
{
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = socket.local_addr().unwrap();
    let decide = Arc::new(decide);
    let accepting = tokio::spawn(async move {
        while let Ok((stream, peer)) = socket.accept().await {
            let decide = Arc::clone(&decide);
            tokio::spawn(async move { serve(stream, peer.ip(), &*decide).await });
        }
    });
    Server {
        addr,
        accepting: accepting.abort_handle(),
    }
}

async fn serve(mut stream: TcpStream, peer: IpAddr, decide: &(dyn Fn(IpAddr, &str, usize) -> Deed + Sync)) {
    for before in 0.. {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                return;
            }
        }
        match decide(peer, &String::from_utf8(head).unwrap(), before) {
            Deed::Break => return,
            Deed::Hang => std::future::pending().await,
            Deed::Answer { status, color, close } => {
                let connection = if close { "close" } else { "keep-alive" };
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nx-color: {color}\r\nx-version: 7\r\nconnection: {connection}\r\n\
                     content-length: 2\r\n\r\nok"
                );
                if stream.write_all(answer.as_bytes()).await.is_err() || close {
                    return;
                }
            }
        }
    }
}
