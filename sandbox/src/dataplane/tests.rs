//! Rules of the data plane as a whole: tables change under traffic and nothing is lost.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{io::AsyncWriteExt, time::timeout};

use super::{
    testing::{
        Client, LISTENER, always, backend, by_hand, draining, forward, group, healthy, read_head, start,
    },
    *,
};

const DEADLINE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_keep_alive_client_moves_with_the_very_next_request() {
    let (blue, green) = (backend("blue"), backend("green"));
    let with = |weights: [u32; 2]| {
        let groups = vec![
            group("b", vec![healthy(blue.addr())]),
            group("g", vec![healthy(green.addr())]),
        ];
        Arc::new(always(forward(&[("b", weights[0]), ("g", weights[1])]), groups))
    };
    let (_dataplane, world, addr) = start((*with([1, 0])).clone(), DataplaneOptions::default());
    let mut client = Client::connect(addr).await.unwrap();
    for _ in 0..100 {
        for (weights, color) in [([0, 100], "green"), ([100, 0], "blue")] {
            world.send_replace(with(weights));
            assert_eq!(client.get("/").await.unwrap().color(), color);
        }
    }
}

#[tokio::test]
async fn a_draining_target_finishes_its_request_and_gets_no_other() {
    let (slow, slow_addr) = by_hand().await;
    let green = backend("green");
    let (arrived, has_arrived) = tokio::sync::oneshot::channel();
    let (go, may_go) = tokio::sync::oneshot::channel::<()>();
    let target = tokio::spawn(async move {
        let (mut stream, _) = slow.accept().await.unwrap();
        read_head(&mut stream).await.unwrap();
        arrived.send(()).unwrap();
        may_go.await.unwrap();
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx-color: slow\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        // The connection closes with its request, and is not kept for another.
        assert!(read_head(&mut stream).await.is_err());
        assert!(timeout(Duration::from_millis(50), slow.accept()).await.is_err());
    });
    let with = |targets| always(forward(&[("g", 1)]), vec![group("g", targets)]);
    let (_dataplane, world, addr) = start(with(vec![healthy(slow_addr)]), DataplaneOptions::default());
    let in_flight = tokio::spawn(async move { Client::connect(addr).await.unwrap().get("/").await });
    has_arrived.await.unwrap();

    world.send_replace(Arc::new(with(vec![draining(slow_addr), healthy(green.addr())])));
    let mut client = Client::connect(addr).await.unwrap();
    for _ in 0..10 {
        assert_eq!(client.get("/").await.unwrap().color(), "green");
    }
    go.send(()).unwrap();
    let reply = in_flight.await.unwrap().unwrap();
    assert_eq!((reply.status, reply.color()), (200, "slow"));
    timeout(DEADLINE, target).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_gap_fails_open_and_new_connections_until_it_ends() {
    let blue = backend("blue");
    let table = always(forward(&[("b", 1)]), vec![group("b", vec![healthy(blue.addr())])]);
    let (dataplane, _world, addr) = start(table, DataplaneOptions::default());
    let mut open = Client::connect(addr).await.unwrap();
    open.get("/").await.unwrap();
    dataplane.gap(DEADLINE);
    assert!(open.get("/").await.is_err(), "a connection that was open");
    let new = async { Client::connect(addr).await?.get("/").await };
    assert!(new.await.is_err(), "a new connection");
    dataplane.gap(Duration::ZERO);
    assert_eq!(
        Client::connect(addr)
            .await
            .unwrap()
            .get("/")
            .await
            .unwrap()
            .status,
        200
    );
}

#[tokio::test]
async fn an_answer_that_arrives_in_a_gap_is_lost() {
    let (target, target_addr) = by_hand().await;
    let table = always(forward(&[("b", 1)]), vec![group("b", vec![healthy(target_addr)])]);
    let (dataplane, _world, addr) = start(table, DataplaneOptions::default());
    let in_flight = tokio::spawn(async move { Client::connect(addr).await.unwrap().get("/").await });
    let (mut stream, _) = target.accept().await.unwrap();
    read_head(&mut stream).await.unwrap();
    dataplane.gap(DEADLINE);
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        .await
        .unwrap();
    assert!(in_flight.await.unwrap().is_err());
}

#[tokio::test]
async fn listeners_open_and_close_with_the_table() {
    let fixed = Action::FixedResponse {
        status: 200,
        content_type: String::new(),
        body: String::new(),
    };
    let one = always(fixed, vec![]);
    let (dataplane, world, first) = start(one.clone(), DataplaneOptions::default());
    let mut two = one.clone();
    two.listeners.push(ListenerRoutes {
        arn: "arn:second".to_owned(),
        port: 8443,
        ..one.listeners[0].clone()
    });
    two.listeners.push(ListenerRoutes {
        load_balancer: "another".to_owned(),
        ..two.listeners[1].clone()
    });
    two.listeners[2].arn = "arn:third".to_owned();
    world.send_replace(Arc::new(two));
    let second = dataplane.listener_addr("arn:second").unwrap();
    let third = dataplane.listener_addr("arn:third").unwrap();
    assert_eq!(dataplane.listener_addr(LISTENER), Some(first));
    assert!(first.ip().is_loopback() && first.ip() == second.ip() && second != first);
    if cfg!(target_os = "linux") {
        assert_ne!(
            first.ip(),
            third.ip(),
            "each load balancer has an address of its own"
        );
    }
    assert_eq!(
        Client::connect(second)
            .await
            .unwrap()
            .get("/")
            .await
            .unwrap()
            .status,
        200
    );

    world.send_replace(Arc::new(one));
    assert_eq!(dataplane.listener_addr("arn:second"), None);
    timeout(DEADLINE, async {
        while Client::connect(second).await.is_ok() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    dataplane.shutdown().await;
    assert!(Client::connect(first).await.is_err());
}

const CLIENTS: usize = 8;

/// Requests answered 200 and not, per client.
#[derive(Default)]
struct Load {
    answered: [AtomicU64; CLIENTS],
    lost: AtomicU64,
    enough: AtomicBool,
}

impl Load {
    async fn run(self: Arc<Self>, client: usize, addr: SocketAddr) {
        let mut connection = Client::connect(addr).await.unwrap();
        while !self.enough.load(Ordering::Relaxed) {
            if connection.get("/").await.is_ok_and(|reply| reply.status == 200) {
                self.answered[client].fetch_add(1, Ordering::Relaxed);
            } else {
                self.lost.fetch_add(1, Ordering::Relaxed);
                connection = Client::connect(addr).await.unwrap();
            }
        }
    }

    /// Until every client has had two more answers: whatever it had in flight before is then done, which is
    /// what a deregistration delay waits for.
    async fn turn_over(&self) {
        let before = self.answered.each_ref().map(|n| n.load(Ordering::Relaxed));
        timeout(DEADLINE, async {
            while (0..CLIENTS).any(|c| self.answered[c].load(Ordering::Relaxed) < before[c] + 2) {
                assert_eq!(self.lost.load(Ordering::Relaxed), 0);
                tokio::task::yield_now().await;
            }
        })
        .await
        .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_every_target_under_load_loses_no_request() {
    let mut running = vec![backend("blue"), backend("blue")];
    let with = |targets: Vec<TargetRoute>| Arc::new(always(forward(&[("g", 1)]), vec![group("g", targets)]));
    let serving =
        |running: &[backend::Backend]| running.iter().map(|b| healthy(b.addr())).collect::<Vec<_>>();
    let (dataplane, world, addr) = start((*with(serving(&running))).clone(), DataplaneOptions::default());
    let load = Arc::new(Load::default());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(Arc::clone(&load).run(client, addr)))
        .collect();
    for turn in 0..40 {
        running.push(backend(if turn % 2 == 0 { "green" } else { "blue" }));
        let leaving = running.remove(0);
        let mut targets = serving(&running);
        targets.push(draining(leaving.addr()));
        world.send_replace(with(targets));
        load.turn_over().await;
        world.send_replace(with(serving(&running)));
        leaving.stop(Duration::from_secs(5)).await;
        load.turn_over().await;
    }
    load.enough.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.unwrap();
    }
    let answered: u64 = load.answered.iter().map(|n| n.load(Ordering::Relaxed)).sum();
    assert_eq!(load.lost.load(Ordering::Relaxed), 0, "of {answered}");
    assert!(40 * 2 * 2 * CLIENTS as u64 <= answered, "{answered}");
    dataplane.shutdown().await;
}
