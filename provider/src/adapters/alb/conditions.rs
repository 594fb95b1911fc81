//! Whom a rule matches, in ELBv2's terms, to the SDK and back. The order of values never makes a difference, nor does
//! the spelling AWS answers in. Knows none of AWS's limits.

use aws_sdk_elasticloadbalancingv2::types::{
    HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig,
    PathPatternConditionConfig, QueryStringConditionConfig, QueryStringKeyValuePair, RuleCondition,
    SourceIpConditionConfig,
};

/// One condition: it holds if one of its values matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    Host(Vec<String>),
    Path(Vec<String>),
    Method(Vec<String>),
    Header {
        name: String,
        values: Vec<String>,
    },
    Query(Vec<Pair>),
    SourceIp(Vec<String>),
    /// A kind that is never made here, such as a regular expression: equal to none that is.
    Other(String),
}

/// A query parameter; without a key any parameter's value may match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    pub key: Option<String>,
    pub value: String,
}

/// All conditions of a rule: it matches if every one of them holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(pub Vec<Condition>);

impl Condition {
    /// Its values, as text.
    pub fn values(&self) -> Vec<String> {
        match self {
            Condition::Host(values)
            | Condition::Path(values)
            | Condition::Method(values)
            | Condition::Header { values, .. }
            | Condition::SourceIp(values) => values.clone(),
            Condition::Query(pairs) => pairs.iter().map(Pair::text).collect(),
            Condition::Other(_) => Vec::new(),
        }
    }

    pub fn wildcards(&self) -> usize {
        let count = |text: &str| text.matches(['*', '?']).count();
        match self {
            // A method and an address range have none; a query's may be escaped by a backslash, which counts all
            // the same here: rather a rule too many than a call refused.
            Condition::Method(_) | Condition::SourceIp(_) | Condition::Other(_) => 0,
            _ => self.values().iter().map(|value| count(value)).sum(),
        }
    }

    /// ELBv2's name of the kind.
    fn label(&self) -> String {
        match self {
            Condition::Host(_) => "host-header".into(),
            Condition::Path(_) => "path-pattern".into(),
            Condition::Method(_) => "http-request-method".into(),
            Condition::Header { name, .. } => format!("http-header {name}"),
            Condition::Query(_) => "query-string".into(),
            Condition::SourceIp(_) => "source-ip".into(),
            Condition::Other(field) => format!("{field} (not made by bluegreen)"),
        }
    }

    /// One spelling for all that mean the same.
    fn normal(&self) -> Condition {
        let sorted = |values: &[String], spell: fn(&String) -> String| {
            let mut values: Vec<String> = values.iter().map(spell).collect();
            values.sort();
            values
        };
        let same = |value: &String| value.clone();
        match self {
            Condition::Host(values) => Condition::Host(sorted(values, |value| value.to_ascii_lowercase())),
            Condition::Path(values) => Condition::Path(sorted(values, same)),
            Condition::Method(values) => Condition::Method(sorted(values, same)),
            Condition::Header { name, values } => Condition::Header {
                name: name.to_ascii_lowercase(),
                values: sorted(values, same),
            },
            Condition::Query(pairs) => {
                let mut pairs = pairs.clone();
                pairs.sort();
                Condition::Query(pairs)
            }
            Condition::SourceIp(values) => Condition::SourceIp(sorted(values, |value| {
                let net: Result<ipnet::IpNet, _> = value.parse();
                net.map_or_else(|_| value.clone(), |net| net.to_string())
            })),
            Condition::Other(field) => Condition::Other(field.clone()),
        }
    }

