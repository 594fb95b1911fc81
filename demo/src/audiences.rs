//! Who asks: the public and the office, told apart the way the system at hand allows.
//!
//! Never sends a request.

use acceptance::probe::{Audience, Target};
use std::net::{IpAddr, Ipv4Addr, TcpListener};

pub const PUBLIC: &str = "public";
pub const OFFICE: &str = "office";

const HEADER: &str = "x-demo-client";
/// Of a network that belongs to nobody, and that no machine routes.
const OUTSIDE: [Ipv4Addr; 2] = [Ipv4Addr::new(198, 51, 100, 7), Ipv4Addr::new(192, 0, 2, 10)];
/// Linux lets every process use all of 127.0.0.0/8.
const LOOPBACK: [Ipv4Addr; 2] = [Ipv4Addr::new(127, 1, 1, 1), Ipv4Addr::new(127, 9, 9, 9)];

/// Two kinds of users.
pub struct Audiences {
    addresses: [Ipv4Addr; 2],
    by_header: bool,
}

impl Audiences {
    /// By two source addresses, unless `by_header` or this system has only one.
    pub fn choose(by_header: bool) -> Self {
        let by_header = by_header
            || LOOPBACK
                .iter()
                .any(|address| TcpListener::bind((*address, 0)).is_err());
        Self {
            addresses: if by_header { OUTSIDE } else { LOOPBACK },
            by_header,
        }
    }

    /// The header that the load balancer has to believe.
    pub fn client_ip_header(&self) -> Option<String> {
        self.by_header.then(|| HEADER.to_owned())
    }

    /// For the canary rule.
    pub fn office_range(&self) -> String {
        format!("{}/32", self.addresses[1])
    }

    /// For the load client.
    pub fn list(&self, target: &Target) -> Vec<Audience> {
        let audience = |(name, address): (&str, Ipv4Addr)| {
            if self.by_header {
                Audience::new(name, target).with_header(HEADER, &address.to_string())
            } else {
                Audience::from(name, target, IpAddr::V4(address))
            }
        };
        [PUBLIC, OFFICE]
            .into_iter()
            .zip(self.addresses)
            .map(audience)
            .collect()
    }

    /// For people.
    pub fn describe(&self) -> String {
        let [public, office] = self.addresses;
        let how = if self.by_header {
            format!(" (by the header {HEADER})")
        } else {
            String::new()
        };
        format!("public from {public}, office from {office}{how}")
    }
}
