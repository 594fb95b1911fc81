//! Rules of one connection.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::*;

const ASK: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

/// Answers each of a connection's requests with the next text, in two halves, then closes it.
async fn server(answers: &'static [&'static str]) -> (SocketAddr, JoinHandle<()>) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = socket.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        for answer in answers {
            let mut request = [0; ASK.len()];
            stream.read_exact(&mut request).await.unwrap();
            let (first, second) = answer.split_at(answer.len() / 2);
            stream.write_all(first.as_bytes()).await.unwrap();
            stream.write_all(second.as_bytes()).await.unwrap();
        }
    });
    (addr, serving)
}

#[tokio::test]
async fn every_framing_is_read_to_its_end_and_no_further() {
    let (addr, _) = server(&[
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Color: blue\r\nx-version: 1\r\n\r\nhello",
        "HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: t\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 Nothing\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n",
    ])
    .await;
    let mut connection = Connection::open(addr, None, None).await.unwrap();
    for (status, color, version, keep) in [
        (200, "blue", "1", true),
        (500, "", "", true),
        (204, "", "", true),
        (200, "", "", false),
    ] {
        let (color, version) = (color.to_owned(), version.to_owned());
        assert_eq!(
            connection.exchange(ASK, &Labels::default()).await.unwrap(),
            Answer {
                status,
                said: Said { color, version },
                keep
            }
        );
    }
}

#[tokio::test]
async fn an_answer_ended_by_the_connection_cannot_keep_it() {
    let (addr, _) = server(&["HTTP/1.1 200 OK\r\n\r\nuntil the end"]).await;
    let mut connection = Connection::open(addr, None, None).await.unwrap();
    assert!(!connection.exchange(ASK, &Labels::default()).await.unwrap().keep);
}

#[tokio::test]
async fn a_cut_or_missing_answer_is_an_error() {
    for answers in [
        &["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"] as &[&str],
        &["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"],
        &["HTTP/1.1 200 OK\r\nConte"],
        &["nonsense\r\n\r\n"],
        &[""],
    ] {
        let (addr, _) = server(answers).await;
        let mut connection = Connection::open(addr, None, None).await.unwrap();
        connection.exchange(ASK, &Labels::default()).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_connection_closed_between_requests_is_not_quiet() {
    let (addr, serving) = server(&["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]).await;
    let mut connection = Connection::open(addr, None, None).await.unwrap();
    assert!(connection.is_quiet());
    assert!(connection.exchange(ASK, &Labels::default()).await.unwrap().keep);
    serving.await.unwrap();
    let Stream::Plain(socket) = &connection.stream else {
        panic!("no TLS was asked for");
    };
    socket.readable().await.unwrap();
    assert!(!connection.is_quiet());
}
