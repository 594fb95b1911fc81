//! The balancer's own cookies: which group (AWSALBTG) or target (AWSALB) a client is kept on, and until when.
//!
//! A value means nothing to a client and names nothing: it is a hash, so a group that left the action frees its clients.

use std::time::Duration;

use hyper::{
    HeaderMap,
    header::{self, HeaderValue},
};

use crate::dataplane::types::Stickiness;

pub(super) const GROUP: &str = "AWSALBTG";
pub(super) const TARGET: &str = "AWSALB";

/// What a client's cookie says, if it has one that is still good. `now` is the time since the data plane's start.
pub(super) fn read(headers: &HeaderMap, cookie: &str, now: Duration) -> Option<u64> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let value = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == cookie).then_some(value))?;
    let (hash, until) = value.split_once('-')?;
    let until = Duration::from_millis(u64::from_str_radix(until, 16).ok()?);
    (now < until).then(|| u64::from_str_radix(hash, 16).ok())?
}

/// Keeps the client on `of` for as long again: once as it is and once for requests from other sites.
pub(super) fn write(headers: &mut HeaderMap, cookie: &str, of: &str, stickiness: Stickiness, now: Duration) {
    let until = (now + stickiness.lasts).as_millis();
    let seconds = stickiness.seconds;
    let value = format!("{:016x}-{until:x}; Max-Age={seconds}; Path=/", hash(of));
    let texts = [
        format!("{cookie}={value}"),
        format!("{cookie}CORS={value}; SameSite=None; Secure"),
    ];
    for text in texts {
        if let Ok(text) = HeaderValue::try_from(text) {
            headers.append(header::SET_COOKIE, text);
        }
    }
}

/// FNV-1a: equal in every run.
pub(super) fn hash(of: &str) -> u64 {
    of.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
