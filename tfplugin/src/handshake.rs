//! How a host and a plugin process agree: the environment in, one line on stdout out, a socket between.
//!
//! Unix sockets only, readable by their owner only. Never prints anything before the line.

#[cfg(test)]
mod tests;

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::net::UnixListener;

const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
/// The address of a Unix socket holds 108 bytes, its end included.
const LONGEST_SOCKET_PATH: usize = 100;

/// What the host said through the environment.
#[derive(Debug, Default)]
pub(crate) struct Environment {
    /// Whether a Terraform started this process as a plugin.
    pub(crate) is_plugin: bool,
    /// The certificate of the only client to let in; without it the connection is in the clear.
    pub(crate) client_cert: Option<String>,
    socket_dir: Option<PathBuf>,
    asks_multiplex: bool,
}

impl Environment {
    /// Reads it; `variable` is the process environment.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Environment {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        Environment {
            is_plugin: variable(COOKIE.0).as_deref() == Some(COOKIE.1),
            client_cert: set("PLUGIN_CLIENT_CERT"),
            socket_dir: set("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from),
            asks_multiplex: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }

    /// The one line the host waits for.
    pub(crate) fn line(&self, socket: &Path, certificate: Option<&[u8]>) -> String {
        let certificate = certificate
            .map(|der| STANDARD_NO_PAD.encode(der))
            .unwrap_or_default();
        let multiplex = if self.asks_multiplex { "|false" } else { "" };
        format!("1|6|unix|{}|grpc|{certificate}{multiplex}\n", socket.display())
    }

    /// A socket in a folder that only its owner may enter.
    pub(crate) fn bind(&self) -> io::Result<Socket> {
        Socket::bind(&self.socket_dir.clone().unwrap_or_else(std::env::temp_dir))
    }
}

/// A listening socket; its folder is removed when dropped.
#[derive(Debug)]
pub(crate) struct Socket {
    pub(crate) listener: UnixListener,
    pub(crate) path: PathBuf,
    folder: PathBuf,
}

impl Socket {
    pub(crate) fn bind(parent: &Path) -> io::Result<Socket> {
        // A name nobody can guess, in a folder made exclusively: neither can be put in place beforehand.
        let random = RandomState::new().build_hasher().finish();
        let name = format!("plugin{}-{random:016x}", std::process::id());
        let fits = |parent: &Path| parent.join(&name).join("s").as_os_str().len() <= LONGEST_SOCKET_PATH;
        let parent = if fits(parent) { parent } else { Path::new("/tmp") };
        let folder = parent.join(&name);
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let path = folder.join("s");
        match UnixListener::bind(&path) {
            Ok(listener) => Ok(Socket {
                listener,
                path,
                folder,
            }),
            Err(error) => {
                // The first error says what is wrong; an empty folder left behind does not.
                let _ = std::fs::remove_dir(&folder);
                Err(error)
            }
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Nobody is left to be told that a file in the temporary folder could not be removed.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a developer sets so that Terraform talks to this very process.
pub(crate) fn reattach(address: &str, socket: &Path) -> String {
    let config = serde_json::json!({
        address: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": std::process::id(),
            // Without it Terraform takes the process for protocol 5 and crashes.
            "Test": true,
            "Addr": { "Network": "unix", "String": socket },
        }
    });
    config.to_string()
}
