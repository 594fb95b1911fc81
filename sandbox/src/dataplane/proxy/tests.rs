//! Rules of a single request through a load balancer.

use std::{collections::HashMap, time::Duration};

use tokio::io::AsyncWriteExt;

use crate::dataplane::{
    Action, Condition, DataplaneOptions, GroupRoutes, RouteTable, Stickiness,
    testing::{
        Client, Reply, always, backend, by_hand, draining, forward, group, healthy, nobody, read_head, rule,
        start, table, unhealthy,
    },
};

async fn ask(table: RouteTable, options: DataplaneOptions, headers: &str) -> Reply {
    let (_dataplane, _world, addr) = start(table, options);
    Client::connect(addr)
        .await
        .unwrap()
        .get_with("/a/b?c=d", headers)
        .await
        .unwrap()
}

#[tokio::test]
async fn shares_follow_the_weights_over_real_connections() {
    let (blue, green) = (backend("blue"), backend("green"));
    let groups = vec![
        group("b", vec![healthy(blue.addr())]),
        group("g", vec![healthy(green.addr())]),
    ];
    let (_dataplane, _world, addr) = start(
        always(forward(&[("b", 90), ("g", 10)]), groups),
        DataplaneOptions::default(),
    );
    let mut counts = HashMap::<String, i32>::new();
    let mut client = Client::connect(addr).await.unwrap();
    for _ in 0..500 {
        *counts
            .entry(client.get("/").await.unwrap().color().to_owned())
            .or_default() += 1;
    }
    assert_eq!(counts.values().sum::<i32>(), 500);
    assert!((counts["green"] - 50).abs() <= 3, "{counts:?}");
}

#[tokio::test]
async fn no_weight_no_target_and_no_such_group_are_503() {
    let target = backend("blue");
    for table in [
        always(
            forward(&[("b", 0)]),
            vec![group("b", vec![healthy(target.addr())])],
        ),
        always(forward(&[("b", 1)]), vec![group("b", vec![])]),
        always(
            forward(&[("b", 1)]),
            vec![group("b", vec![draining(target.addr())])],
        ),
        always(forward(&[("b", 1)]), vec![]),
    ] {
        let reply = ask(table, DataplaneOptions::default(), "").await;
        assert_eq!((reply.status, reply.header("server")), (503, Some("awselb/2.0")));
    }
}

#[tokio::test]
async fn a_group_without_a_healthy_target_fails_open() {
    let target = backend("blue");
    let groups = vec![group("b", vec![unhealthy(target.addr())])];
    let reply = ask(
        always(forward(&[("b", 1)]), groups),
        DataplaneOptions::default(),
        "",
    )
    .await;
    assert_eq!((reply.status, reply.color()), (200, "blue"));
}

#[tokio::test]
async fn a_target_that_refuses_or_breaks_is_502() {
    let (breaking, breaking_addr) = by_hand().await;
    tokio::spawn(async move {
        let (mut stream, _) = breaking.accept().await.unwrap();
        read_head(&mut stream).await.unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal")
            .await
            .unwrap();
    });
    for target in [nobody().await, breaking_addr] {
        let groups = vec![group("b", vec![healthy(target)])];
        let reply = ask(
            always(forward(&[("b", 1)]), groups),
            DataplaneOptions::default(),
            "",
        )
        .await;
        assert_eq!(reply.status, 502);
    }
}

#[tokio::test]
async fn a_target_that_does_not_answer_in_time_is_504() {
    let (_silent, addr) = by_hand().await;
    let options = DataplaneOptions {
        target_timeout: Duration::from_millis(20),
        ..DataplaneOptions::default()
    };
    let groups = vec![group("b", vec![healthy(addr)])];
    assert_eq!(
        ask(always(forward(&[("b", 1)]), groups), options, "")
            .await
            .status,
        504
    );
}

#[tokio::test]
async fn a_connection_its_target_closed_is_not_used_again() {
    let (target, addr) = by_hand().await;
    let (closed, mut was_closed) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = target.accept().await.unwrap();
            read_head(&mut stream).await.unwrap();
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                .await
                .unwrap();
            drop(stream);
            closed.send(()).await.unwrap();
        }
    });
    let groups = vec![group("b", vec![healthy(addr)])];
    let (_dataplane, _world, addr) = start(always(forward(&[("b", 1)]), groups), DataplaneOptions::default());
    let mut client = Client::connect(addr).await.unwrap();
    for turn in 0..50 {
        assert_eq!(client.get("/").await.unwrap().status, 200, "request {turn}");
        was_closed.recv().await.unwrap();
    }
}

