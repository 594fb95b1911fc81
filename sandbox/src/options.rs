//! Settings of one sandbox.
//!
//! Read once, at the start; nothing here changes while it runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

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
            client_ip_header: None,
        }
    }
}
