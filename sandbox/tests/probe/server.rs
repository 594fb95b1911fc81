//! A server on a thread of its own that answers as the test decides, in the clear or over TLS.
//!
//! Asserts nothing.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    thread,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};
use tokio_rustls::TlsAcceptor;

/// What becomes of one request.
pub enum Deed {
    /// Status, further header lines (each with its end) and body.
    Answer(u16, String, String),
    /// Close without a word.
    Break,
}

pub fn color(name: &str) -> Deed {
    let headers = format!("x-color: {name}\r\nx-version: of-{name}\r\n");
    Deed::Answer(200, headers, "ok".to_owned())
}

/// Ends with its last handle.
pub struct Server {
    pub address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Server {
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// `decide` sees each request's head.
pub fn start(tls: Option<TlsAcceptor>, decide: impl Fn(&str) -> Deed + Send + Sync + 'static) -> Server {
    let (tell, told) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let decide = Arc::new(decide);
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let serve = async {
            let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            tell.send(socket.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = socket.accept().await {
                stream.set_nodelay(true).unwrap();
                let (decide, tls) = (Arc::clone(&decide), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => answer(stream, &*decide).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(stream, &*decide).await;
                            }
                        }
                    }
                });
            }
        };
        runtime.block_on(async {
            tokio::select! {
                () = serve => {}
                _ = stopped => {}
            }
        });
    });
    Server {
        address: told.recv().unwrap(),
        _stop: stop,
    }
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    decide: &(dyn Fn(&str) -> Deed + Send + Sync),
) {
    let mut head = Vec::with_capacity(1024);
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                return;
            }
        }
        match decide(&String::from_utf8_lossy(&head)) {
            Deed::Break => return,
            Deed::Answer(status, headers, body) => {
                let length = body.len();
                let text = format!("HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\n\r\n{body}");
                if stream.write_all(text.as_bytes()).await.is_err() || stream.flush().await.is_err() {
                    return;
                }
            }
        }
    }
}