#[tokio::test]
async fn the_target_learns_who_asked_and_no_hop_by_hop_header() {
    let (target, addr) = by_hand().await;
    let seen = tokio::spawn(async move {
        let (mut stream, _) = target.accept().await.unwrap();
        let head = read_head(&mut stream).await.unwrap();
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=5\r\nX-Kept: yes\r\n\r\n";
        stream.write_all(answer.as_bytes()).await.unwrap();
        head
    });
    let groups = vec![group("b", vec![healthy(addr)])];
    let headers =
        "X-Forwarded-For: 1.2.3.4\r\nX-Secret: s\r\nConnection: keep-alive, x-secret\r\nTE: gzip\r\n";
    let reply = ask(
        always(forward(&[("b", 1)]), groups),
        DataplaneOptions::default(),
        headers,
    )
    .await;
    assert_eq!(
        (reply.header("x-kept"), reply.header("keep-alive")),
        (Some("yes"), None)
    );
    let head = seen.await.unwrap().to_lowercase();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("get /a/b?c=d http/1.1"));
    let mut fields: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "host: shop.example.com",
            "x-forwarded-for: 1.2.3.4, 127.0.0.1",
            "x-forwarded-port: 80",
            "x-forwarded-proto: http"
        ]
    );
}

#[tokio::test]
async fn a_large_answer_is_streamed_whole() {
    const SIZE: usize = 3_000_000;
    let (target, addr) = by_hand().await;
    tokio::spawn(async move {
        let (mut stream, _) = target.accept().await.unwrap();
        read_head(&mut stream).await.unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&vec![b'x'; SIZE]).await.unwrap();
        read_head(&mut stream).await
    });
    let groups = vec![group("b", vec![healthy(addr)])];
    let reply = ask(
        always(forward(&[("b", 1)]), groups),
        DataplaneOptions::default(),
        "",
    )
    .await;
    assert_eq!((reply.status, reply.body.len()), (200, SIZE));
}

#[tokio::test]
async fn fixed_responses_and_redirects_need_no_target() {
    let fixed = Action::FixedResponse {
        status: 418,
        content_type: "text/html".to_owned(),
        body: "<p>".to_owned(),
    };
    let reply = ask(always(fixed, vec![]), DataplaneOptions::default(), "").await;
    assert_eq!(
        (reply.status, reply.header("content-type"), reply.body.as_str()),
        (418, Some("text/html"), "<p>")
    );

    let redirect = |protocol: &str, port: &str, path: &str| Action::Redirect {
        status: 301,
        protocol: protocol.to_owned(),
        host: "#{host}".to_owned(),
        port: port.to_owned(),
        path: path.to_owned(),
        query: "#{query}".to_owned(),
    };
    for (action, location) in [
        (
            redirect("HTTPS", "443", "/#{path}"),
            "https://shop.example.com/a/b?c=d",
        ),
        (
            redirect("#{protocol}", "8080", "/new/#{path}"),
            "http://shop.example.com:8080/new/a/b?c=d",
        ),
        (
            redirect("#{protocol}", "#{port}", "/"),
            "http://shop.example.com/?c=d",
        ),
    ] {
        let reply = ask(always(action, vec![]), DataplaneOptions::default(), "").await;
        assert_eq!((reply.status, reply.header("location")), (301, Some(location)));
    }
}

#[tokio::test]
async fn rules_see_the_peer_unless_a_header_is_told_to_name_the_client() {
    let text = |body: &str| Action::FixedResponse {
        status: 200,
        content_type: String::new(),
        body: body.to_owned(),
    };
    let office = |net: &str| Condition::SourceIp(vec![net.parse().unwrap()]);
    let rules = || {
        vec![
            rule("office", vec![office("127.0.0.2/32")], text("office")),
            rule("d", vec![], text("all")),
        ]
    };
    let header = "X-Client: 127.0.0.2\r\n";
    assert_eq!(
        ask(table(rules(), vec![]), DataplaneOptions::default(), header)
            .await
            .body,
        "all"
    );
    let options = DataplaneOptions {
        client_ip_header: Some("x-client".to_owned()),
        ..DataplaneOptions::default()
    };
    assert_eq!(
        ask(table(rules(), vec![]), options.clone(), header).await.body,
        "office"
    );
    assert_eq!(ask(table(rules(), vec![]), options, "").await.body, "all");

    let (_dataplane, _world, addr) = start(table(rules(), vec![]), DataplaneOptions::default());
    let mut client = Client::connect_from([127, 0, 0, 2].into(), addr).await.unwrap();
    assert_eq!(client.get("/").await.unwrap().body, "office");
}

fn sticky(lasts: Duration) -> Stickiness {
    Stickiness { seconds: 60, lasts }
}

/// What the client of this answer sends from now on.
fn cookie(reply: &Reply) -> String {
    let cookie = reply.header("set-cookie").unwrap();
    format!("Cookie: a=b; {}\r\n", cookie.split(';').next().unwrap())
}

