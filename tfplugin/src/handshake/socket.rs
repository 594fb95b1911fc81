//! What a plugin listens on. Only this machine can reach it, and over a Unix socket only this user.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

/// The address of a Unix socket holds 108 bytes, its end included.
const LONGEST_SOCKET_PATH: usize = 100;

/// Where a client finds the socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Unix(PathBuf),
    Tcp(SocketAddr),
}

impl Address {
    /// As the handshake names it.
    pub(crate) fn network(&self) -> &'static str {
        match self {
            Address::Unix(_) => "unix",
            Address::Tcp(_) => "tcp",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Unix(path) => write!(f, "{}", path.display()),
            Address::Tcp(address) => write!(f, "{address}"),
        }
    }
}

/// Either end of a connection.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A listening socket; whatever it has put on disk is removed when dropped.
#[derive(Debug)]
pub(crate) struct Socket {
    listener: Listener,
    pub(crate) address: Address,
    _folder: Option<Folder>,
}

#[derive(Debug)]
enum Listener {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Socket {
    /// A Unix socket below `parent`, or below `/tmp` if its path would be too long.
    pub(crate) fn unix(parent: &Path) -> io::Result<Socket> {
        // A name nobody can guess, in a folder made exclusively: neither can be put in place beforehand.
        let random = RandomState::new().build_hasher().finish();
        let name = format!("plugin{}-{random:016x}", std::process::id());
        let fits = |parent: &Path| parent.join(&name).join("s").as_os_str().len() <= LONGEST_SOCKET_PATH;
        let parent = if fits(parent) { parent } else { Path::new("/tmp") };
        let folder = Folder(parent.join(&name));
        std::fs::DirBuilder::new().mode(0o700).create(&folder.0)?;
        let path = folder.0.join("s");
        Ok(Socket {
            listener: Listener::Unix(UnixListener::bind(&path)?),
            address: Address::Unix(path),
            _folder: Some(folder),
        })
    }

    /// The first free port of the range, or any, on the loopback interface.
    pub(crate) async fn tcp(ports: Option<RangeInclusive<u16>>) -> io::Result<Socket> {
        let mut refused = io::Error::new(io::ErrorKind::AddrNotAvailable, "the range of ports is empty");
        for port in ports.unwrap_or(0..=0) {
            match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
                Ok(listener) => {
                    return Ok(Socket {
                        address: Address::Tcp(listener.local_addr()?),
                        listener: Listener::Tcp(listener),
                        _folder: None,
                    });
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// The next client.
    pub(crate) async fn accept(&self) -> io::Result<Box<dyn Io>> {
        match &self.listener {
            Listener::Unix(listener) => Ok(Box::new(listener.accept().await?.0)),
            Listener::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Requests are small and each waits for its answer.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // Nobody is left to be told that a file in the temporary folder could not be removed.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
