//! From what was asked to what the load client needs: names looked up, certificates read.
//!
//! Opens no connection.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use sandbox::probe::{Addresses, Audience, Connections, Labels, ProbeOptions, Reuse, Target, Tls};
use tokio::net::lookup_host;

use super::args::Args;
use super::url::{Place, Scheme, Url};

/// To begin with, for each URL.
const FIRST_CONNECTIONS: usize = 4;
/// The addresses of a load balancer change while it grows.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

pub async fn options(asked: &Args) -> anyhow::Result<ProbeOptions> {
    let names: BTreeSet<_> = asked.urls.iter().map(|url| &url.text).collect();
    anyhow::ensure!(names.len() == asked.urls.len(), "a URL is named twice");
    let read = |path: &std::path::PathBuf| {
        std::fs::read(path).with_context(|| format!("reading {}", path.display()))
    };
    let authority = asked.ca_certificate.as_ref().map(read).transpose()?;
    let mut audiences = Vec::new();
    for url in &asked.urls {
        let addresses = look_up(&url.place(&asked.connect_to)).await?;
        let tls = match url.scheme {
            Scheme::Http => None,
            Scheme::Https => {
                let tls = Tls::new(&url.host, authority.as_deref());
                Some(tls.with_context(|| format!("preparing TLS for {url}"))?)
            }
        };
        audiences.push(audience(asked, url, addresses, tls));
    }
    let most = usize::try_from(asked.connections.get()).unwrap_or(usize::MAX);
    Ok(ProbeOptions {
        audiences,
        connections: Connections {
            first: FIRST_CONNECTIONS.min(most),
            most,
            reuse: if asked.no_keep_alive {
                Reuse::Never
            } else {
                Reuse::Kept
            },
        },
        rate: Some(asked.rate.get()),
        timeout: asked.timeout,
        labels: Labels {
            color: asked.color_from.clone(),
            version: asked.version_from.clone(),
        },
    })
}

fn audience(asked: &Args, url: &Url, addresses: Vec<SocketAddr>, tls: Option<Tls>) -> Audience {
    Audience {
        name: url.text.clone(),
        target: Target {
            addresses: Addresses::new(addresses),
            host: url.authority.clone(),
            path: url.path.clone(),
            tls,
        },
        source: None,
        headers: asked.header.clone(),
    }
}

/// Keeps the addresses true for as long as it is polled. A name that is not found any more keeps its last ones.
pub async fn refresh(asked: &Args, options: &ProbeOptions) {
    loop {
        super::pause(LOOK_AGAIN).await;
        for (url, audience) in asked.urls.iter().zip(&options.audiences) {
            if let Ok(addresses) = look_up(&url.place(&asked.connect_to)).await {
                audience.target.addresses.replace(addresses);
            }
        }
    }
}

async fn look_up(place: &Place) -> anyhow::Result<Vec<SocketAddr>> {
    let Place { host, port } = place;
    let found = lookup_host((host.as_str(), *port)).await;
    let found = found.with_context(|| format!("looking up {host}"))?;
    let mut found: Vec<SocketAddr> = found.collect();
    // Where a name has both, only one family may have a way out of here; load balancers have the first wherever it is.
    if found.iter().any(SocketAddr::is_ipv4) {
        found.retain(SocketAddr::is_ipv4);
    }
    found.sort();
    found.dedup();
    anyhow::ensure!(!found.is_empty(), "{host} has no address");
    Ok(found)
}