    fn to_sdk(&self) -> RuleCondition {
        let to = RuleCondition::builder();
        let values = Some(self.values());
        match self {
            Condition::Host(_) => to
                .field("host-header")
                .host_header_config(HostHeaderConditionConfig::builder().set_values(values).build()),
            Condition::Path(_) => to
                .field("path-pattern")
                .path_pattern_config(PathPatternConditionConfig::builder().set_values(values).build()),
            Condition::Method(_) => to.field("http-request-method").http_request_method_config(
                HttpRequestMethodConditionConfig::builder()
                    .set_values(values)
                    .build(),
            ),
            Condition::Header { name, .. } => to.field("http-header").http_header_config(
                HttpHeaderConditionConfig::builder()
                    .http_header_name(name)
                    .set_values(values)
                    .build(),
            ),
            Condition::Query(pairs) => {
                let pair = |pair: &Pair| {
                    QueryStringKeyValuePair::builder()
                        .set_key(pair.key.clone())
                        .value(&pair.value)
                        .build()
                };
                let pairs = Some(pairs.iter().map(pair).collect());
                to.field("query-string")
                    .query_string_config(QueryStringConditionConfig::builder().set_values(pairs).build())
            }
            Condition::SourceIp(_) => to
                .field("source-ip")
                .source_ip_config(SourceIpConditionConfig::builder().set_values(values).build()),
            Condition::Other(field) => to.field(field),
        }
        .build()
    }

    fn from_sdk(from: &RuleCondition) -> Condition {
        let field = from.field().unwrap_or_default();
        // AWS answers some kinds in `Values`, some in a config of their own, and some in both.
        let or_plain = |configured: &[String]| match configured {
            [] => from.values().to_vec(),
            values => values.to_vec(),
        };
        let regex = !from.regex_values().is_empty()
            || from
                .host_header_config()
                .is_some_and(|c| !c.regex_values().is_empty())
            || from
                .path_pattern_config()
                .is_some_and(|c| !c.regex_values().is_empty())
            || from
                .http_header_config()
                .is_some_and(|c| !c.regex_values().is_empty());
        if regex {
            return Condition::Other(format!("{field} by regular expression"));
        }
        match field {
            "host-header" => Condition::Host(or_plain(from.host_header_config().map_or(&[], |c| c.values()))),
            "path-pattern" => {
                Condition::Path(or_plain(from.path_pattern_config().map_or(&[], |c| c.values())))
            }
            "http-request-method" => Condition::Method(or_plain(
                from.http_request_method_config().map_or(&[], |c| c.values()),
            )),
            "source-ip" => Condition::SourceIp(or_plain(from.source_ip_config().map_or(&[], |c| c.values()))),
            "http-header" => {
                let config = from.http_header_config();
                Condition::Header {
                    name: config
                        .and_then(|c| c.http_header_name())
                        .unwrap_or_default()
                        .to_owned(),
                    values: or_plain(config.map_or(&[], |c| c.values())),
                }
            }
            "query-string" => {
                let pairs = from.query_string_config().map_or(&[][..], |c| c.values());
                let pair = |pair: &QueryStringKeyValuePair| Pair {
                    key: pair.key().filter(|key| !key.is_empty()).map(str::to_owned),
                    value: pair.value().unwrap_or_default().to_owned(),
                };
                Condition::Query(pairs.iter().map(pair).collect())
            }
            other => Condition::Other(other.to_owned()),
        }
    }
}

impl Pair {
    pub fn text(&self) -> String {
        match &self.key {
            Some(key) => format!("{key}={}", self.value),
            None => self.value.clone(),
        }
    }
}

impl Conditions {
    pub fn from_sdk(conditions: &[RuleCondition]) -> Conditions {
        Conditions(conditions.iter().map(Condition::from_sdk).collect())
    }

    pub fn to_sdk(&self) -> Vec<RuleCondition> {
        self.0.iter().map(Condition::to_sdk).collect()
    }

    /// How many values AWS counts.
    pub fn values(&self) -> usize {
        self.0.iter().map(|condition| condition.values().len()).sum()
    }

    /// How many wildcards AWS counts.
    pub fn wildcards(&self) -> usize {
        self.0.iter().map(Condition::wildcards).sum()
    }

    /// Matches the same requests, however it is spelled.
    pub fn same(&self, other: &Conditions) -> bool {
        self.normal() == other.normal()
    }

    /// One line per condition, alike for all that match the same requests.
    pub fn lines(&self) -> Vec<String> {
        let line = |condition: &Condition| {
            let values = condition.values();
            if values.is_empty() {
                condition.label()
            } else {
                format!("{}: {}", condition.label(), values.join(", "))
            }
        };
        self.normal().iter().map(line).collect()
    }

    fn normal(&self) -> Vec<Condition> {
        let mut all: Vec<Condition> = self.0.iter().map(Condition::normal).collect();
        all.sort();
        all
    }
}
