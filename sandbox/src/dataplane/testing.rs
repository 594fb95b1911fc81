//! For the data plane's own tests: tables in few words, a client that sees every byte, targets that misbehave.
//!
//! Asserts nothing itself and never retries.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::watch,
};

use super::{
    Action, Condition, Dataplane, DataplaneOptions, GroupRoutes, HealthCheck, ListenerRoutes, RouteTable,
    RuleRoutes, TargetRoute,
    backend::{self, Backend, BackendSpec},
};

pub(super) const LISTENER: &str = "arn:listener";

pub(super) fn backend(color: &str) -> Backend {
    let env = [("APP_COLOR", color), ("APP_VERSION", "1")];
    let env: BTreeMap<_, _> = env.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    backend::start(BackendSpec {
        env,
        port: 8080,
        task: format!("task-{color}"),
    })
    .unwrap()
}

pub(super) fn healthy(addr: SocketAddr) -> TargetRoute {
    TargetRoute {
        addr,
        serves: true,
        initial_or_unhealthy: false,
        probe: false,
    }
}

pub(super) fn unhealthy(addr: SocketAddr) -> TargetRoute {
    TargetRoute {
        serves: false,
        initial_or_unhealthy: true,
        ..healthy(addr)
    }
}

pub(super) fn draining(addr: SocketAddr) -> TargetRoute {
    TargetRoute {
        serves: false,
        ..healthy(addr)
    }
}

pub(super) fn group(arn: &str, targets: Vec<TargetRoute>) -> (String, GroupRoutes) {
    let health = HealthCheck {
        path: "/health".to_owned(),
        port_override: None,
        interval: Duration::from_millis(10),
        timeout: Duration::from_secs(5),
        matcher: "200".to_owned(),
        enabled: true,
    };
    (
        arn.to_owned(),
        GroupRoutes {
            arn: arn.to_owned(),
            health,
            stickiness: None,
            fewest_healthy: 1,
            targets,
        },
    )
}

pub(super) fn forward(groups: &[(&str, u32)]) -> Action {
    let groups = groups
        .iter()
        .map(|(arn, weight)| ((*arn).to_owned(), *weight))
        .collect();
    Action::Forward {
        groups,
        stickiness: None,
    }
}

pub(super) fn rule(arn: &str, conditions: Vec<Condition>, action: Action) -> RuleRoutes {
    RuleRoutes {
        arn: arn.to_owned(),
        conditions,
        action,
    }
}

/// One listener with these rules.
pub(super) fn table(rules: Vec<RuleRoutes>, groups: Vec<(String, GroupRoutes)>) -> RouteTable {
    let listener = ListenerRoutes {
        arn: LISTENER.to_owned(),
        port: 80,
        load_balancer: "lb".to_owned(),
        rules,
        behind: BTreeMap::new(),
    };
    RouteTable {
        listeners: vec![listener],
        groups: HashMap::from_iter(groups),
    }
}

/// One listener whose only rule does this.
pub(super) fn always(action: Action, groups: Vec<(String, GroupRoutes)>) -> RouteTable {
    table(vec![rule("arn:rule", vec![], action)], groups)
}

/// A data plane, with the world's end of its table stream.
pub(super) fn start(
    first: RouteTable,
    options: DataplaneOptions,
) -> (Dataplane, watch::Sender<Arc<RouteTable>>, SocketAddr) {
    let (world, tables) = watch::channel(Arc::new(first));
    let dataplane = Dataplane::start(tables, Arc::new(|_, _, _| {}), options);
    let addr = dataplane.listener_addr(LISTENER).unwrap();
    (dataplane, world, addr)
}

/// A response as it came over the wire.
#[derive(Debug)]
pub(super) struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    pub(super) fn color(&self) -> &str {
        self.header("x-color").unwrap_or("none")
    }
}

/// One keep-alive connection.
pub(super) struct Client {
    stream: TcpStream,
}

impl Client {
    pub(super) async fn connect(addr: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            stream: TcpStream::connect(addr).await?,
        })
    }

    pub(super) async fn connect_from(source: IpAddr, addr: SocketAddr) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((source, 0).into())?;
        Ok(Self {
            stream: socket.connect(addr).await?,
        })
    }

    pub(super) async fn get(&mut self, path: &str) -> io::Result<Reply> {
        self.get_with(path, "").await
    }

    /// `headers`: whole lines, each with its line end.
    pub(super) async fn get_with(&mut self, path: &str, headers: &str) -> io::Result<Reply> {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: shop.example.com\r\n{headers}\r\n"
        ))
        .await?;
        self.receive().await
    }

    pub(super) async fn send(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes()).await
    }

    pub(super) async fn receive(&mut self) -> io::Result<Reply> {
        let head = read_head(&mut self.stream).await?;
        let status = head.get(9..12).and_then(|code| code.parse().ok()).unwrap();
        let mut reply = Reply {
            status,
            head,
            body: String::new(),
        };
        let length = reply
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        reply.body = String::from_utf8(body).unwrap();
        Ok(reply)
    }
}

/// Reads up to and with the empty line.
pub(super) async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8(head).unwrap())
}

/// A socket whose connections the test answers, or does not, by hand.
pub(super) async fn by_hand() -> (TcpListener, SocketAddr) {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = socket.local_addr().unwrap();
    (socket, addr)
}

/// An address where nothing listens.
pub(super) async fn nobody() -> SocketAddr {
    by_hand().await.1
}