#[tokio::test]
async fn a_sticky_client_stays_and_only_the_switch_frees_it_at_weight_zero() {
    let (blue, green) = (backend("blue"), backend("green"));
    let make = |weights: [u32; 2]| {
        let groups = vec![("b".to_owned(), weights[0]), ("g".to_owned(), weights[1])];
        let action = Action::Forward {
            groups,
            stickiness: Some(sticky(Duration::from_secs(60))),
        };
        always(
            action,
            vec![
                group("b", vec![healthy(blue.addr())]),
                group("g", vec![healthy(green.addr())]),
            ],
        )
    };
    let first = ask(make([1, 0]), DataplaneOptions::default(), "").await;
    let cookie = first.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("AWSALBTG=") && cookie.contains("; Max-Age=60"),
        "{cookie}"
    );
    let back = self::cookie(&first);

    for (sticky_outlives_weight_zero, expected) in [(true, "blue"), (false, "green")] {
        let options = DataplaneOptions {
            sticky_outlives_weight_zero,
            ..DataplaneOptions::default()
        };
        assert_eq!(ask(make([0, 1]), options, &back).await.color(), expected);
    }
    let (_dataplane, _world, addr) = start(make([1, 1]), DataplaneOptions::default());
    let mut client = Client::connect(addr).await.unwrap();
    for _ in 0..20 {
        assert_eq!(client.get_with("/", &back).await.unwrap().color(), "blue");
    }
}

#[tokio::test]
async fn a_cookie_past_its_time_or_of_a_group_that_left_keeps_nobody() {
    let (blue, green) = (backend("blue"), backend("green"));
    let make = |lasts: Duration, groups: &[(&str, u32)]| {
        let groups = groups.iter().map(|(arn, weight)| ((*arn).to_owned(), *weight));
        let action = Action::Forward {
            groups: groups.collect(),
            stickiness: Some(sticky(lasts)),
        };
        always(
            action,
            vec![
                group("b", vec![healthy(blue.addr())]),
                group("g", vec![healthy(green.addr())]),
            ],
        )
    };
    let long = Duration::from_secs(60);
    for (lasts, then) in [
        (Duration::ZERO, [("b", 0), ("g", 1)].as_slice()),
        (long, [("g", 1)].as_slice()),
    ] {
        let first = ask(
            make(lasts, &[("b", 1), ("g", 0)]),
            DataplaneOptions::default(),
            "",
        )
        .await;
        assert_eq!(first.color(), "blue");
        let second = ask(make(long, then), DataplaneOptions::default(), &cookie(&first)).await;
        assert_eq!(second.color(), "green");
    }
}

#[tokio::test]
async fn a_target_keeps_its_client_while_it_is_healthy() {
    let (one, two) = (backend("one"), backend("two"));
    let make = |targets| {
        let (arn, routes) = group("g", targets);
        let routes = GroupRoutes {
            stickiness: Some(sticky(Duration::from_secs(60))),
            ..routes
        };
        always(forward(&[("g", 1)]), vec![(arn, routes)])
    };
    let both = || make(vec![healthy(one.addr()), healthy(two.addr())]);
    let first = ask(both(), DataplaneOptions::default(), "").await;
    assert_eq!(first.color(), "one");
    assert!(first.header("set-cookie").unwrap().starts_with("AWSALB="));
    let (_dataplane, _world, addr) = start(both(), DataplaneOptions::default());
    let mut client = Client::connect(addr).await.unwrap();
    for _ in 0..6 {
        assert_eq!(
            client.get_with("/", &cookie(&first)).await.unwrap().color(),
            "one"
        );
    }
    let ill = make(vec![unhealthy(one.addr()), healthy(two.addr())]);
    let moved = ask(ill, DataplaneOptions::default(), &cookie(&first)).await;
    assert_eq!(moved.color(), "two");
}

#[tokio::test]
async fn connections_take_turns_on_the_nodes_and_a_node_may_be_behind() {
    let text = |body: &str| {
        rule(
            body,
            vec![],
            Action::FixedResponse {
                status: 200,
                content_type: String::new(),
                body: body.to_owned(),
            },
        )
    };
    let mut table = table(vec![text("new")], vec![]);
    table.listeners[0].behind = [(1, vec![text("old")])].into();
    let (_dataplane, _world, addr) = start(table, DataplaneOptions::default());
    let mut seen = Vec::new();
    for _ in 0..4 {
        let mut client = Client::connect(addr).await.unwrap();
        let (first, second) = (client.get("/").await.unwrap(), client.get("/").await.unwrap());
        assert_eq!(first.body, second.body, "a connection stays on its node");
        seen.push(first.body);
    }
    seen.sort();
    assert_eq!(seen, ["new", "new", "old", "old"]);
}
