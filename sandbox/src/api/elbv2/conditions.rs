//! Conditions in ELBv2's two spellings.
//!
//! Values, and regular expressions, may come as members of the condition or of its `…Config`, never as both; they are
//! echoed as ALB does: plain values of hosts and paths both ways, everything else in the config.

use serde_json::{Value, json};

use super::super::args::Args;
use crate::dataplane::pattern::{Case, Patterns, Regex};
use crate::world::elbv2::Condition;
use crate::world::{Refusal, Ruled};

pub fn parse_conditions(args: &Args<'_>) -> Ruled<Vec<Condition>> {
    args.structures("Conditions")?.iter().map(parse).collect()
}

pub fn conditions_json(conditions: &[Condition]) -> Vec<Value> {
    conditions.iter().map(condition_json).collect()
}

fn parse(args: &Args<'_>) -> Ruled<Condition> {
    let field = args
        .text("Field")?
        .filter(|field| !field.is_empty())
        .ok_or_else(|| Refusal::validation("A condition field must be specified"))?;
    match field {
        "host-header" => Ok(Condition::Host(patterns(
            args,
            (field, "HostHeaderConfig"),
            Case::Ignored,
        )?)),
        "path-pattern" => Ok(Condition::Path(patterns(
            args,
            (field, "PathPatternConfig"),
            Case::Kept,
        )?)),
        "http-request-method" => Ok(Condition::Method(values(
            args,
            (field, "HttpRequestMethodConfig"),
            "Values",
        )?)),
        "http-header" => {
            let name = config(args, "HttpHeaderConfig")?.text("HttpHeaderName")?;
            Ok(Condition::Header {
                name: name.unwrap_or_default().to_owned(),
                values: patterns(args, (field, "HttpHeaderConfig"), Case::Ignored)?,
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
            for value in values(args, (field, "SourceIpConfig"), "Values")? {
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

fn patterns(args: &Args<'_>, at: (&str, &str), case: Case) -> Ruled<Patterns> {
    let wildcards = values(args, at, "Values")?;
    let mut regexes = Vec::new();
    for text in values(args, at, "RegexValues")? {
        let regex = Regex::new(&text, case).ok_or_else(|| {
            Refusal::validation(format!("The value '{text}' is not a valid regular expression"))
        })?;
        regexes.push(regex);
    }
    Ok(Patterns { wildcards, regexes })
}

fn values(args: &Args<'_>, (field, config): (&str, &str), name: &str) -> Ruled<Vec<String>> {
    let plain = args.texts(name)?;
    match args.structure(config)? {
        Some(_) if !plain.is_empty() => Err(Refusal::validation(format!(
            "You cannot provide both {name} and '{config}' for a condition of type '{field}'"
        ))),
        Some(config) => config.texts(name),
        None => Ok(plain),
    }
}

fn config<'a>(args: &Args<'a>, name: &str) -> Ruled<Args<'a>> {
    let config = args.structure(name)?;
    config.ok_or_else(|| Refusal::validation(format!("A condition of this field needs '{name}'")))
}

fn condition_json(condition: &Condition) -> Value {
    let mut shown = match condition {
        Condition::Host(values) => both_ways("HostHeaderConfig", values),
        Condition::Path(values) => both_ways("PathPatternConfig", values),
        Condition::Header { name, values } => {
            let mut config = config_json(values);
            config["HttpHeaderName"] = json!(name);
            json!({ "HttpHeaderConfig": config })
        }
        Condition::Query(pairs) => {
            let values: Vec<Value> = pairs
                .iter()
                .map(|(key, value)| match key {
                    Some(key) => json!({ "Key": key, "Value": value }),
                    None => json!({ "Value": value }),
                })
                .collect();
            json!({ "QueryStringConfig": { "Values": values } })
        }
        Condition::Method(values) => json!({ "HttpRequestMethodConfig": { "Values": values } }),
        Condition::SourceIp(nets) => {
            let values: Vec<String> = nets.iter().map(ToString::to_string).collect();
            json!({ "SourceIpConfig": { "Values": values } })
        }
    };
    shown["Field"] = json!(condition.field());
    shown
}

fn both_ways(config: &str, patterns: &Patterns) -> Value {
    let mut shown = json!({ config: config_json(patterns) });
    if patterns.regexes.is_empty() {
        shown["Values"] = json!(patterns.wildcards);
    }
    shown
}

/// Only the members that have something in them.
fn config_json(patterns: &Patterns) -> Value {
    let regexes: Vec<&str> = patterns.regexes.iter().map(Regex::text).collect();
    let mut config = json!({});
    if !patterns.wildcards.is_empty() {
        config["Values"] = json!(patterns.wildcards);
    }
    if !regexes.is_empty() {
        config["RegexValues"] = json!(regexes);
    }
    config
}
