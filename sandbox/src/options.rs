//! Settings of one sandbox.
//!
//! Read once, at the start; nothing here changes while it runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use crate::limits::RateLimits;

/// What [`Sandbox::start`](crate::Sandbox::start) needs to know.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the API answers; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// Real seconds per AWS second: 1.0 is AWS's own pace. Must be more than zero.
    pub time_scale: f64,
    /// File for the event log, one JSON object a line.
    pub log: Option<PathBuf>,
    pub region: String,
    pub account: String,
    /// AWS time until a change of rules has reached every node of the balancer; each node has its own moment. AWS gives
    /// no figure: answers and descriptions show the change at once.
    pub propagation: Duration,
    /// Whether a client that group stickiness keeps stays on its group when the group's weight becomes 0. AWS does not
    /// say.
    pub sticky_outlives_weight_zero: bool,
    /// Rules per load balancer, default rules not counted: a quota that AWS raises on request.
    pub rules_per_load_balancer: usize,
    /// AWS time from a desired count below the scalable target's minimum to the autoscaler raising it.
    pub autoscaler_reaction: Duration,
    /// Stretches the AWS time for which network interfaces outlive their load balancer or gateway; 0 releases them at
    /// once.
    pub release_times: f64,
    /// Where the lengths of those times are drawn from: the same seed gives the same.
    pub release_seed: u64,
    /// Share of interfaces that take up to 30 minutes of AWS time instead, as people have reported.
    pub release_tail: f64,
    /// Whether the second interface of each Kubernetes node stays behind, `available`, when the node ends: a known fault of
    /// the VPC CNI.
    pub cni_forgets_interfaces: bool,
    /// Whether calls are throttled at the rates that AWS publishes.
    pub rate_limits: RateLimits,
    /// A request header that stands for the client's address, where tests cannot choose one.
    pub client_ip_header: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            time_scale: 1.0,
            log: None,
            region: "eu-central-1".into(),
            account: "123456789012".into(),
            propagation: Duration::from_secs(1),
            sticky_outlives_weight_zero: true,
            rules_per_load_balancer: 100,
            autoscaler_reaction: Duration::from_secs(60),
            release_times: 1.0,
            release_seed: 1,
            release_tail: 0.0,
            cni_forgets_interfaces: false,
            rate_limits: RateLimits::Off,
            client_ip_header: None,
        }
    }
}
