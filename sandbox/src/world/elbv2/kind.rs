//! The kinds of load balancers, and what follows from a kind.
//!
//! A kind never changes.

use crate::world::{Refusal, Ruled};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    #[default]
    Application,
    Network,
    Gateway,
}

impl Kind {
    /// What `Type` says.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Application => "application",
            Self::Network => "network",
            Self::Gateway => "gateway",
        }
    }

    /// As ARNs and interfaces' descriptions have it.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Application => "app",
            Self::Network => "net",
            Self::Gateway => "gwy",
        }
    }

    pub fn parse(name: &str) -> Ruled<Self> {
        [Self::Application, Self::Network, Self::Gateway]
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| Refusal::validation(format!("Load balancer type '{name}' is not supported")))
    }

    /// What its target groups may speak.
    pub const fn protocols(self) -> &'static [&'static str] {
        match self {
            Self::Application => &["HTTP", "HTTPS"],
            Self::Network => &["TCP", "TLS", "UDP", "TCP_UDP"],
            Self::Gateway => &["GENEVE"],
        }
    }

    /// The kind of load balancer that a target group of this protocol is for.
    pub fn of_protocol(protocol: &str) -> Ruled<Self> {
        [Self::Application, Self::Network, Self::Gateway]
            .into_iter()
            .find(|kind| kind.protocols().contains(&protocol))
            .ok_or_else(|| {
                Refusal::new(
                    "UnsupportedProtocol",
                    format!("Protocol '{protocol}' is not supported"),
                )
            })
    }

    /// Subnets it needs at least.
    pub const fn fewest_subnets(self) -> usize {
        match self {
            Self::Application => 2,
            Self::Network | Self::Gateway => 1,
        }
    }
}
