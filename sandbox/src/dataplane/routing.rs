//! Which rule of a listener a request reaches.
//!
//! Pure: reads a request's facts and a table, never chooses between targets and keeps nothing.

use std::net::IpAddr;

use hyper::HeaderMap;

use super::types::{Condition, ListenerRoutes, RuleRoutes};

#[cfg(test)]
mod tests;

/// What conditions may look at.
pub(super) struct Facts<'a> {
    /// Without its port.
    pub host: &'a str,
    /// Without the query.
    pub path: &'a str,
    /// Without the question mark; empty if none.
    pub query: &'a str,
    pub method: &'a str,
    pub headers: &'a HeaderMap,
    pub source: IpAddr,
}

/// The first rule, in the table's order, all of whose conditions hold.
pub(super) fn route<'t>(listener: &'t ListenerRoutes, facts: &Facts<'_>) -> Option<&'t RuleRoutes> {
    listener
        .rules
        .iter()
        .find(|rule| rule.conditions.iter().all(|condition| holds(condition, facts)))
}

/// Host of a `host` header or authority, without its port.
pub(super) fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        // The colons inside an IPv6 literal are not a port's.
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn holds(condition: &Condition, facts: &Facts<'_>) -> bool {
    match condition {
        Condition::Host(patterns) => any(patterns, facts.host, Case::Ignored),
        Condition::Path(patterns) => any(patterns, facts.path, Case::Kept),
        Condition::Method(methods) => methods.iter().any(|m| m == facts.method),
        Condition::SourceIp(nets) => nets.iter().any(|net| net.contains(&facts.source)),
        Condition::Header { name, values } => facts
            .headers
            .get_all(name.as_str())
            .iter()
            .any(|value| value.to_str().is_ok_and(|text| any(values, text, Case::Ignored))),
        Condition::Query(pairs) => pairs.iter().any(|(key, value)| {
            facts
                .query
                .split('&')
                .filter(|parameter| !parameter.is_empty())
                .any(|parameter| {
                    let (k, v) = parameter.split_once('=').unwrap_or((parameter, ""));
                    key.as_ref().is_none_or(|key| wildcard(key, k, Case::Ignored))
                        && wildcard(value, v, Case::Ignored)
                })
        }),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Kept,
    Ignored,
}

fn any(patterns: &[String], text: &str, case: Case) -> bool {
    patterns.iter().any(|pattern| wildcard(pattern, text, case))
}

/// Linear-ish matching: on a mismatch only the latest `*` is retried, since an earlier one can never do better.
fn wildcard(pattern: &str, text: &str, case: Case) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let same = |p: u8, t: u8| p == b'?' || p == t || (case == Case::Ignored && p.eq_ignore_ascii_case(&t));
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if p < pattern.len() && same(pattern[p], text[t]) {
            p += 1;
            t += 1;
        } else if let Some((star_at, taken)) = star {
            p = star_at + 1;
            t = taken + 1;
            star = Some((star_at, t));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&b| b == b'*')
}
