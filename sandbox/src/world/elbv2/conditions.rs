//! What a rule matches on, and ALB's limits on it.
//!
//! Knows nothing of the two spellings of the wire (`Values`, `…Config`); never matches a request.

use ipnet::IpNet;

use crate::dataplane::types::Patterns;
use crate::world::{Refusal, Ruled};

/// Values and wildcards per rule (not adjustable). AWS's pages say 5 and 6 for wildcards: the stricter holds.
const VALUES_PER_RULE: usize = 5;
const WILDCARDS_PER_RULE: usize = 5;
const LONGEST_VALUE: usize = 128;
const LONGEST_HEADER_NAME: usize = 40;
const LONGEST_METHOD: usize = 40;

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Host(Patterns),
    Path(Patterns),
    Header { name: String, values: Patterns },
    Query(Vec<(Option<String>, String)>),
    Method(Vec<String>),
    SourceIp(Vec<IpNet>),
}

impl Condition {
    /// AWS's name of the field.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Host(_) => "host-header",
            Self::Path(_) => "path-pattern",
            Self::Header { .. } => "http-header",
            Self::Query(_) => "query-string",
            Self::Method(_) => "http-request-method",
            Self::SourceIp(_) => "source-ip",
        }
    }

    /// Whether it has no value, which ALB refuses.
    pub fn is_empty(&self) -> bool {
        self.values().is_empty()
    }

    /// Everything that counts as a value, as text.
    fn values(&self) -> Vec<String> {
        match self {
            Self::Host(patterns) | Self::Path(patterns) => patterns.texts(),
            Self::Header { values, .. } => values.texts(),
            Self::Method(values) => values.clone(),
            Self::Query(pairs) => pairs.iter().map(|(_, value)| value.clone()).collect(),
            Self::SourceIp(nets) => nets.iter().map(ToString::to_string).collect(),
        }
    }

    /// In values that have any; a query's keys may have them too, and an escaped one is none.
    fn wildcards(&self) -> usize {
        let count = |text: &String| text.matches(['*', '?']).count();
        match self {
            Self::Host(patterns) | Self::Path(patterns) | Self::Header { values: patterns, .. } => {
                patterns.wildcards.iter().map(count).sum()
            }
            Self::Query(pairs) => {
                let texts = pairs.iter().flat_map(|(key, value)| key.iter().chain([value]));
                let literal = |text: &String| text.matches(r"\*").count() + text.matches(r"\?").count();
                texts.map(|text| count(text) - literal(text)).sum()
            }
            Self::Method(_) | Self::SourceIp(_) => 0,
        }
    }

    /// http-header and query-string may come more than once in a rule.
    fn repeatable(&self) -> bool {
        matches!(self, Self::Header { .. } | Self::Query(_))
    }

    /// What ALB wants of a single condition.
    fn check(&self) -> Ruled<()> {
        let field = self.field();
        let values = self.values();
        if values.is_empty() {
            return Err(Refusal::validation(format!(
                "A '{field}' condition value must be specified"
            )));
        }
        let keys: Vec<String> = match self {
            Self::Query(pairs) => pairs.iter().filter_map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        };
        if let Some(long) = values
            .iter()
            .chain(&keys)
            .find(|value| value.is_empty() || LONGEST_VALUE < value.chars().count())
        {
            return Err(Refusal::validation(format!(
                "The length of the '{field}' condition value '{long}' must be between 1 and {LONGEST_VALUE}"
            )));
        }
        match self {
            Self::Host(patterns) => each(patterns, field, |c| {
                c.is_ascii_alphanumeric() || "-.*?".contains(c)
            }),
            Self::Path(patterns) => each(patterns, field, |c| {
                c.is_ascii_alphanumeric() || r#"_-.$/~"'@:+&*?%!(),;="#.contains(c)
            }),
            Self::Header { name, .. } => check_header_name(name),
            Self::Method(methods) => methods.iter().try_for_each(|method| check_method(method)),
            Self::SourceIp(nets) => nets.iter().try_for_each(check_net),
            Self::Query(_) => Ok(()),
        }
    }
}

fn each(patterns: &Patterns, field: &str, allowed: impl Fn(char) -> bool) -> Ruled<()> {
    let bad = patterns
        .wildcards
        .iter()
        .find(|value| !value.chars().all(&allowed));
    bad.map_or(Ok(()), |value| {
        Err(Refusal::validation(format!(
            "The '{field}' condition value '{value}' contains a character that is not allowed"
        )))
    })
}

fn check_header_name(name: &str) -> Ruled<()> {
    if name.is_empty() || LONGEST_HEADER_NAME < name.len() {
        return Err(Refusal::validation(format!(
            "The length of the header name must be between 1 and {LONGEST_HEADER_NAME}"
        )));
    }
    if hyper::header::HeaderName::try_from(name).is_err() || name.contains('*') {
        return Err(Refusal::validation(format!(
            "The header name '{name}' contains a character that is not allowed"
        )));
    }
    if name.eq_ignore_ascii_case("host") {
        return Err(Refusal::validation(
            "The header name 'Host' is not allowed in an 'http-header' condition: use a 'host-header' condition",
        ));
    }
    Ok(())
}

fn check_method(method: &str) -> Ruled<()> {
    let allowed = |c: char| c.is_ascii_uppercase() || c == '-' || c == '_';
    if LONGEST_METHOD < method.len() || !method.chars().all(allowed) {
        return Err(Refusal::validation(format!(
            "The request method '{method}' can have up to {LONGEST_METHOD} characters of A-Z, hyphen and underscore"
        )));
    }
    Ok(())
}

fn check_net(net: &IpNet) -> Ruled<()> {
    if net.to_string() == "255.255.255.255/32" {
        return Err(Refusal::validation(
            "The value '255.255.255.255/32' is not allowed in a 'source-ip' condition",
        ));
    }
    Ok(())
}

/// ALB's limits for all conditions of one rule together.
pub(super) fn check(conditions: &[Condition]) -> Ruled<()> {
    if conditions.is_empty() {
        return Err(Refusal::validation("A condition must be specified"));
    }
    for (index, condition) in conditions.iter().enumerate() {
        let field = condition.field();
        let again = conditions[..index].iter().any(|other| other.field() == field);
        if again && !condition.repeatable() {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("A rule can only have one '{field}' condition"),
            ));
        }
        condition.check()?;
    }
    let values: usize = conditions.iter().map(|condition| condition.values().len()).sum();
    if VALUES_PER_RULE < values {
        return Err(Refusal::validation(format!(
            "A rule can only have '{VALUES_PER_RULE}' condition values"
        )));
    }
    let wildcards: usize = conditions.iter().map(Condition::wildcards).sum();
    if WILDCARDS_PER_RULE < wildcards {
        return Err(Refusal::validation(format!(
            "A rule can only have '{WILDCARDS_PER_RULE}' wildcards"
        )));
    }
    Ok(())
}
