//! What AWS allows in the conditions of a rule, value by value. Knows nothing of how values share rules.

use std::collections::BTreeSet;
use tfplugin::{Diagnostics, Path, Value};

/// Values and wildcards of one rule. AWS's pages say 5 in one place and 6 in another for wildcards: the stricter holds.
pub const VALUES_PER_RULE: usize = 5;
pub const WILDCARDS_PER_RULE: usize = 5;
const LONGEST_VALUE: usize = 128;
const LONGEST_HEADER_NAME: usize = 40;
const LONGEST_METHOD: usize = 40;

/// Where a wrong value is told.
struct Checks<'a> {
    diags: &'a mut Diagnostics,
}

/// Every value of the attributes of `block` that make conditions, those of `cookies` among them.
pub fn check(block: &Value, at: &dyn Fn(&str) -> Path, diags: &mut Diagnostics) {
    let mut checks = Checks { diags };
    let lower = |text: &str| text.to_ascii_lowercase();
    let same = |text: &str| text.to_owned();
    checks.list(
        block.get("host_headers"),
        at("host_headers"),
        "Not a host name",
        host,
        lower,
    );
    checks.list(
        block.get("path_patterns"),
        at("path_patterns"),
        "Not a path pattern",
        path,
        same,
    );
    checks.list(
        block.get("http_methods"),
        at("http_methods"),
        "Not a method",
        method,
        same,
    );
    checks.list(
        block.get("source_ips"),
        at("source_ips"),
        "Not an address range",
        network,
        normal_network,
    );
    for (field, name_is, value_is, summary) in [
        (
            "headers",
            header_name as fn(&str) -> Result<(), String>,
            header_value as fn(&str) -> Result<(), String>,
            "Not a header",
        ),
        ("cookies", cookie_name, cookie_value, "Not a cookie"),
    ] {
        let mut names = BTreeSet::new();
        for (name, values) in block.get(field).as_map().into_iter().flatten() {
            let here = at(field).key(name);
            if let Err(why) = name_is(name) {
                checks.wrong(here.clone(), summary, &format!("{name:?} {why}."));
            }
            // Header names are compared without case, and a cookie is looked for in a header.
            if !names.insert(name.to_ascii_lowercase()) {
                let why = format!("{name:?} is there already in another case, and case makes no difference.");
                checks.wrong(here.clone(), "The same name twice", &why);
            }
            if values.is_null() {
                checks.wrong(here.clone(), summary, &format!("{name:?} has no values."));
            }
            checks.list(values, here, summary, value_is, lower);
        }
        if block
            .get(field)
            .as_map()
            .is_some_and(std::collections::BTreeMap::is_empty)
        {
            checks.empty(at(field));
        }
    }
    checks.queries(block.get("query_strings"), at("query_strings"));
}

impl Checks<'_> {
    fn wrong(&mut self, at: Path, summary: &str, why: &str) {
        self.diags.error_at(at, summary, why);
    }

    fn empty(&mut self, at: Path) {
        let why = "It is empty, and a condition without a value can't be made. Name at least one, or leave the attribute out.";
        self.wrong(at, "Nothing to match", why);
    }

    fn list(
        &mut self,
        values: &Value,
        at: Path,
        summary: &str,
        is: fn(&str) -> Result<(), String>,
        spell: impl Fn(&str) -> String,
    ) {
        let Some(list) = values.as_list() else { return };
        if list.is_empty() {
            self.empty(at.clone());
        }
        let mut known = BTreeSet::new();
        for (index, value) in list.iter().enumerate() {
            let here = at.clone().index(index);
            if value.is_null() {
                self.wrong(here, summary, "It is null; leave it out.");
                continue;
            }
            let Some(text) = value.as_str() else { continue };
            if let Err(why) = length(text).and_then(|()| is(text)) {
                self.wrong(here, summary, &format!("{text:?} {why}."));
            } else if !known.insert(spell(text)) {
                self.wrong(
                    here,
                    "The same value twice",
                    &format!("{text:?} is there already."),
                );
            }
        }
    }

    fn queries(&mut self, pairs: &Value, at: Path) {
        let Some(list) = pairs.as_list() else { return };
        if list.is_empty() {
            self.empty(at.clone());
        }
        let mut known = BTreeSet::new();
        for (index, pair) in list.iter().enumerate() {
            let (key, value) = (pair.get("key"), pair.get("value"));
            for (name, text) in [("key", key), ("value", value)] {
                let Some(text) = text.as_str() else { continue };
                let here = at.clone().index(index).field(name);
                if let Err(why) = length(text).and_then(|()| query(text)) {
                    self.wrong(here, "Not a query parameter", &format!("{text:?} {why}."));
                }
            }
            if let (false, Some(value)) = (key.is_unknown(), value.as_str()) {
                let spelled = (
                    key.as_str().map(str::to_ascii_lowercase),
                    value.to_ascii_lowercase(),
                );
                if !known.insert(spelled) {
                    let why = "The same key and value are there already.";
                    self.wrong(at.clone().index(index), "The same value twice", why);
                }
            }
        }
    }
}

