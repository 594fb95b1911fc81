//! A provider's process, started the way Terraform starts it.
//!
//! Never outlives its handle, and never speaks to more than the process it started.

use acceptance::folder::Folder;
use anyhow::{Context, Result, bail, ensure};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What Terraform sets for every provider.
const COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);
const KIB: f64 = 1024.0;

/// A running provider.
#[derive(Debug)]
pub struct Plugin {
    child: Child,
    /// From before it was started until its line was there.
    pub took: Duration,
    /// 5 or 6.
    pub protocol: u32,
    pub socket: PathBuf,
    /// Its sockets lie there.
    _folder: Folder,
}

/// Resident memory in MiB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// `VmRSS`: shared pages count in full.
    pub resident: f64,
}

impl Plugin {
    /// With `certificate` it is asked for TLS, as Terraform does; without, it answers in the clear.
    pub fn start(binary: &Path, certificate: Option<&str>) -> Result<Self> {
        let folder = Folder::new()?;
        let mut command = Command::new(binary);
        command
            .env_clear()
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(certificate) = certificate {
            command.env("PLUGIN_CLIENT_CERT", certificate);
        }
        let began = Instant::now();
        let mut child = command
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        let stdout = child.stdout.take().context("standard output is a pipe")?;
        let mut line = String::new();
        let read = BufReader::new(stdout).read_line(&mut line);
        let took = began.elapsed();
        // Ends the process also if its line is not what it should be.
        let mut plugin = Self {
            child,
            took,
            protocol: 0,
            socket: PathBuf::new(),
            _folder: folder,
        };
        read.context("reading the provider's line")?;
        (plugin.protocol, plugin.socket) =
            handshake(&line).with_context(|| format!("{} said {line:?}", binary.display()))?;
        Ok(plugin)
    }

    pub fn memory(&self) -> Result<Memory> {
        let file = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        Ok(Memory {
            resident: kib.context("the system says no VmRSS")? / KIB,
        })
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // It has ended by itself if it cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `1|6|unix|/tmp/…|grpc|…`
fn handshake(line: &str) -> Result<(u32, PathBuf)> {
    let parts: Vec<&str> = line.trim_end().split('|').collect();
    let [core, protocol, network, address, kind, ..] = parts[..] else {
        bail!("that is not a plugin's line");
    };
    ensure!(
        (core, network, kind) == ("1", "unix", "grpc"),
        "only gRPC over a unix socket is measured"
    );
    let protocol = protocol.parse().context("the protocol is a number")?;
    Ok((protocol, PathBuf::from(address)))
}

#[cfg(test)]
mod tests {
    use super::handshake;
    use std::path::PathBuf;

    #[test]
    fn the_line_names_protocol_and_socket() {
        let (protocol, socket) = handshake("1|5|unix|/tmp/plugin1|grpc|MII\n").unwrap();
        assert_eq!((protocol, socket), (5, PathBuf::from("/tmp/plugin1")));
    }

    #[test]
    fn another_transport_is_refused() {
        assert!(handshake("1|5|tcp|127.0.0.1:1|grpc|\n").is_err());
        assert!(handshake("This binary is a plugin.\n").is_err());
    }
}
