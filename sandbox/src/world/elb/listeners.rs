//! Listeners of classic load balancers.
//!
//! Nothing listens: they are kept and shown.

use super::Classic;
use crate::world::{Refusal, Ruled, World};

const LISTENERS: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// `HTTP`, `HTTPS`, `TCP` or `SSL`.
    pub protocol: String,
    pub port: u16,
    pub instance_protocol: String,
    pub instance_port: u16,
    pub certificate: Option<String>,
}

/// Each by itself, and no port twice.
pub(super) fn check(listeners: &[Listener]) -> Ruled<()> {
    for (index, listener) in listeners.iter().enumerate() {
        for protocol in [&listener.protocol, &listener.instance_protocol] {
            if !["HTTP", "HTTPS", "TCP", "SSL"].contains(&protocol.as_str()) {
                return Err(Refusal::new(
                    "UnsupportedProtocol",
                    format!("Protocol '{protocol}' is not supported"),
                ));
            }
        }
        if layer(&listener.protocol) != layer(&listener.instance_protocol) {
            return Err(Refusal::validation(format!(
                "Protocol '{}' and instance protocol '{}' must be at the same internet protocol layer",
                listener.protocol, listener.instance_protocol
            )));
        }
        let secure = ["HTTPS", "SSL"].contains(&listener.protocol.as_str());
        if secure && listener.certificate.is_none() {
            return Err(Refusal::validation(
                "Secure Listeners need to specify a SSLCertificateId",
            ));
        }
        if listeners[..index].iter().any(|it| it.port == listener.port) {
            return Err(duplicate(listener.port));
        }
    }
    Ok(())
}

fn layer(protocol: &str) -> u8 {
    if protocol.starts_with("HTTP") { 7 } else { 4 }
}

fn duplicate(port: u16) -> Refusal {
    Refusal::new(
        "DuplicateListener",
        format!(
            "A listener already exists for the load balancer port '{port}' with a different configuration"
        ),
    )
}

impl Classic {
    fn listener_on(&self, port: u16) -> Option<&Listener> {
        self.listeners.iter().find(|it| it.port == port)
    }
}

impl World {
    /// A listener that exists as asked for is no mistake; the call is applied whole or not at all.
    pub fn create_classic_listeners(&mut self, name: &str, listeners: Vec<Listener>) -> Ruled<()> {
        let balancer = self.classic_mut(name)?;
        check(&listeners)?;
        let mut after = balancer.listeners.clone();
        for listener in listeners {
            match balancer.listener_on(listener.port) {
                Some(found) if *found == listener => {}
                Some(_) => return Err(duplicate(listener.port)),
                None => after.push(listener),
            }
        }
        if LISTENERS < after.len() {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("A load balancer has at most {LISTENERS} listeners"),
            ));
        }
        balancer.listeners = after;
        Ok(())
    }

    /// Ports without a listener are none's business.
    pub fn delete_classic_listeners(&mut self, name: &str, ports: &[u16]) -> Ruled<()> {
        let balancer = self.classic_mut(name)?;
        balancer.listeners.retain(|it| !ports.contains(&it.port));
        Ok(())
    }
}
