//! What the world tells the data plane: immutable routing tables, and what a health probe found.
//!
//! Plain data with no behaviour: nothing here decides who is healthy or opens a socket.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    time::Duration,
};

pub use super::pattern::Patterns;

/// Nodes of every load balancer: each takes its own time to route by a changed rule.
pub const NODES: usize = 2;

/// Everything needed to route a request. The world publishes a new one through
/// `tokio::sync::watch<Arc<RouteTable>>` after every change; a published table never changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RouteTable {
    /// Every listener that should accept connections.
    pub listeners: Vec<ListenerRoutes>,
    /// Target groups by ARN.
    pub groups: HashMap<String, GroupRoutes>,
}

/// One listener of one load balancer.
#[derive(Clone, Debug, PartialEq)]
pub struct ListenerRoutes {
    /// The listener's ARN: its identity from one table to the next.
    pub arn: String,
    /// The port as AWS knows it; the socket's own port is `Dataplane::listener_addr`'s answer.
    pub port: u16,
    /// ARN or name of the load balancer: listeners that share it share a loopback address.
    pub load_balancer: String,
    /// In order of priority, the default rule last.
    pub rules: Vec<RuleRoutes>,
    /// Nodes that a change has not reached yet, with the rules they still route by.
    pub behind: BTreeMap<usize, Vec<RuleRoutes>>,
}

impl ListenerRoutes {
    /// What the node routes by now.
    pub fn rules_at(&self, node: usize) -> &[RuleRoutes] {
        self.behind.get(&node).unwrap_or(&self.rules)
    }

    /// Every rule some node routes by.
    pub fn every_rule(&self) -> impl Iterator<Item = &RuleRoutes> {
        self.rules.iter().chain(self.behind.values().flatten())
    }
}

/// One rule of a listener.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleRoutes {
    /// The rule's ARN; the weighted choice keeps its place under this key from one table to the next.
    pub arn: String,
    /// All must hold. None at all always holds: that is the default rule.
    pub conditions: Vec<Condition>,
    /// What happens to a request that reaches this rule.
    pub action: Action,
}

/// One condition of a rule; any one of its values is enough.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The host without its port, case-insensitive.
    Host(Patterns),
    /// The path without the query, case-sensitive.
    Path(Patterns),
    /// A request header; name and values case-insensitive.
    Header {
        /// The header's name.
        name: String,
        /// Patterns for its value.
        values: Patterns,
    },
    /// Key (any, if none) and value wildcards of one query parameter, case-insensitive; a backslash escapes.
    Query(Vec<(Option<String>, String)>),
    /// Exact, upper case.
    Method(Vec<String>),
    /// The connecting peer's address, or `DataplaneOptions::client_ip_header`'s if that is set.
    SourceIp(Vec<ipnet::IpNet>),
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send to one of the groups.
    Forward {
        /// Target group ARN and weight; a group of weight 0 is not chosen.
        groups: Vec<(String, u32)>,
        /// Target group stickiness; `None` when disabled.
        stickiness: Option<Stickiness>,
    },
    /// Answer without a target.
    FixedResponse {
        /// HTTP status.
        status: u16,
        /// `content-type` of the answer; empty for none.
        content_type: String,
        /// The answer's body.
        body: String,
    },
    /// Answer with a location. Every text may hold `#{protocol}`, `#{host}`, `#{port}`, `#{path}`, `#{query}`;
    /// the world fills in AWS's defaults (`#{protocol}`, `#{host}`, `#{port}`, `/#{path}`, `#{query}`).
    Redirect {
        /// 301 or 302.
        status: u16,
        /// `HTTP`, `HTTPS` or the placeholder.
        protocol: String,
        /// Host or placeholder.
        host: String,
        /// Port or placeholder.
        port: String,
        /// Path, with its leading slash.
        path: String,
        /// Query, without its question mark.
        query: String,
    },
}

/// How long a client is kept where it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stickiness {
    /// As the cookie tells the client.
    pub seconds: u64,
    /// Real time, already scaled: after it the balancer ignores the cookie, whatever the client does.
    pub lasts: Duration,
}

/// One target group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupRoutes {
    /// The group's ARN.
    pub arn: String,
    /// How its targets are probed.
    pub health: HealthCheck,
    /// Target stickiness by the balancer's own cookie; `None` when disabled.
    pub stickiness: Option<Stickiness>,
    /// With fewer healthy targets than this the group fails open.
    pub fewest_healthy: usize,
    /// Its registered targets, those still draining included.
    pub targets: Vec<TargetRoute>,
}

/// How the targets of a group are probed. Counting towards thresholds is the world's business.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthCheck {
    /// Path and query of the probe.
    pub path: String,
    /// `None`: the target's own port (`traffic-port`).
    pub port_override: Option<u16>,
    /// Real time between the starts of two probes, already scaled.
    pub interval: Duration,
    /// Real time a probe may take, already scaled.
    pub timeout: Duration,
    /// `"200"`, `"200-299"` or `"200,202"`.
    pub matcher: String,
    /// No probe is sent while false.
    pub enabled: bool,
}

/// One registered target. A draining one has neither `serves` nor `initial_or_unhealthy`.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetRoute {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Healthy: takes new requests.
    pub serves: bool,
    /// Takes new requests only while the group has too few healthy targets (it fails open).
    pub initial_or_unhealthy: bool,
    /// Whether the prober should watch it.
    pub probe: bool,
}

/// What one health probe found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeResult {
    /// The status satisfies the matcher.
    Ok(u16),
    /// The target answered with a status outside the matcher.
    BadStatus(u16),
    /// No answer within the timeout.
    Timeout,
    /// No connection, or one that broke before an answer; the reason in words.
    Refused(String),
}
