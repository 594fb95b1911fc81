//! Finds loopback addresses to listen on, so that load balancers and tasks each have one of their own.
//!
//! Never assumes an address is free: binding it is the only proof, and several sandboxes may run at once.

use std::{
    hash::{BuildHasher, RandomState},
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    ops::RangeInclusive,
};

/// Second octets of load balancers.
pub(super) const LOAD_BALANCERS: RangeInclusive<u8> = 1..=63;
/// Second octets of tasks.
pub(super) const TASKS: RangeInclusive<u8> = 64..=254;

const ATTEMPTS: u32 = 64;

/// Binds `port` on a random address: one that was left a moment ago, by this sandbox or by another on the same
/// machine, must not come back as something else while a target group still lists it.
///
/// Falls back to a port of the system's choice where `port` is reserved to root, and to 127.0.0.1 where the
/// system routes only that (macOS).
pub(super) fn bind(octets: &RangeInclusive<u8>, port: u16) -> io::Result<TcpListener> {
    for _ in 0..ATTEMPTS {
        let ip = random(octets);
        match listen((ip, port).into()) {
            Err(e) if e.kind() == io::ErrorKind::AddrInUse => {}
            Err(e) if e.kind() == io::ErrorKind::AddrNotAvailable => break,
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => return listen((ip, 0).into()),
            bound_or_error => return bound_or_error,
        }
    }
    listen((Ipv4Addr::LOCALHOST, 0).into())
}

/// Binds `port` on `ip`, or another port there.
pub(super) fn bind_on(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    listen((ip, port).into()).or_else(|_| listen((ip, 0).into()))
}

fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(addr)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn random(octets: &RangeInclusive<u8>) -> IpAddr {
    // Each `RandomState` has keys of its own, drawn from the system: random numbers without a crate.
    let [a, b, c, d, ..] = RandomState::new().hash_one(()).to_be_bytes();
    let span = u16::from(octets.end() - octets.start()) + 1;
    let second = octets.start() + (u16::from_be_bytes([a, b]) % span) as u8;
    // 0 and 255 are valid on loopback, but look like a network and a broadcast address.
    Ipv4Addr::new(127, second, c, 1 + d % 254).into()
}
