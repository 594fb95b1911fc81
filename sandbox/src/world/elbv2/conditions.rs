//! What a rule matches on, and ALB's limits on it.
//!
//! Knows nothing of the two spellings of the wire (`Values`, `…Config`); never matches a request.

use ipnet::IpNet;

use crate::world::{Refusal, Ruled};

/// Values and wildcards per rule (not adjustable). AWS's pages say 5 and 6 for wildcards: the stricter holds.
const VALUES_PER_RULE: usize = 5;
const WILDCARDS_PER_RULE: usize = 5;
const LONGEST_VALUE: usize = 128;
const LONGEST_HEADER_NAME: usize = 40;

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    Host(Vec<String>),
    Path(Vec<String>),
    Header { name: String, values: Vec<String> },
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

    /// Everything that counts as a value, as text.
    fn values(&self) -> Vec<String> {
        match self {
            Self::Host(values) | Self::Path(values) | Self::Method(values) => values.clone(),
            Self::Header { values, .. } => values.clone(),
            Self::Query(pairs) => pairs.iter().map(|(_, value)| value.clone()).collect(),
            Self::SourceIp(nets) => nets.iter().map(ToString::to_string).collect(),
        }
    }

    /// http-header and query-string may come more than once in a rule.
    fn repeatable(&self) -> bool {
        matches!(self, Self::Header { .. } | Self::Query(_))
    }
}

/// ALB's limits for all conditions of one rule together.
pub(super) fn check(conditions: &[Condition]) -> Ruled<()> {
    if conditions.is_empty() {
        return Err(Refusal::validation("A condition must be specified"));
    }
    let (mut values, mut wildcards) = (0, 0);
    for (index, condition) in conditions.iter().enumerate() {
        let field = condition.field();
        let again = conditions[..index].iter().any(|other| other.field() == field);
        if again && !condition.repeatable() {
            return Err(Refusal::new(
                "InvalidConfigurationRequest",
                format!("A rule can only have one '{field}' condition"),
            ));
        }
        if let Condition::Header { name, .. } = condition
            && (name.is_empty() || LONGEST_HEADER_NAME < name.len())
        {
            return Err(Refusal::validation(format!(
                "The length of the header name must be between 1 and {LONGEST_HEADER_NAME}"
            )));
        }
        let own = condition.values();
        if own.is_empty() {
            return Err(Refusal::validation(format!(
                "A '{field}' condition value must be specified"
            )));
        }
        for value in &own {
            if value.is_empty() || LONGEST_VALUE < value.len() {
                return Err(Refusal::validation(format!(
                    "The length of a '{field}' condition value must be between 1 and {LONGEST_VALUE}"
                )));
            }
            wildcards += value.matches(['*', '?']).count();
        }
        values += own.len();
    }
    if VALUES_PER_RULE < values {
        return Err(Refusal::validation(format!(
            "A rule can only have '{VALUES_PER_RULE}' condition values"
        )));
    }
    if WILDCARDS_PER_RULE < wildcards {
        return Err(Refusal::validation(format!(
            "A rule can only have '{WILDCARDS_PER_RULE}' wildcards"
        )));
    }
    Ok(())
}
