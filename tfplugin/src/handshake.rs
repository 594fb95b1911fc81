//! How a host and a plugin process agree: the environment in, one line on stdout out, a socket between.
//!
//! Never prints anything before the line.

mod socket;
#[cfg(test)]
mod tests;

use std::io;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

pub(crate) use socket::{Address, Io, Socket};

const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// What the host said through the environment.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// Whether a Terraform started this process as a plugin.
    pub(crate) is_plugin: bool,
    /// The certificate of the only client to let in; without it the connection is in the clear.
    pub(crate) client_cert: Option<String>,
    socket_dir: Option<PathBuf>,
    ports: Option<RangeInclusive<u16>>,
    network: Option<String>,
    asks_multiplex: bool,
}

/// What a plugin can be told to listen on; a host takes either.
const NETWORK: &str = "TFPLUGIN_NETWORK";

impl Environment {
    /// Reads it; `variable` is the process environment.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Environment {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let port = |name: &str| set(name)?.parse().ok().filter(|port| *port != 0);
        Environment {
            is_plugin: variable(COOKIE.0).as_deref() == Some(COOKIE.1),
            client_cert: set("PLUGIN_CLIENT_CERT"),
            socket_dir: set("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            // Both or neither: one end alone says nothing.
            ports: port("PLUGIN_MIN_PORT")
                .zip(port("PLUGIN_MAX_PORT"))
                .map(|(first, last)| first..=last),
            network: set(NETWORK),
            asks_multiplex: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }

    /// The one line the host waits for.
    pub(crate) fn line(&self, address: &Address, certificate: Option<&[u8]>) -> String {
        let certificate = certificate
            .map(|der| STANDARD_NO_PAD.encode(der))
            .unwrap_or_default();
        let multiplex = if self.asks_multiplex { "|false" } else { "" };
        let network = address.network();
        format!("1|6|{network}|{address}|grpc|{certificate}{multiplex}\n")
    }

    /// A Unix socket in a folder that only its owner may enter; a TCP port where there can be none, or where
    /// `TFPLUGIN_NETWORK` is `tcp`.
    ///
    /// # Errors
    /// What the system refused; and a TCP port is refused where the host gave no certificate, since any user of the
    /// machine could connect to it.
    pub(crate) async fn bind(&self) -> io::Result<Socket> {
        let parent = self.socket_dir.clone().unwrap_or_else(std::env::temp_dir);
        match self.network.as_deref() {
            Some("tcp") => self.bind_tcp().await,
            Some("unix") => Socket::unix(&parent),
            None => match Socket::unix(&parent) {
                Err(error) if self.client_cert.is_some() => {
                    tracing::warn!(%error, "there can be no unix socket, so this is a TCP port");
                    // The first error is the one to mend.
                    self.bind_tcp().await.map_err(|_| error)
                }
                bound => bound,
            },
            Some(other) => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{NETWORK} is {other:?}; it can be \"unix\" or \"tcp\""),
            )),
        }
    }

    async fn bind_tcp(&self) -> io::Result<Socket> {
        if self.client_cert.is_none() {
            return Err(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "the host gave no certificate (PLUGIN_CLIENT_CERT), and without one any user of this machine could \
                 connect to a TCP port; unset TF_DISABLE_PLUGIN_TLS or use a unix socket",
            ));
        }
        Socket::tcp(self.ports.clone()).await
    }
}

/// What a developer sets so that Terraform talks to this very process.
pub(crate) fn reattach(address: &str, socket: &Address) -> String {
    let config = serde_json::json!({
        address: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": std::process::id(),
            // Without it Terraform takes the process for protocol 5 and crashes.
            "Test": true,
            "Addr": { "Network": socket.network(), "String": socket.to_string() },
        }
    });
    config.to_string()
}
