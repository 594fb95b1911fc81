//! Killing whoever holds the other end of a connection, found through /proc.
//!
//! Never kills the sandbox's own process: a client inside it only loses its answer.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Sends SIGKILL to every other process that holds the socket `peer` connected to `local`. Returns their ids.
pub(crate) fn kill_peer(peer: SocketAddr, local: SocketAddr) -> Vec<i32> {
    let Some(inode) = inode_of(peer, local) else {
        tracing::warn!(%peer, "no socket in /proc/net for the client to be killed");
        return Vec::new();
    };
    let own = i32::try_from(std::process::id()).unwrap_or(i32::MAX);
    let mut killed = Vec::new();
    for pid in holders(inode).into_iter().filter(|pid| *pid != own) {
        match kill(Pid::from_raw(pid), Signal::SIGKILL) {
            Ok(()) => killed.push(pid),
            Err(error) => tracing::warn!(pid, %error, "the client could not be killed"),
        }
    }
    killed
}

/// Inode of the client's end: its local address is our peer.
fn inode_of(peer: SocketAddr, local: SocketAddr) -> Option<u64> {
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .find_map(|table| {
            table.lines().skip(1).find_map(|line| {
                let fields: Vec<&str> = line.split_ascii_whitespace().collect();
                let (from, to) = (parse(fields.get(1)?)?, parse(fields.get(2)?)?);
                let found = canonical(from) == canonical(peer) && canonical(to) == canonical(local);
                // Inode 0 is a socket nobody holds any more.
                found
                    .then(|| fields.get(9)?.parse().ok().filter(|inode| *inode != 0))
                    .flatten()
            })
        })
}

/// Processes with an open descriptor for the socket.
fn holders(inode: u64) -> Vec<i32> {
    let wanted = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let holds = |pid: &i32| {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))
            .into_iter()
            .flatten()
            .flatten();
        descriptors
            .filter_map(|entry| fs::read_link(entry.path()).ok())
            .any(|target| target.as_os_str() == wanted.as_str())
    };
    pids.filter(holds).collect()
}

/// `0100007F:1F90`: the address as 32-bit words in host order, the port in hex.
fn parse(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words: Option<Vec<u32>> = (0..address.len() / 8)
        .map(|index| u32::from_str_radix(address.get(index * 8..index * 8 + 8)?, 16).ok())
        .collect();
    let bytes: Vec<u8> = words?.into_iter().flat_map(u32::to_ne_bytes).collect();
    let ip: IpAddr = if let Ok(v4) = <[u8; 4]>::try_from(bytes.as_slice()) {
        Ipv4Addr::from(v4).into()
    } else {
        Ipv6Addr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?).into()
    };
    Some(SocketAddr::new(ip, port))
}

/// An IPv4 address seen through an IPv6 socket is the same address.
fn canonical(addr: SocketAddr) -> SocketAddr {
    SocketAddr::new(addr.ip().to_canonical(), addr.port())
}
