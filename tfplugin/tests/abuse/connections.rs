//! Clients that connect and then do not behave: they are let go, and keep nobody else out.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::{Request, Status};

use super::support::bytes::Bytes;
use super::support::host::Plugin;
use super::support::msgpack::Cell;
use super::{bulk, client, end, memory, read_request, start, still_answers, until};

const MIB: usize = 1 << 20;

/// The first bytes of a TLS handshake that never goes on.
const HALF_A_HELLO: &[u8] = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";

fn raw(plugin: &Plugin) -> UnixStream {
    UnixStream::connect(&plugin.line[3]).expect("it listens")
}

/// Whether the other end closed the connection, without waiting for it.
fn closed(stream: &mut UnixStream) -> bool {
    stream.set_nonblocking(true).expect("a socket");
    loop {
        match stream.read(&mut [0; 1024]) {
            Ok(0) => return true,
            // An alert, before the end.
            Ok(_) => {}
            Err(error) => return error.kind() != std::io::ErrorKind::WouldBlock,
        }
    }
}

#[tokio::test]
async fn half_open_handshakes_keep_nobody_out_and_are_let_go() {
    let plugin = start().await;
    let mut half_open: Vec<_> = (0..200).map(|_| raw(&plugin)).collect();
    for stream in &mut half_open[..100] {
        stream.write_all(HALF_A_HELLO).expect("it listens");
    }
    // Not only on the connection that was there before.
    let channel = plugin.connect().await;
    super::Client::new(channel)
        .read_resource(read_request(bulk(Cell::Nil)))
        .await
        .expect("an answer");
    still_answers(&plugin).await;
    until("the half-open ones to be closed", || {
        half_open.iter_mut().all(closed)
    })
    .await;
    end(plugin).await;
}

#[tokio::test]
async fn what_is_not_tls_is_closed_at_once() {
    let plugin = start().await;
    for bytes in [
        &b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"[..],
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &[0xff; 4096],
    ] {
        let mut stream = raw(&plugin);
        stream.write_all(bytes).expect("it listens");
        until("it to be closed", || closed(&mut stream)).await;
    }
    still_answers(&plugin).await;
    end(plugin).await;
}

#[tokio::test]
async fn thousands_of_connections_that_come_and_go_leave_nothing_behind() {
    let plugin = start().await;
    let open = || {
        std::fs::read_dir(format!("/proc/{}/fd", plugin.child.id()))
            .expect("it runs")
            .count()
    };
    still_answers(&plugin).await;
    let before = open();
    let mut grown = Vec::new();
    for _ in 0..5 {
        for _ in 0..1000 {
            drop(raw(&plugin));
        }
        until("all of them to be closed", || open() <= before).await;
        grown.push(memory(&plugin).await.live);
    }
    // A kilobyte per connection would show as 4 MiB.
    println!("held after each thousand connections: {grown:?}");
    assert!(grown[4].saturating_sub(grown[0]) < MIB, "{grown:?}");
    still_answers(&plugin).await;
    end(plugin).await;
}

/// It asks for megabytes and then takes none: the others are served, and its end is the end of what it asked for.
#[tokio::test]
async fn a_slow_reader_keeps_nobody_waiting() {
    let plugin = start().await;
    let path = PathAndQuery::from_static("/tfplugin6.Provider/ReadResource");
    let state = bulk(Cell::Text("x".repeat(50 * MIB)));
    let request = prost::Message::encode_to_vec(&read_request(state));
    let mut readers = Vec::new();
    for _ in 0..4 {
        let mut slow = Grpc::new(plugin.connect().await).max_encoding_message_size(super::LARGEST);
        slow.ready().await.expect("connected");
        // Its headers came; its body is never polled.
        let answer = slow
            .server_streaming(Request::new(request.clone()), path.clone(), Bytes)
            .await;
        readers.push((slow, answer.expect("an answer").into_inner()));
    }
    for _ in 0..100 {
        still_answers(&plugin).await;
    }
    let open = || {
        std::fs::read_dir(format!("/proc/{}/fd", plugin.child.id()))
            .expect("it runs")
            .count()
    };
    let before = open();
    drop(readers);
    until("their connections to be let go", || open() + 4 <= before).await;
    // One that takes its time gets all of it.
    let answer: Result<_, Status> = client(&plugin).read_resource(read_request(bulk(Cell::Nil))).await;
    answer.expect("an answer");
    end(plugin).await;
}
