//! Very many requests at once: all are answered, and answering them again takes no more memory.

use super::support::host::Plugin;
use super::support::msgpack::Cell;
use super::{Client, bulk, client, end, memory, read_request, start};

const REQUESTS: usize = 10_000;
const CONNECTIONS: usize = 50;
const MIB: usize = 1 << 20;

/// All at once, spread over `clients`; each answer is the one to its own request.
async fn all_at_once(clients: &[Client]) {
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..REQUESTS {
        let mut client = clients[number % clients.len()].clone();
        asked.spawn(async move {
            let state = bulk(Cell::Text(format!("request {number}")));
            let answer = client.read_resource(read_request(state.clone())).await;
            let answer = answer.expect("an answer").into_inner();
            assert_eq!((answer.diagnostics, answer.new_state), (vec![], state));
        });
    }
    let mut answered = 0;
    while let Some(done) = asked.join_next().await {
        done.expect("no panic");
        answered += 1;
    }
    assert_eq!(answered, REQUESTS);
}

/// The first rounds grow what every process grows: buffers and tables, as large as the most requests that ever met.
async fn memory_stays(plugin: &Plugin, clients: &[Client]) {
    for _ in 0..2 {
        all_at_once(clients).await;
    }
    let mut after = vec![memory(plugin).await.live];
    for _ in 0..4 {
        all_at_once(clients).await;
        after.push(memory(plugin).await.live);
    }
    // A leak of a kilobyte per request would show as 40 MiB.
    let grown = after[4].saturating_sub(after[0]);
    assert!(grown < 16 * MIB, "after each {REQUESTS} requests: {after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_requests_on_one_connection_are_all_answered() {
    let plugin = start().await;
    memory_stays(&plugin, &[client(&plugin)]).await;
    end(plugin).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_requests_on_many_connections_are_all_answered() {
    let plugin = start().await;
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        let channel = plugin.connect().await;
        clients.push(Client::new(channel));
    }
    memory_stays(&plugin, &clients).await;
    drop(clients);
    end(plugin).await;
}