fn length(text: &str) -> Result<(), String> {
    match text.chars().count() {
        0 => Err("is empty".into()),
        long if LONGEST_VALUE < long => Err(format!(
            "has {long} characters; AWS allows {LONGEST_VALUE} in one value"
        )),
        _ => Ok(()),
    }
}

fn only(text: &str, allowed: impl Fn(char) -> bool, said: &str) -> Result<(), String> {
    match text.chars().find(|&c| !allowed(c)) {
        Some(c) => Err(format!("has the character {c:?}; {said}")),
        None => Ok(()),
    }
}

fn host(text: &str) -> Result<(), String> {
    let said = "a host name is letters, digits, - and ., with * and ? as wildcards";
    only(text, |c| c.is_ascii_alphanumeric() || "-.*?".contains(c), said)?;
    if text.contains('.') {
        Ok(())
    } else {
        Err("has no dot; AWS takes no host name without one".into())
    }
}

fn path(text: &str) -> Result<(), String> {
    let said = "a path pattern is letters, digits and _ - . $ / ~ \" ' @ : + &, with * and ? as wildcards";
    only(
        text,
        |c| c.is_ascii_alphanumeric() || "_-.$/~\"'@:+&*?".contains(c),
        said,
    )?;
    if text.starts_with(['/', '*', '?']) {
        Ok(())
    } else {
        Err(format!(
            "matches nothing, since every path begins with a slash: \"/{text}\""
        ))
    }
}

fn method(text: &str) -> Result<(), String> {
    if LONGEST_METHOD < text.len() {
        return Err(format!("is longer than {LONGEST_METHOD} characters"));
    }
    let said = "a method is capitals, - and _, without wildcards";
    only(text, |c| c.is_ascii_uppercase() || "-_".contains(c), said)
}

/// RFC 7230's token.
fn token(text: &str) -> Result<(), String> {
    let said = "allowed are letters, digits and ! # $ % & ' * + - . ^ _ ` | ~";
    only(
        text,
        |c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c),
        said,
    )
}

fn header_name(text: &str) -> Result<(), String> {
    let long = text.chars().count();
    if long == 0 || LONGEST_HEADER_NAME < long {
        return Err(format!(
            "has {long} characters; a header's name has 1 to {LONGEST_HEADER_NAME}"
        ));
    }
    token(text)?;
    match text.to_ascii_lowercase().as_str() {
        "host" => Err("can't be matched as a header: use host_headers of the service".into()),
        _ => Ok(()),
    }
}

fn header_value(text: &str) -> Result<(), String> {
    let said = "a header's value is matched as printable ASCII";
    only(text, |c| c == ' ' || c.is_ascii_graphic(), said)?;
    if text.trim() == text {
        Ok(())
    } else {
        Err("begins or ends with a space, which no header's value does".into())
    }
}

fn cookie_name(text: &str) -> Result<(), String> {
    length(text)?;
    token(text)?;
    // A star is legal in a cookie's name, and would be a wildcard here.
    only(text, |c| c != '*', "the name of a cookie can't be a pattern")
}

fn cookie_value(text: &str) -> Result<(), String> {
    let said =
        "a cookie's value is printable ASCII without spaces, quotes, commas, semicolons and backslashes";
    only(text, |c| c.is_ascii_graphic() && !"\",;\\".contains(c), said)
}

fn query(text: &str) -> Result<(), String> {
    let said =
        "a parameter is printable ASCII without & and spaces; write them percent-encoded, as they are sent";
    only(text, |c| c.is_ascii_graphic() && c != '&', said)
}

fn network(text: &str) -> Result<(), String> {
    let Ok(net) = text.parse::<ipnet::IpNet>() else {
        return Err(match text.parse::<std::net::IpAddr>() {
            Ok(std::net::IpAddr::V4(_)) => format!("is a single address; write it as a range: \"{text}/32\""),
            Ok(std::net::IpAddr::V6(_)) => {
                format!("is a single address; write it as a range: \"{text}/128\"")
            }
            Err(_) => "is not a CIDR range such as \"192.0.2.0/24\" or \"2001:db8::/32\"".into(),
        });
    };
    if net.trunc() != net {
        return Err(format!(
            "has bits set beyond its prefix; the range is \"{}\"",
            net.trunc()
        ));
    }
    Ok(())
}

fn normal_network(text: &str) -> String {
    let net: Result<ipnet::IpNet, _> = text.parse();
    net.map_or_else(|_| text.to_owned(), |net| net.to_string())
}
