//! A row of requests to one process: some as raw bytes, most made to fit the schemas or to miss them narrowly.
//!
//! Speaks the wire by itself: it knows field numbers, and none of the code generated from them.

mod message;
mod methods;

use std::cell::RefCell;
use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::http::uri::PathAndQuery;
use tonic::service::Routes;
use tonic::{Code, Request, Status};

use super::everything::Everything;
use super::input::Input;
use crate::server::Server;
use crate::wire;
use message::Said;
pub(super) use methods::METHODS;

/// More says nothing new and makes every input slow.
const MOST_CALLS: usize = 6;

/// The messages of an answer, or the status that ended it.
type Answer = Result<Vec<Vec<u8>>, Status>;

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_time().build().expect("a runtime without I/O needs nothing"),
    );
}

pub(super) fn run(data: &[u8]) {
    RUNTIME.with_borrow(|runtime| runtime.block_on(converse(data)));
}

async fn converse(data: &[u8]) {
    let mut input = Input::new(data);
    let routes = wire::routes(Arc::new(Server::new(Everything)), CancellationToken::new()).await;
    let mut said = Said::default();
    for _ in 0..MOST_CALLS {
        if input.rest().is_empty() {
            return;
        }
        let method = &METHODS[input.below(METHODS.len())];
        let body = match input.byte() % 8 {
            0 => input.long_bytes().to_vec(),
            _ => said.request(method, &mut input),
        };
        let answer = call(routes.clone(), method.name, body).await;
        judge(method.name, &answer);
        if let Ok(messages) = answer {
            said.heard(messages);
        }
    }
}

/// Asks `method` with `body`, whatever that is.
pub(super) async fn call(routes: Routes, method: &str, body: Vec<u8>) -> Answer {
    let path = PathAndQuery::try_from(format!("/tfplugin6.Provider/{method}")).expect("a path");
    let mut client = Grpc::new(routes);
    client.ready().await.expect("routes are always ready");
    let mut answers = client
        .server_streaming(Request::new(body), path, Bytes)
        .await?
        .into_inner();
    let mut messages = Vec::new();
    while let Some(message) = answers.message().await? {
        messages.push(message);
    }
    Ok(messages)
}

fn judge(method: &str, answer: &Answer) {
    match answer {
        Ok(messages) => {
            // Said of panics that were caught; the provider here never panics, so it would be ours.
            let panicked = |body: &Vec<u8>| body.windows(8).any(|window| window == b"panicked");
            assert!(!messages.iter().any(panicked), "{method} panicked");
        }
        Err(status) => {
            // What is no protobuf message is the transport's to refuse.
            let undecodable = status.message().contains("failed to decode Protobuf message");
            assert!(
                status.code() == Code::Internal && undecodable,
                "{method}: {status:?}"
            );
        }
    }
}

/// Messages as they are: neither side decodes here.
#[derive(Default)]
struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Bytes;
    type Decoder = Bytes;

    fn encoder(&mut self) -> Bytes {
        Bytes
    }
    fn decoder(&mut self) -> Bytes {
        Bytes
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        prost::bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        use prost::bytes::Buf;
        let mut message = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut message);
        Ok(Some(message))
    }
}
