//! Conditions in ELBv2's two spellings.
//!
//! host-header and path-pattern may come as `Values` or as `…Config`, never as both; both are echoed.

use serde_json::{Value, json};

use super::super::args::Args;
use crate::world::elbv2::Condition;
use crate::world::{Refusal, Ruled};

pub fn parse_conditions(args: &Args<'_>) -> Ruled<Vec<Condition>> {
    args.structures("Conditions")?.iter().map(parse).collect()
}

pub fn conditions_json(conditions: &[Condition]) -> Vec<Value> {
    conditions.iter().map(condition_json).collect()
}

fn parse(args: &Args<'_>) -> Ruled<Condition> {
    let field = args.required("Field")?;
    match field {
        "host-header" => Ok(Condition::Host(values(args, "HostHeaderConfig")?)),
        "path-pattern" => Ok(Condition::Path(values(args, "PathPatternConfig")?)),
        "http-request-method" => Ok(Condition::Method(values(args, "HttpRequestMethodConfig")?)),
        "http-header" => {
            let config = config(args, "HttpHeaderConfig")?;
            Ok(Condition::Header {
                name: config.text("HttpHeaderName")?.unwrap_or_default().to_owned(),
                values: config.texts("Values")?,
            })
        }
        "query-string" => {
            let mut pairs = Vec::new();
            for pair in config(args, "QueryStringConfig")?.structures("Values")? {
                pairs.push((pair.owned("Key")?, pair.required("Value")?.to_owned()));
            }
            Ok(Condition::Query(pairs))
        }
        "source-ip" => {
            let mut nets = Vec::new();
            for value in values(args, "SourceIpConfig")? {
                let net = value.parse().map_err(|_| {
                    Refusal::validation(format!("The value '{value}' is not a valid CIDR block"))
                })?;
                nets.push(net);
            }
            Ok(Condition::SourceIp(nets))
        }
        other => Err(Refusal::validation(format!(
            "Condition field '{other}' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'"
        ))),
    }
}

fn values(args: &Args<'_>, config: &str) -> Ruled<Vec<String>> {
    let plain = args.texts("Values")?;
    match args.structure(config)? {
        Some(_) if !plain.is_empty() => Err(Refusal::validation(format!(
            "You cannot specify both 'Values' and '{config}' in a condition"
        ))),
        Some(config) => {
            if !config.list("RegexValues")?.is_empty() {
                return Err(Refusal::validation("Regex values are not supported here"));
            }
            config.texts("Values")
        }
        None => Ok(plain),
    }
}

fn config<'a>(args: &Args<'a>, name: &str) -> Ruled<Args<'a>> {
    let config = args.structure(name)?;
    config.ok_or_else(|| Refusal::validation(format!("A condition of this field needs '{name}'")))
}

fn condition_json(condition: &Condition) -> Value {
    let field = condition.field();
    match condition {
        Condition::Host(values) => {
            json!({ "Field": field, "Values": values, "HostHeaderConfig": { "Values": values } })
        }
        Condition::Path(values) => {
            json!({ "Field": field, "Values": values, "PathPatternConfig": { "Values": values } })
        }
        Condition::Header { name, values } => {
            json!({ "Field": field, "HttpHeaderConfig": { "HttpHeaderName": name, "Values": values } })
        }
        Condition::Query(pairs) => {
            let values: Vec<Value> = pairs
                .iter()
                .map(|(key, value)| match key {
                    Some(key) => json!({ "Key": key, "Value": value }),
                    None => json!({ "Value": value }),
                })
                .collect();
            json!({ "Field": field, "QueryStringConfig": { "Values": values } })
        }
        Condition::Method(values) => {
            json!({ "Field": field, "HttpRequestMethodConfig": { "Values": values } })
        }
        Condition::SourceIp(nets) => {
            let values: Vec<String> = nets.iter().map(ToString::to_string).collect();
            json!({ "Field": field, "SourceIpConfig": { "Values": values } })
        }
    }
}
