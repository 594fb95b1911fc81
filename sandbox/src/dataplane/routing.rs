//! Which rule of a listener a request reaches.
//!
//! Pure: reads a request's facts and a table, never chooses between targets and keeps nothing.

use std::net::IpAddr;

use hyper::HeaderMap;

use super::pattern::{Case, escaped_glyphs, wildcard};
use super::types::{Condition, RuleRoutes};

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

/// The first rule, in their order, all of whose conditions hold.
pub(super) fn route<'t>(rules: &'t [RuleRoutes], facts: &Facts<'_>) -> Option<&'t RuleRoutes> {
    rules
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
        Condition::Host(patterns) => patterns.fit(facts.host, Case::Ignored),
        Condition::Path(patterns) => patterns.fit(facts.path, Case::Kept),
        Condition::Method(methods) => methods.iter().any(|m| m == facts.method),
        Condition::SourceIp(nets) => {
            // A dual-stack socket shows an IPv4 client as a mapped IPv6 address.
            let source = facts.source.to_canonical();
            nets.iter().any(|net| net.contains(&source))
        }
        Condition::Header { name, values } => facts
            .headers
            .get_all(name.as_str())
            .iter()
            .any(|value| value.to_str().is_ok_and(|text| values.fit(text, Case::Ignored))),
        Condition::Query(pairs) => pairs.iter().any(|(key, value)| {
            let fits = |pattern: &str, text: &str| wildcard(&escaped_glyphs(pattern), text, Case::Ignored);
            facts
                .query
                .split('&')
                .filter(|parameter| !parameter.is_empty())
                .any(|parameter| {
                    let (k, v) = parameter.split_once('=').unwrap_or((parameter, ""));
                    key.as_ref().is_none_or(|key| fits(key, k)) && fits(value, v)
                })
        }),
    }
}
